//! `kinagg unpack`.

use serde_json::{Value, json};

use crate::run::{TempFile, base64, from_base64, json_lines, kinagg};

/// Key, explicit hash key and text of three user records.
const USER_RECORDS: [(&str, Option<&str>, &str); 3] = [
    ("a", None, "first"),
    ("b", Some("7"), "second"),
    ("a", Some("340282366920938463463374607431768211455"), "third"),
];

/// The data of an aggregate of them, in base64.
fn aggregate() -> String {
    let line = |(key, explicit, text): (&str, Option<&str>, &str)| json!({"partition_key": key, "explicit_hash_key": explicit, "text": text});
    let packed = kinagg(&["pack"], json_lines(USER_RECORDS.map(line))).good_lines();
    packed[0]["data"].as_str().unwrap().to_owned()
}

fn kinesis_record(data: &str) -> String {
    format!("{}\n", json!({"partition_key": "outer", "data": data}))
}

fn texts(lines: &[Value]) -> Vec<&str> {
    lines.iter().map(|line| line["text"].as_str().unwrap()).collect()
}

#[test]
fn the_first_aggregate_in_another_encoding_is_named_and_delivered_as_it_is() {
    let data = aggregate();
    let hex: String = from_base64(&data).iter().map(|byte| format!("{byte:02x}")).collect();
    for (data, guess) in [
        (base64(&data), "base64 text of an aggregate: decode it once more"),
        (base64(&hex), "hex digits of an aggregate: decode it once more"),
        (hex, "hex digits of an aggregate that were decoded as base64: decode them as hex"),
    ] {
        let plain = kinesis_record(&base64("plain"));
        let input = [plain, kinesis_record(&data), kinesis_record(&data)].concat();
        let note = format!(
            "kinagg: line 2: taken as a plain record, but it is suspicious: {guess}; `kinagg verify` names every such record\n"
        );
        let run = kinagg(&["unpack", "--output", "base64"], &input);
        assert_eq!((run.status, run.err.as_str()), (Some(0), note.as_str()));
        assert_eq!(run.out, format!("{}\n{data}\n{data}\n", base64("plain")));
        let run = kinagg(&["stats", "--json"], &input);
        assert_eq!((run.status, run.err.as_str()), (Some(0), note.as_str()));
        assert_eq!(run.lines()[0]["kinesis_records"]["plain"], 3);
        // These tell it with every record.
        for arguments in [&["verify"][..], &["inspect", "--all"]] {
            let run = kinagg(arguments, &input);
            assert_eq!((run.status, run.err.as_str()), (Some(0), ""));
            assert_eq!(run.out.matches(guess).count(), 2, "{}", run.out);
        }
    }
}

#[test]
fn an_aggregate_becomes_its_user_records() {
    let input =
        json!({"partition_key": "outer", "data": aggregate(), "sequence_number": "49500"}).to_string();
    let expected: Vec<Value> = (0..)
        .zip(USER_RECORDS)
        .map(|(position, (key, explicit, text))| {
            json!({
                "partition_key": key, "explicit_hash_key": explicit, "data": base64(text),
                "sub_sequence_number": position, "aggregated": true, "sequence_number": "49500",
            })
        })
        .collect();
    assert_eq!(kinagg(&["unpack"], &input).good_lines(), expected);
    assert_eq!(kinagg(&["unpack", "--strict"], &input).good_lines(), expected);
}

#[test]
fn a_plain_record_becomes_itself() {
    let run = kinagg(&["unpack"], r#"{"partition_key": "outer", "explicit_hash_key": "7", "data": "/w"}"#);
    assert_eq!(
        run.out,
        concat!(
            r#"{"partition_key":"outer","explicit_hash_key":null,"data":"/w==","#,
            r#""sub_sequence_number":0,"aggregated":false}"#,
            "\n"
        )
    );
    assert_eq!(run.good_lines().len(), 1);
}

#[test]
fn text_is_given_where_data_is_utf8_and_base64_where_it_is_not() {
    let lines = json_lines([
        json!({"partition_key": "p", "text": "\u{1F600}\n\"\u{0}"}),
        json!({"partition_key": "p", "data": base64(b"\xFF\x00")}),
    ]);
    let lines = kinagg(&["unpack", "--text"], lines).good_lines();
    assert_eq!((&lines[0]["text"], &lines[0]["data"]), (&json!("\u{1F600}\n\"\u{0}"), &Value::Null));
    assert_eq!((&lines[1]["text"], &lines[1]["data"]), (&Value::Null, &json!("/wA=")));
}

#[test]
fn a_sequence_number_is_passed_through_as_it_was_written() {
    for number in [
        "\"49500\"",
        "123456789012345678901234567890123456789",
        "1.50",
        "{\"a\": [1,  null]}",
        "\"\\u0041\"",
        "false",
    ] {
        let run = kinagg(
            &["unpack"],
            format!(r#"{{"sequence_number": {number}, "partition_key": "p", "text": ""}}"#),
        );
        assert!(run.out.contains(&format!("\"sequence_number\":{number}}}")), "{}", run.out);
    }
    let run = kinagg(&["unpack"], r#"{"sequence_number": null, "partition_key": "p", "text": ""}"#);
    assert!(!run.out.contains("sequence_number\":n"), "{}", run.out);
}

#[test]
fn strict_says_what_is_wrong_and_where() {
    let mut data = from_base64(&aggregate());
    *data.last_mut().unwrap() ^= 1;
    let input = kinesis_record(&base64(&data)) + &kinesis_record("AAAA") + &kinesis_record(&aggregate());
    let run = kinagg(&["unpack", "--strict"], &input);
    let digest_at = data.len() - 16;
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
    assert_eq!(
        run.err,
        format!("kinagg: line 1: the digest is not that of the message at byte {digest_at}\n")
    );

    let run = kinagg(&["unpack", "--strict", "--keep-going"], &input);
    assert_eq!(run.status, Some(1));
    assert_eq!(run.lines().len(), USER_RECORDS.len());
    assert_eq!(run.complaints()[1], (2, "no magic of an aggregated record at byte 0"));

    let lenient = kinagg(&["unpack"], &input).good_lines();
    assert_eq!(lenient[0]["data"], base64(&data));
    assert_eq!(lenient.len(), 2 + USER_RECORDS.len());
}

#[test]
fn a_range_drops_aggregates_or_user_records_but_no_plain_record() {
    let input =
        kinesis_record(&aggregate()) + &json!({"partition_key": "outer", "text": "plain"}).to_string();
    let run = |arguments: &[&str]| {
        let arguments: Vec<_> = ["unpack", "--text"].iter().chain(arguments).copied().collect();
        kinagg(&arguments, &input).good_lines()
    };
    let half = "0:170141183460469231731687303715884105727";
    let all = "0:340282366920938463463374607431768211455";
    assert_eq!(texts(&run(&["--range", half])), ["plain"]);
    assert_eq!(texts(&run(&["--range", half, "--filter", "kcl"])), ["plain"]);
    // The hash key of "a" lies in the lower half.
    let kept = run(&["--range", half, "--filter", "user-record"]);
    assert_eq!(texts(&kept), ["first", "second", "plain"]);
    assert_eq!(kept[1]["sub_sequence_number"], 1);
    assert_eq!(texts(&run(&["--range", all])), ["first", "second", "third", "plain"]);
    assert_eq!(texts(&run(&["--range", "7:7", "--filter", "user-record"])), ["second", "plain"]);
    let inverted = kinagg(&["unpack", "--range", "8:6"], "");
    assert_eq!(inverted.status, Some(2));
    assert!(inverted.err.contains("the start 8 is after the end 6"), "{}", inverted.err);
}

#[test]
fn raw_files_hold_one_record_each() {
    let aggregated = TempFile::new("unpack-aggregated.bin", from_base64(&aggregate()));
    let plain = TempFile::new("unpack-plain.bin", "{\"not\": \"looked at\"}\n");
    let run = kinagg(&["unpack", "--text", "--raw", aggregated.path(), plain.path()], "");
    let lines = run.good_lines();
    assert_eq!(texts(&lines), ["first", "second", "third", "{\"not\": \"looked at\"}\n"]);
    assert_eq!(lines[3]["partition_key"], "");

    let run = kinagg(&["unpack", "--raw", "--partition-key", "mine", plain.path()], "");
    assert_eq!(run.good_lines()[0]["partition_key"], "mine");
    let run = kinagg(&["unpack", "--raw", "--strict", plain.path(), aggregated.path(), "--keep-going"], "");
    assert_eq!(run.err, format!("kinagg: {}: no magic of an aggregated record at byte 0\n", plain.path()));
    assert_eq!(run.lines().len(), 3);
}

#[test]
fn a_raw_record_can_come_from_standard_input() {
    assert_eq!(kinagg(&["unpack", "--raw"], from_base64(&aggregate())).good_lines().len(), 3);
    let run = kinagg(&["unpack", "--raw", "--strict"], "plain");
    assert_eq!(run.err, "kinagg: standard input: no magic of an aggregated record at byte 0\n");
}

#[test]
fn aggregates_of_few_and_many_keys_in_turn_are_read() {
    let user_record = |i: usize, keys: usize| {
        let key = i % keys;
        json!({"partition_key": format!("k{key}"), "explicit_hash_key": key.to_string(), "text": i.to_string()})
    };
    let aggregates: String = [1, 1000, 4, 5, 3000, 20]
        .map(|keys| {
            kinagg(&["pack", "--max-size", "1048576"], json_lines((0..4000).map(|i| user_record(i, keys))))
                .out
        })
        .concat();
    let lines = kinagg(&["unpack", "--text"], aggregates).good_lines();
    let expected =
        [1, 1000, 4, 5, 3000, 20].into_iter().flat_map(|keys| (0..4000).map(move |i| user_record(i, keys)));
    assert_eq!(lines.len(), 24_000);
    for (line, expected) in lines.iter().zip(expected) {
        for field in ["partition_key", "explicit_hash_key", "text"] {
            assert_eq!(line[field], expected[field]);
        }
    }
}

#[test]
fn an_aggregate_with_a_million_keys_that_nobody_uses_is_read() {
    // The worst case: more keys than entries in the index.
    let key = [0x0A, 0x00];
    let user_record = [0x1A, 0x07, 0x08, 0xC0, 0x84, 0x3D, 0x1A, 0x01, b'x'];
    let message = [key.repeat(1_000_001), user_record.repeat(10)].concat();
    let data = framed(&message);
    let lines = kinagg(&["unpack", "--text", "--raw"], &data).good_lines();
    assert_eq!(texts(&lines), ["x"; 10]);
}

fn framed(message: &[u8]) -> Vec<u8> {
    use kinesis_agg::Md5Engine;
    [&kinesis_agg::schema::MAGIC, message, &kinesis_agg::Md5.digest(message)].concat()
}

/// Characters that reverse or hide text, and similar ones that scripts need, in any field.
#[test]
fn nothing_hides_in_json() {
    let hidden = "user\u{202e}gpj.exe \u{200b}\u{feff}\u{2066}\u{9b}31m\u{7f}\u{e0041}";
    let seen = "zażółć 漢字 हिन्दी 🌡";
    let line = json!({
        "partition_key": hidden, "text": format!("{hidden}{seen}"), "sequence_number": hidden, "shard_id": seen
    });
    for command in [&["unpack", "--text"][..], &["pack"], &["inspect", "--json"]] {
        let is_packed = command.contains(&"inspect");
        let input = if is_packed { kinagg(&["pack"], line.to_string()).out } else { line.to_string() };
        let run = kinagg(command, input);
        let lines = run.good_lines();
        assert!(
            run.out.contains("user\\u202egpj.exe \\u200b\\ufeff\\u2066\\u009b31m\\u007f\\udb40\\udc41"),
            "{}",
            run.out
        );
        assert!(!run.out.contains([
            '\u{202e}',
            '\u{200b}',
            '\u{feff}',
            '\u{2066}',
            '\u{9b}',
            '\u{7f}',
            '\u{e0041}'
        ]));
        if command.contains(&"unpack") {
            assert_eq!(
                lines,
                [json!({
                    "partition_key": hidden, "explicit_hash_key": null, "text": format!("{hidden}{seen}"),
                    "sub_sequence_number": 0, "aggregated": false, "sequence_number": hidden, "shard_id": seen
                })]
            );
            assert!(run.out.contains(seen), "{}", run.out);
        }
    }
}

fn case(name: &str) -> String {
    format!("{}/tests/cases/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn compressed_user_records_are_unfolded_on_request() {
    for (name, unfolded) in
        [("agg-of-gzip.b64", "{\"a\":1}\n{\"a\":2}\n"), ("agg-of-zlib.b64", "{\"a\":1}\\n\n{\"a\":2}\\n\n")]
    {
        let run = kinagg(&["unpack", "--decompress", "--output", "text", &case(name)], "");
        assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), unfolded, ""), "{name}");
        let inspected = kinagg(&["inspect", &case(name)], "").out;
        let compression = if name.contains("gzip") { "gzip" } else { "zlib" };
        assert!(inspected.contains("2 × compressed user record"), "{inspected}");
        assert!(inspected.contains(&format!("bytes by {compression}\n")), "{inspected}");
    }
    // RFC 8878: a frame that stores three bytes uncompressed, and data that is not compressed.
    let zstd = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 3, 0x19, 0, 0, b'a', b'b', b'c'];
    let lines =
        [kinesis_record(&base64(zstd)), kinesis_record(&base64("x^2 + y")), kinesis_record(&base64("plain"))];
    let run = kinagg(&["unpack", "--decompress", "--output", "text"], lines.concat());
    assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), "abc\nx^2 + y\nplain\n", ""));
}

#[test]
fn what_does_not_unfold_is_bad_input_and_the_others_are_given() {
    use std::io::Write;
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(&[b'x'; 1000]).unwrap();
    let gzip = gzip.finish().unwrap();
    let lines = [base64(&gzip[..gzip.len() - 9]), base64("behind")]
        .map(|data| json!({"partition_key": "a", "data": data}));
    let packed = kinagg(&["pack"], json_lines(lines)).out;
    let run = kinagg(&["unpack", "--decompress", "--output", "text"], &packed);
    assert_eq!((run.status, run.out.as_str()), (Some(1), "behind\n"));
    assert!(
        run.err
            .starts_with("kinagg: line 1: user record 0: data begins like gzip and cannot be decompressed"),
        "{}",
        run.err
    );

    let input = kinesis_record(&base64(&gzip));
    let unfolded = |arguments: &[&str]| kinagg(&[&["unpack", "--decompress"], arguments].concat(), &input);
    assert_eq!(unfolded(&["--max-unfolded", "1000"]).status, Some(0));
    let run = unfolded(&["--max-unfolded", "999"]);
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
    assert!(run.err.contains("unfolds to more than 999 bytes"), "{}", run.err);
}

#[test]
fn raw_output_whose_records_cannot_be_told_apart_says_so() {
    let lines = [base64([1, 10, 2]), base64([3])].map(|data| kinesis_record(&data)).concat();
    let said = |arguments: &[&str]| kinagg(&[&["unpack", "--output", "raw"], arguments].concat(), &lines).err;
    let expected =
        "kinagg: user records contain line feeds or are not text: `-0` or `--output base64` separates them\n";
    assert_eq!(
        (said(&[]).as_str(), said(&["-0"]).as_str(), said(&["--head", "1"]).as_str()),
        (expected, "", "")
    );
}
