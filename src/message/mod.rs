//! The format, once: both directions stand on it.
//!
//! ```text
//!   items      the fields of an aggregate: user records and keys
//!   record     the fields of a user record
//!   tags       the tags of a user record, and their fields
//!   fast       shortcuts for what every known producer writes
//!   reader     protobuf in
//!   writer     protobuf out
//!   schema     the numbers
//! ```

pub(crate) mod fast;
pub(crate) mod items;
pub(crate) mod number;
pub(crate) mod reader;
pub(crate) mod record;
pub mod schema;
pub(crate) mod tags;
pub(crate) mod writer;
