//! Where Kinesis records are in the JSON of AWS.
//!
//! A *record* is an object that contains its data, directly or in an inner object. Records are in *lists*. A
//! list, or a single record, may be in *wrappers*: objects, or text that is JSON itself. [`role`] says what a
//! field means by its name. [`Data`] and [`LostBatch`] parse the values of two kinds of field.
//!
//! | source | what it is | path to a record |
//! |---|---|---|
//! | `GetRecords` | an answer | `Records` |
//! | Lambda, of a Kinesis stream | an event | `Records`, its data in `kinesis` |
//! | Lambda, of Firehose or Kinesis Data Analytics | an event | `records`, keys and numbers in an object of metadata |
//! | Lambda, of a queue or a topic | an event | `Records`, `body` or `Sns`, `Message` |
//! | Lambda, an on-failure destination in a bucket | an object | `payload`, which is text, or `requestPayload` |
//! | Lambda, an on-failure destination in a queue | a message | none: `KinesisBatchInfo` says which records they were |
//! | `aws sqs receive-message` | an answer | `Messages`, `Body` |
//! | Firehose, a failed transformation | lines in a bucket | each line, with `rawData` |
//! | EventBridge Pipes | a list, or one record | the record itself |
//! | the same by way of an event bus | an event | `detail` |
//! | `SubscribeToShard` | events | `EventStream`, `SubscribeToShardEvent`, `Records` |
//! | a log of a function | lines | `message` or `event`, an object or text |
//! | `aws logs filter-log-events`, a subscription to logs | an answer | `events` or `logEvents`, `message` |
//! | KCL's MultiLangDaemon | lines | `records` |
#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod data;
mod lost_batch;

pub use data::Data;
pub use lost_batch::LostBatch;

/// What a field means for Kinesis records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Role {
    /// A list of records, or of wrappers.
    List,
    /// A list of log events. Some may contain no record.
    LogList,
    /// An object, or text that is JSON, which may contain a list or a record, or something else.
    Wrapper,
    /// The records of a failed batch: a [`LostBatch`].
    LostBatch,
    /// The object in a record that has further fields of the record.
    Nested,
    /// The data of a record: [`Data`].
    Data,
    /// The key with which a record was put.
    PartitionKey,
    /// The number of a record in its shard.
    SequenceNumber,
    /// When a record arrived in its stream.
    ArrivalTime,
    /// The shard of a record.
    ShardId,
    /// The shard and the sequence number, with a colon between them.
    EventId,
}

/// The role of a field with this name.
///
/// ```
/// use kinesis_agg_shapes::{Role, role};
///
/// assert_eq!(role("Records"), Some(Role::List));
/// assert_eq!(role("rawData"), Some(Role::Data));
/// assert_eq!(role("NextShardIterator"), None);
/// ```
pub fn role(name: &str) -> Option<Role> {
    Some(match name {
        "Records" | "records" | "EventStream" | "Messages" => Role::List,
        "events" | "logEvents" => Role::LogList,
        "SubscribeToShardEvent"
        | "detail"
        | "payload"
        | "requestPayload"
        | "body"
        | "Body"
        | "Sns"
        | "Message"
        | "message"
        | "event" => Role::Wrapper,
        "KinesisBatchInfo" => Role::LostBatch,
        "kinesis"
        | "kinesisRecordMetadata"
        | "kinesisStreamRecordMetadata"
        | "kinesisFirehoseRecordMetadata" => Role::Nested,
        "Data" | "data" | "rawData" => Role::Data,
        "PartitionKey" | "partitionKey" => Role::PartitionKey,
        "SequenceNumber" | "sequenceNumber" => Role::SequenceNumber,
        "ApproximateArrivalTimestamp" | "approximateArrivalTimestamp" | "arrivalTimestamp" => {
            Role::ArrivalTime
        }
        "ShardId" | "shardId" => Role::ShardId,
        "eventID" => Role::EventId,
        _ => return None,
    })
}
