//! Finds the Kinesis records in a JSON value that is in memory.

use std::io;

use kinesis_agg_shapes::{Data, LostBatch, Role};
use serde_json::value::RawValue;

use super::item::{Inner, Item};
use crate::base64::Ending;
use crate::input::data;
use crate::input::limits::Limits;
use crate::input::line::{Text, without_position};
use crate::input::place::Position;
use crate::input::record::{KinesisRecord, RecordFields};
use crate::input::report::Failure;
use crate::input::sink::Sink;
use crate::output::Output;

/// The number of nested wrappers that are opened.
const MAX_DEPTH: usize = 8;

/// The error for an object that is no record.
const NO_DATA: &str = "no field `Data`, `data` or `kinesis.data`";

/// The errors for a record whose data is cut off.
const CUT_OFF: &str = "data is cut off at its end";
const CUT_OFF_BASE64: &str = "data is base64 that is cut off within a byte at its end";

/// Passes records on and counts them.
pub(in crate::input) struct Finder<'r, 's, F> {
    limits: Limits,
    sink: &'r Sink<'s, F>,
    /// The number of the last record.
    number: u64,
    /// Log events without a record.
    without: u64,
    /// The shard that KCL's MultiLangDaemon named.
    shard_id: Option<String>,
    data: Vec<u8>,
}

impl<'r, 's, F> Finder<'r, 's, F>
where
    F: FnMut(&mut Output, KinesisRecord<'_>) -> Result<(), Failure>,
{
    pub(in crate::input) fn new(limits: Limits, sink: &'r Sink<'s, F>) -> Self {
        Self { limits, sink, number: 0, without: 0, shard_id: None, data: Vec::new() }
    }

    /// The position after the last record.
    pub(super) fn place_behind(&self) -> Position {
        match self.number {
            0 => Position::Whole,
            number => Position::AfterRecord(number),
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.sink.is_over()
    }

    /// Reports the next record as bad.
    pub(super) fn fail(&mut self, error: String) -> io::Result<()> {
        let position = self.next_position();
        self.sink.fail(position, error)
    }

    /// Reports a note on what was read so far.
    pub(super) fn say(&self, note: &str) {
        self.sink.say(self.place_behind(), note);
    }

    fn next_position(&mut self) -> Position {
        self.number = self.number.saturating_add(1);
        Position::Record(self.number)
    }

    /// Passes on the records in a value: the value itself, or those in a wrapper.
    pub(super) fn find(&mut self, json: &[u8]) -> io::Result<()> {
        match self.find_in_value(json, Place { depth: 1, is_sure: true })? {
            Found::Records => Ok(()),
            Found::Nothing => self.fail(NO_DATA.to_owned()),
            Found::Fault(error) => self.fail(error),
        }
    }

    /// The same for a value outside any list, which may also be a log line.
    pub(super) fn find_alone(&mut self, json: &[u8]) -> io::Result<()> {
        let has_wrapper = |item: Item<'_>| item.inner.iter().any(|inner| inner.role == Role::Wrapper);
        let is_log_line = || serde_json::from_slice(json).is_ok_and(has_wrapper);
        match self.find_in_value(json, Place { depth: 1, is_sure: true })? {
            Found::Records => Ok(()),
            Found::Nothing if is_log_line() => {
                self.without = self.without.saturating_add(1);
                Ok(())
            }
            Found::Nothing => self.fail(NO_DATA.to_owned()),
            Found::Fault(error) => self.fail(error),
        }
    }

    /// The same for a log event, an object or text, which may hold no record.
    pub(in crate::input) fn find_in_log_event(&mut self, event: &[u8]) -> io::Result<()> {
        let found = match event.trim_ascii_start().starts_with(b"{") {
            true => self.find_in_value(event, Place { depth: 0, is_sure: false })?,
            false => self.find_in_text(event, Place { depth: 0, is_sure: false })?,
        };
        match found {
            Found::Records => Ok(()),
            Found::Nothing => {
                self.without = self.without.saturating_add(1);
                Ok(())
            }
            Found::Fault(error) => self.fail(error),
        }
    }

    /// Reports that no log event contained a record.
    pub(in crate::input) fn end(&self) -> io::Result<()> {
        if self.number > 0 || self.without == 0 {
            return Ok(());
        }
        let events = if self.without == 1 { "log event" } else { "log events" };
        self.sink.fail(Position::Whole, format!("no Kinesis record in {} {events}", self.without))
    }

    fn find_in_value(&mut self, json: &[u8], at: Place) -> io::Result<Found> {
        if at.depth > MAX_DEPTH {
            return Ok(Found::Nothing);
        }
        match json.trim_ascii_start() {
            [b'"', ..] => self.read_data(json, at),
            [b'{', rest @ ..] if rest.trim_ascii_start().starts_with(b"\"0\"") => self.read_data(json, at),
            [b'{', ..] => self.find_in_object(json, at),
            [b'[', rest @ ..]
                if rest.trim_ascii_start().first().is_some_and(|byte| b"-0123456789".contains(byte)) =>
            {
                self.read_data(json, at)
            }
            [b'[', ..] => self.find_in_list(json, at),
            _ => Ok(Found::Fault("not a JSON object".to_owned())),
        }
    }

    /// A record that consists only of its data, or an event as text.
    fn read_data(&mut self, json: &[u8], at: Place) -> io::Result<Found> {
        match serde_json::from_slice::<Data<'_>>(json) {
            Ok(Data::Text(text)) if text.trim_start().starts_with(['{', '[']) => {
                self.find_in_text(text.as_bytes(), at)
            }
            Ok(data) => self.record(Item { data: Some(data), ..Item::default() }),
            Err(error) => Ok(Found::Fault(without_position(&error))),
        }
    }

    fn find_in_list(&mut self, json: &[u8], at: Place) -> io::Result<Found> {
        let list: Vec<&RawValue> = match serde_json::from_slice(json) {
            Ok(list) => list,
            Err(error) => return Ok(Found::Fault(error.to_string())),
        };
        // A row of `--query 'Records[].[Data,PartitionKey]'`, in any order.
        if at.depth > 0 && list.len() > 1 && list.iter().all(|value| value.get().starts_with('"')) {
            return Ok(Found::Fault(
                "a list of texts, without a name that says which is the data".to_owned(),
            ));
        }
        let (mut has_records, mut without) = (list.is_empty(), 0_usize);
        for value in list {
            if self.is_over() {
                break;
            }
            match self.find_in_value(value.get().as_bytes(), at.deeper(at.is_sure))? {
                Found::Records => has_records = true,
                Found::Nothing => without = without.saturating_add(1),
                Found::Fault(error) => {
                    has_records = true;
                    self.fail(error)?;
                }
            }
        }
        if !has_records {
            return Ok(Found::Nothing);
        }
        (0..without).try_for_each(|_| self.fail(NO_DATA.to_owned()))?;
        Ok(Found::Records)
    }

    fn find_in_object(&mut self, json: &[u8], at: Place) -> io::Result<Found> {
        let item: Item<'_> = match serde_json::from_slice(json) {
            Ok(item) => item,
            Err(_) if !at.is_sure => return Ok(Found::Nothing),
            Err(error) => return Ok(Found::Fault(field_error(&error))),
        };
        if item.data.is_some() {
            // Any object may have a field `data`.
            let is_record =
                item.partition_key.is_some() || item.sequence_number.is_some() || item.event_id.is_some();
            return match item.repeated {
                _ if !at.is_sure && !is_record => Ok(Found::Nothing),
                Some(name) => Ok(Found::Fault(format!(
                    "field `{name}`: another field of the record means the same, expected one"
                ))),
                None => self.record(item),
            };
        }
        let mut found = Found::Nothing;
        for (number, Inner { name, role, json }) in item.inner.iter().enumerate() {
            if !matches!(found, Found::Nothing) {
                let is_repeated =
                    item.inner.iter().take(number).any(|before| before.name.as_ref() == name.as_ref());
                // Loggers write an event into a second field of another name, too.
                if is_repeated || matches!(role, Role::List | Role::LogList) {
                    self.say("another field of the same object may have records: it is not read");
                }
                continue;
            }
            let value = json.get().as_bytes();
            found = match (role, value.first()) {
                (Role::LogList, Some(b'[')) => self.find_in_log_list(value)?,
                (Role::List, Some(b'[')) => self.find_in_value(value, at.deeper(true))?,
                (Role::Wrapper, Some(b'[' | b'{')) => self.find_in_value(value, at.deeper(false))?,
                (Role::Wrapper, Some(b'"')) => match serde_json::from_slice::<Text<'_>>(value) {
                    Ok(text) => self.find_in_text(text.as_ref().as_bytes(), at.deeper(false))?,
                    Err(_) => Found::Nothing,
                },
                _ => Found::Nothing,
            };
        }
        Ok(match (found, item.lost_batch, &item.action) {
            (Found::Nothing, Some(batch), _) => {
                let batch: LostBatch = serde_json::from_str(batch.get()).unwrap_or_default();
                Found::Fault(batch.to_string())
            }
            (Found::Nothing, None, Some(_)) => {
                // Other messages of KCL's daemon: where it begins, and where it ends.
                self.shard_id = item.shard_id.map(|shard| shard.as_ref().to_owned()).or(self.shard_id.take());
                Found::Records
            }
            (found, ..) => found,
        })
    }

    fn find_in_log_list(&mut self, json: &[u8]) -> io::Result<Found> {
        let list: Vec<&RawValue> = match serde_json::from_slice(json) {
            Ok(list) => list,
            Err(error) => return Ok(Found::Fault(error.to_string())),
        };
        for value in list {
            if self.is_over() {
                break;
            }
            self.find_in_log_event(value.get().as_bytes())?;
        }
        Ok(Found::Records)
    }

    /// Text that is JSON, or contains it after other words, as log lines do.
    fn find_in_text(&mut self, text: &[u8], at: Place) -> io::Result<Found> {
        let is_json = match text.trim_ascii_start() {
            [b'[', rest @ ..] => rest.trim_ascii_start().starts_with(b"{"),
            text => text.starts_with(b"{"),
        };
        if is_json && serde_json::from_slice::<&RawValue>(text).is_ok() {
            return self.find_in_value(text, at.deeper(false));
        }
        for json in objects_in(text) {
            let found = self.find_in_value(json, at.deeper(false))?;
            if !matches!(found, Found::Nothing) {
                return Ok(found);
            }
        }
        Ok(Found::Nothing)
    }

    fn record(&mut self, item: Item<'_>) -> io::Result<Found> {
        let Some(data) = &item.data else { return Ok(Found::Nothing) };
        self.data.clear();
        let ending = match data::decode(data, &mut self.data) {
            Ok(ending) => ending,
            Err(error) => return Ok(Found::Fault(format!("data {error}"))),
        };
        if let Err(error) = self.limits.check_record(&self.data) {
            return Ok(Found::Fault(error));
        }
        let cut_off = (ending == Ending::CutOff).then(|| match data {
            Data::Text(text) if !text.contains([' ', '\'']) => CUT_OFF_BASE64,
            _ => CUT_OFF,
        });
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
        Ok(Found::Records)
    }
}

/// The position of a value.
#[derive(Clone, Copy)]
struct Place {
    /// The number of wrappers around it.
    depth: usize,
    /// The value must be a record or contain records. A log line, or the body of a message, may contain
    /// anything.
    is_sure: bool,
}

impl Place {
    fn deeper(self, is_sure: bool) -> Self {
        Self { depth: self.depth.saturating_add(1), is_sure }
    }
}

/// What a value is.
enum Found {
    /// A record, or a list of records.
    Records,
    /// No record, and no list of records.
    Nothing,
    /// A bad record.
    Fault(String),
}

/// The error of an object. If the error names a field, it has no position.
fn field_error(error: &serde_json::Error) -> String {
    let text = without_position(error);
    if text.starts_with("field `") { text } else { error.to_string() }
}

/// The first few JSON objects in a text.
fn objects_in(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    /// Bounds the number of attempts, so that no text takes long.
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
