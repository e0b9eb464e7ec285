//! The reader. Positions are absolute, and groups recurse.

use std::ops::Range;

use kinesis_agg::ParseErrorKind as Kind;

use crate::record::{Delivered, OwnedRecord, OwnedTag};
use crate::wire::{DIGEST_LEN, MAGIC, md5};

const MAX_KEY_LEN: usize = 1024;
/// Unknown groups may nest this deep. The record and the tag count as levels.
const LEVELS: usize = 100;

/// A fault and its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    pub kind: Kind,
    pub offset: usize,
}

/// A correct message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    pub partition_keys: Vec<String>,
    pub explicit_hash_keys: Vec<String>,
    pub records: Vec<Delivered>,
}

/// If the description does not say which of several faults comes first, all of them are listed.
pub type Answer = Result<Message, Vec<Fault>>;

/// Reads the data of a Kinesis record.
pub fn read(data: &[u8]) -> Answer {
    check_frame(data)?;
    check_digest(data)?;
    read_message(data)
}

/// Whether the frame is that of an aggregated record: magic, length and digest.
pub fn is_framed(data: &[u8]) -> bool {
    check_frame(data).and_then(|()| check_digest(data)).is_ok()
}

/// The same, without the digest.
pub fn read_unverified(data: &[u8]) -> Answer {
    check_frame(data)?;
    read_message(data)
}

fn check_digest(data: &[u8]) -> Result<(), Vec<Fault>> {
    let offset = data.len() - DIGEST_LEN;
    if md5(&data[MAGIC.len()..offset]) == data[offset..] {
        return Ok(());
    }
    Err(vec![Fault { kind: Kind::Digest, offset }])
}

fn check_frame(data: &[u8]) -> Result<(), Vec<Fault>> {
    if !data.starts_with(&MAGIC) {
        return Err(vec![Fault { kind: Kind::NotAggregated, offset: 0 }]);
    }
    // "More than 16 bytes follow the magic."
    if data.len() <= MAGIC.len() + DIGEST_LEN {
        let kind = Kind::TooShort { len: data.len() as u32, needed: 21 };
        return Err(vec![Fault { kind, offset: data.len() }]);
    }
    Ok(())
}

/// A part of the data, by absolute positions.
#[derive(Clone)]
struct Part<'a> {
    data: &'a [u8],
    range: Range<usize>,
}

enum Value {
    Varint(u64),
    Len(Range<usize>),
    /// Read and ignored.
    Other,
}

struct Field {
    number: u64,
    value: Value,
    offset: usize,
}

impl Part<'_> {
    fn varint(&mut self) -> Result<u64, Fault> {
        let offset = self.range.start;
        let fault = |kind| Err(Fault { kind, offset });
        let mut value = 0_u128;
        for count in 1.. {
            let Some(at) = self.range.next() else { return fault(Kind::VarintTruncated) };
            let byte = self.data[at];
            value += u128::from(byte % 128) << (7 * (count - 1));
            if byte < 128 {
                break;
            }
            if count == 10 {
                return fault(Kind::VarintTooLong);
            }
        }
        u64::try_from(value).or_else(|_| fault(Kind::VarintOverflow))
    }

    fn take(&mut self, len: usize) -> Option<Range<usize>> {
        if len > self.range.len() {
            return None;
        }
        let taken = self.range.start..self.range.start + len;
        self.range.start = taken.end;
        Some(taken)
    }

    /// Number and wire type.
    fn tag(&mut self) -> Result<(u64, u64), Fault> {
        let offset = self.range.start;
        let tag = self.varint()?;
        let (number, wire_type) = (tag / 8, tag % 8);
        if number == 0 || number >= 1 << 29 {
            return Err(Fault { kind: Kind::FieldNumber, offset });
        }
        Ok((number, wire_type))
    }

    fn field(&mut self, levels: usize) -> Result<Option<Field>, Fault> {
        let offset = self.range.start;
        if self.range.is_empty() {
            return Ok(None);
        }
        let (number, wire_type) = self.tag()?;
        let value = self.value(number, wire_type, offset, levels, offset)?;
        Ok(Some(Field { number, value, offset }))
    }

    /// `outermost` is the beginning of the outermost group around it, or its own.
    fn value(
        &mut self,
        number: u64,
        wire_type: u64,
        offset: usize,
        levels: usize,
        outermost: usize,
    ) -> Result<Value, Fault> {
        let content = self.range.start;
        match wire_type {
            0 => Ok(Value::Varint(self.varint()?)),
            1 | 5 => match self.take(if wire_type == 1 { 8 } else { 4 }) {
                Some(_) => Ok(Value::Other),
                None => Err(Fault { kind: Kind::FixedTruncated, offset: content }),
            },
            2 => {
                let length = self.varint()?;
                let left = self.range.len();
                match usize::try_from(length).ok().and_then(|length| self.take(length)) {
                    Some(taken) => Ok(Value::Len(taken)),
                    None => {
                        let kind = Kind::LengthPastEnd { length, left: left as u32 };
                        Err(Fault { kind, offset: content })
                    }
                }
            }
            3 => {
                if levels == 0 {
                    return Err(Fault { kind: Kind::GroupTooDeep { limit: LEVELS as u32 }, offset });
                }
                self.group(number, levels - 1, outermost)?;
                Ok(Value::Other)
            }
            4 => Err(Fault { kind: Kind::GroupEndUnmatched, offset }),
            _ => Err(Fault { kind: Kind::WireType, offset }),
        }
    }

    fn group(&mut self, open: u64, levels: usize, outermost: usize) -> Result<(), Fault> {
        loop {
            let offset = self.range.start;
            if self.range.is_empty() {
                return Err(Fault { kind: Kind::GroupTruncated, offset: outermost });
            }
            let (number, wire_type) = self.tag()?;
            if (number, wire_type) == (open, 4) {
                return Ok(());
            }
            self.value(number, wire_type, offset, levels, outermost)?;
        }
    }

    fn sub(&self, range: Range<usize>) -> Self {
        Self { data: self.data, range }
    }

    fn text(&self, range: Range<usize>, kind: Kind) -> Result<String, Fault> {
        let start = range.start;
        match std::str::from_utf8(&self.data[range]) {
            Ok(text) => Ok(text.to_owned()),
            Err(error) => Err(Fault { kind, offset: start + error.valid_up_to() }),
        }
    }

    fn key(&self, range: Range<usize>) -> Result<String, Fault> {
        if range.len() > MAX_KEY_LEN {
            let kind = Kind::KeyTooLong { len: range.len() as u32, limit: MAX_KEY_LEN as u32 };
            return Err(Fault { kind, offset: range.start });
        }
        self.text(range, Kind::KeyNotUtf8)
    }
}

/// The fields of a record. Its keys are still indices, with the offsets of their fields.
struct RawRecord {
    partition_key: (u64, usize),
    explicit_hash_key: Option<(u64, usize)>,
    data: Vec<u8>,
    tags: Vec<OwnedTag>,
}

fn read_message(data: &[u8]) -> Answer {
    let mut fields = Part { data, range: MAGIC.len()..data.len() - DIGEST_LEN };
    let mut message = Message::default();
    let mut raw_records = Vec::new();
    while let Some(Field { number, value, .. }) = fields.field(LEVELS).map_err(|fault| vec![fault])? {
        let Value::Len(content) = value else { continue };
        match number {
            1 => message.partition_keys.push(fields.key(content).map_err(|fault| vec![fault])?),
            2 => message.explicit_hash_keys.push(fields.key(content).map_err(|fault| vec![fault])?),
            3 => raw_records.push(read_record(fields.sub(content))?),
            _ => {}
        }
    }
    let outside = outside_tables(&message, &raw_records);
    if !outside.is_empty() {
        return Err(outside);
    }
    for (raw, position) in raw_records.into_iter().zip(0..) {
        let explicit_hash_key = raw.explicit_hash_key.map(|(index, _)| index as usize);
        let user_record = OwnedRecord {
            partition_key: message.partition_keys[raw.partition_key.0 as usize].clone(),
            explicit_hash_key: explicit_hash_key.map(|index| message.explicit_hash_keys[index].clone()),
            data: raw.data,
            tags: raw.tags,
        };
        message.records.push(Delivered::aggregated(position, user_record));
    }
    Ok(message)
}

/// Every index outside its table. None of them is "the" fault.
fn outside_tables(message: &Message, records: &[RawRecord]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for record in records {
        let (index, offset) = record.partition_key;
        let table_len = message.partition_keys.len() as u32;
        if index >= u64::from(table_len) {
            faults.push(Fault { kind: Kind::PartitionKeyIndex { index, table_len }, offset });
        }
        let table_len = message.explicit_hash_keys.len() as u32;
        if let Some((index, offset)) = record.explicit_hash_key
            && index >= u64::from(table_len)
        {
            faults.push(Fault { kind: Kind::ExplicitHashKeyIndex { index, table_len }, offset });
        }
    }
    faults
}

/// A bad tag does not end the record. If later fields are bad or missing, each is a fault, too.
fn read_record(mut fields: Part<'_>) -> Result<RawRecord, Vec<Fault>> {
    let start = fields.range.start;
    let (mut partition_key, mut explicit_hash_key, mut data) = (None, None, None);
    let mut tags = Vec::new();
    let mut faults = Vec::new();
    loop {
        let Field { number, value, offset } = match fields.field(LEVELS - 1) {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(fault) => {
                faults.push(fault);
                return Err(faults);
            }
        };
        match (number, value) {
            (1, Value::Varint(index)) => partition_key = Some((index, offset)),
            (2, Value::Varint(index)) => explicit_hash_key = Some((index, offset)),
            (3, Value::Len(content)) => data = Some(fields.data[content].to_vec()),
            (4, Value::Len(content)) => match read_tag(fields.sub(content)) {
                Ok(tag) => tags.push(tag),
                Err(fault) => faults.push(fault),
            },
            _ => {}
        }
    }
    if partition_key.is_none() {
        faults.push(Fault { kind: Kind::PartitionKeyIndexMissing, offset: start });
    }
    if data.is_none() {
        faults.push(Fault { kind: Kind::DataMissing, offset: start });
    }
    match (partition_key, data, faults.is_empty()) {
        (Some(partition_key), Some(data), true) => {
            Ok(RawRecord { partition_key, explicit_hash_key, data, tags })
        }
        _ => Err(faults),
    }
}

fn read_tag(mut fields: Part<'_>) -> Result<OwnedTag, Fault> {
    let start = fields.range.start;
    let (mut key, mut tag_value) = (None, None);
    while let Some(Field { number, value, .. }) = fields.field(LEVELS - 2)? {
        match (number, value) {
            (1, Value::Len(content)) => key = Some(fields.text(content, Kind::TagNotUtf8)?),
            (2, Value::Len(content)) => tag_value = Some(fields.text(content, Kind::TagNotUtf8)?),
            _ => {}
        }
    }
    match key {
        Some(key) => Ok((key, tag_value)),
        None => Err(Fault { kind: Kind::TagKeyMissing, offset: start }),
    }
}
