//! `kinagg verify`.

use serde_json::json;

use crate::run::{TempFile, base64, from_base64, json_lines, kinagg};

fn aggregate() -> Vec<u8> {
    let lines = json_lines(["a", "b"].map(|key| json!({"partition_key": key, "text": "x"})));
    from_base64(kinagg(&["pack"], lines).good_lines()[0]["data"].as_str().unwrap())
}

fn broken() -> Vec<u8> {
    let mut data = aggregate();
    data[4] ^= 1;
    data
}

#[test]
fn each_record_has_a_line_and_one_bad_record_is_exit_status_1() {
    let good = [
        json!({"data": base64(aggregate())}),
        json!({"partition_key": "p", "text": "plain"}),
        json!({"data": ""}),
    ];
    let expected = [
        json!({"ok": true, "aggregated": true, "user_records": 2}),
        json!({"ok": true, "aggregated": false, "user_records": 1}),
        json!({"ok": true, "aggregated": false, "user_records": 1}),
    ];
    assert_eq!(kinagg(&["verify"], json_lines(good.clone())).good_lines(), expected);

    let bad = [json!({"data": base64(broken())}), json!({"data": "84maww"}), json!({"data": "84mawg"})];
    let run = kinagg(&["verify"], json_lines(bad.into_iter().chain(good)));
    assert_eq!((run.status, run.err.as_str()), (Some(1), ""));
    let lines = run.lines();
    let digest_at = aggregate().len() - 16;
    assert_eq!(
        lines[0],
        json!({"ok": false, "error": "the digest is not that of the message", "offset": digest_at})
    );
    assert_eq!(lines[1], expected[1]);
    assert_eq!(lines[2]["error"], "aggregated record of 4 bytes where at least 21 are needed");
    assert_eq!(lines[3..], expected);
}

#[test]
fn raw_files_are_verified() {
    let good = TempFile::new("verify-good.bin", aggregate());
    let bad = TempFile::new("verify-bad.bin", broken());
    let run = kinagg(&["verify", "--raw", bad.path(), good.path()], "");
    assert_eq!((run.status, run.err.as_str()), (Some(1), ""));
    assert_eq!((&run.lines()[0]["ok"], &run.lines()[1]["ok"]), (&json!(false), &json!(true)));
}

#[test]
fn what_cannot_be_read_is_bad_input_and_no_bad_record() {
    let input = "{\"data\": \"!\"}\n{\"data\": \"\"}\n";
    let run = kinagg(&["verify"], input);
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
    assert_eq!(run.complaints()[0].0, 1);
    let run = kinagg(&["verify", "--keep-going"], input);
    assert_eq!((run.status, run.lines().len()), (Some(1), 1));
}

#[test]
fn what_pack_writes_is_good() {
    let lines =
        json_lines((0..500).map(|i| json!({"partition_key": i.to_string(), "text": "x".repeat(500)})));
    let packed = kinagg(&["pack", "--shards", "2"], lines);
    assert!(kinagg(&["verify"], &packed.out).good_lines().iter().all(|line| line["aggregated"] == true));
}

#[test]
fn a_plain_record_that_was_an_aggregate_is_named_so() {
    let file = format!("{}/tests/cases/no-magic.b64", env!("CARGO_MANIFEST_DIR"));
    let line = kinagg(&["verify", &file], "").good_lines().remove(0);
    let note = "looks like an aggregate that has lost its magic: the last 16 bytes are the digest of those before them";
    assert_eq!((&line["ok"], &line["note"]), (&json!(true), &json!(note)));
    let inspected = kinagg(&["inspect", &file], "").out;
    assert!(inspected.contains(note), "{inspected}");
    // The rest of a magic makes no difference.
    for lost in 1..4 {
        let line = json_lines([json!({"data": base64(&aggregate()[lost..])})]);
        assert_eq!(kinagg(&["verify"], line).good_lines()[0]["note"], note, "{lost}");
    }
}
