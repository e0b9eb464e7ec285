//! Lambda events in, user records out.
//!
//! ```
//! use kinesis_agg_aws::lambda::{BatchResponse, Event};
//!
//! let event: Event = serde_json::from_str(
//!     r#"{"Records": [{
//!         "eventSourceARN": "arn:aws:kinesis:eu-central-1:123456789012:stream/sensors",
//!         "kinesis": {"partitionKey": "sensor-7", "sequenceNumber": "4957", "data": "MjEuNQ=="}
//!     }]}"#,
//! )?;
//! let mut response = BatchResponse::default();
//! for user_record in event.user_records() {
//!     match user_record {
//!         Ok(user_record) => println!("{:?}: {:?}", user_record.partition_key(), user_record.data()),
//!         Err(unreadable) => response.fail(unreadable.sequence_number()),
//!     }
//! }
//! assert_eq!(serde_json::to_string(&response)?, r#"{"batchItemFailures":[]}"#);
//! # Ok::<(), serde_json::Error>(())
//! ```
//!
//! # The map
//!
//! ```text
//!   Event             an event of Lambda, Firehose, Analytics or `aws kinesis get-records`
//!     KinesisRecord     one of its records: data, and every other field as it was written
//!     UnreadableRecord  one without readable data, and why
//!   UserRecords       the user records of an event, lazily
//!     UserRecord        one of them, with the Kinesis record that it came in
//!   BatchResponse     the answer to a Kinesis stream's event
//!   TransformResponse the answer to a Firehose or Analytics event
//! ```
//!
//! # Promises
//!
//! - No record makes the others of its event unreadable.
//! - Every field of an event is kept and written exactly as it was. The fields around a wrapped event are not
//!   kept.
//! - Keys and data of user records are slices of their Kinesis record's decoded data. A user record takes 136
//!   bytes on 64-bit machines.
//! - Time and memory are linear in the length of the event.

#[cfg(feature = "lambda-events")]
mod aws_lambda_events;
mod base64_text;
mod batch_response;
mod event;
mod fields;
mod found;
mod kinesis_record;
mod timestamp;
mod transform_response;
mod unreadable_record;
mod user_record;
mod user_records;

#[cfg(feature = "lambda-events")]
pub use self::aws_lambda_events::ConversionError;
pub use batch_response::BatchResponse;
pub use event::Event;
pub use fields::{Field, Fields};
pub use kinesis_record::{KinesisRecord, Shape};
pub use transform_response::{TransformResponse, Transformed};
pub use unreadable_record::{Fault, UnreadableRecord};
pub use user_record::UserRecord;
pub use user_records::UserRecords;
