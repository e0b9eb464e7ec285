//! The way in: user records to Kinesis records.

pub(crate) mod aggregator;
pub(crate) mod error;
pub(crate) mod held;
mod key_entry_bytes;
pub(crate) mod key_slots;
pub(crate) mod owned_record;
mod plain;
pub(crate) mod reshard;
pub(crate) mod seal;
pub(crate) mod sharded;
pub(crate) mod sizing;
