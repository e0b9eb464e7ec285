//! Walks through the data of one Kinesis record, as far as anything can be told.
//!
//! ```text
//!   inspect      the record as a whole: magic, message, digest, what stands behind it
//!   user_record  the user records: their fields, their keys, what is missing
//!   keys         the entries of the key tables
//!   listing      where all of these write what they find
//!   table        the key tables, as the first pass reads them
//! ```
//!
//! Each line depends on those below it and on none above.

mod inspect;
mod keys;
mod listing;
mod table;
mod user_record;

pub use inspect::inspect;
