//! Writes a user record that was planned. It cannot refuse.

use crate::aggregate::error::AddError;
use crate::aggregate::key_slots::{self, KeySlot};
use crate::aggregate::layout::Layout;
use crate::aggregate::plan::{KeyPlan, Plan};
use crate::message::schema::MAGIC;
use crate::message::schema::aggregated_record::RECORDS;
use crate::message::schema::record::{DATA, EXPLICIT_HASH_KEY_INDEX, PARTITION_KEY_INDEX};
use crate::message::{Table, Writer, len_field_len};
use crate::record::UserRecord;

impl Layout {
    /// Adds a user record, or changes nothing.
    ///
    /// # Errors
    /// Every reason to refuse the user record.
    pub(crate) fn add(
        &mut self,
        buffer: &mut [u8],
        slots: &mut [KeySlot],
        record: &UserRecord<'_>,
    ) -> Result<(), AddError> {
        let plan = self.plan(buffer, slots, record)?;
        self.commit(buffer, slots, record, &plan);
        Ok(())
    }

    /// Adds the user record that was planned. The layout must not have changed since.
    #[cfg_attr(target_pointer_width = "64", inline(always))]
    fn commit(&mut self, buffer: &mut [u8], slots: &mut [KeySlot], record: &UserRecord<'_>, plan: &Plan) {
        if self.user_records == 0 {
            self.begin(buffer.len(), slots, record);
        }
        if plan.partition_key.entry_len > 0 {
            self.push_key(buffer, slots, Table::PartitionKeys, record.partition_key, &plan.partition_key);
        }
        if let (Some(key), Some(key_plan)) = (record.explicit_hash_key, &plan.explicit_hash_key)
            && key_plan.entry_len > 0
        {
            self.push_key(buffer, slots, Table::ExplicitHashKeys, key, key_plan);
        }
        let at = MAGIC.len().wrapping_add(self.records_len);
        write(record, plan, &mut Writer::new(buffer.get_mut(at..).unwrap_or_default()));
        self.records_len = self.records_len.wrapping_add(len_field_len(plan.message_len));
        self.user_records = self.user_records.wrapping_add(1);
    }

    /// Sets the values that the first user record fixes.
    fn begin(&mut self, buffer_len: usize, slots: &mut [KeySlot], record: &UserRecord<'_>) {
        self.end = self.capacity_with(buffer_len, record.partition_key.len());
        self.outer_explicit_hash_key = record.explicit_hash_key.is_some();
        // The caller's slots may have any content, and a generation number returns after 255 aggregates. Both
        // are handled by clearing the slots whenever the generation is 0.
        if self.generation == 0 {
            slots.fill(KeySlot::EMPTY);
            self.generation = 1;
        }
    }

    /// Writes a new key entry.
    fn push_key(
        &mut self,
        buffer: &mut [u8],
        slots: &mut [KeySlot],
        table: Table,
        key: &str,
        plan: &KeyPlan,
    ) {
        let place = self.end.saturating_sub(self.keys_len()).saturating_sub(plan.entry_len);
        let entry = buffer.get_mut(place..).unwrap_or_default();
        Writer::new(entry).len_field(table.tag(), key.as_bytes());
        key_slots::remember(slots, self.generation, plan.hash, place, plan.number);
        self.count_key(table, plan.entry_len);
    }
}

fn write(record: &UserRecord<'_>, plan: &Plan, out: &mut Writer<'_>) {
    out.varint_field(RECORDS, plan.message_len);
    out.varint_field(PARTITION_KEY_INDEX, plan.partition_key.number);
    if let Some(key) = &plan.explicit_hash_key {
        out.varint_field(EXPLICIT_HASH_KEY_INDEX, key.number);
    }
    out.len_field(DATA, record.data);
    record.tags.write(out);
}
