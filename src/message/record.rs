//! The message of one user record. This is the only file that distinguishes its fields.

use crate::message::items::{PerTable, Table};
use crate::message::reader::{END, Reader};
use crate::message::schema::record::{DATA, EXPLICIT_HASH_KEY_INDEX, PARTITION_KEY_INDEX, TAGS};
use crate::parse_error::ParseErrorKind;

/// The fields of a user record. Its keys are indices, from 0, in the key tables. No table has 2^32 - 1
/// entries, so this number also stands for every greater index.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordFields<'a> {
    pub(crate) partition_key: u32,
    pub(crate) explicit_hash_key: Option<u32>,
    pub(crate) data: &'a [u8],
    pub(crate) has_tags: bool,
}

/// Reads the user record whose field was just read. A repeated field replaces the earlier one. Tags are not
/// checked. If the sizes of the `tables` are given, both keys must be in them. `None`: the reader has the
/// error.
#[inline(never)]
pub(crate) fn read<'a>(reader: &mut Reader<'a>, tables: Option<&PerTable<u32>>) -> Option<RecordFields<'a>> {
    let outer = reader.enter();
    let start = reader.at();
    let (mut partition_key, mut explicit_hash_key, mut data) = (None, None, None);
    let (mut partition_key_at, mut explicit_hash_key_at) = (start, start);
    let mut has_tags = false;
    loop {
        let at = reader.at();
        match reader.field()? {
            PARTITION_KEY_INDEX => (partition_key, partition_key_at) = (Some(reader.number()), at),
            EXPLICIT_HASH_KEY_INDEX => {
                (explicit_hash_key, explicit_hash_key_at) = (Some(reader.number()), at)
            }
            DATA => data = Some(reader.content()),
            TAGS => has_tags = true,
            END => break,
            _ => {}
        }
    }
    let Some(partition_key) = partition_key else {
        return reader.fail(ParseErrorKind::PartitionKeyIndexMissing, start);
    };
    let Some(data) = data else { return reader.fail(ParseErrorKind::DataMissing, start) };
    if let Some(tables) = tables {
        if partition_key >= tables.partition_keys {
            return fail_outside(reader, Table::PartitionKeys, partition_key_at, tables);
        }
        if explicit_hash_key.is_some_and(|index| index >= tables.explicit_hash_keys) {
            return fail_outside(reader, Table::ExplicitHashKeys, explicit_hash_key_at, tables);
        }
    }
    reader.leave(outer);
    Some(RecordFields { partition_key, explicit_hash_key, data, has_tags })
}

/// Sets the error for an index that is not in its table. Its field begins at `at`.
#[cold]
fn fail_outside<T>(reader: &mut Reader<'_>, table: Table, at: usize, tables: &PerTable<u32>) -> Option<T> {
    let (index, table_len) = (reader.exact_number(at), *tables.of(table));
    let kind = match table {
        Table::PartitionKeys => ParseErrorKind::PartitionKeyIndex { index, table_len },
        Table::ExplicitHashKeys => ParseErrorKind::ExplicitHashKeyIndex { index, table_len },
    };
    reader.fail(kind, at)
}
