//! A user record with the Kinesis record that it came in.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use kinesis_agg::{DeaggregatedRecord, HashKey, HashKeyError};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::base64_text::Base64;
use super::fields::Field;
use super::kinesis_record::{KinesisRecord, Shape, capitalised};

/// A user record. Its keys and its data are slices of the data of its Kinesis record, which all user records
/// of that Kinesis record share.
///
/// It is written like the Python module's: in the shape of a Kinesis stream's record, whatever the original
/// shape, with all fields of the Kinesis record. If it comes from an aggregate, `kinesis` also has
/// `partitionKey`, `explicitHashKey`, `subSequenceNumber` and `aggregated`, and `tags` if it has any.
#[derive(Clone)]
pub struct UserRecord {
    kinesis_record: Arc<KinesisRecord>,
    /// Empty if there is none. This and the keys below are slices of `str`, so they are UTF-8.
    partition_key: Bytes,
    explicit_hash_key: Option<Bytes>,
    data: Bytes,
    tags: Box<[(Bytes, Option<Bytes>)]>,
    sub_sequence_number: u64,
    aggregated: bool,
}

impl UserRecord {
    /// `record` comes from the data of `kinesis_record`.
    pub(super) fn new(kinesis_record: &Arc<KinesisRecord>, record: &DeaggregatedRecord<'_>) -> Self {
        let whole = kinesis_record.data();
        let share = |part: &str| whole.slice_ref(part.as_bytes());
        Self {
            partition_key: match record.aggregated {
                true => share(record.partition_key),
                false => kinesis_record.partition_key_bytes().clone(),
            },
            explicit_hash_key: record.explicit_hash_key.map(share),
            data: whole.slice_ref(record.data),
            tags: record.tags.iter().map(|tag| (share(tag.key), tag.value.map(share))).collect(),
            sub_sequence_number: record.sub_sequence_number,
            aggregated: record.aggregated,
            kinesis_record: Arc::clone(kinesis_record),
        }
    }

    /// The Kinesis record that it came in, with all its fields.
    pub fn kinesis_record(&self) -> &Arc<KinesisRecord> {
        &self.kinesis_record
    }

    /// Its partition key, which may be missing from a record that is no aggregate: see
    /// [`KinesisRecord::partition_key`].
    pub fn partition_key(&self) -> Option<&str> {
        match self.partition_key.is_empty() && !self.aggregated {
            true => None,
            false => Some(text(&self.partition_key)),
        }
    }

    /// Its explicit hash key as its producer wrote it. It may be no number.
    pub fn explicit_hash_key(&self) -> Option<&str> {
        self.explicit_hash_key.as_ref().map(text)
    }

    /// The data of its producer.
    pub fn data(&self) -> &Bytes {
        &self.data
    }

    /// Its tags, name and value. No known producer writes any.
    pub fn tags(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.tags.iter().map(|(key, value)| (text(key), value.as_ref().map(text)))
    }

    /// The sequence number of its Kinesis record, by which a [`BatchResponse`](super::BatchResponse) names
    /// it.
    pub fn sequence_number(&self) -> Option<&str> {
        self.kinesis_record.sequence_number()
    }

    /// Its position in the aggregate, from 0. Together with the sequence number it identifies the user
    /// record.
    pub fn sub_sequence_number(&self) -> u64 {
        self.sub_sequence_number
    }

    /// Whether it comes from an aggregate. If not, it is the Kinesis record itself.
    pub fn is_aggregated(&self) -> bool {
        self.aggregated
    }

    /// Its effective hash key: the explicit hash key if it has one, otherwise that of its partition key.
    ///
    /// # Errors
    /// The explicit hash key is no decimal number below 2^128.
    pub fn hash_key(&self) -> Result<HashKey, HashKeyError> {
        HashKey::of_record(self.partition_key().unwrap_or_default(), self.explicit_hash_key())
    }
}

/// Checked when it is used, not when it is shared, so that a user record with a long key costs no more than
/// one with a short key.
fn text(bytes: &Bytes) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

impl fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserRecord")
            .field("partition_key", &self.partition_key())
            .field("explicit_hash_key", &self.explicit_hash_key())
            .field("data", &format_args!("{} bytes", self.data.len()))
            .field("sequence_number", &self.sequence_number())
            .field("sub_sequence_number", &self.sub_sequence_number)
            .field("aggregated", &self.aggregated)
            .finish_non_exhaustive()
    }
}

impl Serialize for UserRecord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let record = &self.kinesis_record;
        for (name, field) in record.outer().iter().filter(|(name, _)| moved_name(record, name).is_none()) {
            map.serialize_entry(name, field)?;
        }
        map.serialize_entry("kinesis", &KinesisObject(self))?;
        map.end()
    }
}

/// The fields that go into the object `kinesis`, wherever they came from.
const KINESIS_FIELDS: [&str; 7] = [
    "approximateArrivalTimestamp",
    "encryptionType",
    "kinesisSchemaVersion",
    "partitionKey",
    "recordId",
    "sequenceNumber",
    "shardId",
];

/// The name in `kinesis` for a field of the record itself; `None` if it stays there.
fn moved_name(record: &KinesisRecord, name: &str) -> Option<&'static str> {
    let same = |known: &str| match record.shape() {
        Shape::Streams => false,
        Shape::GetRecords if record.outer().get(known).is_none() => capitalised(known) == name,
        _ => known == name,
    };
    let known = KINESIS_FIELDS.into_iter().find(|known| same(known))?;
    record.nested().get(known).is_none().then_some(known)
}

/// The object `kinesis` of a user record.
struct KinesisObject<'a>(&'a UserRecord);

impl KinesisObject<'_> {
    /// Whether the user record has its own value for this field.
    fn replaces(&self, name: &str) -> bool {
        match name {
            "data" => true,
            "aggregated" | "explicitHashKey" | "partitionKey" | "subSequenceNumber" => self.0.aggregated,
            "tags" => !self.0.tags.is_empty(),
            _ => false,
        }
    }

    fn fields(&self) -> impl Iterator<Item = (&str, &Field)> {
        let record = &self.0.kinesis_record;
        let moved =
            record.outer().iter().filter_map(|(name, field)| Some((moved_name(record, name)?, field)));
        record.nested().iter().chain(moved).filter(|(name, _)| !self.replaces(name))
    }
}

impl Serialize for KinesisObject<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(user_record) = self;
        let record = &user_record.kinesis_record;
        let mut map = serializer.serialize_map(None)?;
        // Only streams state the version of the schema. There has been only one.
        if record.shape() != Shape::Streams && record.field("kinesisSchemaVersion").is_none() {
            map.serialize_entry("kinesisSchemaVersion", "1.0")?;
        }
        for (name, field) in self.fields() {
            map.serialize_entry(name, field)?;
        }
        if user_record.aggregated {
            map.serialize_entry("partitionKey", &user_record.partition_key())?;
            map.serialize_entry("explicitHashKey", &user_record.explicit_hash_key())?;
            map.serialize_entry("subSequenceNumber", &user_record.sub_sequence_number)?;
            map.serialize_entry("aggregated", &true)?;
            if !user_record.tags.is_empty() {
                let tags: Vec<_> = user_record.tags().map(|(key, value)| TagObject { key, value }).collect();
                map.serialize_entry("tags", &tags)?;
            }
        }
        map.serialize_entry("data", &Base64(&user_record.data))?;
        map.end()
    }
}

#[derive(Serialize)]
struct TagObject<'a> {
    key: &'a str,
    value: Option<&'a str>,
}
