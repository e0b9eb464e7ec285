//! `kinagg hash-key`.

use serde_json::json;

use crate::run::{json_lines, kinagg};

#[test]
fn the_hash_key_is_the_explicit_one_or_the_md5_of_the_partition_key() {
    let lines = json_lines([
        json!({"partition_key": ""}),
        json!({"partition_key": "x", "explicit_hash_key": "007", "data": 5}),
        json!({"partition_key": "nob86x", "explicit_hash_key": null}),
        json!({"partition_key": "x".repeat(300), "explicit_hash_key": "340282366920938463463374607431768211455"}),
    ]);
    assert_eq!(
        kinagg(&["hash-key", "--shards", "4"], &lines).good_lines(),
        [
            json!({"hash_key": "281949768489412648962353822266799178366", "shard": 3}),
            json!({"hash_key": "7", "shard": 0}),
            json!({"hash_key": "255971572313968500501643244184308663536", "shard": 3}),
            json!({"hash_key": "340282366920938463463374607431768211455", "shard": 3}),
        ]
    );
    assert_eq!(kinagg(&["hash-key"], lines).good_lines()[1], json!({"hash_key": "7"}));
}

#[test]
fn a_hash_key_that_cannot_be_had_is_an_error_line_and_exit_status_1() {
    let line = |explicit: &str| json!({"partition_key": "x", "explicit_hash_key": explicit});
    let run = kinagg(
        &["hash-key", "--shards", "2"],
        json_lines(["", "undefined", "340282366920938463463374607431768211456", "1"].map(line)),
    );
    assert_eq!((run.status, run.err.as_str()), (Some(1), ""));
    assert_eq!(
        run.lines(),
        [
            json!({"error": "hash key is empty"}),
            json!({"error": "hash key has something else than a digit at byte 0"}),
            json!({"error": "hash key is 2^128 or more"}),
            json!({"hash_key": "1", "shard": 0}),
        ]
    );
}
