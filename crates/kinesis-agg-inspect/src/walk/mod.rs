//! Walks through the data of one Kinesis record as far as it can be read.
//!
//! ```text
//!   inspect      the record as a whole: magic, message, digest, trailing bytes
//!   user_record  user records: their fields, keys and problems
//!   keys         the entries of the key tables
//!   listing      the result as it grows: dump, shares, oddities
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
