//! The fields of an aggregate: the only place where they are told apart.

use crate::message::reader::{END, Reader};
use crate::message::schema::aggregated_record::{EXPLICIT_HASH_KEY_TABLE, PARTITION_KEY_TABLE, RECORDS};

/// One field of an aggregate. Its content stays in the reader.
#[derive(Clone, Copy)]
pub(crate) enum Item {
    UserRecord,
    /// An entry of a key table, not yet checked.
    Key(Table),
    /// A field that the format does not know.
    Unknown,
    /// There is no further field.
    End,
}

/// Reads the next field. `None`: the reader says what is wrong.
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

/// Which of the two key tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    PartitionKeys,
    ExplicitHashKeys,
}

impl Table {
    /// The tag of its entries.
    pub(crate) const fn tag(self) -> u32 {
        match self {
            Self::PartitionKeys => PARTITION_KEY_TABLE,
            Self::ExplicitHashKeys => EXPLICIT_HASH_KEY_TABLE,
        }
    }
}

/// How many entries the tables have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct KeyCounts {
    pub(crate) partition_keys: u32,
    pub(crate) explicit_hash_keys: u32,
}

impl KeyCounts {
    pub(crate) const NONE: Self = Self { partition_keys: 0, explicit_hash_keys: 0 };

    #[inline]
    pub(crate) fn of(&self, table: Table) -> u32 {
        match table {
            Table::PartitionKeys => self.partition_keys,
            Table::ExplicitHashKeys => self.explicit_hash_keys,
        }
    }

    /// Counts one more entry.
    #[inline]
    pub(crate) fn add(&mut self, table: Table) {
        let count = match table {
            Table::PartitionKeys => &mut self.partition_keys,
            Table::ExplicitHashKeys => &mut self.explicit_hash_keys,
        };
        *count = count.wrapping_add(1);
    }
}
