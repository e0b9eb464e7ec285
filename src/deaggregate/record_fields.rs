//! The message of one user record: indices into the key tables, data, tags.

use crate::parse_error::{ParseError, ParseErrorKind};
use crate::schema::record;
use crate::tags::Tags;
use crate::wire::Reader;

/// What the message of a user record holds, its keys still as indices.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordFields<'a> {
    pub(crate) partition_key: KeyIndex,
    pub(crate) explicit_hash_key: Option<KeyIndex>,
    pub(crate) data: &'a [u8],
    pub(crate) tags: Tags<'a>,
}

/// A zero-based position in a key table, and where in the Kinesis record it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeyIndex {
    pub(crate) number: u64,
    pub(crate) offset: usize,
}

impl<'a> RecordFields<'a> {
    /// Reads the message. A field that occurs again replaces what it said before; tags are not looked into.
    #[inline]
    pub(crate) fn read(message: Reader<'a>) -> Result<Self, ParseError> {
        let mut fields = message;
        let mut partition_key = None;
        let mut explicit_hash_key = None;
        let mut data = None;
        let mut tags = Tags::default();
        loop {
            let offset = fields.offset();
            match fields.read_tag()? {
                Some(record::PARTITION_KEY_INDEX) => {
                    partition_key = Some(KeyIndex { number: fields.read_varint()?, offset });
                }
                Some(record::EXPLICIT_HASH_KEY_INDEX) => {
                    explicit_hash_key = Some(KeyIndex { number: fields.read_varint()?, offset });
                }
                Some(record::DATA) => data = Some(fields.read_len()?),
                Some(record::TAGS) => {
                    fields.read_len()?;
                    tags = Tags::encoded(message.rest());
                }
                Some(unknown) => fields.skip(unknown, offset)?,
                None => break,
            }
        }
        match (partition_key, data) {
            (Some(partition_key), Some(data)) => Ok(Self { partition_key, explicit_hash_key, data, tags }),
            (None, _) => Err(message.error(ParseErrorKind::PartitionKeyIndexMissing)),
            (_, None) => Err(message.error(ParseErrorKind::DataMissing)),
        }
    }
}
