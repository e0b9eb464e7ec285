//! An object: the fields of a record, or the fields that may contain records.

use std::fmt;

use kinesis_agg_shapes::{Data, Role, role};
use serde::de::{Error, IgnoredAny, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::input::line::{Text, without_position};

/// The fields of an object that matter.
#[derive(Default)]
pub(super) struct Item<'a> {
    pub(super) data: Option<Data<'a>>,
    pub(super) partition_key: Option<Text<'a>>,
    pub(super) sequence_number: Option<&'a RawValue>,
    pub(super) arrival_time: Option<&'a RawValue>,
    pub(super) shard_id: Option<Text<'a>>,
    pub(super) event_id: Option<Text<'a>>,
    /// Fields that may contain records.
    pub(super) inner: Vec<Inner<'a>>,
    /// A field that means the same as another one of the record.
    pub(super) repeated: Option<String>,
    pub(super) lost_batch: Option<&'a RawValue>,
    /// A request of KCL's MultiLangDaemon.
    pub(super) action: Option<Text<'a>>,
}

/// A field that may contain records.
pub(super) struct Inner<'a> {
    pub(super) name: Text<'a>,
    pub(super) role: Role,
    pub(super) json: &'a RawValue,
}

impl<'de> Deserialize<'de> for Item<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ItemVisitor)
    }
}

struct ItemVisitor;

impl<'de> Visitor<'de> for ItemVisitor {
    type Value = Item<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Item<'de>, A::Error> {
        let mut item = Item::default();
        let mut nested: Option<Item<'de>> = None;
        while let Some(text) = map.next_key::<Text<'de>>()? {
            let name = text.as_ref();
            let is_first = match role_of(name) {
                Some(Role::Data) => fill(&mut item.data, &mut map, name)?,
                Some(Role::PartitionKey) => fill(&mut item.partition_key, &mut map, name)?,
                Some(Role::SequenceNumber) => fill(&mut item.sequence_number, &mut map, name)?,
                Some(Role::ArrivalTime) => fill(&mut item.arrival_time, &mut map, name)?,
                Some(Role::ShardId) => fill(&mut item.shard_id, &mut map, name)?,
                Some(Role::EventId) => fill(&mut item.event_id, &mut map, name)?,
                Some(Role::LostBatch) => fill(&mut item.lost_batch, &mut map, name)?,
                Some(Role::Nested) => fill(&mut nested, &mut map, name)?,
                Some(role) => {
                    item.inner.push(Inner { role, json: map.next_value()?, name: text });
                    continue;
                }
                None if name == "action" => {
                    item.action = value(&mut map, name).ok().flatten();
                    true
                }
                None => {
                    map.next_value::<IgnoredAny>()?;
                    true
                }
            };
            if !is_first {
                item.repeated = Some(name.to_owned());
            }
        }
        if let Some(nested) = nested {
            item.add(nested);
        }
        Ok(item)
    }
}

/// The meaning of a field name, including the names that this program writes.
fn role_of(name: &str) -> Option<Role> {
    match name {
        "partition_key" => Some(Role::PartitionKey),
        "sequence_number" => Some(Role::SequenceNumber),
        "arrival_time" => Some(Role::ArrivalTime),
        "shard_id" => Some(Role::ShardId),
        _ => role(name),
    }
}

/// Reads the value of a field into its place, unless it is null. Whether the place was empty.
fn fill<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    place: &mut Option<T>,
    map: &mut A,
    name: &str,
) -> Result<bool, A::Error> {
    Ok(match value(map, name)? {
        Some(value) => place.replace(value).is_none(),
        None => true,
    })
}

/// The value of a field. Errors name the field.
fn value<'de, A: MapAccess<'de>, T: Deserialize<'de>>(
    map: &mut A,
    name: &str,
) -> Result<Option<T>, A::Error> {
    map.next_value().map_err(|error| {
        let error = without_position(&error);
        match error.strip_prefix("field `") {
            Some(inner) => A::Error::custom(format_args!("field `{name}.{inner}")),
            None => A::Error::custom(format_args!("field `{name}`: {error}")),
        }
    })
}

impl Item<'_> {
    /// Takes the fields of the object in a record. They override those of the record itself, in any order.
    fn add(&mut self, nested: Self) {
        self.repeated = nested.repeated.or(self.repeated.take());
        self.data = nested.data.or(self.data.take());
        self.partition_key = nested.partition_key.or(self.partition_key.take());
        self.sequence_number = nested.sequence_number.or(self.sequence_number);
        self.arrival_time = nested.arrival_time.or(self.arrival_time);
        self.shard_id = nested.shard_id.or(self.shard_id.take());
    }
}
