//! The vectors: JSON lines, described in `tests/vectors/README.md`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::Record;
use super::reference::Input;

/// The lines of a file.
pub(crate) fn lines(file: &str) -> Vec<Value> {
    let path = format!("{}/tests/vectors/{file}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    text.lines().map(|line| serde_json::from_str(line).expect("a JSON object")).collect()
}

pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is text in {value}"))
}

pub(crate) fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_else(|| panic!("{name} is a number in {value}"))
}

pub(crate) fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().unwrap_or_else(|| panic!("{name} is a list in {value}"))
}

/// `None` where it is `null` or absent.
pub(crate) fn optional_text(value: &Value, name: &str) -> Option<String> {
    value[name].as_str().map(str::to_owned)
}

pub(crate) fn bytes(value: &Value, name: &str) -> Vec<u8> {
    STANDARD.decode(text(value, name)).expect("base64")
}

/// The user records that a reader delivered. The vectors say nothing of tags.
pub(crate) fn records(value: &Value) -> Vec<Record> {
    let record = |record: &Value| Record {
        partition_key: text(record, "pk").to_owned(),
        explicit_hash_key: optional_text(record, "ehk"),
        data: bytes(record, "data_b64"),
        tags: Vec::new(),
        sub_sequence_number: number(record, "sub_seq"),
        aggregated: true,
    };
    list(value, "records").iter().map(record).collect()
}

/// The input of an aggregator, expanded.
pub(crate) fn inputs(value: &Value) -> Vec<Input> {
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
            inputs.push(Input {
                partition_key: numbered(text(item, "pk"), number),
                explicit_hash_key: item["ehk"].as_str().map(|key| numbered(key, number)),
                data: data.clone(),
            });
        }
    }
    inputs
}
