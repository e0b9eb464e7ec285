//! Digests of many messages: one by one with `md-5`, at once with the codec, and with every back end of
//! `md5-lanes`.

use std::hint::black_box;

use kinesis_agg::Md5Engine as _;
use md5_lanes::{Backend, digest_all_with};

use crate::engines::ours;
use crate::race::Race;
use crate::report::{Bound, Report, Row};
use crate::workloads::{messages, unequal_messages};

/// Runs the races that are selected by name.
pub fn run(report: &mut Report, chosen: impl Fn(&str) -> bool) {
    let mut run = |name: &str, messages: Vec<Vec<u8>>, chunk: usize, least: Option<(f64, f64)>| {
        if chosen(&format!("digests, {name}")) {
            report.add("digests", race(name, &messages, chunk, least));
        }
    };
    run("200 x 50 KiB", messages(200, 50 << 10..=50 << 10), 200, Some((15.0, 6.5)));
    run("100 x 2 KiB", messages(100, 2 << 10..=2 << 10), 100, Some((9.0, 1.0)));
    run("256 x 1 KiB to 1 MiB, log-uniform", unequal_messages(256), 256, Some((6.0, 1.0)));
    run("10,000 keys of 5 to 40 bytes", messages(10_000, 5..=40), 10_000, None);
    run("the same, 256 at once", messages(10_000, 5..=40), 256, None);
    run("the same, 64 at once", messages(10_000, 5..=40), 64, None);
    run("10,000 x 56 to 119 bytes", messages(10_000, 56..=119), 10_000, None);
    run("10,000 x 0 to 119 bytes", messages(10_000, 0..=119), 10_000, None);
    run("1,000 x 120 to 1,000 bytes", messages(1_000, 120..=1_000), 1_000, None);
    run("1 x 1,000 bytes", messages(1, 1_000..=1_000), 1, None);
    run("2 x 20 bytes", messages(2, 20..=20), 2, None);
    run("1 x 20 bytes", messages(1, 20..=20), 1, None);
    let among_keys =
        [messages(50, 20..=20), messages(1, 50 << 10..=50 << 10), messages(50, 20..=20)].concat();
    run("1 of 50 KiB among 100 keys", among_keys, 101, None);
}

/// `chunk` messages at a time; the bounds are the least speedups with AVX-512 and with AVX2.
fn race(name: &str, messages: &[Vec<u8>], chunk: usize, least: Option<(f64, f64)>) -> Row {
    let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
    let mut expected = vec![[0; 16]; messages.len()];
    let mut at_once = expected.clone();
    let mut by_backend: Vec<_> =
        Backend::all_available().map(|backend| (backend, expected.clone())).collect();
    let mut race = Race::new();
    race.enter("one by one", || {
        for (message, digest) in black_box(&messages).iter().zip(black_box(&mut expected)) {
            *digest = ours::md5(message);
        }
    });
    race.enter("at once", || {
        for (messages, digests) in black_box(&messages).chunks(chunk).zip(at_once.chunks_mut(chunk)) {
            kinesis_agg::Md5.digest_all(messages, digests);
        }
    });
    for (backend, digests) in &mut by_backend {
        let name = format!("{backend:?}").replace("Backend", "").replace(['(', ')'], "");
        race.enter(&name, || {
            for (messages, digests) in black_box(&messages).chunks(chunk).zip(digests.chunks_mut(chunk)) {
                digest_all_with(*backend, messages, digests);
            }
        });
    }
    let times = race.run();
    assert!(at_once == expected, "digests");
    by_backend.iter().for_each(|(backend, digests)| assert!(*digests == expected, "{backend:?}"));
    let mut row = Row::new(name, messages.len(), &times, &[]);
    if let Some((with_avx512, with_avx2)) = least {
        let measured = times.ratio("at once", "one by one");
        row.bounds.push(Bound::times_as_fast("at once", "one by one", with_avx512, with_avx2, measured));
    }
    row
}
