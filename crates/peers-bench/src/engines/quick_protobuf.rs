//! `quick-protobuf`, with a reader and a writer as its generator would write them, borrowing where possible.

use kinesis_agg::UserRecord;
use quick_protobuf::sizeofs::{sizeof_len, sizeof_varint};
use quick_protobuf::{BytesReader, MessageRead, MessageWrite, Result, Writer, WriterBackend};

use super::{Peer, Table, at};

#[derive(Default)]
struct AggregatedRecord<'a> {
    partition_key_table: Vec<&'a str>,
    explicit_hash_key_table: Vec<&'a str>,
    records: Vec<Record<'a>>,
}

#[derive(Default)]
struct Record<'a> {
    partition_key_index: Option<u64>,
    explicit_hash_key_index: Option<u64>,
    data: Option<&'a [u8]>,
    tags: Vec<Tag<'a>>,
}

#[derive(Default)]
struct Tag<'a> {
    key: &'a str,
    value: Option<&'a str>,
}

impl<'a> MessageRead<'a> for AggregatedRecord<'a> {
    fn from_reader(reader: &mut BytesReader, bytes: &'a [u8]) -> Result<Self> {
        let mut message = Self::default();
        while !reader.is_eof() {
            match reader.next_tag(bytes)? {
                0x0A => message.partition_key_table.push(reader.read_string(bytes)?),
                0x12 => message.explicit_hash_key_table.push(reader.read_string(bytes)?),
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
                0x08 => record.partition_key_index = Some(reader.read_uint64(bytes)?),
                0x10 => record.explicit_hash_key_index = Some(reader.read_uint64(bytes)?),
                0x1A => record.data = Some(reader.read_bytes(bytes)?),
                0x22 => record.tags.push(reader.read_message(bytes)?),
                unknown => reader.read_unknown(bytes, unknown)?,
            }
        }
        Ok(record)
    }
}

impl<'a> MessageRead<'a> for Tag<'a> {
    fn from_reader(reader: &mut BytesReader, bytes: &'a [u8]) -> Result<Self> {
        let mut tag = Self::default();
        while !reader.is_eof() {
            match reader.next_tag(bytes)? {
                0x0A => tag.key = reader.read_string(bytes)?,
                0x12 => tag.value = Some(reader.read_string(bytes)?),
                unknown => reader.read_unknown(bytes, unknown)?,
            }
        }
        Ok(tag)
    }
}

impl MessageWrite for Record<'_> {
    fn get_size(&self) -> usize {
        let varint = |index: Option<u64>| index.map_or(0, |index| 1 + sizeof_varint(index));
        varint(self.partition_key_index)
            + varint(self.explicit_hash_key_index)
            + self.data.map_or(0, |data| 1 + sizeof_len(data.len()))
    }

    fn write_message<W: WriterBackend>(&self, out: &mut Writer<W>) -> Result<()> {
        if let Some(index) = self.partition_key_index {
            out.write_with_tag(0x08, |out| out.write_uint64(index))?;
        }
        if let Some(index) = self.explicit_hash_key_index {
            out.write_with_tag(0x10, |out| out.write_uint64(index))?;
        }
        if let Some(data) = self.data {
            out.write_with_tag(0x1A, |out| out.write_bytes(data))?;
        }
        Ok(())
    }
}

pub struct QuickProtobuf;

impl Peer for QuickProtobuf {
    const NAME: &str = "quick-protobuf";

    fn read(message: &[u8], mut sink: impl FnMut(&str, Option<&str>, &[u8])) -> Option<()> {
        let aggregated =
            AggregatedRecord::from_reader(&mut BytesReader::from_bytes(message), message).ok()?;
        for record in &aggregated.records {
            let partition_key = aggregated.partition_key_table.get(at(record.partition_key_index?))?;
            let explicit_hash_key = match record.explicit_hash_key_index {
                Some(index) => Some(*aggregated.explicit_hash_key_table.get(at(index))?),
                None => None,
            };
            sink(partition_key, explicit_hash_key, record.data?);
        }
        Some(())
    }

    fn decode(message: &[u8]) -> Option<usize> {
        let aggregated = AggregatedRecord::from_reader(&mut BytesReader::from_bytes(message), message);
        aggregated.ok().map(|aggregated| std::hint::black_box(&aggregated).records.len())
    }

    fn build(user_records: &[UserRecord<'_>], out: &mut Vec<u8>) {
        let (mut partition_keys, mut explicit_hash_keys) = (Table::default(), Table::default());
        let records: Vec<Record<'_>> = user_records
            .iter()
            .map(|record| Record {
                partition_key_index: Some(partition_keys.number(record.partition_key)),
                explicit_hash_key_index: record.explicit_hash_key.map(|key| explicit_hash_keys.number(key)),
                data: Some(record.data),
                tags: Vec::new(),
            })
            .collect();
        let mut out = Writer::new(out);
        let written: Result<()> = (|| {
            for key in partition_keys.keys {
                out.write_with_tag(0x0A, |out| out.write_string(key))?;
            }
            for key in explicit_hash_keys.keys {
                out.write_with_tag(0x12, |out| out.write_string(key))?;
            }
            for record in &records {
                out.write_with_tag(0x1A, |out| out.write_message(record))?;
            }
            Ok(())
        })();
        written.expect("a vector grows");
    }
}
