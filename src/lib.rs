//! A codec for the Kinesis Aggregated Record Format: many *user records* in one Kinesis record.
//!
//! It is `no_std` and zero-copy, without allocation and without `unsafe`.
//!
//! # Pack
//!
//! ```
//! use kinesis_agg::{Aggregator, UserRecord};
//!
//! let mut aggregator = Aggregator::new([0; 4096]);
//! aggregator.add(&UserRecord::new("sensor-7", "21.5"))?;
//! aggregator.add(&UserRecord::new("sensor-8", "19.0").with_explicit_hash_key("42"))?;
//! let record = aggregator.finish().unwrap(); // send `record.data` with PutRecord
//! assert_eq!((record.partition_key, record.user_records), ("sensor-7", 2));
//! # Ok::<(), kinesis_agg::AddError>(())
//! ```
//!
//! # Unpack
//!
//! ```
//! for user_record in kinesis_agg::deaggregate("sensor-7", b"aggregated or plain") {
//!     println!("{}: {:?}", user_record.partition_key, user_record.data);
//! }
//! ```
//!
//! # Modules
//!
//! ```text
//! pack    aggregate/    Aggregator         many user records in one Kinesis record
//!                       ShardedAggregator  one aggregate for each shard
//!                       Sizing             the length of the buffer
//! unpack  deaggregate/  AggregatedRecord   strict: a checked view
//!                       deaggregate        lenient: loses nothing
//!                       deaggregate_batch  many Kinesis records
//!                       Decoder            another MD5 or another key index
//!                       RangeFilter        what a consumer of one shard drops
//! both    record        UserRecord, DeaggregatedRecord, KinesisRecord
//!         key_rules     which keys the service accepts
//!         shard_map     HashKeyRange, ShardMap
//!         hash_key      HashKey: which shard a record belongs to
//!         md5_engine    Md5, and Md5Engine for other implementations
//!         message/      the fields of the format; Tag, Tags; the constants
//! ```
//!
//! Each line depends on the lines below it and on none above.
//!
//! The bytes of an aggregate, in the buffer of the caller:
//!
//! ```text
//! open    | magic | user records -> |   free   | <- keys |
//! sealed  | magic | keys | user records | MD5 |   free   |
//! ```
//!
//! # Promises
//!
//! - No input causes a panic, an allocation or recursion. With a [lent index](Decoder::with_index), every
//!   input takes at most linear time.
//! - No error loses or doubles a user record. [Lenient reading](deaggregate()) loses nothing.
//! - Limits are exact to the byte. Every Kinesis record of an aggregator fits one `PutRecord`.
//! - The behaviour is the same on targets of 32 and 64 bits and for both byte orders.
//!
//! # What 1.0 promises
//!
//! Versions follow semantic versioning. The test vectors belong to the contract: reading one of them
//! differently, accepting what was refused, or refusing what was accepted is a breaking change. The oldest
//! Rust rises in minor releases only. [The design page][promise] has the whole list.
//!
//! [promise]: https://github.com/kinesis-agg/kinesis-agg/blob/main/docs/design.md#what-10-promises
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
#[cfg_attr(feature = "alloc", doc = include_str!("../docs/guide/log-shipper.md"))]
struct Pages;
