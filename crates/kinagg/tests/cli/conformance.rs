//! The vectors, through the program. Where the format's table of decided cases and a vector differ, the table
//! counts, and the test names those vectors.

use std::collections::HashMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::run::{Run, base64, from_base64, json_lines, kinagg, vectors};

/// Expands the input items of `aggregation.jsonl` to lines.
fn input_lines(vector: &Value) -> Vec<Value> {
    vector["input"].as_array().unwrap().iter().flat_map(item_lines).collect()
}

fn item_lines(item: &Value) -> Vec<Value> {
    let data = match item["data_fill"].as_array() {
        Some(fill) => base64([u8::try_from(fill[0].as_u64().unwrap()).unwrap()].repeat(index(&fill[1]))),
        None => item["data_b64"].as_str().unwrap().to_owned(),
    };
    let line = |fill_in: &dyn Fn(&str) -> String| {
        json!({
            "partition_key": fill_in(item["pk"].as_str().unwrap()),
            "explicit_hash_key": item["ehk"].as_str().map(fill_in),
            "data": data,
        })
    };
    match item["count"].as_u64() {
        Some(count) => (0..count).map(|i| line(&|key| key.replace("{i}", &i.to_string()))).collect(),
        None => vec![line(&str::to_owned)],
    }
}

fn index(value: &Value) -> usize {
    usize::try_from(value.as_u64().unwrap()).unwrap()
}

/// Whether the service would refuse the keys of a user record.
fn has_bad_keys(line: &Value) -> bool {
    let chars = line["partition_key"].as_str().unwrap().chars().count();
    let is_plain_decimal = |key: &str| key.parse::<u128>().is_ok_and(|number| number.to_string() == key);
    !(1..=256).contains(&chars) || !line["explicit_hash_key"].as_str().is_none_or(is_plain_decimal)
}

fn check_blob(blob: &str, expected: &Value, id: &str) {
    let blob = from_base64(blob);
    assert_eq!(blob.len(), index(&expected["blob_len"]), "{id}");
    match expected["blob_b64"].as_str() {
        Some(expected) => assert_eq!(base64(blob), expected, "{id}"),
        None => {
            let digest: String = Sha256::digest(&blob).iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(digest, expected["blob_sha256"], "{id}");
        }
    }
}

#[test]
fn what_pack_writes_is_what_the_official_runtime_writes() {
    let mut runs: HashMap<String, Run> = HashMap::new();
    let mut compared = 0;
    let mut refused = 0;
    for vector in vectors("aggregation.jsonl") {
        if vector["equals_exact_greedy"] != true {
            continue;
        }
        let id = vector["id"].as_str().unwrap();
        let is_kpl = vector["generator"] == "kpl";
        let max_size = vector["max_size"].as_u64().unwrap_or(1_048_576).to_string();
        // The generators count only the blob, so the outer partition key must not matter.
        let mut arguments =
            vec!["pack", "--keep-going", "--max-size", &max_size, "--record-limit", "10485760"];
        if is_kpl {
            arguments.push("--plain-lone");
        }
        let lines = input_lines(&vector);
        let run = runs
            .entry(format!("{arguments:?} {}", vector["input"]))
            .or_insert_with(|| kinagg(&arguments, json_lines(lines.clone())));

        let complaints: Vec<usize> = run.complaints().into_iter().map(|(number, _)| number - 1).collect();
        let bad_keys: Vec<usize> =
            (0..lines.len()).filter(|position| has_bad_keys(&lines[*position])).collect();
        if !bad_keys.is_empty() {
            assert!(bad_keys.iter().all(|position| complaints.contains(position)), "{id}: {}", run.err);
            assert!(run.err.lines().all(|line| line.contains("key")), "{id}: {}", run.err);
            let packed: usize = run.lines().iter().map(|line| index(&line["user_records"])).sum();
            assert_eq!(packed + complaints.len(), lines.len(), "{id}");
            refused += 1;
            continue;
        }
        let rejected: Vec<usize> =
            vector["rejected"].as_array().unwrap().iter().map(|rejected| index(&rejected["index"])).collect();
        assert_eq!(complaints, rejected, "{id}: {}", run.err);
        assert_eq!(run.status, Some(i32::from(!rejected.is_empty())), "{id}");

        let output = run.lines();
        let expected = vector["output"].as_array().unwrap();
        assert_eq!(output.len(), expected.len(), "{id}");
        for (line, expected) in output.iter().zip(expected) {
            check_blob(line["data"].as_str().unwrap(), expected, id);
            assert_eq!(line["size"], expected["blob_len"], "{id}");
            // The KPL has its own outer keys.
            if !is_kpl {
                assert_eq!(line["partition_key"], expected["pk"], "{id}");
                assert_eq!(line["explicit_hash_key"], expected["ehk"], "{id}");
            }
            if expected["not_aggregated"] != true {
                assert_eq!(line["user_records"], expected["num_records"], "{id}");
            }
        }
        compared += 1;
    }
    assert_eq!((compared, refused), (506, 34));
}

/// Vectors that the official runtimes accept and we do not: a varint of more than 64 bits, or a key or tag
/// that is not UTF-8 and that no user record uses or no runtime checks.
const NO_AGGREGATES_HERE: [&str; 6] = [
    "deagg-a_varint_overflow_bits-000",
    "deagg-a_varint_overflow_bits-001",
    "deagg-u_invalid_tag-000",
    "deagg-u_invalid_unused-000",
    "deagg-f_mutated-019",
    "deagg-f_mutated-030",
];

/// The records of a vector, as lines of `unpack` without the sequence number; `None` if either answer is
/// right.
fn expected_records(vector: &Value) -> Option<Vec<Value>> {
    let plain = json!({
        "partition_key": "outer", "explicit_hash_key": null, "data": vector["blob_b64"],
        "sub_sequence_number": 0, "aggregated": false,
    });
    let id = vector["id"].as_str().unwrap();
    match vector["verdict"].as_str().unwrap() {
        "contested" => None,
        "empty" => Some(vec![]),
        "records" if !NO_AGGREGATES_HERE.contains(&id) => {
            let records = vector["reader"]["protobuf"]["records"].as_array().unwrap();
            Some(records.iter().map(expected_record).collect())
        }
        _ => Some(vec![plain]),
    }
}

fn expected_record(record: &Value) -> Value {
    json!({
        "partition_key": record["pk"], "explicit_hash_key": record["ehk"], "data": record["data_b64"],
        "sub_sequence_number": record["sub_seq"], "aggregated": true,
    })
}

/// Removes the sequence numbers from lines and groups the lines by them.
fn by_sequence_number(lines: Vec<Value>) -> HashMap<String, Vec<Value>> {
    let mut gathered: HashMap<String, Vec<Value>> = HashMap::new();
    for mut line in lines {
        let number = line.as_object_mut().unwrap().remove("sequence_number").unwrap();
        gathered.entry(number.as_str().unwrap().to_owned()).or_default().push(line);
    }
    gathered
}

#[test]
fn unpack_and_verify_read_what_the_official_runtimes_read() {
    let vectors = vectors("deaggregation.jsonl");
    let input = json_lines(vectors.iter().map(|vector| {
        json!({"partition_key": "outer", "sequence_number": vector["id"], "data": vector["blob_b64"]})
    }));
    let lenient = kinagg(&["unpack"], &input);
    let mut unpacked = by_sequence_number(lenient.good_lines());
    let strict = kinagg(&["unpack", "--strict", "--keep-going"], &input);
    let mut strictly = by_sequence_number(strict.lines());
    let complaints: HashMap<usize, &str> = strict.complaints().into_iter().collect();
    let verify = kinagg(&["verify"], &input);
    assert_eq!((strict.status, verify.status, verify.err.as_str()), (Some(1), Some(1), ""));
    let verdicts = verify.lines();
    assert_eq!(verdicts.len(), vectors.len());

    let mut unlike = vec![];
    for (position, vector) in vectors.iter().enumerate() {
        let id = vector["id"].as_str().unwrap();
        let records = unpacked.remove(id).unwrap_or_default();
        if expected_records(vector).is_some_and(|expected| expected != records) {
            unlike.push(id);
        }
        // The three must agree on what an aggregate is, and on the error if it is none.
        let is_aggregate = records.iter().all(|record| record["aggregated"] == true);
        let has_magic = from_base64(vector["blob_b64"].as_str().unwrap()).starts_with(b"\xF3\x89\x9A\xC2");
        let verdict = &verdicts[position];
        let complaint = complaints.get(&(position + 1));
        assert_eq!(complaint.is_none(), is_aggregate, "{id}");
        assert_eq!(verdict["ok"], is_aggregate || !has_magic, "{id}");
        if is_aggregate {
            assert_eq!(strictly.remove(id).unwrap_or_default(), records, "{id}");
            assert_eq!(verdict["user_records"], records.len(), "{id}");
        }
        if verdict["ok"] == true {
            assert_eq!(verdict["aggregated"], is_aggregate, "{id}");
        } else {
            let words = format!("{} at byte {}", verdict["error"].as_str().unwrap(), verdict["offset"]);
            assert_eq!(complaint, Some(&words.as_str()), "{id}");
        }
    }
    assert!(unlike.is_empty(), "{unlike:#?}");
    assert!(strictly.is_empty() && unpacked.is_empty());
}

/// Vectors of which KCL drops user records because it cannot read a hash key or an index. We drop nothing: a
/// user record without a valid hash key is kept, and a Kinesis record with a bad index comes out unchanged.
const NOTHING_IS_DROPPED_HERE: [&str; 4] = ["shard-059", "shard-060", "shard-061", "shard-063"];

#[test]
fn unpack_drops_by_range_what_kcl_drops() {
    for vector in vectors("shard_filter.jsonl") {
        let id = vector["id"].as_str().unwrap();
        let input = json_lines(vector["input"].as_array().unwrap().iter().map(|record| {
            json!({"partition_key": record["pk"], "data": record["blob_b64"], "sequence_number": record["seq"]})
        }));
        let start = vector["start"].as_str().unwrap_or("0");
        let end = vector["end"].as_str().unwrap_or("340282366920938463463374607431768211455");
        let run = kinagg(&["unpack", "--range", &format!("{start}:{end}")], &input);
        // KCL drops every aggregate of such a range, which is a mistake of whoever asks for it.
        if start.parse::<u128>().unwrap() > end.parse::<u128>().unwrap() {
            assert_eq!(run.status, Some(2), "{id}");
            continue;
        }
        let lines = run.good_lines();
        let output = vector["output"].as_array().unwrap();
        let kept: Vec<Value> = output.iter().map(|record| kept_record(&vector, record)).collect();
        match NOTHING_IS_DROPPED_HERE.contains(&id) {
            true => {
                assert_ne!(lines, kept, "{id}");
                assert_eq!(lines, kinagg(&["unpack"], &input).good_lines(), "{id}");
            }
            false => assert_eq!(lines, kept, "{id}"),
        }
    }
}

fn kept_record(vector: &Value, record: &Value) -> Value {
    let inputs = vector["input"].as_array().unwrap();
    let is_plain = record["unchanged"] == true;
    let (explicit_hash_key, data) = match is_plain {
        // The service does not tell consumers the explicit hash key of a Kinesis record, so we have none.
        true => {
            (&Value::Null, &inputs.iter().find(|input| input["seq"] == record["seq"]).unwrap()["blob_b64"])
        }
        false => (&record["ehk"], &record["data_b64"]),
    };
    json!({
        "partition_key": record["pk"], "explicit_hash_key": explicit_hash_key, "data": data,
        "sub_sequence_number": record["sub_seq"], "aggregated": !is_plain, "sequence_number": record["seq"],
    })
}

/// Explicit hash keys that Java accepts and we do not: with a sign or with non-ASCII digits.
const NO_HASH_KEYS_HERE: [&str; 4] = ["ehk-063", "ehk-064", "ehk-072", "ehk-073"];

#[test]
fn hash_keys_are_those_of_kcl() {
    let vectors = vectors("effective_hash_key.jsonl");
    let input = json_lines(
        vectors
            .iter()
            .map(|vector| json!({"partition_key": vector["pk"], "explicit_hash_key": vector["ehk"]})),
    );
    let run = kinagg(&["hash-key"], input);
    assert_eq!((run.status, run.err.as_str()), (Some(1), ""));
    assert_eq!(run.lines().len(), vectors.len());
    for (vector, line) in vectors.iter().zip(run.lines()) {
        let id = vector["id"].as_str().unwrap();
        match vector["in_128_bits"] == true && !NO_HASH_KEYS_HERE.contains(&id) {
            true => assert_eq!(line, json!({"hash_key": vector["effective"]}), "{id}"),
            false => assert!(line["error"].is_string() && line.get("hash_key").is_none(), "{id}: {line}"),
        }
    }
}
