//! Aggregation: packs user records into Kinesis records.

pub(crate) mod aggregator;
pub(crate) mod error;
mod key_entry_bytes;
pub(crate) mod key_slots;
pub(crate) mod layout;
pub(crate) mod memory;
#[cfg(feature = "alloc")]
pub(crate) mod on_heap;
pub(crate) mod owned_record;
mod owner;
mod plain;
mod plan;
pub(crate) mod reshard;
mod retain;
pub(crate) mod seal;
pub(crate) mod sharded;
pub(crate) mod sizing;
mod write;
