//! The findings as JSON.

use std::str;

use kinesis_agg::schema::MAX_KEY_LEN;
use kinesis_agg_inspect::{Inspection, KeyTable, Oddity, Severity, UserRecordFound, Verdict};
use serde_json::{Map, Value, json};

use crate::output::Base64;

pub(super) fn value(found: &Inspection<'_>, place: &str) -> Value {
    let (verdict, error) = match found.verdict {
        Verdict::Aggregate { .. } => ("aggregate", None),
        Verdict::Plain(_) => ("plain", None),
        Verdict::Broken(error) => ("broken", Some(error)),
    };
    let shares: Map<String, Value> =
        found.shares.iter().map(|(part, share)| (part.name().replace(' ', "_"), share.into())).collect();
    json!({
        "place": place,
        "verdict": verdict,
        "explanation": found.explanation(),
        "error": error.map(|error| json!({"what": error.kind().to_string(), "offset": error.offset()})),
        "size": found.data.len(),
        "size_limit": found.size_limit,
        "readable": found.readable,
        "recoverable_user_records": found.recoverable,
        "recoverable_data_bytes": found.recoverable_bytes,
        "digest": found.digest.map(|digest| json!({
            "offset": digest.offset,
            "right": digest.is_right(),
            "stored": hex(&digest.stored),
            "computed": hex(&digest.computed),
        })),
        "shares": shares,
        "oddities": found.oddities.iter().map(oddity).collect::<Vec<_>>(),
        "partition_keys": key_table(&found.partition_keys),
        "explicit_hash_keys": key_table(&found.explicit_hash_keys),
        "user_records": {
            "total": found.user_records.total,
            "listed": found.user_records.shown.iter().map(user_record).collect::<Vec<_>>(),
        },
        "fields": {
            "total": found.dump.total,
            "listed": found.dump.shown.iter().map(|line| json!({
                "offset": line.offset,
                "size": line.head.len().saturating_add(line.content.len()),
                "depth": line.depth,
                "part": line.part.name(),
                "meaning": line.meaning,
            })).collect::<Vec<_>>(),
        },
    })
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn oddity(oddity: &Oddity) -> Value {
    let severity = match oddity.kind.severity() {
        Severity::Fault => "fault",
        Severity::Risk => "risk",
        Severity::Note => "note",
    };
    let places = oddity.places.iter().map(|(offset, what)| json!({"offset": offset, "what": what}));
    json!({
        "name": oddity.kind.name(),
        "severity": severity,
        "meaning": oddity.kind.meaning(),
        "count": oddity.count,
        "first": places.collect::<Vec<_>>(),
    })
}

fn key_table(table: &KeyTable<'_>) -> Value {
    let listed = table.keys.shown.iter().map(|key| {
        let mut value = json!({"offset": key.offset, "size": key.bytes.len(), "uses": key.uses});
        insert_text(&mut value, "key", key.bytes);
        value
    });
    json!({
        "total": table.keys.total,
        "unused": table.unused,
        "duplicates": table.duplicates,
        "listed": listed.collect::<Vec<_>>(),
    })
}

fn user_record(record: &UserRecordFound<'_>) -> Value {
    let mut value = json!({
        "offset": record.offset,
        "partition_key_index": record.partition_key_index,
        "explicit_hash_key_index": record.explicit_hash_key_index,
        "hash_key": record.hash_key.map(|hash_key| hash_key.to_string()),
        "data_offset": record.data_offset,
        "data": Base64(record.data),
        "tags": record.tags,
        "problem": record.problem,
    });
    // Many user records may name one key. A long key, which no producer writes, is listed only in its table.
    let keys = [("partition_key", record.partition_key), ("explicit_hash_key", record.explicit_hash_key)];
    for (name, key) in keys {
        if let Some(key) = key.filter(|key| key.len() <= MAX_KEY_LEN) {
            insert_text(&mut value, name, key);
        }
    }
    value
}

/// As text, or as base64 in a field whose name says so.
fn insert_text(value: &mut Value, name: &str, bytes: &[u8]) {
    let Some(fields) = value.as_object_mut() else { return };
    match str::from_utf8(bytes) {
        Ok(text) => fields.insert(name.into(), text.into()),
        Err(_) => fields.insert(format!("{name}_base64"), json!(Base64(bytes))),
    };
}
