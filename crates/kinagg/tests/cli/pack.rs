//! `kinagg pack`.

use serde_json::{Value, json};

use crate::run::{TempFile, from_base64, json_lines, kinagg};

/// The aggregate of "21.5" under the key "sensor-7".
const SENSOR_7: &str = "84mawgoIc2Vuc29yLTcaCAgAGgQyMS41TyTZaCQg5ngWLnO8TlnxNg==";

fn many(count: usize) -> String {
    json_lines(
        (0..count).map(|i| json!({"partition_key": format!("key-{}", i % 50), "text": "x".repeat(100)})),
    )
}

fn total(lines: &[Value], field: &str) -> u64 {
    lines.iter().map(|line| line[field].as_u64().unwrap()).sum()
}

#[test]
fn a_lone_user_record_is_an_aggregate() {
    let run = kinagg(&["pack"], r#"{"partition_key": "sensor-7", "text": "21.5"}"#);
    assert_eq!(
        run.good_lines(),
        [json!({
            "partition_key": "sensor-7", "explicit_hash_key": null, "data": SENSOR_7,
            "user_records": 1, "size": from_base64(SENSOR_7).len(),
        })]
    );
}

#[test]
fn a_lone_user_record_is_plain_on_request() {
    let lines = r#"{"partition_key": "a", "explicit_hash_key": "7", "text": "21.5"}"#;
    let run = kinagg(&["pack", "--plain-lone"], lines);
    assert_eq!(
        run.good_lines(),
        [
            json!({"partition_key": "a", "explicit_hash_key": "7", "data": "MjEuNQ==", "user_records": 1, "size": 4})
        ]
    );
    let two = kinagg(&["pack", "--plain-lone"], format!("{lines}\n{lines}")).good_lines();
    assert!(two[0]["data"].as_str().unwrap().starts_with("84maw"), "{two:?}");
}

#[test]
fn data_and_text_and_base64_without_padding_are_the_same() {
    let spellings =
        [r#""data": "MjEuNQ==""#, r#""data": "MjEuNQ""#, r#""data": "MjEuNQ=""#, r#""text": "21.5""#];
    for spelling in spellings {
        let run = kinagg(&["pack"], format!(r#"{{"partition_key": "sensor-7", {spelling}}}"#));
        assert_eq!(run.good_lines()[0]["data"], SENSOR_7, "{spelling}");
    }
}

#[test]
fn unknown_fields_nulls_escapes_and_blanks_do_not_matter() {
    let line = concat!(
        r#"  {"x": {"y": [1, {}]}, "partition_key": "sensor\u002d7", "explicit_hash_key": null, "#,
        r#""text": null, "data": "MjEu\u004eQ=="} "#
    );
    assert_eq!(kinagg(&["pack"], line).good_lines()[0]["data"], SENSOR_7);
}

#[test]
fn blank_lines_and_line_ends_do_not_matter() {
    let line = r#"{"partition_key": "sensor-7", "text": "21.5"}"#;
    let expected = kinagg(&["pack"], format!("{line}\n{line}\n")).good_lines();
    for input in [
        format!("{line}\n{line}"),
        format!("{line}\r\n{line}\r\n"),
        format!("\n\n{line}\n  \t\r\n{line}\n\n"),
    ] {
        assert_eq!(kinagg(&["pack"], &input).good_lines(), expected, "{input:?}");
    }
}

#[test]
fn empty_input_gives_nothing() {
    for input in ["", "\n", " \r\n\n"] {
        let run = kinagg(&["pack"], input);
        assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), "", ""));
    }
}

#[test]
fn an_aggregate_is_at_most_max_size_which_is_51200_by_default() {
    for (arguments, max_size) in [
        (vec!["pack"], 51_200),
        (vec!["pack", "--max-size", "1000"], 1000),
        (vec!["pack", "--max-size", "1048576"], 1_048_576),
        (vec!["pack", "--record-limit", "2000"], 2000),
    ] {
        let lines = kinagg(&arguments, many(1000)).good_lines();
        assert_eq!(total(&lines, "user_records"), 1000);
        for (position, line) in lines.iter().enumerate() {
            let size = line["size"].as_u64().unwrap();
            assert_eq!(line["size"], from_base64(line["data"].as_str().unwrap()).len());
            assert!(size <= max_size, "{size} > {max_size}");
            // An aggregate with room for less than one user record is full.
            assert!(position + 1 == lines.len() || size + 130 > max_size, "{size} of {max_size}");
        }
    }
}

#[test]
fn the_record_limit_counts_the_outer_partition_key() {
    let key = "k".repeat(100);
    let lines = json_lines((0..50).map(|_| json!({"partition_key": key, "text": "x".repeat(20)})));
    let packed = kinagg(&["pack", "--record-limit", "500"], &lines).good_lines();
    assert!(packed.iter().all(|line| line["size"].as_u64().unwrap() <= 400), "{packed:?}");
    assert_eq!(total(&packed, "user_records"), 50);
}

#[test]
fn each_aggregate_is_of_one_shard_which_owns_its_outer_keys_too() {
    let packed = kinagg(&["pack", "--shards", "3", "--max-size", "2000"], many(400));
    let lines = packed.good_lines();
    assert_eq!(total(&lines, "user_records"), 400);
    assert!((0..3).all(|shard| lines.iter().any(|line| line["shard"] == shard)));
    // The last ones come out at the end of the input: one for each shard, in their order.
    let tail: Vec<_> = lines[lines.len() - 3..].iter().map(|line| line["shard"].as_u64().unwrap()).collect();
    assert_eq!(tail, [0, 1, 2]);

    let outer = kinagg(&["hash-key", "--shards", "3"], &packed.out).good_lines();
    for (line, outer) in lines.iter().zip(&outer) {
        assert_eq!(line["shard"], outer["shard"]);
        let inner = kinagg(&["unpack"], line.to_string());
        for inner in kinagg(&["hash-key", "--shards", "3"], &inner.out).good_lines() {
            assert_eq!(line["shard"], inner["shard"]);
        }
    }
}

#[test]
fn ten_thousand_shards_can_be_had() {
    let packed = kinagg(&["pack", "--shards", "10000"], many(200)).good_lines();
    assert_eq!(total(&packed, "user_records"), 200);
}

#[test]
fn many_distinct_keys_are_each_written_once() {
    // Every key is used twice. A key that is not remembered is written again.
    let keys = 17_000;
    let line = |i: usize| json!({"partition_key": format!("{:05}", i % keys), "text": ""});
    let packed = kinagg(&["pack", "--max-size", "1048576"], json_lines((0..2 * keys).map(line))).good_lines();
    assert_eq!(packed.len(), 1);
    // Magic and digest; 7 bytes for each key; 6 bytes for each user record, with an index of one to three
    // bytes.
    let record_len = |index: usize| {
        if index < 128 {
            6
        } else if index < 16_384 {
            7
        } else {
            8
        }
    };
    let records: usize = (0..keys).map(|index| 2 * record_len(index)).sum();
    assert_eq!(packed[0]["size"], 20 + 7 * keys + records);
}

#[test]
fn files_are_read_one_after_another() {
    let first = TempFile::new("pack-first.jsonl", r#"{"partition_key": "a", "text": "1"}"#);
    let last = TempFile::new("pack-last.jsonl", "{\"partition_key\": \"c\", \"text\": \"3\"}\n");
    let packed = kinagg(&["pack", first.path(), "-", last.path()], r#"{"partition_key": "b", "text": "2"}"#);
    packed.good_lines();
    let unpacked = kinagg(&["unpack", "--text"], &packed.out).good_lines();
    let texts: Vec<_> = unpacked.iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["1", "2", "3"]);
}

#[test]
fn what_was_unpacked_is_packed_again_to_the_same_bytes() {
    let packed = kinagg(&["pack"], many(2000));
    let unpacked = kinagg(&["unpack"], &packed.out);
    assert_eq!(unpacked.good_lines().len(), 2000);
    assert_eq!(kinagg(&["pack"], &unpacked.out).out, packed.out);
}

#[test]
fn what_was_taken_before_bad_input_comes_out() {
    let good = r#"{"partition_key": "sensor-7", "text": "21.5"}"#;
    for bad in [r#"{"partition_key": "", "text": "x"}"#, "garbage", r#"{"partition_key": "a"}"#] {
        let run = kinagg(&["pack"], format!("{good}\n{bad}\n{good}\n"));
        assert_eq!(run.status, Some(1));
        assert_eq!(run.lines().len(), 1);
        assert_eq!(run.lines()[0]["data"], SENSOR_7);
        let run = kinagg(&["pack", "--shards", "2"], format!("{good}\n{bad}\n{good}\n"));
        assert_eq!(run.lines()[0]["user_records"], 1);
    }
}

#[test]
fn a_user_record_too_large_for_an_aggregate_goes_alone_on_request() {
    let line = |key: &str, text: &str| json!({"partition_key": key, "text": text});
    let large = "x".repeat(60_000);
    let lines = json_lines([line("a", "before"), line("b", &large), line("a", "behind")]);
    let run = kinagg(&["pack"], &lines);
    assert_eq!((run.status, run.out.lines().count()), (Some(1), 1), "{}", run.err);

    let packed = kinagg(&["pack", "--plain-lone"], &lines).good_lines();
    let shown: Vec<_> = packed.iter().map(|line| (&line["partition_key"], &line["size"])).collect();
    assert_eq!(shown, [(&json!("a"), &json!(6)), (&json!("b"), &json!(60_000)), (&json!("a"), &json!(6))]);
    assert_eq!(from_base64(packed[1]["data"].as_str().unwrap()), large.as_bytes());
    // If the limit of a Kinesis record is one byte below data and key, it is refused.
    let limit = |limit: &str| kinagg(&["pack", "--plain-lone", "--record-limit", limit], &lines).status;
    assert_eq!((limit("60001"), limit("60000")), (Some(0), Some(1)));
}

#[test]
fn what_a_plain_record_cannot_be_is_refused_with_the_reason() {
    let large = "x".repeat(60_000);
    let tagged = json!({"partition_key": "a", "text": large, "tags": [{"key": "k", "value": "v"}]});
    let packed =
        kinagg(&["pack", "--max-size", "100000"], json_lines([json!({"partition_key": "a", "text": large})]));
    let aggregate = json!({"partition_key": "a", "data": packed.good_lines()[0]["data"]});
    for (line, reason) in [
        (tagged, "it is not sent as a plain record: that has no place for its tags"),
        (
            aggregate,
            "it is not sent as a plain record: it is itself an aggregate, which consumers would unpack",
        ),
    ] {
        let run = kinagg(&["pack", "--plain-lone"], json_lines([line]));
        assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
        assert!(run.err.trim_end().ends_with(reason), "{}", run.err);
    }
}

#[test]
fn tags_are_packed() {
    let line =
        json!({"partition_key": "a", "text": "x", "tags": [{"key": "k", "value": "v"}, {"key": "alone"}]});
    let packed = kinagg(&["pack"], json_lines([line])).out;
    let inspected = kinagg(&["inspect"], &packed).out;
    assert!(inspected.contains("tag \"k\" = \"v\"") && inspected.contains("tag \"alone\""), "{inspected}");
}
