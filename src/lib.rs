//! The Kinesis Aggregated Record Format: many *user records* in one Kinesis record, and out again.
//!
//! `no_std`, no allocation, zero-copy, no `unsafe`.
//!
//! # In
//!
//! ```
//! use kinesis_agg::{Aggregator, UserRecord};
//!
//! let mut aggregator = Aggregator::new([0; 4096]);
//! aggregator.add(&UserRecord::new("sensor-7", "21.5"))?;
//! aggregator.add(&UserRecord::new("sensor-8", "19.0").with_explicit_hash_key("42"))?;
//! let record = aggregator.finish().unwrap();
//! assert_eq!((record.partition_key, record.user_records), ("sensor-7", 2)); // and record.data: to be put
//! # Ok::<(), kinesis_agg::AddError>(())
//! ```
//!
//! # Out
//!
//! ```
//! for user_record in kinesis_agg::deaggregate("sensor-7", b"an aggregate, or whatever else came") {
//!     println!("{}: {:?}", user_record.partition_key, user_record.data);
//! }
//! ```
//!
//! # The map
//!
//! ```text
//!   in    aggregate/     Aggregator            user records -> one Kinesis record in the caller's buffer
//!                        ShardedAggregator     the same, one aggregate for each shard
//!                        Sizing                how long the buffer must be
//!   out   deaggregate/   AggregatedRecord      a checked view over borrowed bytes: strict
//!                        deaggregate           whatever a Kinesis record holds: lenient, loses nothing
//!                        deaggregate_batch     many Kinesis records
//!                        Decoder               each of these with another MD5, or another index for the keys
//!                        RangeFilter           what a consumer of one shard drops
//!   both  record         UserRecord, DeaggregatedRecord, KinesisRecord
//!         key_rules      which keys the service takes
//!         shard_map      HashKeyRange, ShardMap
//!         hash_key       HashKey: where a key lies among the shards
//!         md5_engine     Md5, and Md5Engine for another one
//!         message/       the format: its fields read and written in one place each; Tag, Tags; the numbers
//! ```
//!
//! Each line depends on those below it and on none above.
//!
//! # Promises
//!
//! - No input makes it panic, allocate or recurse. With a [lent index](Decoder::with_index), none takes more
//!   than linear time.
//! - No user record is lost or doubled by an error, and [lenient reading](deaggregate()) loses nothing.
//! - Limits are exact to the byte, and what an aggregator hands out fits one `PutRecord`.
//! - It behaves the same on targets of 32 and 64 bits, whatever the order of bytes.
#![no_std]
#![forbid(unsafe_code)]

#[cfg(feature = "alloc")]
extern crate alloc;

mod aggregate;
mod deaggregate;
mod decimal;
mod gathered;
mod hash_key;
mod key_rules;
mod md5_engine;
mod message;
mod parse_error;
mod printing;
mod record;
mod shard_map;

pub use aggregate::aggregator::Aggregator;
pub use aggregate::error::{
    AddError, AddFlushingError, AggregatorsError, ExtendFlushingError, OuterKeyError, ReplaceShardsError,
    ShardedAddError,
};
pub use aggregate::key_slots::KeySlot;
pub use aggregate::memory::{Buffer, KeySlots};
#[cfg(feature = "alloc")]
pub use aggregate::on_heap::{VecAggregator, VecShardedAggregator};
pub use aggregate::owned_record::OwnedKinesisRecord;
pub use aggregate::sharded::{ArrayShardedAggregator, ShardedAggregator};
pub use aggregate::sizing::Sizing;
pub use deaggregate::aggregated_record::AggregatedRecord;
pub use deaggregate::batch::Batch;
pub use deaggregate::decoder::{Decoder, deaggregate, deaggregate_batch, is_aggregated};
pub use deaggregate::key_index::{DEFAULT_INDEX_LEN, KeyIndex, KeyIndexEntry, OwnIndex};
pub use deaggregate::range_filter::{Filtered, RangeFilter};
pub use deaggregate::user_records::UserRecords;
pub use decimal::DecimalString;
pub use hash_key::{HashKey, HashKeyError};
pub use key_rules::KeyError;
pub use md5_engine::{Md5, Md5Engine, Md5Fn, md5_fn};
pub use message::schema;
pub use message::tags::{Tag, Tags, TagsIter};
pub use parse_error::{ParseError, ParseErrorKind};
pub use record::{DeaggregatedRecord, KinesisRecord, UserRecord};
pub use shard_map::{HashKeyRange, HashKeyRangeError, ShardMap, ShardMapError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
#[doc = include_str!("../docs/guide/embedded.md")]
#[doc = include_str!("../docs/reference/format.md")]
#[doc = include_str!("../docs/reference/shards.md")]
#[doc = include_str!("../docs/reference/limits.md")]
#[doc = include_str!("../docs/guide/log-shipper.md")]
struct Pages;
