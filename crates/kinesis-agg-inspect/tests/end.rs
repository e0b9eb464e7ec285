//! The end of an aggregate, compared with the codec and the vectors.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that panics has failed")]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinesis_agg::schema::MAGIC;
use kinesis_agg::{AggregatedRecord, Md5, Md5Engine};
use kinesis_agg_inspect::{AggregateEnd, Search, aggregate_behind};
use serde_json::Value;

/// The vectors that are whole aggregates of moderate length.
fn aggregates() -> Vec<Vec<u8>> {
    let text = include_str!("../../../tests/vectors/deaggregation.jsonl");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let data = lines.map(|line| STANDARD.decode(line["blob_b64"].as_str().unwrap()).unwrap());
    let aggregates: Vec<_> =
        data.filter(|data| data.len() < 2000 && AggregatedRecord::parse(data).is_ok()).collect();
    assert!(aggregates.len() > 50);
    aggregates
}

fn search(data: &[u8]) -> Search {
    AggregateEnd::default().search(data)
}

#[test]
fn every_aggregate_ends_where_it_ends_whatever_stands_behind() {
    for data in aggregates() {
        assert_eq!(search(&data), Search::Found(data.len()), "{data:02X?}");
        for behind in [&b"\n"[..], &[0; 40], &[0xFF; 40], &MAGIC, &data] {
            assert_eq!(search(&[&data[..], behind].concat()), Search::Found(data.len()), "{data:02X?}");
        }
        assert_eq!(aggregate_behind(&[&data[..], b"--", &data].concat()), Some(data.len() + 2));
        assert_eq!(aggregate_behind(&data), None);
    }
}

#[test]
fn bytes_that_come_one_by_one_are_searched_as_all_at_once() {
    for data in aggregates() {
        let mut end = AggregateEnd::default();
        for len in 0..data.len() {
            assert_eq!(end.search(&data[..len]), Search::More, "{len} of {data:02X?}");
        }
        assert_eq!(end.search(&data), Search::Found(data.len()));
    }
}

/// A right digest in the middle ends the record. A wrong one does not.
#[test]
fn a_damaged_aggregate_ends_nowhere() {
    for data in aggregates().into_iter().filter(|data| data.len() < 300) {
        for position in 4..data.len() {
            let mut damaged = data.clone();
            damaged[position] ^= 1;
            assert!(!matches!(search(&damaged), Search::Found(_)), "{position} of {data:02X?}");
        }
    }
    let empty = [&MAGIC[..], &Md5.digest(b"")].concat();
    assert!(!matches!(search(&empty), Search::Found(_)));
}

/// Groups that never close, and lengths beyond the end.
#[test]
fn hostile_fields_take_no_long_time() {
    let groups = [&MAGIC[..], &[0x0B].repeat(1 << 20)].concat();
    assert_eq!(search(&groups), Search::None);
    let mut end = AggregateEnd::default();
    let long = [&MAGIC[..], &[0x0A, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], &[0; 1000]].concat();
    (10..long.len()).for_each(|len| assert_eq!(end.search(&long[..len]), Search::More));
    assert!(end.work() < 100, "{}", end.work());
}
