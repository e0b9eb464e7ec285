//! The vectors: JSON lines, described in `tests/vectors/README.md`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::record::{Delivered, OwnedRecord};

/// The lines of a file.
pub fn lines(file: &str) -> Vec<Value> {
    let path = format!("{}/../../tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

pub fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is text in {value}"))
}

pub fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("{name} is a number in {value}"))
}

pub fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("{name} is a list in {value}"))
}

/// `None` if it is `null` or absent.
pub fn optional_text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

pub fn bytes(value: &Value, name: &str) -> Vec<u8> {
    STANDARD.decode(text(value, name)).expect("base64")
}

/// The user records that a reader delivered. The vectors have no tags.
pub fn records(value: &Value) -> Vec<Delivered> {
    let record = |record: &Value| Delivered::aggregated(number(record, "sub_seq"), user_record(record));
    list(value, "records").iter().map(record).collect()
}

/// Keys and data.
pub fn user_record(value: &Value) -> OwnedRecord {
    let explicit_hash_key = optional_text(value, "ehk");
    OwnedRecord { explicit_hash_key, ..OwnedRecord::new(text(value, "pk"), &bytes(value, "data_b64")) }
}

/// The input of an aggregator, expanded.
pub fn inputs(value: &Value) -> Vec<OwnedRecord> {
    let mut inputs = Vec::new();
    for item in list(value, "input") {
        let data = match item["data_fill"].as_array() {
            Some(fill) => vec![fill[0].as_u64().unwrap() as u8; fill[1].as_u64().unwrap() as usize],
            None => bytes(item, "data_b64"),
        };
        let numbered = |template: &str, number: u64| match item["count"].is_null() {
            true => template.to_owned(),
            false => template.replace("{i}", &number.to_string()),
        };
        for number in 0..item["count"].as_u64().unwrap_or(1) {
            let explicit_hash_key = item["ehk"].as_str().map(|key| numbered(key, number));
            let record = OwnedRecord::new(&numbered(text(item, "pk"), number), &data);
            inputs.push(OwnedRecord { explicit_hash_key, ..record });
        }
    }
    inputs
}
