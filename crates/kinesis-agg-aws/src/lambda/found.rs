//! Finds the records of an event, wherever AWS has wrapped them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use kinesis_agg_shapes::{LostBatch, Role, role};
use serde_json::value::RawValue;

use super::fields::{Fields, Object, read_object};
use super::kinesis_record::KinesisRecord;
use super::unreadable_record::{Fault, UnreadableRecord};

pub(super) type Records = Vec<Result<Arc<KinesisRecord>, UnreadableRecord>>;

/// The records of an event, and the fields around them.
pub(super) struct Found {
    pub(super) records: Records,
    pub(super) other: Fields,
    pub(super) frame: Frame,
}

/// What contains the records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// An object, under this name.
    Field(&'static str),
    List,
    /// Nothing: the event is one record.
    Single,
}

/// Deeper wrappers are not opened.
const MAX_DEPTH: usize = 8;

/// Why there are no records.
pub(super) enum NoRecords {
    NoEvent(Cow<'static, str>),
    /// A failed batch. The text says how to fetch its records.
    LostBatch(String),
}

impl fmt::Display for NoRecords {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoEvent(why) => f.write_str(why),
            Self::LostBatch(how) => f.write_str(how),
        }
    }
}

impl From<&'static str> for NoRecords {
    fn from(why: &'static str) -> Self {
        Self::NoEvent(why.into())
    }
}

type Outcome = Result<Found, NoRecords>;

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
    fn sure(self) -> Self {
        Self { is_sure: true, ..self }
    }

    fn deeper(self, is_sure: bool) -> Self {
        Self { depth: self.depth.saturating_add(1), is_sure }
    }
}

/// The records in an event, or in a wrapper around one.
pub(super) fn find(json: &RawValue) -> Outcome {
    find_at(json, Place { depth: 0, is_sure: true })
}

fn find_at(json: &RawValue, at: Place) -> Outcome {
    if at.depth > MAX_DEPTH {
        return Err("the event is wrapped too deep".into());
    }
    if json.get().starts_with('[') {
        let records = read_list(json, Role::List, at)?;
        return Ok(Found { records, other: Fields::default(), frame: Frame::List });
    }
    let mut object = read_object(json).ok_or("not an event: expected an object or a list")?;
    for name in ["Records", "records"] {
        if let Some(list) = object.get(name).filter(|list| list.get().starts_with('[')) {
            let records = read_list(list, Role::List, at.sure())?;
            object.remove(name);
            return Ok(Found { records, other: Fields::read(object), frame: Frame::Field(name) });
        }
    }
    if at.is_sure && has_data(&object) || is_evident_record(&object) {
        let records = vec![KinesisRecord::read(json).map(Arc::new)];
        return Ok(Found { records, other: Fields::default(), frame: Frame::Single });
    }
    find_wrapped(&object, at)
}

fn has_data(object: &Object<'_>) -> bool {
    object.keys().any(|name| matches!(role(name), Some(Role::Data | Role::Nested)))
}

/// Whether it certainly is a record. Any object may have a field `data`.
fn is_evident_record(object: &Object<'_>) -> bool {
    let names_record =
        |role| matches!(role, Role::Nested | Role::PartitionKey | Role::SequenceNumber | Role::EventId);
    has_data(object) && object.keys().filter_map(|name| role(name)).any(names_record)
}

/// The records in a field of an object.
fn find_wrapped(object: &Object<'_>, at: Place) -> Outcome {
    for (name, json) in object {
        let found = match role(name) {
            Some(role @ (Role::List | Role::LogList)) if json.get().starts_with('[') => {
                read_list(json, role, at.sure()).map(|records| Found {
                    records,
                    other: Fields::default(),
                    frame: Frame::Field("Records"),
                })
            }
            Some(Role::Wrapper) if json.get().starts_with('"') => find_in_text(json, at),
            Some(Role::Wrapper) => find_at(json, at.deeper(false)),
            _ => continue,
        };
        if !matches!(found, Err(NoRecords::NoEvent(_))) {
            return found;
        }
    }
    match object.iter().find(|(name, _)| role(name) == Some(Role::LostBatch)) {
        Some((_, json)) => {
            let batch: LostBatch = serde_json::from_str(json.get()).unwrap_or_default();
            Err(NoRecords::LostBatch(batch.to_string()))
        }
        None => Err("not an event: expected a list `Records` or `records`".into()),
    }
}

/// The records in a text that is JSON, or contains it after other words, as log lines do.
fn find_in_text(json: &RawValue, at: Place) -> Outcome {
    /// Bounds the number of attempts, so that no text takes long.
    const MAX: usize = 8;
    const NONE: &str = "no event in a text";
    let text: String = serde_json::from_str(json.get()).map_err(|_| NONE)?;
    for (begin, _) in text.match_indices(['{', '[']).take(MAX) {
        let rest = text.get(begin..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        if let Some(Ok(json)) = values.next() {
            let found = find_at(json, at.deeper(false));
            if !matches!(found, Err(NoRecords::NoEvent(_))) {
                return found;
            }
        }
    }
    Err(NONE.into())
}

/// Reads a list of records, or of wrappers around records.
///
/// # Errors
/// It is too deep, or it has to contain records and does not.
fn read_list(json: &RawValue, role: Role, at: Place) -> Result<Records, NoRecords> {
    if at.depth > MAX_DEPTH {
        return Err("the event is wrapped too deep".into());
    }
    let list: Vec<&RawValue> =
        serde_json::from_str(json.get()).map_err(|error| NoRecords::NoEvent(error.to_string().into()))?;
    let is_evident =
        || list.iter().any(|json| read_object(json).is_some_and(|item| is_evident_record(&item)));
    let is_sure = role == Role::List && (at.is_sure || is_evident());
    let mut records = Vec::with_capacity(list.len());
    for &json in &list {
        let at = at.deeper(is_sure);
        let (found, unreadable) = match is_sure {
            // Most log events contain no record.
            false => (find_at(json, at), None),
            true => match KinesisRecord::read(json) {
                Err(unreadable) if matches!(unreadable.fault(), Fault::DataMissing(_)) => {
                    (find_wrapped(&read_object(json).unwrap_or_default(), at), Some(Err(unreadable)))
                }
                record => {
                    records.push(record.map(Arc::new));
                    continue;
                }
            },
        };
        match found {
            Ok(found) => records.extend(found.records),
            Err(NoRecords::LostBatch(how)) => records.push(Err(UnreadableRecord::of_lost_batch(json, how))),
            Err(NoRecords::NoEvent(_)) => records.extend(unreadable),
        }
    }
    let has_none = !is_sure && role == Role::List && records.is_empty() && !list.is_empty();
    if has_none { Err("no event in a list".into()) } else { Ok(records) }
}
