//! The fields of an aggregate. This is the only file that distinguishes them.

use crate::message::reader::{END, Reader};
use crate::message::schema::aggregated_record::{EXPLICIT_HASH_KEY_TABLE, PARTITION_KEY_TABLE, RECORDS};

/// A field of an aggregate. The reader keeps its content.
#[derive(Clone, Copy)]
pub(crate) enum Item {
    UserRecord,
    /// An entry of a key table, which is not checked yet.
    Key(Table),
    /// A field that the format does not know.
    Unknown,
    /// The message ends here.
    End,
}

/// Reads the next field. `None`: the reader has the error.
#[inline]
pub(crate) fn next(reader: &mut Reader<'_>) -> Option<Item> {
    let item = match reader.field()? {
        RECORDS => Item::UserRecord,
        PARTITION_KEY_TABLE => Item::Key(Table::PartitionKeys),
        EXPLICIT_HASH_KEY_TABLE => Item::Key(Table::ExplicitHashKeys),
        END => Item::End,
        _ => Item::Unknown,
    };
    Some(item)
}

/// One of the two key tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    PartitionKeys,
    ExplicitHashKeys,
}

impl Table {
    /// Returns the tag of the entries.
    pub(crate) const fn tag(self) -> u32 {
        match self {
            Self::PartitionKeys => PARTITION_KEY_TABLE,
            Self::ExplicitHashKeys => EXPLICIT_HASH_KEY_TABLE,
        }
    }
}

/// One value for each key table.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PerTable<T> {
    pub(crate) partition_keys: T,
    pub(crate) explicit_hash_keys: T,
}

impl<T> PerTable<T> {
    pub(crate) fn of(&self, table: Table) -> &T {
        match table {
            Table::PartitionKeys => &self.partition_keys,
            Table::ExplicitHashKeys => &self.explicit_hash_keys,
        }
    }

    pub(crate) fn of_mut(&mut self, table: Table) -> &mut T {
        match table {
            Table::PartitionKeys => &mut self.partition_keys,
            Table::ExplicitHashKeys => &mut self.explicit_hash_keys,
        }
    }
}

impl PerTable<u32> {
    pub(crate) fn increment(&mut self, table: Table) {
        let count = self.of_mut(table);
        *count = count.wrapping_add(1);
    }
}
