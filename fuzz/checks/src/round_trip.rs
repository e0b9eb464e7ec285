//! User records are packed, and the same user records come out.

use arbitrary::{Arbitrary, Result, Unstructured};
use kinesis_agg::{AddError, AggregatedRecord, Aggregator, KeySlot, KinesisRecord};
use prost::Message as _;

use crate::arbitrary_input::{any_record, list};
use crate::prost_messages;
use testkit::{OwnedRecord, by_quick_protobuf, reference};

/// With so many slots every distinct key is remembered, so the bytes are those of the official order.
const PLENTY: usize = 1024;

#[derive(Clone, Copy, Debug)]
struct Limits {
    buffer_len: usize,
    size_limit: usize,
    record_limit: usize,
    slots: usize,
}

impl Limits {
    fn arbitrary(u: &mut Unstructured<'_>) -> Result<Self> {
        let limit = |u: &mut Unstructured<'_>, otherwise| {
            Ok(match u8::arbitrary(u)? {
                0..=199 => otherwise,
                _ => usize::from(u16::arbitrary(u)?.max(1)),
            })
        };
        Ok(Self {
            buffer_len: match u8::arbitrary(u)? {
                byte @ 0..=63 => usize::from(byte) * 4,
                byte @ 64..=191 => usize::from(byte) * 16,
                _ => 40_000,
            },
            size_limit: limit(u, usize::MAX)?,
            record_limit: limit(u, 1 << 20)?,
            slots: match u8::arbitrary(u)? {
                byte @ 0..=63 => usize::from(byte),
                _ => PLENTY,
            },
        })
    }

    fn capacity(self) -> usize {
        self.buffer_len.min(self.size_limit).min(self.record_limit)
    }

    fn check_refusal(self, record: &OwnedRecord, error: AddError) {
        let key_error = record.key_error();
        let alone = reference::size(std::slice::from_ref(record));
        match error {
            AddError::Key(error) => assert_eq!(Some(error), key_error, "{record:?}"),
            AddError::BufferTooSmall { len, needed } => {
                assert!(len == self.buffer_len && needed == 29 && len < needed, "{error}");
            }
            AddError::TooLarge { size, limit, .. } => {
                assert!(size > limit, "{error}");
                let outer = record.partition_key.len();
                let expected = [(alone, self.capacity()), (alone + outer, self.record_limit)];
                assert!(expected.contains(&(size, limit)), "{error} of {record:?} with {self:?}");
            }
            error => panic!("{error} of {record:?} with nothing held"),
        }
    }

    /// Checks that a finished aggregate has the accepted user records, keeps the limits, and has the bytes of
    /// the reference.
    fn check(self, full: &KinesisRecord<'_>, taken: &[OwnedRecord]) {
        assert_eq!(full.user_records, taken.len());
        assert_eq!(full.partition_key, taken[0].partition_key);
        assert_eq!(full.explicit_hash_key, taken[0].explicit_hash_key.as_deref());
        assert!(full.data.len() <= self.capacity(), "{} bytes with {self:?}", full.data.len());
        assert_eq!(full.size(), full.data.len() + full.partition_key.len());
        assert!(full.size() <= self.record_limit, "{} bytes put with {self:?}", full.size());
        let view = AggregatedRecord::parse(full.data).expect("what an aggregator writes");
        let read: Vec<OwnedRecord> = view.into_iter().map(OwnedRecord::from).collect();
        assert_eq!(read, taken);
        let message = &full.data[4..full.data.len() - 16];
        let by_quick_protobuf = by_quick_protobuf::read(message).expect("what an aggregator writes");
        assert_eq!(by_quick_protobuf, taken, "quick-protobuf");
        let theirs = prost_messages::AggregatedRecord::decode(message).expect("what an aggregator writes");
        assert_eq!(theirs.encode_to_vec(), message, "prost");
        if self.slots == PLENTY {
            assert!(full.data == reference::write(taken), "another order than the official one");
        }
    }
}

/// Packs user records into as many aggregates as necessary.
///
/// # Panics
/// A user record was changed, or was refused without a reason.
pub fn round_trip(input: &[u8]) {
    let mut u = Unstructured::new(input);
    let Ok(limits) = Limits::arbitrary(&mut u) else { return };
    let mut aggregator =
        Aggregator::new_in(vec![0xAA; limits.buffer_len], vec![KeySlot::EMPTY; limits.slots])
            .with_size_limit(limits.size_limit)
            .with_record_limit(limits.record_limit);
    let mut taken = Vec::new();
    for record in list(&mut u, 100, any_record) {
        let tags = record.tags();
        let user_record = record.with(&tags);
        let mut answer = aggregator.add(&user_record);
        if answer == Err(AddError::Full) {
            let full = aggregator.finish().expect("full of something");
            limits.check(&full, &taken);
            aggregator.clear();
            taken.clear();
            answer = aggregator.add(&user_record);
            assert_eq!(answer, Ok(()), "full means that it fits afterwards");
        }
        match answer {
            Ok(()) => {
                assert_eq!(record.key_error(), None);
                taken.push(record);
            }
            Err(error) => limits.check_refusal(&record, error),
        }
    }
    match aggregator.finish() {
        Some(last) => limits.check(&last, &taken),
        None => assert!(taken.is_empty()),
    }
}
