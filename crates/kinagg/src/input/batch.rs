//! Collects Kinesis records until there are enough to compute their digests together.

use std::ops::Range;
use std::path::Path;

use kinesis_agg::schema::{DIGEST_LEN, unframe};
use kinesis_agg::{Md5, Md5Engine};
use serde_json::value::RawValue;

use super::format::Format;
use super::place::{Place, Position};
use super::record::{KinesisRecord, RecordFields};

/// Enough for the widest vector registers; bounds the memory for small records.
const MAX_RECORDS: usize = 256;
/// Enough for 16 records of a megabyte in base64; bounds the memory for large records, except for the last
/// one.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Memory that is reused for the next records.
const MAX_SPARE: usize = 2 * MAX_BYTES;

/// Kinesis records, copied from the input.
#[derive(Default)]
pub(super) struct Batch {
    data: Vec<u8>,
    text: String,
    records: Vec<Held>,
    digests: Vec<[u8; DIGEST_LEN]>,
}

struct Held {
    position: Position,
    format: Format,
    data: Range<usize>,
    partition_key: Option<Range<usize>>,
    sequence_number: Option<Range<usize>>,
    arrival_time: Option<Range<usize>>,
    shard_id: Option<Range<usize>>,
    cut_off: Option<Range<usize>>,
}

impl Batch {
    pub(super) fn push(&mut self, position: Position, format: Format, fields: RecordFields<'_>) {
        let data = self.data.len();
        self.data.extend_from_slice(fields.data);
        let held = Held {
            position,
            format,
            data: data..self.data.len(),
            partition_key: fields.partition_key.map(|text| self.push_text(text)),
            sequence_number: fields.sequence_number.map(|json| self.push_text(json.get())),
            arrival_time: fields.arrival_time.map(|json| self.push_text(json.get())),
            shard_id: fields.shard_id.map(|text| self.push_text(text)),
            cut_off: fields.cut_off.map(|text| self.push_text(text)),
        };
        self.records.push(held);
    }

    fn push_text(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        start..self.text.len()
    }

    pub(super) fn is_full(&self) -> bool {
        self.records.len() >= MAX_RECORDS || self.data.len() >= MAX_BYTES
    }

    pub(super) fn clear(&mut self) {
        self.records.clear();
        self.data.clear();
        self.data.shrink_to(MAX_SPARE);
        self.text.clear();
        self.text.shrink_to(MAX_SPARE);
    }

    /// The records in input order, with their digests.
    pub(super) fn records<'a>(&'a mut self, file: &'a Path) -> impl Iterator<Item = KinesisRecord<'a>> {
        let Self { data, text, records, digests } = self;
        let (data, text): (&[u8], &str) = (data, text);
        let data_of = move |held: &Held| data.get(held.data.clone()).unwrap_or_default();

        let framed = records.iter().filter_map(|held| unframe(data_of(held)));
        let messages: Vec<_> = framed.map(|(message, _)| message).collect();
        digests.clear();
        digests.resize(messages.len(), [0; DIGEST_LEN]);
        Md5.digest_all(&messages, digests);

        let mut digests = digests.iter();
        records.iter().map(move |held| {
            let data = data_of(held);
            let text_of = |range: &Option<Range<usize>>| text.get(range.clone()?);
            let json_of = |range| serde_json::from_str::<&RawValue>(text_of(range)?).ok();
            KinesisRecord {
                partition_key: text_of(&held.partition_key),
                data,
                sequence_number: json_of(&held.sequence_number),
                arrival_time: json_of(&held.arrival_time),
                shard_id: text_of(&held.shard_id),
                cut_off: text_of(&held.cut_off),
                format: held.format,
                place: Place { file, position: held.position },
                digest: unframe(data).and_then(|_| digests.next().copied()),
            }
        })
    }
}
