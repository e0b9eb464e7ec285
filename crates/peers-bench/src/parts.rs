//! Where the time of a batch goes.

use std::hint::black_box;

use kinesis_agg::Md5Engine as _;
use md5::{Digest as _, Md5};

use crate::engines::{BATCH, DIGEST, ours, spend};
use crate::race::Race;
use crate::report::Row;
use crate::workloads::Workload;

/// "Cached" is one Kinesis record again and again. The difference to all of them is what memory costs.
pub fn race(workload: &Workload) -> Row {
    let (messages, first) = (workload.messages(), &workload.kinesis_records[0]);
    let mut digests = vec![[0; 16]; messages.len()];
    let mut race = Race::new();
    race.enter(DIGEST, || {
        for message in black_box(&messages) {
            black_box(Md5::digest(message));
        }
    });
    race.enter("digests in lanes", || {
        // As many at a time as a batch takes.
        for (messages, digests) in black_box(&messages).chunks(128).zip(digests.chunks_mut(128)) {
            kinesis_agg::Md5.digest_all(messages, digests);
        }
    });
    let mut lent = workload.index();
    race.enter("parse, cached", move || {
        for _ in &workload.kinesis_records {
            black_box(ours::parse_unverified(black_box(first), &mut lent));
        }
    });
    let mut lent = workload.index();
    race.enter("parse and iterate, cached", move || {
        for _ in &workload.kinesis_records {
            black_box(ours::read_unverified_with_index(black_box(first), &mut lent, spend));
        }
    });
    let mut lent = workload.index();
    race.enter("parse and iterate", move || {
        for data in black_box(&workload.kinesis_records) {
            black_box(ours::read_unverified_with_index(data, &mut lent, spend));
        }
    });
    let mut lent = workload.index();
    race.enter(BATCH, move || ours::read_batch(black_box(&workload.kinesis_records), &mut lent, spend));
    Row::new(&workload.name, workload.user_record_count(), &race.run(), &[])
}
