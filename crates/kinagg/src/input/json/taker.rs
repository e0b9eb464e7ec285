//! Finds the Kinesis records in a JSON value that is in memory.

use std::io;

use kinesis_agg_shapes::Role;
use serde_json::value::RawValue;

use super::data::Data;
use super::item::Item;
use super::lost_batch;
use crate::base64::Ending;
use crate::input::limits::Limits;
use crate::input::place::Position;
use crate::input::record::{KinesisRecord, RecordFields};
use crate::input::report::Failure;
use crate::input::sink::Sink;
use crate::line::{Text, without_position};
use crate::output::Output;

/// What is wrapped deeper is not looked into.
const MAX_DEPTH: usize = 8;

/// What is said of a record whose data is cut off.
const CUT_OFF: &str = "data is cut off at its end";
const CUT_OFF_BASE64: &str = "data is base64 that is cut off within a byte at its end";

/// Hands records on, and counts them.
pub(in crate::input) struct Taker<'r, 's, F> {
    limits: Limits,
    sink: &'r Sink<'s, F>,
    /// That of the last record.
    number: u64,
    /// Log events without a record.
    without: u64,
    /// The shard that KCL's MultiLangDaemon has named.
    shard_id: Option<String>,
    data: Vec<u8>,
}

impl<'r, 's, F> Taker<'r, 's, F>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    pub(in crate::input) fn new(limits: Limits, sink: &'r Sink<'s, F>) -> Self {
        Self { limits, sink, number: 0, without: 0, shard_id: None, data: Vec::new() }
    }

    /// Where something stands that comes behind the last record.
    pub(super) fn place_behind(&self) -> Position {
        match self.number {
            0 => Position::Whole,
            number => Position::AfterRecord(number),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.sink.is_over()
    }

    /// Says that the next record is bad.
    pub(super) fn fail(&mut self, error: String) -> io::Result<()> {
        let position = self.next_position();
        self.sink.fail(position, error)
    }

    fn next_position(&mut self) -> Position {
        self.number = self.number.saturating_add(1);
        Position::Record(self.number)
    }

    /// Hands on the records in a value: a record itself, or what holds some.
    pub(super) fn take(&mut self, json: &[u8]) -> io::Result<()> {
        match self.take_value(json, 1)? {
            Taken::Records => Ok(()),
            Taken::Nothing => self.fail("no field `Data`, `data` or `kinesis.data`".to_owned()),
            Taken::Fault(error) => self.fail(error),
        }
    }

    /// The same of a log event, which may hold none. It is an object or text.
    pub(in crate::input) fn take_log_event(&mut self, event: &[u8]) -> io::Result<()> {
        let taken = match event.trim_ascii_start().starts_with(b"{") {
            true => self.take_value(event, 0)?,
            false => self.take_text(event, 0)?,
        };
        match taken {
            Taken::Records => Ok(()),
            Taken::Nothing => {
                self.without = self.without.saturating_add(1);
                Ok(())
            }
            Taken::Fault(error) => self.fail(error),
        }
    }

    /// Says so if there were log events alone, and no record in them.
    pub(in crate::input) fn end(&self) -> io::Result<()> {
        if self.number > 0 || self.without == 0 {
            return Ok(());
        }
        let events = if self.without == 1 { "log event" } else { "log events" };
        self.sink.fail(Position::Whole, format!("no Kinesis record in {} {events}", self.without))
    }

    fn take_value(&mut self, json: &[u8], depth: usize) -> io::Result<Taken> {
        if depth > MAX_DEPTH {
            return Ok(Taken::Nothing);
        }
        match json.trim_ascii_start() {
            [b'"', ..] => self.take_data(json, depth),
            [b'{', rest @ ..] if rest.trim_ascii_start().starts_with(b"\"0\"") => self.take_data(json, depth),
            [b'{', ..] => self.take_object(json, depth),
            [b'[', rest @ ..]
                if rest.trim_ascii_start().first().is_some_and(|byte| b"-0123456789".contains(byte)) =>
            {
                self.take_data(json, depth)
            }
            [b'[', ..] => self.take_list(json, depth),
            _ => Ok(Taken::Fault("not a JSON object".to_owned())),
        }
    }

    /// A record that is nothing but its data, or an event as text.
    fn take_data(&mut self, json: &[u8], depth: usize) -> io::Result<Taken> {
        match serde_json::from_slice::<Data<'_>>(json) {
            Ok(Data::Text(text)) if text.trim_start().starts_with(['{', '[']) => {
                self.take_text(text.as_bytes(), depth)
            }
            Ok(data) => self.record(Item { data: Some(data), ..Item::default() }),
            Err(error) => Ok(Taken::Fault(without_position(&error))),
        }
    }

    fn take_list(&mut self, json: &[u8], depth: usize) -> io::Result<Taken> {
        let list: Vec<&RawValue> = match serde_json::from_slice(json) {
            Ok(list) => list,
            Err(error) => return Ok(Taken::Fault(error.to_string())),
        };
        // A row of `--query 'Records[].[Data,PartitionKey]'`, in whatever order.
        if depth > 0 && list.len() > 1 && list.iter().all(|value| value.get().starts_with('"')) {
            return Ok(Taken::Fault("a list of texts, of which no name says which is the data".to_owned()));
        }
        let mut taken = Taken::Records;
        for value in list {
            if self.is_over() {
                break;
            }
            match self.take_value(value.get().as_bytes(), depth.saturating_add(1))? {
                Taken::Records => {}
                Taken::Nothing => taken = Taken::Nothing,
                Taken::Fault(error) => self.fail(error)?,
            }
        }
        Ok(taken)
    }

    fn take_object(&mut self, json: &[u8], depth: usize) -> io::Result<Taken> {
        let item: Item<'_> = match serde_json::from_slice(json) {
            Ok(item) => item,
            Err(error) => return Ok(Taken::Fault(field_error(&error))),
        };
        if item.data.is_some() {
            return self.record(item);
        }
        let mut found = Taken::Nothing;
        for (role, value) in &item.inner {
            let value = value.get().as_bytes();
            let taken = match (role, value.first()) {
                (Role::LogList, Some(b'[')) => self.take_log_list(value)?,
                (Role::List | Role::Wrapper, Some(b'[' | b'{')) => {
                    self.take_value(value, depth.saturating_add(1))?
                }
                (Role::Wrapper, Some(b'"')) => match serde_json::from_slice::<Text<'_>>(value) {
                    Ok(text) => self.take_text(text.as_ref().as_bytes(), depth.saturating_add(1))?,
                    Err(_) => Taken::Nothing,
                },
                _ => Taken::Nothing,
            };
            if !matches!(taken, Taken::Nothing) {
                found = taken;
                break;
            }
        }
        Ok(match (found, item.lost_batch, &item.action) {
            (Taken::Nothing, Some(batch), _) => Taken::Fault(lost_batch::describe(batch.get())),
            (Taken::Nothing, None, Some(_)) => {
                // What KCL's daemon says besides: where it begins, and where it ends.
                self.shard_id = item.shard_id.map(|shard| shard.as_ref().to_owned()).or(self.shard_id.take());
                Taken::Records
            }
            (found, ..) => found,
        })
    }

    fn take_log_list(&mut self, json: &[u8]) -> io::Result<Taken> {
        let list: Vec<&RawValue> = match serde_json::from_slice(json) {
            Ok(list) => list,
            Err(error) => return Ok(Taken::Fault(error.to_string())),
        };
        for value in list {
            self.take_log_event(value.get().as_bytes())?;
        }
        Ok(Taken::Records)
    }

    /// Text that is JSON, or has it behind something else, as log lines have.
    fn take_text(&mut self, text: &[u8], depth: usize) -> io::Result<Taken> {
        let is_json = text.trim_ascii_start().starts_with(b"{") || text.trim_ascii_start().starts_with(b"[");
        if is_json && serde_json::from_slice::<&RawValue>(text).is_ok() {
            return self.take_value(text, depth.saturating_add(1));
        }
        for json in objects_in(text) {
            let taken = self.take_value(json, depth.saturating_add(1))?;
            if !matches!(taken, Taken::Nothing) {
                return Ok(taken);
            }
        }
        Ok(Taken::Nothing)
    }

    fn record(&mut self, item: Item<'_>) -> io::Result<Taken> {
        let Some(data) = &item.data else { return Ok(Taken::Nothing) };
        self.data.clear();
        let ending = match data.decode(&mut self.data) {
            Ok(ending) => ending,
            Err(error) => return Ok(Taken::Fault(format!("data {error}"))),
        };
        if let Err(error) = self.limits.check_record(&self.data) {
            return Ok(Taken::Fault(error));
        }
        let is_base64 = matches!(data, Data::Text(text) if !text.contains(' ') && !text.contains('\''));
        let cut_off = (ending == Ending::CutOff).then_some(if is_base64 { CUT_OFF_BASE64 } else { CUT_OFF });
        let of_event =
            item.event_id.as_ref().and_then(|id| id.as_ref().split_once(':')).map(|(shard, _)| shard);
        let position = self.next_position();
        let fields = RecordFields {
            partition_key: item.partition_key.as_ref().map(Text::as_ref),
            data: &self.data,
            sequence_number: item.sequence_number,
            arrival_time: item.arrival_time,
            shard_id: item.shard_id.as_ref().map(Text::as_ref).or(of_event).or(self.shard_id.as_deref()),
            cut_off,
        };
        self.sink.record(position, fields)?;
        Ok(Taken::Records)
    }
}

/// What became of a value.
enum Taken {
    /// It was a record, or held what is to hold records.
    Records,
    /// There is no record in it, and nothing that should hold one.
    Nothing,
    /// It is a bad record.
    Fault(String),
}

/// What is wrong with an object. Where a field is named, no position is needed.
fn field_error(error: &serde_json::Error) -> String {
    let text = without_position(error);
    if text.starts_with("field `") { text } else { error.to_string() }
}

/// The JSON objects in a text, the first few of them.
fn objects_in(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    /// How many places are tried, so that no text takes long.
    const MAX: usize = 8;
    let mut at = 0;
    let mut tried = 0_usize;
    std::iter::from_fn(move || {
        while tried < MAX {
            let found = memchr::memchr(b'{', text.get(at..)?)?;
            let begin = at.saturating_add(found);
            let rest = text.get(begin..)?;
            at = begin.saturating_add(1);
            tried = tried.saturating_add(1);
            let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<&RawValue>();
            if let Some(Ok(value)) = values.next() {
                at = begin.saturating_add(values.byte_offset());
                return Some(value.get().as_bytes());
            }
        }
        None
    })
}
