//! The format, for both directions.
//!
//! ```text
//!   items      the fields of an aggregate: user records and keys
//!   record     the fields of a user record
//!   tags       the tags of a user record, and their fields
//!   fast       shortcuts for the shapes that known producers write
//!   reader     reads protobuf
//!   writer     writes protobuf
//!   schema     the constants, and the frame
//! ```

pub(crate) mod fast;
pub(crate) mod items;
pub(crate) mod number;
pub(crate) mod reader;
pub(crate) mod record;
pub mod schema;
pub(crate) mod tags;
pub(crate) mod writer;

pub(crate) use items::{Item, PerTable, Table};
pub(crate) use number::{to_u32, to_u64, to_usize};
pub(crate) use reader::Reader;
pub(crate) use record::RecordFields;
pub(crate) use tags::Tags;
pub(crate) use writer::{Writer, len_field_len, max_len_field_content, varint_field_len};
