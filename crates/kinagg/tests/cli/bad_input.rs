//! All commands with bad input, wrong arguments and a closed pipe.

use std::io::{Read, Write};
use std::thread;

use crate::run::{TempFile, command, kinagg};

const COMMANDS: [&str; 4] = ["pack", "unpack", "verify", "hash-key"];

const GOOD: &str = r#"{"partition_key": "a", "text": "x"}"#;

#[test]
fn garbage_is_named_by_its_line() {
    for command in COMMANDS {
        for garbage in [
            &b"garbage"[..],
            b"{",
            b"{\"partition_key\": \"a\", \"text\": \"x\"} x",
            b"[\"a\", null, \"x\"]",
            b"null",
            b"\"a\"",
            b"{\"partition_key\": \"\xFF\", \"data\": \"\"}",
            b"\xFF\xFE",
            b"{\"partition_key\": \"\\ud800\", \"data\": \"\"}",
            b"{\"partition_key\": 5, \"data\": \"\"}",
            b"\0",
        ] {
            let input = [b"\n", GOOD.as_bytes(), b"\r\n\r\n", garbage, b"\n", GOOD.as_bytes()].concat();
            let run = kinagg(&[command], &input);
            let what = format!("{command}: {:?}", String::from_utf8_lossy(garbage));
            assert_eq!((run.status, run.out.lines().count()), (Some(1), 1), "{what}");
            assert!(run.err.starts_with("kinagg: line 4: "), "{what}: {}", run.err);
            assert!(run.err.ends_with('\n') && run.err.lines().count() == 1, "{what}: {}", run.err);

            let run = kinagg(&[command, "--keep-going"], &input);
            assert_eq!(run.status, Some(1), "{what}");
            assert_eq!(run.complaints().len(), 1, "{what}");
            assert_eq!(run.lines().len(), if command == "pack" { 1 } else { 2 }, "{what}");
        }
    }
}

#[test]
fn complaints_say_what_is_wrong() {
    for (command, line, complaint) in [
        ("pack", r#"["a"]"#, "not a JSON object; --key, --key-field and --random-key take lines of any data"),
        (
            "pack",
            r#"{"partition_key": "a""#,
            "EOF while parsing an object at column 21; a line must have a whole JSON object",
        ),
        ("pack", r#"{"text": "x"}"#, "missing field `partition_key` at column 13"),
        ("unpack", r#"{"text": "x"}"#, "missing field `partition_key`"),
        ("hash-key", r#"{"text": "x"}"#, "missing field `partition_key` at column 13"),
        ("pack", r#"{"partition_key": "a"}"#, "neither field `data` nor `text`"),
        ("verify", r#"{"partition_key": "a"}"#, "neither field `data` nor `text`"),
        (
            "unpack",
            r#"{"partition_key": "a", "data": "", "text": ""}"#,
            "both fields `data` and `text`, expected one",
        ),
        (
            "pack",
            r#"{"partition_key": "a", "data": "ab-?"}"#,
            "field `data` is not base64: invalid symbol at byte 3",
        ),
        (
            "unpack",
            r#"{"partition_key": "a", "data": "AAAA\n,"}"#,
            "field `data` is not base64: invalid symbol at byte 5",
        ),
        ("verify", r#"{"data": "AAAAA"}"#, "field `data` is base64 that is cut off within a byte at its end"),
        ("verify", r#"{"data": "AB"}"#, "field `data` is base64 that is cut off within a byte at its end"),
        ("pack", r#"{"partition_key": "", "text": ""}"#, "partition key is empty"),
        (
            "pack",
            r#"{"partition_key": "a", "explicit_hash_key": "01", "text": ""}"#,
            "explicit hash key is not a decimal below 2^128 without leading zeros",
        ),
    ] {
        let run = kinagg(&[command], format!("\n{line}"));
        assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{command} {line}");
        assert_eq!(run.err, format!("kinagg: line 2: {complaint}\n"), "{command} {line}");
    }
}

#[test]
fn a_partition_key_that_is_given_twice_is_refused() {
    let run = kinagg(&["pack", "--key-field", "id"], r#"{"id": "a", "other": 1, "other": 2, "id": "b"}"#);
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
    assert_eq!(run.err, "kinagg: line 1: duplicate field `id`\n");
    let line = r#"{"id": "a", "other": 1, "other": 2}"#;
    assert_eq!(kinagg(&["pack", "--key-field", "id"], line).good_lines()[0]["partition_key"], "a");
}

#[test]
fn a_user_record_that_fits_no_aggregate_is_named_by_its_line() {
    let large = format!(r#"{{"partition_key": "a", "text": "{}"}}"#, "x".repeat(200));
    for arguments in [
        &["pack", "--max-size", "100", "--keep-going"][..],
        &["pack", "--record-limit", "100", "--keep-going"],
        &["pack", "--max-size", "100", "--keep-going", "--shards", "2"],
        &["pack", "--record-limit", "100", "--keep-going", "--plain-lone"],
    ] {
        let run = kinagg(arguments, format!("{GOOD}\n{large}\n{GOOD}\n"));
        assert_eq!(run.status, Some(1));
        let complaints = run.complaints();
        assert_eq!((complaints.len(), complaints[0].0), (1, 2));
        assert!(complaints[0].1.starts_with("user record takes 23"), "{}", run.err);
        assert_eq!(run.lines()[0]["user_records"], 2);
    }
    for max_size in ["1", "28"] {
        let run = kinagg(&["pack", "--max-size", max_size], GOOD);
        let allowed = format!("where --max-size and --record-limit allow {max_size}");
        assert_eq!(run.err, format!("kinagg: line 1: it needs an aggregate of 29 bytes, {allowed}\n"));
        assert_eq!(run.status, Some(1));
    }
}

#[test]
fn no_line_makes_it_panic() {
    let packed = kinagg(&["pack", "--shards", "3"], format!("{GOOD}\n").repeat(3)).out;
    let kinesis_record =
        br#"{"partition_key": "\u0061", "explicit_hash_key": "12", "data": "84mawg==", "sequence_number": 1}"#;
    let seeds = [packed.as_bytes(), kinesis_record];
    let symbols = br#"{}[]":,\u0/=aA9 -e."#;
    let mut random = 1_u64;
    let mut next = |below: usize| {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(random >> 33).unwrap() % below
    };
    let mut lines = vec![];
    for round in 0..4000 {
        let mut line = seeds[round % seeds.len()].trim_ascii().to_vec();
        for _ in 0..=next(3) {
            let position = next(line.len());
            line[position] = symbols[next(symbols.len())];
        }
        lines.extend(line);
        lines.push(b'\n');
    }
    for arguments in [
        &["pack", "--keep-going", "--shards", "9"][..],
        &["pack", "--keep-going", "--plain-lone", "--max-size", "60"],
        &["unpack", "--keep-going", "--text", "--range", "1:2"],
        &["unpack", "--keep-going", "--strict"],
        &["verify", "--keep-going"],
        &["hash-key", "--keep-going", "--shards", "3"],
    ] {
        let run = kinagg(arguments, &lines);
        assert_eq!(run.status, Some(1), "{arguments:?}");
        assert!(run.complaints().len() < 4000 && !run.lines().is_empty(), "{arguments:?}");
    }
}

#[test]
fn files_are_named() {
    let good = TempFile::new("bad_input-good.jsonl", GOOD);
    let bad = TempFile::new("bad_input-bad.jsonl", format!("{GOOD}\n[]\n"));
    for command in COMMANDS {
        let missing = "no such directory/file.jsonl";
        let run = kinagg(&[command, missing, good.path()], "");
        assert_eq!((run.status, run.out.as_str()), (Some(1), ""), "{command}");
        assert!(run.err.starts_with(&format!("kinagg: {missing}: ")), "{command}: {}", run.err);

        let run = kinagg(&[command, "--keep-going", missing, bad.path(), good.path()], "");
        assert_eq!(run.status, Some(1), "{command}");
        assert_eq!(run.lines().len(), if command == "pack" { 1 } else { 2 }, "{command}");
        let complaint = format!("kinagg: {}: line 2: not a JSON object", bad.path());
        let complaints: Vec<_> = run.err.lines().collect();
        assert!(complaints.len() == 2 && complaints[1].starts_with(&complaint), "{command}: {complaints:?}");
    }
    for command in ["unpack", "verify"] {
        let run = kinagg(&[command, "--raw", "--keep-going", "no such file", good.path()], "");
        assert!(run.err.starts_with("kinagg: no such file: "), "{command}: {}", run.err);
        assert_eq!((run.status, run.lines().len()), (Some(1), 1), "{command}");
    }
}

#[test]
fn a_directory_is_bad_input() {
    for command in COMMANDS {
        let directory = env!("CARGO_TARGET_TMPDIR");
        let run = kinagg(&[command, directory, "-", "--keep-going"], GOOD);
        assert_eq!((run.status, run.lines().len()), (Some(1), 1), "{command}");
        assert!(run.err.starts_with(&format!("kinagg: {directory}: ")), "{command}: {}", run.err);
    }
}

#[test]
fn a_huge_line_is_passed_over() {
    let limit = 64 * 1024 * 1024;
    let huge = format!("{GOOD}\n{}\n{GOOD}\n{}", "x".repeat(limit + 1), "y".repeat(limit + 5));
    let run = kinagg(&["unpack", "--keep-going"], &huge);
    let complaint = "line has more than 67108864 bytes";
    assert_eq!(run.complaints(), [(2, complaint), (4, complaint)]);
    assert_eq!((run.status, run.lines().len()), (Some(1), 2));
    let run = kinagg(&["unpack"], &huge);
    assert_eq!((run.status, run.lines().len()), (Some(1), 1));
    assert_eq!(run.complaints(), [(2, complaint)]);

    let run = kinagg(&["verify", "--raw"], huge);
    assert_eq!(run.err, "kinagg: standard input: record has more than 67108864 bytes\n");
    assert_eq!(run.status, Some(1));

    // One byte less is accepted.
    let longest = "x".repeat(limit);
    let run = kinagg(&["unpack", "--format", "json-lines"], format!("{longest}\n"));
    assert_eq!(run.complaints(), [(1, "not a JSON object")]);
}

#[test]
fn wrong_arguments_are_exit_status_2() {
    for arguments in [
        &[][..],
        &["frobnicate"],
        &["pack", "--frobnicate"],
        &["pack", "--max-size", "0"],
        &["pack", "--max-size", "10485761"],
        &["pack", "--record-limit", "-1"],
        &["pack", "--shards", "0"],
        &["pack", "--shards", "10001"],
        // Together more than 4 GiB.
        &["pack", "--shards", "10000", "--max-size", "10485760", "--record-limit", "10485760"],
        &["pack", "--raw"],
        &["hash-key", "--shards", "x"],
        &["unpack", "--range", "1"],
        &["unpack", "--range", "1:2:3"],
        &["unpack", "--range", "2:1"],
        &["unpack", "--shard", "0/0"],
        &["pack", "--put-records", ""],
        &["unpack", "--range", "0:340282366920938463463374607431768211456"],
        &["unpack", "--filter", "kcl"],
        &["unpack", "--range", "0:1", "--filter", "none"],
        &["unpack", "--partition-key", "a"],
        &["verify", "--strict"],
    ] {
        let run = kinagg(arguments, GOOD);
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!run.err.is_empty(), "{arguments:?}");
    }
}

#[test]
fn help_and_version_are_given() {
    assert_eq!(kinagg(&["-V"], "").out, concat!("kinagg ", env!("CARGO_PKG_VERSION"), "\n"));
    assert!(kinagg(&["--help"], "").out.contains("Exit status"));
    for command in COMMANDS {
        let run = kinagg(&[command, "--help"], "");
        assert!(run.out.contains("Examples:\n") && run.status == Some(0), "{}", run.out);
        assert_eq!(kinagg(&[command, "-V"], "").status, Some(0));
    }
}

#[test]
fn a_closed_pipe_ends_it_quietly() {
    for arguments in [
        &["unpack"][..],
        &["unpack", "--text", "--keep-going"],
        &["verify"],
        &["hash-key"],
        &["pack", "--max-size", "40"],
        &["pack", "--max-size", "40", "--shards", "7"],
    ] {
        let mut child = command(arguments).spawn().unwrap();
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        let writer = thread::spawn(move || {
            let lines = format!("{GOOD}\n").repeat(1000);
            // Until the program has ended.
            while stdin.write_all(lines.as_bytes()).is_ok() {}
        });
        let mut complaints = String::new();
        child.stderr.take().unwrap().read_to_string(&mut complaints).unwrap();
        assert_eq!((child.wait().unwrap().code(), complaints.as_str()), (Some(0), ""), "{arguments:?}");
        writer.join().unwrap();
    }
}

#[test]
fn a_pipe_closed_before_the_last_lines_is_quiet_too() {
    let mut child = command(&["pack"]).spawn().unwrap();
    drop(child.stdout.take());
    child.stdin.take().unwrap().write_all(GOOD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]));
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_fault() {
    for command in COMMANDS {
        let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
        let mut child = crate::run::command(&[command]).stdout(full).spawn().unwrap();
        child.stdin.take().unwrap().write_all(GOOD.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{command}");
        assert!(output.stderr.starts_with(b"kinagg: standard output: "), "{command}: {output:?}");
    }
}
