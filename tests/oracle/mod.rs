//! The format as `quick-protobuf` reads and writes it, with no line of the codec: the expectation of other tests.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::borrow::Cow;
use std::fmt;

use kinesis_agg::{DeaggregatedRecord, Tag, UserRecord};
use md5::{Digest, Md5};
use quick_protobuf::sizeofs::{sizeof_len, sizeof_varint};
use quick_protobuf::{BytesReader, MessageRead, MessageWrite, Writer, WriterBackend};

pub const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

/// A user record that owns what it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct OwnedRecord {
    pub partition_key: String,
    pub explicit_hash_key: Option<String>,
    pub data: Vec<u8>,
    pub tags: Vec<(String, Option<String>)>,
}

impl fmt::Debug for OwnedRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition_key, explicit_hash_key, data, tags } = self;
        write!(f, "({partition_key:?}, {explicit_hash_key:?}, {} bytes, {tags:?})", data.len())
    }
}

impl OwnedRecord {
    pub fn new(partition_key: &str, data: &[u8]) -> Self {
        let (partition_key, data) = (partition_key.to_owned(), data.to_vec());
        Self { partition_key, explicit_hash_key: None, data, tags: Vec::new() }
    }

    pub fn tags(&self) -> Vec<Tag<'_>> {
        self.tags.iter().map(|(key, value)| Tag { key, value: value.as_deref() }).collect()
    }

    /// Itself as a user record, with what [`OwnedRecord::tags`] gave.
    pub fn with<'a>(&'a self, tags: &'a [Tag<'a>]) -> UserRecord<'a> {
        UserRecord::new(&self.partition_key, &self.data)
            .with_explicit_hash_key(self.explicit_hash_key.as_deref())
            .with_tags(tags)
    }
}

impl From<DeaggregatedRecord<'_>> for OwnedRecord {
    fn from(record: DeaggregatedRecord<'_>) -> Self {
        Self {
            partition_key: record.partition_key.to_owned(),
            explicit_hash_key: record.explicit_hash_key.map(str::to_owned),
            data: record.data.to_vec(),
            tags: record.tags.iter().map(|tag| (tag.key.to_owned(), tag.value.map(str::to_owned))).collect(),
        }
    }
}

/// What the service takes for a decimal hash key.
pub fn is_decimal_hash_key(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && (text == "0" || !text.starts_with('0'))
        && text.parse::<u128>().is_ok()
}

/// The hash key of a user record, whose explicit one is valid.
pub fn hash_key(record: &OwnedRecord) -> u128 {
    match &record.explicit_hash_key {
        Some(decimal) => decimal.parse().unwrap(),
        None => u128::from_be_bytes(Md5::digest(record.partition_key.as_bytes()).into()),
    }
}

/// An aggregated record of these user records, keys numbered by first use: magic, message, digest.
pub fn aggregate(records: &[OwnedRecord]) -> Vec<u8> {
    frame(&write(&Message::of(records)))
}

/// The size of [`aggregate`]; that of nothing is 0.
pub fn aggregate_size(records: &[OwnedRecord]) -> usize {
    if records.is_empty() { 0 } else { 20 + Message::of(records).get_size() }
}

pub fn frame(message: &[u8]) -> Vec<u8> {
    let mut data = MAGIC.to_vec();
    data.extend_from_slice(message);
    data.extend_from_slice(&Md5::digest(message));
    data
}

/// Whether readers take data for an aggregated record by its frame.
pub fn is_framed(data: &[u8]) -> bool {
    let framed = data.strip_prefix(&MAGIC).filter(|framed| framed.len() > 16);
    framed
        .map(|framed| framed.split_at(framed.len() - 16))
        .is_some_and(|(message, digest)| Md5::digest(message).as_slice() == digest)
}

/// The user records in an aggregated record that is known to be whole.
pub fn deaggregate(data: &[u8]) -> Vec<OwnedRecord> {
    let message = data.strip_prefix(&MAGIC).expect("magic");
    let (message, digest) = message.split_at(message.len() - 16);
    assert_eq!(digest, Md5::digest(message).as_slice(), "digest");
    let mut reader = BytesReader::from_bytes(message);
    let message = Message::from_reader(&mut reader, message).expect("message");
    let key = |table: &[Cow<'_, str>], index: u64| table[usize::try_from(index).unwrap()].to_string();
    message
        .records
        .iter()
        .map(|record| OwnedRecord {
            partition_key: key(&message.partition_keys, record.partition_key),
            explicit_hash_key: record.explicit_hash_key.map(|index| key(&message.explicit_hash_keys, index)),
            data: record.data.to_vec(),
            tags: record
                .tags
                .iter()
                .map(|(key, value)| (key.to_string(), value.as_ref().map(Cow::to_string)))
                .collect(),
        })
        .collect()
}

type Text<'a> = Cow<'a, str>;

#[derive(Default)]
pub struct Message<'a> {
    pub partition_keys: Vec<Text<'a>>,
    pub explicit_hash_keys: Vec<Text<'a>>,
    pub records: Vec<Record<'a>>,
}

#[derive(Default)]
pub struct Record<'a> {
    pub partition_key: u64,
    pub explicit_hash_key: Option<u64>,
    pub data: Cow<'a, [u8]>,
    pub tags: Vec<(Text<'a>, Option<Text<'a>>)>,
}

struct TagMessage<'t, 'a>(&'t Text<'a>, &'t Option<Text<'a>>);

fn intern<'a>(table: &mut Vec<Text<'a>>, key: &'a str) -> u64 {
    let index = table.iter().position(|known| known == key).unwrap_or_else(|| {
        table.push(key.into());
        table.len() - 1
    });
    u64::try_from(index).unwrap()
}

impl<'a> Message<'a> {
    pub fn of(records: &'a [OwnedRecord]) -> Self {
        let mut message = Self::default();
        for record in records {
            let partition_key = intern(&mut message.partition_keys, &record.partition_key);
            let explicit_hash_key =
                record.explicit_hash_key.as_ref().map(|key| intern(&mut message.explicit_hash_keys, key));
            let text = |text: &'a String| Text::from(text.as_str());
            let tags = record.tags.iter().map(|(key, value)| (text(key), value.as_ref().map(text))).collect();
            let data = Cow::from(&record.data);
            message.records.push(Record { partition_key, explicit_hash_key, data, tags });
        }
        message
    }
}

pub fn write(message: &impl MessageWrite) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.write_message(&mut Writer::new(&mut bytes)).unwrap();
    bytes
}

impl MessageWrite for Message<'_> {
    fn get_size(&self) -> usize {
        let texts = |table: &[Text<'_>]| table.iter().map(|key| 1 + sizeof_len(key.len())).sum::<usize>();
        texts(&self.partition_keys)
            + texts(&self.explicit_hash_keys)
            + self.records.iter().map(|record| 1 + sizeof_len(record.get_size())).sum::<usize>()
    }

    fn write_message<W: WriterBackend>(&self, out: &mut Writer<W>) -> quick_protobuf::Result<()> {
        for key in &self.partition_keys {
            out.write_with_tag(0x0A, |out| out.write_string(key))?;
        }
        for key in &self.explicit_hash_keys {
            out.write_with_tag(0x12, |out| out.write_string(key))?;
        }
        for record in &self.records {
            out.write_with_tag(0x1A, |out| out.write_message(record))?;
        }
        Ok(())
    }
}

impl MessageWrite for Record<'_> {
    fn get_size(&self) -> usize {
        1 + sizeof_varint(self.partition_key)
            + self.explicit_hash_key.map_or(0, |index| 1 + sizeof_varint(index))
            + 1
            + sizeof_len(self.data.len())
            + self
                .tags
                .iter()
                .map(|(key, value)| 1 + sizeof_len(TagMessage(key, value).get_size()))
                .sum::<usize>()
    }

    fn write_message<W: WriterBackend>(&self, out: &mut Writer<W>) -> quick_protobuf::Result<()> {
        out.write_with_tag(0x08, |out| out.write_uint64(self.partition_key))?;
        if let Some(index) = self.explicit_hash_key {
            out.write_with_tag(0x10, |out| out.write_uint64(index))?;
        }
        out.write_with_tag(0x1A, |out| out.write_bytes(&self.data))?;
        for (key, value) in &self.tags {
            out.write_with_tag(0x22, |out| out.write_message(&TagMessage(key, value)))?;
        }
        Ok(())
    }
}

impl MessageWrite for TagMessage<'_, '_> {
    fn get_size(&self) -> usize {
        1 + sizeof_len(self.0.len()) + self.1.as_ref().map_or(0, |value| 1 + sizeof_len(value.len()))
    }

    fn write_message<W: WriterBackend>(&self, out: &mut Writer<W>) -> quick_protobuf::Result<()> {
        out.write_with_tag(0x0A, |out| out.write_string(self.0))?;
        if let Some(value) = self.1 {
            out.write_with_tag(0x12, |out| out.write_string(value))?;
        }
        Ok(())
    }
}

impl<'a> MessageRead<'a> for Message<'a> {
    fn from_reader(reader: &mut BytesReader, bytes: &'a [u8]) -> quick_protobuf::Result<Self> {
        let mut message = Self::default();
        while !reader.is_eof() {
            match reader.next_tag(bytes)? {
                0x0A => message.partition_keys.push(reader.read_string(bytes)?.into()),
                0x12 => message.explicit_hash_keys.push(reader.read_string(bytes)?.into()),
                0x1A => message.records.push(reader.read_message(bytes)?),
                unknown => reader.read_unknown(bytes, unknown)?,
            }
        }
        Ok(message)
    }
}

impl<'a> MessageRead<'a> for Record<'a> {
    fn from_reader(reader: &mut BytesReader, bytes: &'a [u8]) -> quick_protobuf::Result<Self> {
        let mut record = Self::default();
        while !reader.is_eof() {
            match reader.next_tag(bytes)? {
                0x08 => record.partition_key = reader.read_uint64(bytes)?,
                0x10 => record.explicit_hash_key = Some(reader.read_uint64(bytes)?),
                0x1A => record.data = reader.read_bytes(bytes)?.into(),
                0x22 => {
                    record.tags.push(reader.read_message::<OwnedTag<'a>>(bytes).map(|OwnedTag(tag)| tag)?)
                }
                unknown => reader.read_unknown(bytes, unknown)?,
            }
        }
        Ok(record)
    }
}

#[derive(Default)]
struct OwnedTag<'a>((Text<'a>, Option<Text<'a>>));

impl<'a> MessageRead<'a> for OwnedTag<'a> {
    fn from_reader(reader: &mut BytesReader, bytes: &'a [u8]) -> quick_protobuf::Result<Self> {
        let mut tag = Self::default();
        while !reader.is_eof() {
            match reader.next_tag(bytes)? {
                0x0A => tag.0.0 = reader.read_string(bytes)?.into(),
                0x12 => tag.0.1 = Some(reader.read_string(bytes)?.into()),
                unknown => reader.read_unknown(bytes, unknown)?,
            }
        }
        Ok(tag)
    }
}
