//! The digests of many Kinesis records, computed together.

use std::collections::VecDeque;

use aws_sdk_kinesis::types::Record;
use kinesis_agg::{Md5, Md5Engine, schema};

/// An MD5.
pub(crate) type Digest = [u8; schema::DIGEST_LEN];

/// Enough to fill the lanes of vector registers twice.
const TOGETHER: usize = 96;

/// Kinesis records, in order. Digests are computed for many at a time, since that takes much less time.
#[derive(Debug, Default)]
pub(crate) struct Digested {
    records: VecDeque<Record>,
    /// The digests of the first ones.
    digests: VecDeque<Digest>,
}

impl Digested {
    pub(crate) fn extend(&mut self, records: Vec<Record>) {
        self.records.extend(records);
    }

    /// The next Kinesis record, with the digest of the message in it.
    pub(crate) fn pop(&mut self) -> Option<(Record, Digest)> {
        if self.digests.is_empty() {
            let records = self.records.iter().take(TOGETHER);
            // Data that is no aggregate needs no digest.
            let message = |data| schema::unframe(data).map_or(&[][..], |(message, _)| message);
            let messages: Vec<&[u8]> = records.map(|record| message(record.data.as_ref())).collect();
            let mut digests = vec![Digest::default(); messages.len()];
            Md5.digest_all(&messages, &mut digests);
            self.digests = digests.into();
        }
        self.records.pop_front().zip(self.digests.pop_front())
    }
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::unwrap_used,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "a test that panics has failed"
    )]

    use aws_sdk_kinesis::primitives::Blob;
    use kinesis_agg::{Aggregator, UserRecord};

    use super::*;
    use crate::consumer::unpack::Unpacked;

    fn record(data: &[u8]) -> Record {
        let record = Record::builder().sequence_number("7").partition_key("key").data(Blob::new(data));
        record.build().unwrap()
    }

    /// An aggregate of user records of these lengths.
    fn aggregate(lens: impl Iterator<Item = usize>) -> Vec<u8> {
        let mut aggregator = Aggregator::new(vec![0; 10_000]);
        lens.for_each(|len| aggregator.add(&UserRecord::new("key", &vec![b'd'; len])).unwrap());
        aggregator.finish().unwrap().data.to_vec()
    }

    #[test]
    fn only_intact_aggregates_are_unpacked_in_answers_of_every_length() {
        let mut expected: Vec<(bool, usize)> = Vec::new();
        let mut digested = Digested::default();
        for answer in [1, 2, TOGETHER - 1, TOGETHER, TOGETHER + 1, 3 * TOGETHER + 5] {
            let records = (0..answer).map(|number| {
                let mut data = aggregate(0..=number % 20);
                let last = data.len() - 1;
                match number % 7 {
                    // The digest is wrong, there is no room for one, no magic, no message, no byte.
                    1 => data[last] ^= 1,
                    2 => data.truncate(12),
                    3 => data[0] ^= 1,
                    4 => drop(data.drain(4..data.len() - 16)),
                    5 => data.clear(),
                    _ => {
                        expected.extend((0..=number % 20).map(|len| (true, len)));
                        return record(&data);
                    }
                }
                expected.push((false, data.len()));
                record(&data)
            });
            digested.extend(records.collect());
        }
        let mut seen = Vec::new();
        while let Some((record, digest)) = digested.pop() {
            let unpacked = Unpacked::new(&"shard".into(), record, digest, None, 0);
            seen.extend(unpacked.map(|record| (record.aggregated, record.data.len())));
        }
        assert_eq!(seen, expected);
    }
}
