//! The races: reading, batches, hostile shapes, building, hash keys, and the codec without the digest.

use std::hint::black_box;

use kinesis_agg::{HashKey, UserRecord, md5_fn};
use md5::{Digest as _, Md5};

use crate::digests;
use crate::engines::buffa::Buffa;
use crate::engines::google::Google;
use crate::engines::micropb::Micropb;
use crate::engines::prost::Prost;
use crate::engines::quick_protobuf::QuickProtobuf;
use crate::engines::{self, BATCH, DIGEST, Peer, ours, spend};
use crate::parts;
use crate::race::Race;
use crate::report::{Bound, Report, Row};
use crate::workloads::{self, Workload};

pub const ONE: &str = "ours";
pub const BY_MD5: &str = "ours, md-5";
pub const LENT: &str = "ours, lent index";
/// On a processor with AVX-512: what one without it would do.
pub const BATCH_AVX2: &str = "ours, batch, AVX2";
/// What no builder can avoid: copying the data, and the digest of `md5-lanes`.
pub const LIMIT: &str = "copying and digest";
pub const PEERS: [&str; 5] = [Prost::NAME, QuickProtobuf::NAME, Micropb::NAME, Google::NAME, Buffa::NAME];

/// Runs the races whose workload has one of these words in its name, or all races.
pub fn run(report: &mut Report, words: &[String]) {
    let chosen = |name: &str| words.is_empty() || words.iter().any(|word| name.contains(word.as_str()));
    for workload in workloads::single().iter().filter(|workload| chosen(&workload.name)) {
        check(workload);
        report.add("reading one at a time", read_one(workload));
    }
    for workload in workloads::batches().iter().filter(|workload| chosen(&workload.name)) {
        check(workload);
        report.add("reading a batch", read_many(workload));
    }
    for workload in workloads::batches().iter().filter(|workload| chosen(&workload.name)) {
        report.add("a batch, part by part", parts::race(workload));
    }
    for workload in workloads::hostile().iter().filter(|workload| chosen(&workload.name)) {
        report.add("reading hostile shapes", read_hostile(workload));
    }
    for workload in workloads::single().iter().filter(|workload| chosen(&workload.name)) {
        report.add("building", build(workload));
    }
    for workload in workloads::single().iter().filter(|workload| chosen(&workload.name)) {
        report.add("decoding without the digest", decode(workload));
    }
    if chosen("hash keys") {
        report.add("hash keys", hash_keys());
    }
    digests::run(report, chosen);
}

/// Nanoseconds for each user record of one workload: the digest, each way of the codec, building.
pub fn time(name: &str) -> Option<Row> {
    let workload = workloads::honest().into_iter().find(|workload| workload.name == name)?;
    let mut builder = ours::builder(workload.keys);
    let user_records: Vec<_> = workload.user_records.iter().map(|record| record.with(&[])).collect();
    let mut race = Race::new();
    enter_ours(&mut race, &workload);
    race.enter("ours, building", || {
        for _ in &workload.kinesis_records {
            black_box(ours::build(&mut builder, black_box(&user_records)));
        }
    });
    Some(Row::new(&workload.name, workload.user_record_count(), &race.run(), &[]))
}

fn enter_ours<'a>(race: &mut Race<'a>, workload: &'a Workload) {
    let messages = workload.messages();
    race.enter(DIGEST, move || {
        for message in black_box(&messages) {
            black_box(Md5::digest(message));
        }
    });
    race.enter(ONE, || {
        for data in black_box(&workload.kinesis_records) {
            black_box(ours::read(data, spend));
        }
    });
    let mut lent = workload.index();
    race.enter(LENT, move || {
        for data in black_box(&workload.kinesis_records) {
            black_box(ours::read_with_index(data, &mut lent, spend));
        }
    });
    let mut lent = workload.index();
    race.enter(BATCH, move || ours::read_batch(black_box(&workload.kinesis_records), &mut lent, spend));
}

fn enter_by_md5<'a>(race: &mut Race<'a>, workload: &'a Workload) {
    race.enter(BY_MD5, || {
        for data in black_box(&workload.kinesis_records) {
            black_box(ours::read_by_md5(data, spend));
        }
    });
}

fn enter_peer<'a, P: Peer>(race: &mut Race<'a>, workload: &'a Workload) {
    race.enter(P::NAME, || {
        for data in black_box(&workload.kinesis_records) {
            black_box(engines::read::<P>(data, spend));
        }
    });
}

fn enter_peers<'a>(race: &mut Race<'a>, workload: &'a Workload) {
    enter_peer::<Prost>(race, workload);
    enter_peer::<QuickProtobuf>(race, workload);
    enter_peer::<Micropb>(race, workload);
    enter_peer::<Google>(race, workload);
    enter_peer::<Buffa>(race, workload);
}

fn read_one(workload: &Workload) -> Row {
    let mut race = Race::new();
    enter_ours(&mut race, workload);
    enter_by_md5(&mut race, workload);
    enter_peers(&mut race, workload);
    let times = race.run();
    let mut row = Row::new(&workload.name, workload.user_record_count(), &times, &PEERS);
    for ours in [ONE, LENT] {
        row.bounds.push(Bound::at_most(ours, "the fastest peer", 1.0, row.of_fastest_peer(ours)));
        let most = if workload.data_len == Some(100) { 1.05 } else { 1.1 };
        if workload.data_len != Some(20) {
            row.bounds.push(Bound::at_most(ours, "the digest", most, times.ratio(ours, DIGEST)));
        }
    }
    if workload.name.starts_with("1 MiB of 100 B") {
        row.bounds.push(batch_bound(&row, 8.0, 1.0));
    }
    row
}

fn read_many(workload: &Workload) -> Row {
    let mut race = Race::new();
    enter_ours(&mut race, workload);
    let mut lent = workload.index();
    if let Some(mut engine) = ours::Avx2::beside_avx512() {
        race.enter(BATCH_AVX2, move || {
            let kinesis_records = black_box(&workload.kinesis_records);
            ours::read_batch_with(kinesis_records, &mut lent, &mut engine, spend);
        });
    }
    enter_by_md5(&mut race, workload);
    enter_peers(&mut race, workload);
    let times = race.run();
    let mut row = Row::new(&workload.name, workload.user_record_count(), &times, &PEERS);
    let (with_avx512, with_avx2) = match (workload.name.contains("50 KiB"), workload.data_len) {
        (true, Some(100)) => (9.0, 8.5),
        (true, _) => (15.0, 11.0),
        _ => (9.0, 8.0),
    };
    row.bounds.push(batch_bound(&row, with_avx512, with_avx2));
    if let Some(ratio) = row.of_fastest_peer(BATCH_AVX2) {
        row.bounds.push(Bound::at_least_times(BATCH_AVX2, "the fastest peer", with_avx2, Some(ratio)));
    }
    row
}

fn batch_bound(row: &Row, with_avx512: f64, with_avx2: f64) -> Bound {
    Bound::times_as_fast(BATCH, "the fastest peer", with_avx512, with_avx2, row.of_fastest_peer(BATCH))
}

fn read_hostile(workload: &Workload) -> Row {
    let mut race = Race::new();
    enter_ours(&mut race, workload);
    enter_peers(&mut race, workload);
    let times = race.run();
    let answers = answers(workload);
    let ours = answers[0].1.as_ref();
    let same: Vec<&str> =
        answers[2..].iter().filter(|(_, answer)| answer.as_ref() == ours).map(|(name, _)| *name).collect();
    let count = ours.map_or(0, Vec::len) * workload.kinesis_records.len();
    let mut row = Row::new(&workload.name, count, &times, &same);
    let other: Vec<&str> = PEERS.into_iter().filter(|name| !same.contains(name)).collect();
    if !other.is_empty() {
        row.note = format!("another answer than ours, so out of the race: {}", other.join(", "));
    }
    row
}

fn build(workload: &Workload) -> Row {
    fn enter<'a, P: Peer>(race: &mut Race<'a>, user_records: &'a [UserRecord<'a>], times: usize) {
        race.enter(P::NAME, move || {
            for _ in 0..times {
                black_box(engines::build::<P>(black_box(user_records)));
            }
        });
    }
    let user_records: Vec<_> = workload.user_records.iter().map(|record| record.with(&[])).collect();
    let expected = &workload.kinesis_records[0];
    for (name, built) in [
        (Prost::NAME, engines::build::<Prost>(&user_records)),
        (QuickProtobuf::NAME, engines::build::<QuickProtobuf>(&user_records)),
        (Micropb::NAME, engines::build::<Micropb>(&user_records)),
        (Google::NAME, engines::build::<Google>(&user_records)),
        (Buffa::NAME, engines::build::<Buffa>(&user_records)),
    ] {
        assert!(built == *expected, "{name} builds other bytes than ours: {}", workload.name);
    }
    let times = (64 << 10) / expected.len() + 1;
    let message = workload.messages()[0];
    let user_records_data: Vec<&[u8]> = user_records.iter().map(|record| record.data).collect();
    let mut builder = ours::builder(workload.keys);
    let mut builder_by_md5 = ours::builder_by_md5(workload.keys);
    let mut race = Race::new();
    race.enter(DIGEST, || {
        for _ in 0..times {
            black_box(Md5::digest(black_box(message)));
        }
    });
    let mut copied = expected.clone();
    race.enter(LIMIT, move || {
        for _ in 0..times {
            copied.clear();
            user_records_data.iter().for_each(|data| copied.extend_from_slice(black_box(data)));
            black_box(md5_lanes::digest(black_box(message)));
        }
    });
    race.enter(ONE, || {
        for _ in 0..times {
            black_box(ours::build(&mut builder, black_box(&user_records)));
        }
    });
    race.enter(BY_MD5, || {
        for _ in 0..times {
            black_box(ours::build(&mut builder_by_md5, black_box(&user_records)));
        }
    });
    enter::<Prost>(&mut race, &user_records, times);
    enter::<QuickProtobuf>(&mut race, &user_records, times);
    enter::<Micropb>(&mut race, &user_records, times);
    enter::<Google>(&mut race, &user_records, times);
    enter::<Buffa>(&mut race, &user_records, times);
    let raced = race.run();
    let mut row = Row::new(&workload.name, user_records.len() * times, &raced, &PEERS);
    row.bounds.push(Bound::at_most(ONE, "the fastest peer", 1.0, row.of_fastest_peer(ONE)));
    // As first measured beside this limit, with a tenth more at most.
    let most = match (workload.data_len, workload.keys) {
        (Some(20), _) => 1.5,
        (Some(100), 500) => 1.3,
        (Some(100), _) => 1.25,
        _ => 1.1,
    };
    row.bounds.push(Bound::at_most(ONE, LIMIT, most, raced.ratio(ONE, LIMIT)));
    let most = match (workload.data_len, workload.keys) {
        (Some(100), 500) => Some(1.3),
        (Some(20), _) => None,
        _ => Some(1.1),
    };
    if let Some(most) = most {
        row.bounds.push(Bound::at_most(ONE, "the digest", most, raced.ratio(ONE, DIGEST)));
    }
    row
}

/// Ours: parsing, every check, iterating and resolving keys. Peers: only decoding.
fn decode(workload: &Workload) -> Row {
    fn enter<'a, P: Peer>(race: &mut Race<'a>, messages: &'a [&'a [u8]]) {
        race.enter(P::NAME, move || {
            for message in black_box(messages) {
                black_box(P::decode(message));
            }
        });
    }
    let messages = workload.messages();
    let mut race = Race::new();
    race.enter(ONE, || {
        for data in black_box(&workload.kinesis_records) {
            black_box(ours::read_unverified(data, spend));
        }
    });
    let mut lent = workload.index();
    race.enter(LENT, move || {
        for data in black_box(&workload.kinesis_records) {
            black_box(ours::read_unverified_with_index(data, &mut lent, spend));
        }
    });
    enter::<Prost>(&mut race, &messages);
    enter::<QuickProtobuf>(&mut race, &messages);
    enter::<Micropb>(&mut race, &messages);
    enter::<Google>(&mut race, &messages);
    enter::<Buffa>(&mut race, &messages);
    let times = race.run();
    let mut row = Row::new(&workload.name, workload.user_record_count(), &times, &PEERS);
    for ours in [ONE, LENT] {
        for (peer, most) in [(QuickProtobuf::NAME, 1.0), (Prost::NAME, 0.35)] {
            row.bounds.push(Bound::at_most(ours, &format!("{peer}'s decode"), most, times.ratio(ours, peer)));
        }
    }
    row
}

fn hash_keys() -> Row {
    let keys = workloads::keys(10_000);
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let (mut one_by_one, mut at_once) = (vec![HashKey::MIN; keys.len()], vec![HashKey::MIN; keys.len()]);
    let mut race = Race::new();
    race.enter("one by one", || {
        for (key, hash_key) in black_box(&keys).iter().zip(black_box(&mut one_by_one)) {
            *hash_key = HashKey::of_partition_key_with(key, md5_fn(ours::md5));
        }
    });
    race.enter("at once", || HashKey::of_partition_keys(black_box(&keys), black_box(&mut at_once)));
    let times = race.run();
    assert!(one_by_one == at_once, "hash keys");
    let mut row = Row::new("10,000 keys of 5 to 40 bytes", keys.len(), &times, &[]);
    let ratio = times.ratio("at once", "one by one");
    row.bounds.push(Bound::times_as_fast("at once", "one by one", 12.0, 1.0, ratio));
    row
}

type Read = Vec<(String, Option<String>, Vec<u8>)>;
type Answer = Option<Read>;

/// The result of each contestant for the first Kinesis record.
fn answers(workload: &Workload) -> Vec<(&'static str, Answer)> {
    fn collect(read: impl FnOnce(&mut dyn FnMut(&str, Option<&str>, &[u8])) -> Option<()>) -> Answer {
        let mut user_records = Vec::new();
        read(&mut |partition_key, explicit_hash_key, data| {
            user_records.push((
                partition_key.to_owned(),
                explicit_hash_key.map(str::to_owned),
                data.to_vec(),
            ));
        })?;
        Some(user_records)
    }
    let data = &workload.kinesis_records[0];
    vec![
        (ONE, collect(|sink| ours::read(data, sink))),
        (LENT, collect(|sink| ours::read_with_index(data, &mut workload.index(), sink))),
        (Prost::NAME, collect(|sink| engines::read::<Prost>(data, sink))),
        (QuickProtobuf::NAME, collect(|sink| engines::read::<QuickProtobuf>(data, sink))),
        (Micropb::NAME, collect(|sink| engines::read::<Micropb>(data, sink))),
        (Google::NAME, collect(|sink| engines::read::<Google>(data, sink))),
        (Buffa::NAME, collect(|sink| engines::read::<Buffa>(data, sink))),
    ]
}

/// Checks that everyone reads what was written.
fn check(workload: &Workload) {
    let expected: Read = workload
        .user_records
        .iter()
        .map(|record| (record.partition_key.clone(), None, record.data.clone()))
        .collect();
    for (name, answer) in answers(workload) {
        assert!(answer.as_ref() == Some(&expected), "{name} reads something else: {}", workload.name);
    }
    let mut count = 0;
    ours::read_batch(&workload.kinesis_records, &mut workload.index(), |_, _, _| count += 1);
    assert_eq!(count, workload.user_record_count(), "batch: {}", workload.name);
}
