//! Recognition of inputs, and their bounds.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::run::{TempFile, base64, from_base64, json_lines, kinagg, vectors};

const TEXTS: [&str; 3] = ["first", "second", "third"];

/// An aggregate of them.
fn aggregate() -> Vec<u8> {
    let lines = json_lines(TEXTS.map(|text| json!({"partition_key": "key", "text": text})));
    from_base64(kinagg(&["pack"], lines).good_lines()[0]["data"].as_str().unwrap())
}

fn texts(arguments: &[&str], input: impl AsRef<[u8]> + Send) -> Vec<String> {
    let arguments: Vec<_> = ["unpack", "--output", "text"].iter().chain(arguments).copied().collect();
    let run = kinagg(&arguments, input);
    assert_eq!((run.status, run.err.as_str()), (Some(0), ""), "{}", run.out);
    run.out.lines().map(str::to_owned).collect()
}

fn broken_into_lines(text: &str, width: usize) -> String {
    text.as_bytes().chunks(width).map(|line| format!("{}\n", str::from_utf8(line).unwrap())).collect()
}

fn hex(data: &[u8]) -> String {
    data.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(vec![], Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A zstd frame that stores it uncompressed: <https://www.rfc-editor.org/rfc/rfc8878>, section 3.1.1.
fn zstd(data: &[u8]) -> Vec<u8> {
    let len = u32::try_from(data.len()).unwrap();
    let header = [&[0x28, 0xB5, 0x2F, 0xFD, 0xA0][..], &len.to_le_bytes()].concat();
    let block = ((len << 3) | 1).to_le_bytes();
    [&header, &block[..3], data].concat()
}

#[test]
fn one_record_is_recognised_however_it_was_copied() {
    let data = aggregate();
    let text = base64(&data);
    let (no_padding, url) = (text.trim_end_matches('=').to_owned(), text.replace('+', "-").replace('/', "_"));
    for input in [
        data.clone(),
        text.clone().into_bytes(),
        no_padding.into_bytes(),
        url.into_bytes(),
        format!("\n \"{text}\",\r\n").into_bytes(),
        broken_into_lines(&text, 20).into_bytes(),
        broken_into_lines(&text, 64).replace('\n', "\r\n").into_bytes(),
        broken_into_lines(&text, 76).into_bytes(),
        hex(&data).into_bytes(),
        hex(&data).to_uppercase().into_bytes(),
        broken_into_lines(&hex(&data), 60).into_bytes(),
        data.iter().map(|byte| format!("{byte:02x} ")).collect::<String>().into_bytes(),
        data.iter().map(|byte| format!("{byte:02x}:")).collect::<String>().into_bytes(),
        format!("{{\"Records\": [{{\"Data\": \"{text}\"}}]}}").into_bytes(),
        format!("\u{FEFF}{{\"partition_key\": \"a\", \"data\": \"{text}\"}}").into_bytes(),
        format!("\u{FEFF}[{{\"data\": \"{text}\"}}]").into_bytes(),
    ] {
        assert_eq!(texts(&[], &input), TEXTS, "{}", String::from_utf8_lossy(&input));
        assert_eq!(texts(&[], gzip(&input)), TEXTS, "{}", String::from_utf8_lossy(&input));
        assert_eq!(texts(&[], zstd(&input)), TEXTS, "{}", String::from_utf8_lossy(&input));
    }
}

/// Some editors begin UTF-8 with a byte order mark.
#[test]
fn every_text_input_may_begin_with_a_byte_order_mark() {
    let user_record = r#"{"partition_key": "a", "text": "x"}"#;
    let listing = r#"{"Shards": [{"ShardId": "s", "HashKeyRange":
        {"StartingHashKey": "0", "EndingHashKey": "340282366920938463463374607431768211455"}}]}"#;
    let file = TempFile::new("marked-shards.json", format!("\u{FEFF}{listing}"));
    for (arguments, input) in [
        (&["pack"][..], user_record),
        (&["pack", "--key-field", "partition_key"], user_record),
        (&["pack", "--key", "a"], "x"),
        (&["hash-key"], user_record),
        (&["verify"], user_record),
        (&["verify", "--format", "json-lines"], user_record),
        (&["stats", "--json", "--list-shards", file.path()], user_record),
    ] {
        let plain = kinagg(arguments, input);
        assert_eq!((plain.status, plain.err.as_str()), (Some(0), ""), "{arguments:?}");
        assert_eq!(
            kinagg(arguments, format!("\u{FEFF}{input}")).good_lines(),
            plain.lines(),
            "{arguments:?}"
        );
    }
    // Raw bytes are data, and are left as they are.
    let raw = kinagg(&["unpack", "--raw", "--output", "raw"], "\u{FEFF}x");
    assert_eq!(raw.out, "\u{FEFF}x\n");
}

/// PowerShell writes it. Its lines do not end with a line feed.
#[test]
fn utf_16_is_named_and_never_read() {
    let line = r#"{"partition_key": "a", "text": "x"}"#;
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let input: Vec<u8> = format!("\u{FEFF}{line}\n").encode_utf16().flat_map(to_bytes).collect();
        let file = TempFile::new("utf-16-shards.json", &input);
        for arguments in [
            &["pack"][..],
            &["pack", "--key", "a"],
            &["hash-key"],
            &["unpack"],
            &["stats", "--list-shards", file.path()],
        ] {
            let run = kinagg(arguments, &input);
            assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{arguments:?}");
            assert!(run.err.contains("UTF-16 text, where UTF-8 is read"), "{arguments:?}: {}", run.err);
        }
    }
}

#[test]
fn several_pasted_records_are_told_apart() {
    let (aggregate, text) = (aggregate(), base64(aggregate()));
    let wrapped = broken_into_lines(&text, 64);
    let plain = base64("a plain record of some length");
    let expected = [&TEXTS[..], &TEXTS].concat();
    assert_eq!(texts(&[], format!("{text}\n{text}\n")), expected);
    assert_eq!(texts(&[], format!("{wrapped}{wrapped}")), expected);
    assert_eq!(texts(&[], format!("{wrapped}\n{wrapped}")), expected);
    assert_eq!(texts(&[], format!("{}\n{}\n", hex(&aggregate), hex(&aggregate))), expected);
    let with_plain = [&TEXTS[..], &["a plain record of some length"; 2]].concat();
    assert_eq!(texts(&[], format!("{text}\n{plain}\n{plain}\n")), with_plain);
}

#[test]
fn members_of_gzip_and_frames_of_zstd_follow_each_other() {
    let record =
        |data: &[u8]| format!("{}\n", json!({"partition_key": "a", "data": base64(data)})).into_bytes();
    let (one, two) = (record(b"one"), record(b"two"));
    assert_eq!(texts(&[], [gzip(&one), gzip(&two)].concat()), ["one", "two"]);
    let skippable = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
    assert_eq!(texts(&[], [&zstd(&one)[..], &skippable, &zstd(&two)].concat()), ["one", "two"]);
}

#[test]
fn what_is_cut_off_or_damaged_in_a_compressed_input_is_said() {
    let input = json_lines((0..2000).map(|i| json!({"partition_key": i.to_string(), "text": "x"})));
    let compressed = gzip(input.as_bytes());
    let cut = kinagg(&["unpack"], &compressed[..compressed.len() / 2]);
    assert_eq!(cut.status, Some(1));
    assert!(cut.err.starts_with("kinagg: "), "{}", cut.err);
    let mut damaged = compressed.clone();
    let checksum_at = damaged.len() - 8;
    damaged[checksum_at] ^= 1;
    assert_eq!(kinagg(&["unpack"], &damaged).status, Some(1));
    assert_eq!(kinagg(&["unpack"], &compressed).good_lines().len(), 2000);
    assert_eq!(kinagg(&["unpack"], &zstd(input.as_bytes())[..1000]).status, Some(1));
}

#[test]
fn answers_follow_each_other_however_they_are_laid_out() {
    let record = |i: usize| json!({"SequenceNumber": i.to_string(), "Data": base64(i.to_string()), "PartitionKey": "a"});
    let answer = |from: usize| json!({"MillisBehindLatest": 0, "Note": "}]\"\\", "Records": [record(from), record(from + 1)], "Nested": {"Records": [1]}});
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let parts = [
        answer(0).to_string(),
        pretty(&answer(2)),
        json!({"Records": []}).to_string(),
        record(4).to_string(),
        pretty(&json!([record(5), record(6)])),
        json!({"records": [record(7)]}).to_string(),
    ];
    for separator in ["", "\n", " \r\n\t"] {
        let lines = texts(&[], parts.join(separator));
        assert_eq!(lines, (0..8).map(|i| i.to_string()).collect::<Vec<_>>());
    }
}

#[test]
fn a_value_may_be_cut_by_the_end_of_any_buffer() {
    // Lengths around the 64 KiB that are examined first and the 256 KiB of a read, byte by byte.
    let data = base64("x");
    for around in [65_536, 262_144, 327_680] {
        for shift in 0..48 {
            let spaces = " ".repeat(around - 24 - shift);
            let input = format!(
                r#"{{"Records":{spaces}[{{"\u0041":"\\\"","Data":"{data}"}} ,{{"Data":"{data}"}}]}}"#
            );
            assert_eq!(texts(&[], &input), ["x", "x"], "{around} {shift}");
        }
    }
}

#[test]
fn broken_json_is_named_by_record_and_the_rest_is_read_if_it_can_be() {
    let good = json!({"Data": base64("x")}).to_string();
    for (input, complaint, lines) in [
        (
            format!("{{\"Records\": [{good}, {{\"Data\": 5}}, {good}]}}"),
            "record 2: field `Data`: invalid type: integer `5`, expected base64 text",
            2,
        ),
        (format!("{{\"Records\": [{good}, 7, {good}]}}"), "record 2: not a JSON object", 2),
        (
            format!("{{\"Records\": [{good}, {{\"Data\": \"!\"}}, {good}]}}"),
            "record 2: data is not base64",
            2,
        ),
        (format!("{{\"Records\": [{good}, {{}}, {good}]}}"), "record 2: no field `Data`", 2),
        (
            format!("{{\"Records\": [{good} {good}]}}"),
            "after record 1: \"{\" at byte 29, where JSON has a comma",
            1,
        ),
        (
            format!("{{\"Records\": [{good},]}}"),
            "after record 1: \"]\" at byte 29, where JSON has a record",
            1,
        ),
        (format!("{{\"Records\": [{good}"), "after record 1: JSON is cut off at byte 28", 1),
        (
            format!("{{\"Records\": [{good}]}} x"),
            "after record 1: \"x\" at byte 31, where JSON has an object",
            1,
        ),
        ("{\"Records\": null}".to_owned(), "record 1: no field `Data`", 0),
        ("[true]".to_owned(), "record 1: not a JSON object", 0),
        (
            format!("[{good}, {{\"Data\": \"\\ud800\"}}]"),
            "record 2: field `Data`: unexpected end of hex escape",
            1,
        ),
    ] {
        let run = kinagg(&["unpack", "--keep-going"], &input);
        assert_eq!((run.status, run.lines().len()), (Some(1), lines), "{input}: {}", run.err);
        assert!(run.err.starts_with(&format!("kinagg: {complaint}")), "{input}: {}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}

#[test]
fn no_damage_to_an_answer_makes_it_panic() {
    let answer = json!({"Records": [{"Data": base64(aggregate()), "PartitionKey": "\u{1}", "SequenceNumber": "1"}, {"kinesis": {"data": "eA=="}}]});
    let answer = answer.to_string().into_bytes();
    for position in 0..answer.len() {
        kinagg(&["unpack", "--keep-going", "--format", "json"], &answer[..position]).lines();
        for byte in *b"\"\\{}[],:0" {
            if position % 9 == 0 {
                let mut damaged = answer.clone();
                damaged[position] = byte;
                let run = kinagg(&["unpack", "--keep-going", "--format", "json"], &damaged);
                assert!(matches!(run.status, Some(0 | 1)), "{}", run.err);
            }
        }
    }
}

#[test]
fn bounds_are_kept() {
    let record = json!({"Data": base64("x".repeat(300)), "PartitionKey": "a"});
    let answer = json!({"Records": [record, {"Data": "eA=="}]}).to_string();
    let run = kinagg(&["unpack", "--keep-going", "--max-record", "299"], &answer);
    assert_eq!(
        (run.err.as_str(), run.lines().len()),
        ("kinagg: record 1: record has more than 299 bytes\n", 1)
    );
    assert_eq!(kinagg(&["unpack", "--max-record", "300"], &answer).good_lines().len(), 2);

    let long = json!({"Records": [{"Data": base64("x".repeat(3_000_000))}, {"Data": "eA=="}]}).to_string();
    let run = kinagg(&["unpack", "--keep-going", "--max-line", "1000000"], &long);
    assert_eq!(run.lines().len(), 1, "{}", run.err);
    assert!(
        run.err.starts_with("kinagg: record 1: record takes more than 1000000 bytes of JSON"),
        "{}",
        run.err
    );

    let bomb = gzip(&[b'\n'; 1 << 20]);
    assert!(bomb.len() < 2000);
    let run = kinagg(&["unpack", "--max-unfolded", "1000000"], &bomb);
    assert_eq!(run.status, Some(1));
    assert!(run.err.contains("unfolds to more than 1000000 bytes"), "{}", run.err);
    assert_eq!(kinagg(&["unpack", "--max-unfolded", "1048576"], &bomb).good_lines(), [Value::Null; 0]);

    let wrapped = broken_into_lines(&base64(vec![b'x'; 3000]), 76);
    let run = kinagg(&["unpack", "--join-lines", "--max-record", "1000"], wrapped);
    assert_eq!((run.status, run.lines().len()), (Some(1), 0), "{}", run.err);
}

#[test]
fn both_alphabets_of_base64_are_read_everywhere() {
    // RFC 4648: the last two symbols are + and /, or - and _.
    let texts_of = |input: String| kinagg(&["unpack", "--output", "base64"], input).out;
    for (data, standard) in
        [("++//", "++//"), ("--__", "++//"), ("+-_/", "++//"), ("-_8=", "+/8="), ("-_8", "+/8=")]
    {
        for input in [
            format!("{data}\n"),
            json!({"partition_key": "a", "data": data}).to_string(),
            json!({"Records": [{"Data": data, "PartitionKey": "a"}]}).to_string(),
            json!({"Records": [{"kinesis": {"data": data, "partitionKey": "a"}}]}).to_string(),
        ] {
            assert_eq!(texts_of(input.clone()), format!("{standard}\n"), "{input}");
        }
    }
}

#[test]
fn words_are_not_taken_for_base64() {
    for words in ["hello world\n", "id,name\n1,one\n", "null", "true\n", "two words\n\neA==\n"] {
        let run = kinagg(&["unpack"], words);
        assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{words}");
        assert!(run.err.contains("neither JSON, base64, hex nor an aggregated record"), "{}", run.err);
    }
    // As pasted.
    for text in ["  \"eA==\",\n  'eA==',\r\n", "0x78\n0x78", "\\x78\n\\x78\n"] {
        assert_eq!(texts(&[], text), ["x", "x"], "{text}");
    }
}

#[test]
fn a_format_can_be_forced() {
    // It looks like hex and like base64.
    assert_eq!(texts(&[], "616263"), ["abc"]);
    assert_eq!(texts(&["--format", "base64"], "616263aa"), [r"\xeb^\xb6\xebv\x9a"]);
    assert_eq!(texts(&["--format", "raw"], "616263"), ["616263"]);
    assert_eq!(texts(&["--raw"], "{\"Records\": []}"), ["{\"Records\": []}"]);
    let line = json!({"Records": [], "partition_key": "a", "text": "x"}).to_string();
    assert_eq!(texts(&["--format", "json-lines"], line), ["x"]);
    assert_eq!(kinagg(&["unpack", "--raw", "--format", "hex"], "").status, Some(2));
}

#[test]
fn many_inputs_of_many_formats_are_one_stream() {
    let hex_file = TempFile::new("input-many.hex", hex(&aggregate()));
    let json_file = TempFile::new("input-many.json", json!([{"Data": base64("json")}]).to_string());
    let bad = TempFile::new("input-bad.txt", "no record, this?");
    let run = kinagg(
        &["unpack", "--text", "--keep-going", hex_file.path(), bad.path(), "-", json_file.path()],
        r#"{"partition_key": "a", "text": "line"}"#,
    );
    let lines = run.lines();
    let texts: Vec<_> = lines.iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["first", "second", "third", "line", "json"]);
    assert_eq!(run.status, Some(1));
    assert!(run.err.starts_with(&format!("kinagg: {}: neither JSON", bad.path())), "{}", run.err);
}

/// The records of an event as their sender wraps them.
fn event(vector: &Value) -> String {
    let mut records = vector["event"].clone();
    for record in records.as_array_mut().unwrap() {
        if let Some(data) = record.as_object_mut().unwrap().remove("Data_b64") {
            record["Data"] = data;
        }
    }
    if vector["single"] == true {
        return records[0].to_string();
    }
    match vector["format"].as_str().unwrap() {
        "kinesis_streams" | "boto3_get_records" => json!({"Records": records}).to_string(),
        _ => json!({"invocationId": "1", "records": records}).to_string(),
    }
}

/// What the vector's generator made of a record: key, data, sequence number. Not its explicit hash keys: it
/// carries one over to user records that have none.
fn user_record(output: &Value) -> (String, Vec<u8>, Value) {
    let nested = ["kinesis", "kinesisRecordMetadata", "kinesisStreamRecordMetadata"]
        .iter()
        .map(|name| &output[*name])
        .find(|nested| nested.is_object())
        .unwrap_or(output);
    let get = |name: &str, other: &str| [nested, output].map(|fields| [&fields[name], &fields[other]]);
    let first =
        |found: [[&Value; 2]; 2]| found.into_iter().flatten().find(|value| !value.is_null()).unwrap().clone();
    let data = first(get("data", "Data"));
    let data = match data["$bytes_b64"].as_str() {
        Some(bytes) if nested["aggregated"] == true => {
            from_base64(&String::from_utf8(from_base64(bytes)).unwrap())
        }
        Some(bytes) => from_base64(bytes),
        None => from_base64(data.as_str().unwrap()),
    };
    (
        first(get("partitionKey", "PartitionKey")).as_str().unwrap().to_owned(),
        data,
        first(get("sequenceNumber", "SequenceNumber")),
    )
}

#[test]
fn events_of_every_shape_are_read_as_the_python_module_reads_them() {
    // Records that it gives up, and records with invalid base64 symbols, which it skips.
    let is_good = |vector: &Value| {
        let output = &vector["generator"];
        output["error"].is_null()
            && output["logged_error"].is_null()
            && vector["class"] != "base64_url_alphabet"
    };
    let vectors: Vec<_> = vectors("lambda_events.jsonl").into_iter().filter(is_good).collect();
    assert!(vectors.len() > 40);
    for vector in &vectors {
        let found: Vec<_> = kinagg(&["unpack"], event(vector))
            .good_lines()
            .iter()
            .map(|line| {
                let data = from_base64(line["data"].as_str().unwrap());
                let key = line["partition_key"].as_str().unwrap().to_owned();
                (key, data, line["sequence_number"].clone())
            })
            .collect();
        let output = vector["generator"]["output"].as_array().unwrap();
        assert_eq!(found, output.iter().map(user_record).collect::<Vec<_>>(), "{}", vector["id"]);
    }
}

#[test]
fn a_record_that_firehose_was_given_directly_has_no_partition_key() {
    let vector = vectors("lambda_events.jsonl")
        .into_iter()
        .find(|vector| vector["class"] == "firehose_direct_put")
        .unwrap();
    let lines = kinagg(&["unpack", "--text"], event(&vector)).good_lines();
    assert_eq!((&lines[0]["partition_key"], &lines[0]["text"]), (&json!(""), &json!("direct put")));
}
