//! Finds the records of an event, wherever AWS has wrapped them.

use std::borrow::Cow;
use std::sync::Arc;

use kinesis_agg_shapes::{Role, role};
use serde_json::value::RawValue;

use super::fields::{Fields, Object, read_object};
use super::kinesis_record::KinesisRecord;
use super::unreadable_record::{Fault, UnreadableRecord};

pub(super) type Records = Vec<Result<Arc<KinesisRecord>, UnreadableRecord>>;

/// The records of an event, and what stands around them.
pub(super) struct Found {
    pub(super) records: Records,
    pub(super) other: Fields,
    pub(super) frame: Frame,
}

/// What the records stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Frame {
    /// An object, under this name.
    Field(&'static str),
    List,
    /// Nothing: there is one.
    Single,
}

/// What is wrapped deeper is not looked into.
const MAX_DEPTH: usize = 8;

type Outcome = Result<Found, Cow<'static, str>>;

/// The records in an event, or in what is wrapped around one.
pub(super) fn find(json: &RawValue) -> Outcome {
    find_at(json, 0)
}

fn find_at(json: &RawValue, depth: usize) -> Outcome {
    if depth > MAX_DEPTH {
        return Err("an event is wrapped too deep".into());
    }
    if json.get().starts_with('[') {
        let records = read_list(json, Role::List, depth)?;
        return Ok(Found { records, other: Fields::default(), frame: Frame::List });
    }
    let mut object = read_object(json).ok_or("an event is an object or a list")?;
    for name in ["Records", "records"] {
        if let Some(list) = object.get(name).filter(|list| list.get().starts_with('[')) {
            let records = read_list(list, Role::List, depth)?;
            object.remove(name);
            return Ok(Found { records, other: Fields::read(object), frame: Frame::Field(name) });
        }
    }
    if object.keys().any(|name| matches!(role(name), Some(Role::Data | Role::Nested))) {
        let records = vec![KinesisRecord::read(json).map(Arc::new)];
        return Ok(Found { records, other: Fields::default(), frame: Frame::Single });
    }
    if let Some(found) = find_wrapped(&object, depth)? {
        return Ok(found);
    }
    match object.keys().any(|name| role(name) == Some(Role::LostBatch)) {
        true => Err("a failed batch without its records, which have to be fetched from the stream: `KinesisBatchInfo` says which".into()),
        false => Err("an event has a list `Records` or `records`".into()),
    }
}

/// The records in a field of an object.
fn find_wrapped(object: &Object<'_>, depth: usize) -> Result<Option<Found>, Cow<'static, str>> {
    for (name, json) in object {
        let found = match role(name) {
            Some(role @ (Role::List | Role::LogList)) if json.get().starts_with('[') => {
                let records = read_list(json, role, depth)?;
                Ok(Found { records, other: Fields::default(), frame: Frame::Field("Records") })
            }
            Some(Role::Wrapper) if json.get().starts_with('"') => find_in_text(json, depth),
            Some(Role::Wrapper) => find_at(json, depth.saturating_add(1)),
            _ => continue,
        };
        if let Ok(found) = found {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The records in a text that is JSON, or has it behind something else, as log lines have.
fn find_in_text(json: &RawValue, depth: usize) -> Outcome {
    /// How many places are tried, so that no text takes long.
    const MAX: usize = 8;
    let none = || Cow::from("no event in a text");
    let text: String = serde_json::from_str(json.get()).map_err(|_| none())?;
    for (begin, _) in text.match_indices(['{', '[']).take(MAX) {
        let rest = text.get(begin..).unwrap_or_default();
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<&RawValue>();
        if let Some(Ok(json)) = values.next()
            && let Ok(found) = find_at(json, depth.saturating_add(1))
        {
            return Ok(found);
        }
    }
    Err(none())
}

/// Reads a list of records, and of what is wrapped around records.
fn read_list(json: &RawValue, role: Role, depth: usize) -> Result<Records, Cow<'static, str>> {
    let list: Vec<&RawValue> = serde_json::from_str(json.get()).map_err(|error| error.to_string())?;
    let mut records = Vec::with_capacity(list.len());
    for json in list {
        if role == Role::LogList {
            // Most have no event in them.
            records
                .extend(find_at(json, depth.saturating_add(1)).into_iter().flat_map(|found| found.records));
            continue;
        }
        match KinesisRecord::read(json) {
            Err(unreadable) if matches!(unreadable.fault(), Fault::DataMissing(_)) => {
                let object = read_object(json).unwrap_or_default();
                match find_wrapped(&object, depth.saturating_add(1)) {
                    Ok(Some(found)) => records.extend(found.records),
                    _ => records.push(Err(unreadable)),
                }
            }
            record => records.push(record.map(Arc::new)),
        }
    }
    Ok(records)
}
