//! Kinesis records in JSON: answers of `GetRecords`, Lambda events, lists and single records, one after
//! another, and what AWS wraps them in.
//!
//! ```text
//!   reader       follows the input: the items of lists, one by one; other values whole
//!   finder       the records in a value        (item: the fields of an object)
//!   kind         what an object is, by its fields
//!   scan         where values begin and end
//! ```
//!
//! An answer of any length takes no more memory than its longest record. Everything around the records is
//! skipped. Each record is parsed by serde, which borrows its fields.

pub(super) mod finder;
mod item;
pub(super) mod kind;
mod reader;
mod scan;

pub(super) use self::reader::read;
