//! `kinagg stats`: figures that the test computes in another way.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;

use serde_json::{Value, json};

use crate::run::{TempFile, json_lines, kinagg};
use crate::snapshot::assert_snapshot;

/// 400 user records with keys `key-N` for N in 0..40. `key-0` has every second one.
fn user_records() -> Vec<Value> {
    let key = |i: usize| if i.is_multiple_of(2) { "key-0".to_owned() } else { format!("key-{}", i % 40) };
    (0..400).map(|i| json!({"partition_key": key(i), "text": "x".repeat(i)})).collect()
}

fn packed(arguments: &[&str]) -> String {
    let arguments = [&["pack"], arguments].concat();
    kinagg(&arguments, json_lines(user_records())).out
}

fn stats(arguments: &[&str], input: &str) -> Value {
    kinagg(&[&["stats", "--json"], arguments].concat(), input).good_lines().remove(0)
}

#[test]
fn what_is_counted_is_what_was_packed() {
    let packed = packed(&["--max-size", "5000"]);
    let lines: Vec<Value> = packed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let figures = stats(&["--size-limit", "5000"], &packed);
    assert_eq!(
        figures["kinesis_records"],
        json!({"total": lines.len(), "aggregates": lines.len(), "plain": 0, "broken": 0})
    );
    assert_eq!((&figures["user_records"], &figures["data_bytes"]), (&json!(400), &json!(399 * 400 / 2)));
    let sizes = || lines.iter().map(|line| line["size"].as_u64().unwrap());
    let spread = &figures["bytes_of_aggregates"];
    assert_eq!((&spread["sum"], &spread["count"]), (&json!(sizes().sum::<u64>()), &json!(lines.len())));
    // Three significant digits.
    let near = |shown: &Value, exact: u64| shown.as_u64().unwrap().abs_diff(exact) <= exact / 500;
    assert!(near(&spread["max"], sizes().max().unwrap()) && near(&spread["min"], sizes().min().unwrap()));
    // Packed again in the same order and to the same size, it is unchanged.
    assert_eq!(figures["costs"]["all_aggregated"], figures["costs"]["as_it_is"]);
    assert_eq!(figures["costs"]["each_user_record_alone"]["payload_units"], 400);
}

#[test]
fn keys_and_shards_are_weighed() {
    let figures =
        stats(&["--shards", "3", "--top", "100"], &packed(&["--max-size", "5000", "--shards", "3"]));
    let mut by_key: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for record in user_records() {
        let count = by_key.entry(record["partition_key"].as_str().unwrap().into()).or_default();
        *count = (count.0 + 1, count.1 + u64::try_from(record["text"].as_str().unwrap().len()).unwrap());
    }
    for (name, weight) in [("partition_keys_by_user_records", 0), ("partition_keys_by_bytes", 1)] {
        let top = figures[name].as_array().unwrap();
        assert_eq!((top.len(), &top[0]["partition_key"]), (by_key.len(), &json!("key-0")));
        for key in top {
            let counts = by_key[key["partition_key"].as_str().unwrap()];
            let exact = [counts.0, counts.1][weight];
            assert_eq!((&key["at_least"], &key["at_most"]), (&json!(exact), &json!(exact)));
        }
    }
    let mut by_shard = [0_u64; 3];
    let hash_keys = kinagg(&["hash-key", "--shards", "3"], json_lines(user_records())).good_lines();
    for (record, line) in user_records().iter().zip(hash_keys) {
        by_shard[usize::try_from(line["shard"].as_u64().unwrap()).unwrap()] +=
            u64::try_from(record["text"].as_str().unwrap().len()).unwrap();
    }
    let shown: Vec<u64> =
        figures["shards"].as_array().unwrap().iter().map(|shard| shard["bytes"].as_u64().unwrap()).collect();
    assert_eq!(shown, by_shard);
    // If it is packed by shards, no user record is outside its own.
    assert_eq!(figures["outside_their_shard"]["user_records"], 0);
}

#[test]
fn what_kcl_would_drop_is_what_unpack_drops() {
    let packed = packed(&["--max-size", "5000"]);
    let figures = stats(&["--shards", "2"], &packed);
    let half = "170141183460469231731687303715884105728";
    let lower = format!("0:{}", half.parse::<u128>().unwrap() - 1);
    let upper = format!("{half}:{}", u128::MAX);
    let kept: usize = [lower, upper]
        .iter()
        .map(|range| kinagg(&["unpack", "--range", range], &packed).good_lines().len())
        .sum();
    assert!(kept < 400);
    assert_eq!(figures["outside_their_shard"]["user_records_dropped_by_kcl"], 400 - kept);
}

#[test]
fn listed_shards_are_taken_without_the_closed_ones() {
    let shard = |id: &str, start: &str, end: &str, ended: Option<&str>| {
        json!({
            "ShardId": id,
            "HashKeyRange": {"StartingHashKey": start, "EndingHashKey": end},
            "SequenceNumberRange": {"StartingSequenceNumber": "1", "EndingSequenceNumber": ended},
        })
    };
    let max = u128::MAX.to_string();
    let answer = json!({"Shards": [
        shard("shardId-000000000000", "0", &max, Some("9")),
        shard("shardId-000000000002", "1000", &max, None),
        shard("shardId-000000000001", "0", "999", None),
    ]});
    let file = TempFile::new("stats-shards.json", answer.to_string());
    let lines = |shard_id: &str| {
        let packed = kinagg(
            &["pack"],
            json_lines([json!({"partition_key": "k", "explicit_hash_key": "5", "text": "x"})]),
        );
        let mut line = packed.good_lines().remove(0);
        line["shard_id"] = shard_id.into();
        json_lines([line])
    };
    let figures = stats(&["--list-shards", file.path()], &lines("shardId-000000000001"));
    assert_eq!(
        (&figures["shards"][0]["name"], &figures["shards"][0]["user_records"]),
        (&json!("shardId-000000000001"), &json!(1))
    );
    assert_eq!(figures["outside_their_shard"]["user_records"], 0);
    // Read from another shard than the one that owns its hash key.
    let figures = stats(&["--list-shards", file.path()], &lines("shardId-000000000002"));
    assert_eq!(figures["outside_their_shard"]["user_records_dropped_by_kcl"], 1);

    let broken = TempFile::new("stats-no-shards.json", "{}");
    let run = kinagg(&["stats", "--list-shards", broken.path()], "");
    assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
    assert!(
        run.err.contains("no answer of list-shards or describe-stream: missing field `Shards`"),
        "{}",
        run.err
    );
}

#[test]
fn figures_are_shown_and_hostile_keys_do_not_act() {
    let run = kinagg(&["stats", "--shards", "4", "--top", "3"], packed(&["--max-size", "5000"]));
    assert_eq!((run.status, run.err.as_str()), (Some(0), ""));
    assert_snapshot("stats.txt", &run.out);
    assert_snapshot("stats_of_nothing.txt", &kinagg(&["stats"], "").out);

    for hostile in ["<script>alert(1)</script>", "\u{1b}]0;title\u{7}", "user\u{202e}gpj.exe"] {
        let lines = json_lines([json!({"partition_key": hostile, "text": "x"})]);
        let shown = kinagg(&["stats"], &lines).out;
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
        let page = TempFile::new("stats-hostile.html", "");
        assert_eq!(kinagg(&["stats", "--html", page.path()], &lines).status, Some(0));
        let html = fs::read_to_string(page.path()).unwrap();
        assert!(html.contains("<svg") && !html.contains("<script"), "{html}");
        assert!(!html.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{html}");
    }
}

#[test]
fn many_keys_are_counted_within_the_bounds_that_are_told() {
    let key = |i: u32| if i.is_multiple_of(3) { "hot".to_owned() } else { format!("key-{i}") };
    let lines = json_lines((0..30_000).map(|i| json!({"partition_key": key(i), "text": "x"})));
    let figures = stats(&["--top", "1"], &lines);
    let top = &figures["partition_keys_by_user_records"][0];
    assert_eq!(top["partition_key"], "hot");
    assert!(top["at_least"].as_u64() <= Some(10_000) && top["at_most"].as_u64() >= Some(10_000), "{top}");
    assert_eq!(figures["kinesis_records"]["plain"], 30_000);
}

#[test]
fn a_broken_record_is_counted_and_is_exit_status_1() {
    let run = kinagg(&["stats", "--json"], "{\"partition_key\": \"a\", \"data\": \"84mawgo=\"}\n");
    assert_eq!((run.status, &run.lines()[0]["kinesis_records"]["broken"]), (Some(1), &json!(1)));
}

fn shard(id: &str, start: u128, end: u128) -> Value {
    let range = json!({"StartingHashKey": start.to_string(), "EndingHashKey": end.to_string()});
    json!({"ShardId": id, "HashKeyRange": range})
}

#[test]
fn pages_of_list_shards_are_read_together() {
    let half = 1_u128 << 127;
    let first = json!({"Shards": [shard("shardId-0", 0, half - 1)], "NextToken": "more"});
    let last = json!({"Shards": [shard("shardId-1", half, u128::MAX)]});
    let one_file = TempFile::new("stats-pages.json", format!("{first:#}\n{last:#}\n"));
    let files = [first.clone(), last.clone()].map(|page| page.to_string());
    let [first_file, last_file] = [("stats-page-1.json", &files[0]), ("stats-page-2.json", &files[1])]
        .map(|(name, page)| TempFile::new(name, page));
    let [one_file, first_file, last_file] = [&one_file, &first_file, &last_file].map(TempFile::path);
    let line = json_lines([json!({"partition_key": "a", "text": "x"})]);
    for arguments in
        [&["--list-shards", one_file][..], &["--list-shards", first_file, "--list-shards", last_file]]
    {
        let run = kinagg(&[&["stats", "--json"], arguments].concat(), &line);
        let names: Vec<_> = run.good_lines()[0]["shards"]
            .as_array()
            .unwrap()
            .iter()
            .map(|shard| shard["name"].clone())
            .collect();
        assert_eq!(names, ["shardId-0", "shardId-1"]);
    }

    // All hash keys, but the listing says that there is more.
    let whole = json!({"Shards": [shard("shardId-0", 0, u128::MAX)], "NextToken": "more"});
    let whole = TempFile::new("stats-page-more.json", whole.to_string());
    let run = kinagg(&["stats", "--json", "--list-shards", whole.path()], &line);
    assert_eq!((run.status, run.lines().len()), (Some(0), 1));
    assert!(run.err.contains("the last answer has a NextToken: there are more shards"), "{}", run.err);

    let run = kinagg(&["stats", "--list-shards", last_file, "--list-shards", first_file], &line);
    assert!(run.status == Some(0) && run.err.contains("NextToken"), "{}", run.err);
}

#[test]
fn a_listing_may_be_compressed() {
    let listing = json!({"Shards": [shard("s", 0, u128::MAX)]}).to_string();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(listing.as_bytes()).unwrap();
    let file = TempFile::new("stats-shards.json.gz", gzip.finish().unwrap());
    assert_eq!(stats(&["--list-shards", file.path()], "")["shards"][0]["name"], "s");
}

/// A message names the shard, and no shard that cannot exist passes in silence.
#[test]
fn a_listing_that_cannot_be_true_is_refused() {
    let mut closed = shard("shardId-1", 9, 1);
    closed["SequenceNumberRange"] = json!({"StartingSequenceNumber": "1", "EndingSequenceNumber": "2"});
    for (shards, complaint) in [
        ([shard("shardId-0", 0, u128::MAX), closed], "shardId-1: the hash keys start at 9 and end before it"),
        (
            [shard("shardId-0", 0, 7), shard("shardId-1", 7, 9)],
            "the open shards shardId-0 and shardId-1 share hash keys",
        ),
        (
            [shard("shardId-0", 0, u128::MAX), shard("shardId-1", u128::MAX, u128::MAX)],
            "the open shards shardId-0 and shardId-1 share hash keys",
        ),
        ([shard("shardId-0", 0, 7), shard("shardId-0", 8, u128::MAX)], "shardId-0 is listed twice"),
    ] {
        let file = TempFile::new("stats-wrong-shards.json", json!({"Shards": shards}).to_string());
        let run = kinagg(&["stats", "--list-shards", file.path()], "");
        assert_eq!((run.status, run.err), (Some(1), format!("kinagg: {}: {complaint}\n", file.path())));
    }
}

fn case(name: &str) -> String {
    format!("{}/tests/cases/{name}", env!("CARGO_MANIFEST_DIR"))
}

const ALL_CLEAR: &str = "Every user record lies in the shard of its aggregate.";

#[test]
fn an_explicit_hash_key_at_which_kcl_stops_counts_as_the_loss_of_the_rest() {
    let file = case("ehk-mixed.b64");
    for arguments in [&["stats", "--shards", "2"][..], &["stats"]] {
        let run = kinagg(&[arguments, &[&file]].concat(), "");
        assert!(!run.out.contains(ALL_CLEAR), "{}", run.out);
        let said = "1 aggregate has an explicit hash key that is no number of 128 bits: a consumer that uses KCL silently drops 2 user records.";
        assert!(run.out.contains(said), "{}", run.out);
    }
    let verified = kinagg(&["verify", &file], "").good_lines().remove(0);
    let kcl = "drops 2, from user record 1 on: its explicit hash key \"undefined\" is no number";
    assert_eq!((&verified["ok"], &verified["kcl"]), (&json!(true), &json!(kcl)));
}

/// An aggregate with these explicit hash keys, which `pack` would refuse.
fn with_explicit_hash_keys(keys: &[&str]) -> String {
    use kinesis_agg::{Md5, Md5Engine};
    let field =
        |tag: u8, content: &[u8]| [&[tag, u8::try_from(content.len()).unwrap()][..], content].concat();
    let mut message = field(0x0A, b"k");
    keys.iter().for_each(|key| message.extend(field(0x12, key.as_bytes())));
    for index in 0..keys.len() {
        message.extend(field(0x1A, &[8, 0, 0x10, u8::try_from(index).unwrap(), 0x1A, 1, b'x']));
    }
    let data = [b"\xF3\x89\x9A\xC2", &message[..], &Md5.digest(&message)].concat();
    json_lines([json!({"partition_key": "k", "data": crate::run::base64(data)})])
}

/// In the order in which KCL examines them: the vectors `shard-043`, `shard-059`, `shard-060` and
/// `shard-061`.
#[test]
fn what_kcl_drops_depends_on_what_it_meets_first() {
    let large = "340282366920938463463374607431768211456";
    let other_half = "170141183460469231731687303715884105728";
    for (keys, by_key, by_shard) in [
        (&["1", "abc", "2"][..], 2, 0),
        (&["1", "", "2"], 2, 0),
        (&["1", "2", "-1"], 3, 0),
        (&["1", large, "2"], 3, 0),
        (&["abc", "1"], 2, 0),
        (&["1", other_half, "abc"], 0, 3),
        (&["1", "abc", other_half], 2, 0),
        (&["1", "2"], 0, 0),
    ] {
        let figures = stats(&["--shards", "2"], &with_explicit_hash_keys(keys));
        let dropped = [
            &figures["explicit_hash_keys_that_are_none"]["user_records_dropped_by_kcl"],
            &figures["outside_their_shard"]["user_records_dropped_by_kcl"],
        ];
        assert_eq!(dropped, [&json!(by_key), &json!(by_shard)], "{keys:?}");
    }
}

#[test]
fn a_shard_that_was_split_since_keeps_its_hash_keys() {
    let (listing, input) = (case("list-shards-resharded.json"), case("from-parent-shard.json"));
    let run = kinagg(&["stats", "--list-shards", &listing, &input], "");
    assert!(run.out.contains(ALL_CLEAR), "{}", run.out);

    // The same as `describe-stream` writes it.
    let listed: Value = serde_json::from_str(&fs::read_to_string(&listing).unwrap()).unwrap();
    let described =
        json!({"StreamDescription": {"StreamName": "s", "Shards": listed["Shards"], "HasMoreShards": false}});
    let file = TempFile::new("stats-described.json", described.to_string());
    let again = kinagg(&["stats", "--list-shards", file.path(), &input], "");
    assert_eq!((again.out, again.err), (run.out, run.err));
    let more = described.to_string().replace("\"HasMoreShards\":false", "\"HasMoreShards\":true");
    let file = TempFile::new("stats-described-more.json", more);
    let run = kinagg(&["stats", "--list-shards", file.path(), &input], "");
    assert!(run.err.contains("the last answer has HasMoreShards: there are more shards"), "{}", run.err);
}

#[test]
fn what_cannot_be_told_is_said_and_is_no_all_clear() {
    let input = fs::read_to_string(case("from-parent-shard.json")).unwrap();
    let elsewhere = input.replace("shardId-000000000000:", "shardId-000000000009:");
    let said = "1 aggregate with 3 user records are of shards that --list-shards lacks: what KCL drops of them is unknown.";
    let listing = case("list-shards-resharded.json");
    let run = kinagg(&["stats", "--list-shards", &listing], &elsewhere);
    assert!(run.out.contains(said) && !run.out.contains(ALL_CLEAR), "{}", run.out);
    // A listing without half of the hash keys, and an aggregate whose shard is not named.
    let shard =
        json!({"ShardId": "shardId-1", "HashKeyRange": {"StartingHashKey": "0", "EndingHashKey": "9"}});
    let file = TempFile::new("stats-half.json", json!({"Shards": [shard]}).to_string());
    let packed = kinagg(&["pack"], json_lines([json!({"partition_key": "a", "text": "x"})])).out;
    let run = kinagg(&["stats", "--list-shards", file.path()], packed);
    assert!(
        run.out.contains("what KCL drops of them is unknown") && !run.out.contains(ALL_CLEAR),
        "{}",
        run.out
    );
}

#[test]
fn a_price_is_a_number_of_dollars_from_0_up() {
    for price in ["nan", "inf", "-1", "cheap"] {
        let run = kinagg(&["stats", &format!("--price={price}")], "");
        assert_eq!((run.status, run.out.as_str()), (Some(2), ""), "{price}: {}", run.err);
    }
    assert_eq!(kinagg(&["stats", "--json", "--price=0"], "").status, Some(0));
}
