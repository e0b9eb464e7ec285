//! The Kinesis Aggregated Record Format: many user records in one Kinesis record, and out again.
//!
//! `no_std`, without allocation, zero-copy, without `unsafe`.
//!
//! ```text
//!   in    aggregate/     Aggregator            user records -> one Kinesis record in the caller's buffer
//!                        ShardedAggregator     the same, one aggregate for each shard
//!   out   deaggregate/   AggregatedRecord      a checked view over borrowed bytes: strict
//!                        deaggregate           whatever a Kinesis record holds: lenient, loses nothing
//!                        deaggregate_batch     many Kinesis records
//!                        RangeFilter           what a consumer of one shard drops
//!   both  record         UserRecord, DeaggregatedRecord, KinesisRecord, with Tags
//!         hash_key       HashKey               where a key lies among the shards
//!         shard_map      HashKeyRange, ShardMap
//!         digest         Digest, Md5           the digest, replaceable
//!         schema         the numbers of the format
//!         wire           protobuf: varints, tags, fields
//! ```
#![no_std]
#![forbid(unsafe_code)]

mod aggregate;
mod deaggregate;
mod digest;
mod escape;
mod hash_key;
mod key_rules;
mod parse_error;
mod record;
pub mod schema;
mod shard_map;
mod tags;
mod wire;

pub use aggregate::aggregator::Aggregator;
pub use aggregate::error::{
    AddError, AddOrSendError, AggregatorsError, OuterKeyError, ReplaceShardsError, ShardedAddError,
};
pub use aggregate::key_slots::KeySlot;
pub use aggregate::owned_record::OwnedKinesisRecord;
pub use aggregate::sharded::ShardedAggregator;
pub use deaggregate::aggregated_record::{AggregatedRecord, is_aggregated};
pub use deaggregate::batch::{Batch, deaggregate_batch, deaggregate_batch_with};
pub use deaggregate::key_tables::KeyEntry;
pub use deaggregate::lenient::{Deaggregated, deaggregate, deaggregate_with, deaggregate_with_index};
pub use deaggregate::range_filter::{Filtered, RangeFilter};
pub use deaggregate::user_records::UserRecords;
pub use digest::{Digest, Md5};
pub use hash_key::{Decimal, HashKey, HashKeyError};
pub use key_rules::KeyError;
pub use parse_error::{ParseError, ParseErrorKind};
pub use record::{DeaggregatedRecord, KinesisRecord, UserRecord};
pub use shard_map::{HashKeyRange, HashKeyRangeError, ShardMap, ShardMapError};
pub use tags::{Tag, Tags, TagsIter};
