//! Reads user records: those of one shard, or those of a stream whose shards are split and merged.
//!
//! ```no_run
//! use kinesis_agg_aws::consumer::{Checkpoint, ConsumerOptions, StreamConsumer};
//!
//! # async fn run(client: aws_sdk_kinesis::Client) -> Result<(), Box<dyn std::error::Error>> {
//! let options = ConsumerOptions::default();
//! let mut consumer = StreamConsumer::open(client, "measurements", Checkpoint::new(), options).await?;
//! loop {
//!     let record = consumer.next().await?;
//!     println!("{}: {:?}", record.partition_key, record.data);
//!     let checkpoint = consumer.checkpoint(); // store it, and pass it to `open` later
//! #   let _ = checkpoint;
//! }
//! # }
//! ```
//!
//! # The map
//!
//! ```text
//!   stream    StreamConsumer    all shards, children after their parents
//!   lineage   Checkpoint        which shards may be read now, and how far each was
//!   shard     ShardConsumer     one shard
//!   fetch     GetRecords        one answer after another
//!   unpack    one Kinesis record, unpacked
//!   digests   the digests of many Kinesis records, computed together
//!   record, position, options, error
//! ```
#![doc = include_str!("../../docs/consuming.md")]

mod digests;
mod error;
mod fetch;
mod lineage;
mod options;
mod position;
mod record;
mod shard;
mod stream;
mod unpack;

pub use error::ConsumeError;
pub use lineage::Checkpoint;
pub use options::{ConsumerOptions, Filter};
pub use position::{Position, PositionError};
pub use record::ConsumedRecord;
pub use shard::ShardConsumer;
pub use stream::StreamConsumer;
