//! User records in, put on the shards that own them.
//!
//! ```no_run
//! use kinesis_agg::UserRecord;
//! use kinesis_agg_aws::publisher::{Publisher, PublisherOptions};
//!
//! # async fn run(client: aws_sdk_kinesis::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let publisher = Publisher::start(client, "measurements", PublisherOptions::default()).await?;
//! let receipt = publisher.publish(&UserRecord::new("sensor-7", "21.5")).await?;
//! let published = receipt.await?;
//! println!("{} {} {}", published.shard_id, published.sequence_number, published.sub_sequence_number);
//! publisher.close().await;
//! # Ok(())
//! # }
//! ```
//!
//! # The map
//!
//! ```text
//!   handle       Publisher            the handle of the user
//!   pump         the task             does what the core decides
//!   core         Core                 decides, without input or output
//!   put          PutRecords           sends one request and interprets its answer (outcome)
//!   batch, lane  the queue of each shard, the content of one request
//!   packer       user records -> Kinesis records
//!   owners       the shard of each user record
//!   topology     the description of the stream
//!   entry, receipt, rate, waits, metrics, options, error
//! ```
#![doc = include_str!("../../docs/publishing.md")]

mod batch;
mod core;
mod entry;
mod error;
mod handle;
mod lane;
mod metrics;
mod open_shards;
mod options;
mod outcome;
mod owners;
mod packer;
mod pump;
mod put;
mod rate;
mod receipt;
mod topology;
mod waits;

pub use error::{PublishError, StartError, TryPublishError};
pub use handle::Publisher;
pub use metrics::PublisherMetrics;
pub use options::{Aggregation, ForeignPolicy, Order, PublisherOptions, ShardRate, UNANSWERED_OVERHEAD};
pub use receipt::{Published, Receipt};
