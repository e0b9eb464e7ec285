//! Raw bytes: records one after another.

use kinesis_agg::{Md5, Md5Engine};
use serde_json::{Value, json};

use crate::run::{TempFile, base64, json_lines, kinagg};

/// An aggregate with one user record.
fn aggregate(data: &[u8]) -> Vec<u8> {
    let record = [&[8, 0, 0x1A, u8::try_from(data.len()).unwrap()][..], data].concat();
    let message = [b"\x0A\x01k\x1A", &[u8::try_from(record.len()).unwrap()][..], &record].concat();
    [b"\xF3\x89\x9A\xC2", &message[..], &Md5.digest(&message)].concat()
}

fn texts(arguments: &[&str], input: &[u8]) -> (Vec<String>, String) {
    let run = kinagg(&[&["unpack", "--output", "text"], arguments].concat(), input);
    assert_eq!(run.status, Some(0), "{}", run.err);
    (run.out.lines().map(str::to_owned).collect(), run.err)
}

const UNKNOWN: &str = "the boundaries of the records in it are unknown; each place is taken as one record\n";

#[test]
fn aggregates_one_behind_the_other_are_told_apart() {
    let [a, b, c] = ["one", "two", "three"].map(|text| aggregate(text.as_bytes()));
    for separator in [&b""[..], b"\n", b"\r\n"] {
        for end in [&b""[..], separator] {
            let input = [&a, separator, &b, separator, &c, end].concat();
            assert_eq!(
                texts(&[], &input),
                (["one", "two", "three"].map(str::to_owned).to_vec(), String::new())
            );
        }
    }
    let nested = aggregate(&a);
    assert_eq!(texts(&[], &[nested, b].concat()).0.len(), 2);
}

#[test]
fn plain_data_between_aggregates_comes_out_and_its_boundaries_are_said_to_be_unknown() {
    let [a, b] = ["one", "two"].map(|text| aggregate(text.as_bytes()));
    for input in [
        [b"{\"plain\":1}", &a[..], b"{\"x\":2}{\"x\":3}", &b, b"end"].concat(),
        [b"{\"plain\":1}\n", &a[..], b"\n{\"x\":2}{\"x\":3}\n", &b, b"\nend\n"].concat(),
    ] {
        let (lines, said) = texts(&[], &input);
        assert_eq!(lines, ["{\"plain\":1}", "one", "{\"x\":2}{\"x\":3}", "two", "end"]);
        let expected = "kinagg: standard input: there is plain data beside aggregates in 3 places, the first at byte 0: ";
        assert_eq!(said, format!("{expected}{UNKNOWN}"));
    }
    // A damaged aggregate is none, and does not hide any other.
    let mut damaged = a.clone();
    damaged[10] ^= 1;
    let run = kinagg(&["unpack", "--output", "base64"], [&a[..], &damaged, &b].concat());
    let lines: Vec<_> = run.out.lines().collect();
    assert_eq!(lines, [base64("one"), base64(&damaged), base64("two")]);
    assert!(run.err.contains("there is plain data beside aggregates, at byte 32"), "{}", run.err);
}

#[test]
fn one_record_is_what_it_was() {
    let [a, b] = ["one", "two"].map(|text| aggregate(text.as_bytes()));
    let both = [&a[..], &b].concat();
    let run = kinagg(&["unpack", "--one-record", "--output", "base64"], &both);
    assert_eq!((run.out, run.err.as_str()), (base64(&both) + "\n", ""));
    let file = TempFile::new("raw-both.bin", &both);
    let run = kinagg(&["inspect", "--one-record", file.path()], "");
    assert_eq!(run.status, Some(1));
    assert!(run.out.contains("another aggregate after the digest"), "{}", run.out);
    assert!(run.out.contains(&format!("byte {}: 32 bytes, whole", a.len())), "{}", run.out);
    // The same for a file with one record of any kind.
    for input in [&a[..], b"\x00\x01\x02\xFF", &a[..20]] {
        let run = |arguments: &[&str]| kinagg(&[&["unpack", "--raw"], arguments].concat(), input).out;
        assert_eq!(run(&[]), run(&["--one-record"]));
    }
}

#[test]
fn an_option_without_effect_is_named() {
    let lines = "not taken as lines of base64, hex or numbers";
    let raw = "not taken as raw bytes: `--one-record` has no effect; `--raw` reads raw bytes";
    let record = aggregate(b"one");
    let json = json_lines([json!({"partition_key": "a", "data": base64(&record)})]).into_bytes();
    let text = base64(&record).into_bytes();
    for (option, input, note) in [
        ("--one-record", &json, raw.to_owned()),
        ("--one-record", &text, raw.to_owned()),
        ("--join-lines", &json, format!("{lines}: `--join-lines` has no effect")),
        ("--one-record-per-line", &record, format!("{lines}: `--one-record-per-line` has no effect")),
    ] {
        let run = kinagg(&["unpack", "--output", "text", option], input);
        assert_eq!((run.status, run.out.as_str()), (Some(0), "one\n"), "{option}");
        assert_eq!(run.err, format!("kinagg: standard input: {note}\n"), "{option}");
    }
    for (option, input) in
        [("--one-record", &record), ("--join-lines", &text), ("--one-record-per-line", &text)]
    {
        assert_eq!(kinagg(&["unpack", "--output", "text", option], input).err, "", "{option}");
    }
}

/// Delimited input is never split, but there is a note on the bytes after the digest.
#[test]
fn a_record_with_another_behind_it_is_named_where_records_are_delimited() {
    let [a, b] = ["one", "two"].map(|text| aggregate(text.as_bytes()));
    let both = [&a[..], &b].concat();
    for input in [
        base64(&both),
        json!({"Records": [{"Data": base64(&both)}]}).to_string(),
        json_lines([json!({"partition_key": "a", "data": base64(&both)})]),
    ] {
        let verified = kinagg(&["verify"], &input);
        assert_eq!(verified.status, Some(1));
        let line: Value = verified.lines().remove(0);
        assert_eq!((&line["ok"], &line["next_aggregate"]), (&json!(false), &json!(a.len())), "{line}");
        let inspected = kinagg(&["inspect"], &input).out;
        assert!(inspected.contains("another aggregate after the digest"), "{inspected}");
        assert_eq!(kinagg(&["unpack"], &input).lines().len(), 1);
    }
}

/// 600,000 beginnings that are no aggregates. Quadratic work would take hours.
#[test]
fn an_input_full_of_magics_takes_linear_time() {
    for tag in [0x0A, 0x08, 0x0B, 0x1A] {
        let input = [0xF3, 0x89, 0x9A, 0xC2, tag].repeat(600_000);
        let run = kinagg(&["unpack", "--output", "base64"], &input);
        assert_eq!((run.status, run.out), (Some(0), base64(&input) + "\n"), "{}", run.err);
    }
}

#[test]
fn a_stream_longer_than_a_record_may_be_is_read_in_constant_memory() {
    let one = aggregate(&[b'x'; 100]);
    let input = one.repeat(200_000);
    let run = kinagg(&["unpack", "--count", "--max-record", "1000"], &input);
    assert_eq!((run.out.as_str(), run.err.as_str()), ("200000\n", ""));
    let run =
        kinagg(&["unpack", "--count", "--max-record", "1000"], [&one[..], &[b'x'; 5000], &one].concat());
    assert_eq!(run.status, Some(1));
    assert!(run.err.contains("record has more than 1000 bytes"), "{}", run.err);
}
