//! Inputs in `tests/cases`, each of a kind that people have, with their user records and messages.
//!
//! *A* is an aggregate of three user records, *B* one of two, *P* is plain text.

use std::path::Path;

use crate::run::{Run, kinagg};

const A: [&str; 3] = [r#"{"t":21.5}"#, r#"{"t":19.0}"#, r#"{"t":21.6}"#];
const B: [&str; 2] = ["on", "off"];
const P: [&str; 1] = [r#"{"plain":true}"#];

fn case(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases").join(name);
    path.to_str().unwrap().to_owned()
}

fn run(arguments: &[&str], name: &str) -> Run {
    kinagg(&[arguments, &[&case(name)]].concat(), "")
}

fn texts(name: &str) -> (Vec<String>, String) {
    let run = run(&["unpack", "--output", "text"], name);
    assert_eq!(run.status, Some(0), "{name}: {}", run.err);
    (run.out.lines().map(str::to_owned).collect(), run.err)
}

#[test]
fn every_form_of_the_same_records_gives_the_same() {
    for name in [
        "c-escapes.txt",
        "data-java-bytes.json",
        "from-parent-shard.json",
        "go-bytes.txt",
        "hexdump-C.txt",
        "java-signed.txt",
        "node-buffer.txt",
        "pipes-to-bus.json",
        "python-repr.txt",
        "xxd.txt",
    ] {
        assert_eq!(texts(name), (A.map(str::to_owned).to_vec(), String::new()), "{name}");
    }
    let (ab, ap) = ([&A[..], &B].concat(), [&A[..], &P].concat());
    let (abp, apb) = ([&A[..], &B, &P].concat(), [&A[..], &P, &B].concat());
    for (name, expected) in [
        ("cli-query-json.json", abp),
        ("cli-text.txt", ap.clone()),
        ("data-node-buffer.json", ap.clone()),
        ("firehose-failed.jsonl", ap),
        ("firehose-s3-raw-aggregates.bin", ab),
        ("lambda-cloudwatch-json.json", apb.clone()),
        ("lambda-window.json", apb.clone()),
        ("s3-on-failure.json", apb),
    ] {
        assert_eq!(
            texts(name),
            (expected.iter().map(|&text| text.to_owned()).collect(), String::new()),
            "{name}"
        );
    }
}

#[test]
fn lines_that_could_be_one_record_are_not_joined_in_silence() {
    let (from_json, said) = texts("merge.json");
    assert_eq!((from_json.len(), said.as_str()), (3, ""));
    let (lines, said) = texts("merge.b64");
    assert_eq!(lines, from_json);
    assert!(said.ends_with("lines 1 to 2: taken as 2 records; `--join-lines` makes one of them\n"), "{said}");
    let (lines, said) = texts("merge.hex");
    assert_eq!(lines, ["x".repeat(32), r#"{"d":1}"#.to_owned()]);
    assert!(said.contains("taken as 2 records"), "{said}");
    let (lines, said) = texts("equal-48.b64");
    assert_eq!(lines, ["00", "01", "02"].map(|number| format!("{number}:{}", "x".repeat(45))));
    assert!(said.contains("taken as 3 records"), "{said}");

    let joined = run(&["unpack", "--output", "base64", "--join-lines"], "equal-48.b64");
    assert_eq!((joined.out.lines().count(), joined.err.as_str()), (1, ""));
    let single = run(&["unpack", "--output", "text", "--one-record-per-line"], "equal-48.b64");
    assert_eq!((single.out.lines().count(), single.err.as_str()), (3, ""));
}

#[test]
fn a_number_that_is_no_byte_is_refused() {
    for (input, complaint) in [
        ("256 1 2 300", "has an invalid byte value at \"256\""),
        ("[243, 137, 154.5]", "text that begins with \"[243, 137, 154.5]\""),
    ] {
        let run = kinagg(&["unpack"], input);
        assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{input}");
        assert!(run.err.contains(complaint), "{}", run.err);
    }
}

#[test]
fn a_number_of_three_digits_makes_a_list_decimal() {
    let run = run(&["unpack", "--output", "base64"], "decimals-even.txt");
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), "84mawg==\n", ""));
    let hex = kinagg(&["unpack", "--output", "text"], "61 62 63");
    assert_eq!((hex.out.as_str(), hex.status), ("abc\n", Some(0)));
    assert!(hex.err.contains("numbers of two digits are taken as hex"), "{}", hex.err);
}

#[test]
fn what_was_cut_off_is_explained_and_not_delivered() {
    let unpacked = run(&["unpack"], "node-buffer-cut.txt");
    assert_eq!((unpacked.status, unpacked.out.as_str()), (Some(1), ""));
    assert!(unpacked.err.ends_with("line 1: 38 bytes are missing\n"), "{}", unpacked.err);
    let inspected = run(&["inspect"], "node-buffer-cut.txt");
    assert_eq!(inspected.status, Some(1));
    assert!(inspected.out.contains("\"sensor-7\""), "{}", inspected.out);
    assert!(
        inspected.err.ends_with("38 bytes are missing: only the part before is shown\n"),
        "{}",
        inspected.err
    );
}

#[test]
fn a_failed_batch_without_records_is_an_error_with_the_way_to_them() {
    let unpacked = run(&["unpack"], "kinesis-batch-info.json");
    assert_eq!((unpacked.status, unpacked.out.as_str()), (Some(1), ""));
    let stream = "--stream-arn arn:aws:kinesis:us-east-2:123456789012:stream/s";
    let number = "496600000000000000000000000000000000000000000000000000001";
    for command in [
        format!(
            "aws kinesis get-shard-iterator {stream} --shard-id shardId-000000000001 --shard-iterator-type AT_SEQUENCE_NUMBER --starting-sequence-number {number}\n"
        ),
        format!("aws kinesis get-records {stream} --limit 3 --shard-iterator ITERATOR"),
    ] {
        assert!(unpacked.err.contains(&command), "{}", unpacked.err);
    }
}
