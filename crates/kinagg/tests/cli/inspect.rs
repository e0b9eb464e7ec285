//! `kinagg inspect` on vectors and damaged ones, as users see it. `crates/kinesis-agg-inspect` tests the
//! findings; this tests how they are shown.

use std::fs;

use serde_json::{Value, json};

use crate::run::{TempFile, base64, command, from_base64, json_lines, kinagg, vectors};
use crate::snapshot::assert_snapshot;

fn vector(id: &str) -> Vec<u8> {
    let found = vectors("deaggregation.jsonl").into_iter().find(|line| line["id"] == id);
    from_base64(found.unwrap()["blob_b64"].as_str().unwrap())
}

fn record(data: &[u8]) -> String {
    json_lines([json!({"partition_key": "outer", "data": base64(data)})])
}

fn packed(key: &str, text: &str) -> Vec<u8> {
    let run = kinagg(&["pack"], json_lines([json!({"partition_key": key, "text": text})]));
    from_base64(run.good_lines()[0]["data"].as_str().unwrap())
}

#[test]
fn vectors_and_damaged_ones_are_shown() {
    let simple = vector("deagg-v_simple-000");
    let mut wrong_digest = simple.clone();
    *wrong_digest.last_mut().unwrap() ^= 1;
    let appended = [simple.as_slice(), b"\n"].concat();
    let read_as_text = String::from_utf8_lossy(&simple);
    let shown: [(&str, &[u8], i32); 10] = [
        ("simple", &simple, 0),
        ("wrong_digest", &wrong_digest, 1),
        ("truncated", &simple[..200], 1),
        ("appended", &appended, 1),
        ("index_outside", &vector("deagg-x_pk_index-002"), 1),
        ("unknown_fields", &vector("deagg-v_unknown_random-007"), 0),
        ("wrong_wire_type", &vector("deagg-w_wrong_wire_top-006"), 0),
        ("magic_and_digest_alone", &vector("deagg-n_magic_md5_only-000"), 1),
        ("plain", b"{\"celsius\": 21.5}", 0),
        ("read_as_text", read_as_text.as_bytes(), 0),
    ];
    for (name, data, status) in shown {
        let run = kinagg(&["inspect"], record(data));
        assert_eq!((run.status, run.err.as_str()), (Some(status), ""), "{name}");
        assert!(!run.out.contains('\u{1b}'), "no colours where there is no terminal");
        assert_snapshot(&format!("inspect_{name}.txt"), &run.out);
    }
}

#[test]
fn colours_change_nothing_but_the_colour() {
    let data = vector("deagg-v_simple-000");
    let file = TempFile::new("inspect-colours.jsonl", record(&data));
    let shown = |variable: &str| {
        let output = command(&["inspect", file.path()]).env(variable, "1").output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let (colored, plain) = (shown("CLICOLOR_FORCE"), shown("NO_COLOR"));
    let mut parts = colored.split("\u{1b}[");
    let first = parts.next().unwrap().to_owned();
    let stripped: String = parts.map(|part| part.split_once('m').unwrap().1).collect();
    assert!(colored.contains("\u{1b}[32m") && !plain.contains('\u{1b}'));
    assert_eq!(first + &stripped, plain);
}

#[test]
fn json_tells_the_same_to_machines() {
    let data = vector("deagg-v_simple-000");
    let line = kinagg(&["inspect", "--json"], record(&data)).good_lines().remove(0);
    assert_eq!(
        (&line["verdict"], &line["size"], &line["error"]),
        (&json!("aggregate"), &json!(data.len()), &Value::Null)
    );
    let unpacked = kinagg(&["unpack"], record(&data)).good_lines();
    let listed = line["user_records"]["listed"].as_array().unwrap();
    assert_eq!(listed.len(), unpacked.len());
    for (listed, unpacked) in listed.iter().zip(&unpacked) {
        for field in ["partition_key", "data"] {
            assert_eq!(listed[field], unpacked[field]);
        }
        assert_eq!(listed.get("explicit_hash_key").unwrap_or(&Value::Null), &unpacked["explicit_hash_key"]);
    }
    let hash_keys = kinagg(&["hash-key"], json_lines(unpacked)).good_lines();
    assert!(listed.iter().zip(hash_keys).all(|(listed, line)| listed["hash_key"] == line["hash_key"]));
    let shares = line["shares"].as_object().unwrap().values().map(|share| share.as_u64().unwrap());
    assert_eq!(shares.sum::<u64>(), line["size"].as_u64().unwrap());

    let run = kinagg(&["inspect", "--json"], record(&data[..100]));
    assert_eq!(run.status, Some(1));
    assert_eq!(run.lines()[0]["verdict"], "broken");
    assert_eq!(run.lines()[0]["oddities"][0]["name"], "truncated");
}

/// A record that was pasted without its end is a truncated record, wherever the text was cut.
#[test]
fn text_that_is_cut_off_is_shown_as_far_as_it_goes() {
    let data = vector("deagg-v_simple-000");
    let hex: String = data.iter().map(|byte| format!("{byte:02x}")).collect();
    let text = base64(&data);
    for (text, bits) in [(text.as_str(), 6), (&text.replace('+', "-").replace('/', "_"), 6), (&hex, 4)] {
        for len in 160..168 {
            let cut = &text[..len];
            let as_field = json!({"Records": [{"Data": cut}]}).to_string();
            let as_line = json!({"partition_key": "a", "data": cut}).to_string();
            let inputs =
                if bits == 6 { vec![cut.to_owned(), as_field, as_line] } else { vec![cut.to_owned()] };
            for input in inputs {
                let run = kinagg(&["inspect", "--json"], &input);
                let line = &run.lines()[0];
                assert_eq!((run.status, &line["size"]), (Some(1), &json!(len * bits / 8)), "{input}");
                // The latter if the cut is at the end of a user record.
                let name = line["oddities"][0]["name"].as_str().unwrap();
                assert!(["truncated", "digest cut off"].contains(&name), "{input}: {name}");
                let cut_off =
                    run.err.ends_with("is cut off within a byte at its end: only the part before is shown\n");
                assert!(cut_off || run.err.is_empty(), "{}", run.err);
                // What the other commands accept: only a cut at the end of a byte, with nothing left over.
                for command in ["unpack", "verify"] {
                    let run = kinagg(&[command, "--keep-going"], &input);
                    assert_eq!(
                        run.err.contains("is cut off within a byte at its end"),
                        cut_off,
                        "{}",
                        run.err
                    );
                    assert_eq!(run.out.is_empty(), cut_off, "{command} {input}");
                }
            }
        }
    }
    assert!(kinagg(&["inspect"], &text[..5]).err.contains("cut off within a byte"));
}

#[test]
fn hostile_keys_and_data_do_not_act() {
    for hostile in ["<script>alert(1)</script>", "\u{1b}]0;title\u{7}\u{1b}[31m", "user\u{202e}gpj.exe"] {
        let data = packed(hostile, hostile);
        let page = TempFile::new("inspect-hostile.html", "");
        let shown = kinagg(&["inspect"], record(&data)).out;
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
        let run = kinagg(&["inspect", "--html", page.path()], record(&data));
        assert_eq!((run.status, run.out.as_str(), run.err.as_str()), (Some(0), "", ""));
        let html = fs::read_to_string(page.path()).unwrap();
        assert!(html.contains("default-src 'none'") && html.contains("</html>"));
        assert!(!html.contains("<script") && !html.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{html}");
    }
}

#[test]
fn one_record_of_many_is_chosen_or_each() {
    let lines = json_lines(["a", "b", "c"].map(|text| json!({"partition_key": "k", "text": text})));
    let run = kinagg(&["inspect"], &lines);
    assert!(run.out.starts_with("line 1: plain record"), "{}", run.out);
    assert_eq!(run.err, "kinagg: this is Kinesis record 1 of more: --record N shows another, --all each\n");
    let run = kinagg(&["inspect", "--record", "3"], &lines);
    assert!(run.out.starts_with("line 3: ") && run.err.is_empty(), "{}", run.err);
    assert_eq!(kinagg(&["inspect", "--all", "--json"], &lines).good_lines().len(), 3);
    let run = kinagg(&["inspect", "--record", "4"], &lines);
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
    assert_eq!(run.err, "kinagg: there is no Kinesis record 4: the input has 3\n");
    let run = kinagg(&["inspect", "--record", "4", "--keep-going"], format!("{lines}?\n"));
    assert!(run.err.ends_with("kinagg: there is no Kinesis record 4: the input has 3\n"), "{}", run.err);
    let run = kinagg(&["inspect"], "{\"data\": \"!\"}\n");
    assert_eq!((run.status, run.out.as_str(), run.err.lines().count()), (Some(1), "", 1), "{}", run.err);
}

#[test]
fn what_is_listed_is_bounded_and_what_is_left_out_is_told() {
    let lines =
        json_lines((0..300).map(|i| json!({"partition_key": format!("key-{i}"), "text": "x".repeat(100)})));
    let packed = kinagg(&["pack"], lines).out;
    let run = kinagg(&["inspect", "--list", "2", "--preview", "5"], &packed);
    for left_out in ["298 keys more", "298 user records more", "fields more"] {
        assert!(run.out.contains(left_out), "{left_out}: {}", run.out);
    }
    assert!(run.out.contains("\"xxxxx\"…") && run.out.lines().count() < 40, "{}", run.out);
}
