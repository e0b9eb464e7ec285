//! All calls of the codec that unpack.

use kinesis_agg::{
    AggregatedRecord, DEFAULT_INDEX_LEN, DeaggregatedRecord, HashKey, HashKeyError, KeyIndexEntry,
    ParseError, deaggregate_batch,
};
use kinesis_agg_aws::lambda::Event;

pub(crate) use kinesis_agg::schema::MAGIC;

/// A part of the data of a Kinesis record. 32 bits are enough: an aggregate is shorter than 4 GiB.
#[derive(Clone, Copy, Default)]
pub(crate) struct Span {
    start: u32,
    len: u32,
}

impl Span {
    /// Returns the place of `part`, a slice of `whole`, in it.
    fn of(part: &[u8], whole: &[u8]) -> Option<Self> {
        if part.is_empty() {
            return Some(Self::default());
        }
        let start = part.as_ptr().addr().checked_sub(whole.as_ptr().addr())?;
        Some(Self { start: u32::try_from(start).ok()?, len: u32::try_from(part.len()).ok()? })
    }

    pub(crate) fn start(self) -> usize {
        usize::try_from(self.start).unwrap_or(usize::MAX)
    }

    pub(crate) fn end(self) -> usize {
        self.start().saturating_add(usize::try_from(self.len).unwrap_or(usize::MAX))
    }

    pub(crate) fn in_data(self, data: &[u8]) -> &[u8] {
        data.get(self.start()..self.end()).unwrap_or_default()
    }
}

/// The place of a user record in the data of its aggregate.
pub(crate) struct Place {
    pub(crate) data: Span,
    pub(crate) partition_key: Span,
    pub(crate) explicit_hash_key: Option<Span>,
}

impl Place {
    fn of(record: &DeaggregatedRecord<'_>, data: &[u8]) -> Option<Self> {
        let explicit_hash_key = match record.explicit_hash_key {
            Some(key) => Some(Span::of(key.as_bytes(), data)?),
            None => None,
        };
        Some(Self {
            data: Span::of(record.data, data)?,
            partition_key: Span::of(record.partition_key.as_bytes(), data)?,
            explicit_hash_key,
        })
    }
}

/// The place of a tag of a user record. Hardly any user record has one.
pub(crate) struct TagPlace {
    pub(crate) user_record: usize,
    pub(crate) key: Span,
    pub(crate) value: Option<Span>,
}

/// The contents of a Kinesis record.
#[derive(Default)]
pub(crate) struct Contents {
    /// Whether it is not an aggregate, and so its own only user record.
    pub(crate) is_plain: bool,
    /// The user records of an aggregate.
    pub(crate) places: Vec<Place>,
    /// The tags, in the order of the user records.
    pub(crate) tags: Vec<TagPlace>,
}

impl Contents {
    fn push(&mut self, record: &DeaggregatedRecord<'_>, data: &[u8]) {
        let place = Place::of(record, data).filter(|_| record.aggregated);
        let Some(place) = place else {
            self.is_plain = true;
            return;
        };
        if !record.tags.is_empty() {
            let user_record = self.places.len();
            self.tags.extend(record.tags.iter().filter_map(|tag| {
                let value = tag.value.and_then(|value| Span::of(value.as_bytes(), data));
                Some(TagPlace { user_record, key: Span::of(tag.key.as_bytes(), data)?, value })
            }));
        }
        self.places.push(place);
    }
}

/// Returns the contents of an aggregate.
pub(crate) fn parse(data: &[u8]) -> Result<Contents, ParseError> {
    let aggregate = AggregatedRecord::parse(data)?;
    let mut contents =
        Contents { places: Vec::with_capacity(aggregate.user_record_count()), ..Contents::default() };
    if aggregate.key_count() <= DEFAULT_INDEX_LEN {
        aggregate.user_records().for_each(|record| contents.push(&record, data));
    } else {
        let mut index = vec![KeyIndexEntry::EMPTY; aggregate.key_count()];
        aggregate.user_records().with_index(&mut index).for_each(|record| contents.push(&record, data));
    }
    Ok(contents)
}

/// Returns the contents of one Kinesis record.
pub(crate) fn read(data: &[u8]) -> Contents {
    parse(data).unwrap_or(Contents { is_plain: true, ..Contents::default() })
}

/// Returns the contents of each Kinesis record. Digests are computed together.
pub(crate) fn read_all(all: &[&[u8]]) -> Vec<Contents> {
    if let [data] = all {
        return vec![read(data)];
    }
    let mut contents: Vec<Contents> = all.iter().map(|_| Contents::default()).collect();
    let mut index = vec![KeyIndexEntry::EMPTY; index_len(all)];
    deaggregate_batch(all.iter().map(|data| ("", *data)), &mut index).for_each(|(position, record)| {
        if let (Some(contents), Some(data)) = (contents.get_mut(position), all.get(position)) {
            contents.push(&record, data);
        }
    });
    contents
}

/// Returns the number of keys that the largest aggregate can have. An index of this length makes the time
/// linear.
fn index_len(all: &[&[u8]]) -> usize {
    let aggregates = all.iter().filter(|data| data.starts_with(&MAGIC));
    let longest = aggregates.map(|data| data.len()).max().unwrap_or(0);
    (longest / MIN_KEY_LEN).min(MAX_INDEX_LEN)
}

/// The bytes of an empty key in a table: its tag and its length.
const MIN_KEY_LEN: usize = 2;

/// 6 MiB of entries. With more keys, which no producer writes, a look-up walks over a few fields.
const MAX_INDEX_LEN: usize = 1 << 18;

/// Returns the kind of an error as a name, and its offset.
pub(crate) fn kind_and_offset(error: ParseError) -> (String, usize) {
    let debug = format!("{:?}", error.kind());
    let name = debug.split([' ', '{']).next().unwrap_or_default();
    (name.to_owned(), error.offset())
}

/// Returns the effective hash key of a user record.
pub(crate) fn hash_key(partition_key: &str, explicit_hash_key: Option<&str>) -> Result<u128, HashKeyError> {
    HashKey::of_record(partition_key, explicit_hash_key).map(HashKey::to_u128)
}

/// Returns the records in the JSON of an event, as JSON, whatever AWS has wrapped around them. A record that
/// cannot be read is returned unchanged.
pub(crate) fn records_of_event(json: &str) -> serde_json::Result<String> {
    let event: Event = serde_json::from_str(json)?;
    let records: Vec<String> = event
        .records
        .iter()
        .map(|record| match record {
            Ok(record) => serde_json::to_string(record.as_ref()),
            Err(unreadable) => Ok(unreadable.json().get().to_owned()),
        })
        .collect::<Result<_, _>>()?;
    Ok(format!("[{}]", records.join(",")))
}
