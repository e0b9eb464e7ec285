//! The format as `quick-protobuf` reads and writes it: an independent check of the codec and of the
//! reference.

use std::borrow::Cow;

use quick_protobuf::sizeofs::{sizeof_len, sizeof_varint};
use quick_protobuf::{BytesReader, MessageRead, MessageWrite, Result, Writer, WriterBackend};

use crate::record::OwnedRecord;

/// Reads a message. An index outside its table panics.
pub fn read(message: &[u8]) -> Result<Vec<OwnedRecord>> {
    let message = Message::from_reader(&mut BytesReader::from_bytes(message), message)?;
    let key = |table: &[Text<'_>], index: u64| table[usize::try_from(index).unwrap()].to_string();
    let tag =
        |(key, value): &(Text<'_>, Option<Text<'_>>)| (key.to_string(), value.as_ref().map(Cow::to_string));
    let record = |record: &Record<'_>| OwnedRecord {
        partition_key: key(&message.partition_keys, record.partition_key),
        explicit_hash_key: record.explicit_hash_key.map(|index| key(&message.explicit_hash_keys, index)),
        data: record.data.to_vec(),
        tags: record.tags.iter().map(tag).collect(),
    };
    Ok(message.records.iter().map(record).collect())
}

/// Writes a message, with keys numbered by first use.
pub fn write(records: &[OwnedRecord]) -> Vec<u8> {
    let mut bytes = Vec::new();
    Message::of(records).write_message(&mut Writer::new(&mut bytes)).unwrap();
    bytes
}

type Text<'a> = Cow<'a, str>;

#[derive(Default)]
struct Message<'a> {
    partition_keys: Vec<Text<'a>>,
    explicit_hash_keys: Vec<Text<'a>>,
    records: Vec<Record<'a>>,
}

#[derive(Default)]
struct Record<'a> {
    partition_key: u64,
    explicit_hash_key: Option<u64>,
    data: Cow<'a, [u8]>,
    tags: Vec<(Text<'a>, Option<Text<'a>>)>,
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
    fn of(records: &'a [OwnedRecord]) -> Self {
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

impl MessageWrite for Message<'_> {
    fn get_size(&self) -> usize {
        let texts = |table: &[Text<'_>]| table.iter().map(|key| 1 + sizeof_len(key.len())).sum::<usize>();
        texts(&self.partition_keys)
            + texts(&self.explicit_hash_keys)
            + self.records.iter().map(|record| 1 + sizeof_len(record.get_size())).sum::<usize>()
    }

    fn write_message<W: WriterBackend>(&self, out: &mut Writer<W>) -> Result<()> {
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

    fn write_message<W: WriterBackend>(&self, out: &mut Writer<W>) -> Result<()> {
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

    fn write_message<W: WriterBackend>(&self, out: &mut Writer<W>) -> Result<()> {
        out.write_with_tag(0x0A, |out| out.write_string(self.0))?;
        if let Some(value) = self.1 {
            out.write_with_tag(0x12, |out| out.write_string(value))?;
        }
        Ok(())
    }
}

impl<'a> MessageRead<'a> for Message<'a> {
    fn from_reader(reader: &mut BytesReader, bytes: &'a [u8]) -> Result<Self> {
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
    fn from_reader(reader: &mut BytesReader, bytes: &'a [u8]) -> Result<Self> {
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
    fn from_reader(reader: &mut BytesReader, bytes: &'a [u8]) -> Result<Self> {
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
