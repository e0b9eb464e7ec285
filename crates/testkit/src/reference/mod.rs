//! The format again, on `Vec`s, written from its description and without the codec's code: the oracle. Only
//! the names of faults are the codec's, for comparison.

mod keys;
mod reader;
mod writer;

pub use keys::{hash_key, key_error};
pub use reader::{Answer, Fault, Message, is_framed, read, read_unverified};
pub use writer::{size, write};

use crate::record::OwnedRecord;

/// The user records of an aggregated record that is known to be whole.
pub fn user_records(data: &[u8]) -> Vec<OwnedRecord> {
    let message = read(data).expect("an aggregated record");
    message.records.into_iter().map(|delivered| delivered.user_record).collect()
}
