//! Sends Kinesis records and user records as frames over any `embedded_io::Write`.
//!
//! A frame is three lengths as big-endian `u16`, then partition key, explicit hash key (of length 0 if there
//! is none) and data.

use embedded_io::{Read, ReadExactError, Write};
use kinesis_agg::{DeaggregatedRecord, KinesisRecord, OwnedKinesisRecord};

use crate::Failure;

/// The number of bytes before the partition key.
const HEAD_LEN: usize = 6;

/// The number of bytes that are sent at a time, as the FIFO of a serial port takes them.
const STEP_LEN: usize = 64;

/// The content of a frame.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    parts: [&'a [u8]; 3],
}

impl<'a> Frame<'a> {
    fn head(&self) -> [u8; HEAD_LEN] {
        let [[a, b], [c, d], [e, f]] = self.parts.map(|part| (part.len() as u16).to_be_bytes());
        [a, b, c, d, e, f]
    }

    /// Writes the whole frame.
    pub fn write(&self, out: &mut impl Write) -> Result<(), Failure> {
        out.write_all(&self.head()).map_err(|_| Failure::Host)?;
        self.parts.iter().try_for_each(|part| out.write_all(part)).map_err(|_| Failure::Host)
    }

    /// Reads a frame into a buffer; `None` at the end of the stream.
    pub fn read(input: &mut impl Read, buffer: &'a mut [u8]) -> Result<Option<Self>, Failure> {
        let mut head = [0; HEAD_LEN];
        match input.read_exact(&mut head) {
            Ok(()) => {}
            Err(ReadExactError::UnexpectedEof) => return Ok(None),
            Err(_) => return Err(Failure::Host),
        }
        let [a, b, c, d, e, f] = head;
        let [key, explicit, data] = [[a, b], [c, d], [e, f]].map(|len| usize::from(u16::from_be_bytes(len)));
        let rest = buffer.get_mut(..key + explicit + data).ok_or(Failure::Busy)?;
        input.read_exact(rest).map_err(|_| Failure::Host)?;
        let (key, rest) = rest.split_at_checked(key).ok_or(Failure::Host)?;
        let (explicit, data) = rest.split_at_checked(explicit).ok_or(Failure::Host)?;
        Ok(Some(Self { parts: [key, explicit, data] }))
    }

    /// Returns the outer partition key and the data of a Kinesis record.
    pub fn kinesis_record(&self) -> Option<(&'a str, &'a [u8])> {
        let [key, _, data] = self.parts;
        Some((core::str::from_utf8(key).ok()?, data))
    }
}

impl<'a> From<KinesisRecord<'a>> for Frame<'a> {
    fn from(record: KinesisRecord<'a>) -> Self {
        let explicit_hash_key = record.explicit_hash_key.unwrap_or_default();
        Self { parts: [record.partition_key.as_bytes(), explicit_hash_key.as_bytes(), record.data] }
    }
}

impl<'a> From<DeaggregatedRecord<'a>> for Frame<'a> {
    fn from(record: DeaggregatedRecord<'a>) -> Self {
        let explicit_hash_key = record.explicit_hash_key.unwrap_or_default();
        Self { parts: [record.partition_key.as_bytes(), explicit_hash_key.as_bytes(), record.data] }
    }
}

/// Sends a Kinesis record a few bytes at a time while another is being filled. It stands for a hardware
/// transfer.
pub struct Transport<W, B> {
    out: W,
    sending: Option<(OwnedKinesisRecord<B>, usize)>,
}

impl<W: Write, B: AsRef<[u8]>> Transport<W, B> {
    /// Makes a transport that has nothing to send yet.
    pub const fn new(out: W) -> Self {
        Self { out, sending: None }
    }

    /// Starts to send a Kinesis record. The previous one must be complete.
    pub fn start(&mut self, record: OwnedKinesisRecord<B>) {
        self.sending = Some((record, 0));
    }

    /// Sends a few more bytes. Returns the buffer after the last ones.
    pub fn step(&mut self) -> Result<Option<B>, Failure> {
        let Some((record, sent)) = &mut self.sending else { return Ok(None) };
        let frame = Frame::from(record.as_record().ok_or(Failure::Different)?);
        let mut from = *sent;
        let mut room = STEP_LEN;
        let mut total = 0;
        for part in [frame.head().as_slice()].into_iter().chain(frame.parts) {
            let rest = part.get(from.min(part.len())..).unwrap_or_default();
            let rest = rest.get(..rest.len().min(room)).unwrap_or_default();
            self.out.write_all(rest).map_err(|_| Failure::Host)?;
            from = from.saturating_sub(part.len());
            room -= rest.len();
            *sent += rest.len();
            total += part.len();
        }
        let done = *sent == total;
        Ok(if done { self.sending.take().map(|(record, _)| record.into_buffer()) } else { None })
    }

    /// Sends the rest and returns the buffer; `None` if nothing is being sent.
    pub fn complete(&mut self) -> Result<Option<B>, Failure> {
        while self.sending.is_some() {
            if let Some(buffer) = self.step()? {
                return Ok(Some(buffer));
            }
        }
        Ok(None)
    }
}
