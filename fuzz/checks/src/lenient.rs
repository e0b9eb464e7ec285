//! Lenient reading loses nothing.

use kinesis_agg::{
    AddError, AggregatedRecord, Aggregator, DeaggregatedRecord, Decoder, KeyIndexEntry, KeySlot, UserRecord,
    deaggregate, deaggregate_batch,
};

use crate::arbitrary_input::kinesis_data;
use testkit::reference::{self, key_error};
use testkit::{Delivered, OwnedRecord};

/// Reads a Kinesis record with any content, and packs it again.
///
/// # Panics
/// Something was lost, or the ways of reading differ.
pub fn lenient(input: &[u8]) {
    let data = kinesis_data(input);
    let records: Vec<DeaggregatedRecord<'_>> = deaggregate("outer", &data).collect();
    assert_eq!(deaggregate("outer", &data).len(), records.len());
    check_against_naive(&data, &records);
    check_other_ways(&data, &records);
    check_added_again(&data, &records);
    check_batch(&data);
}

/// The result is that of the naive reader, or the Kinesis record itself.
fn check_against_naive(data: &[u8], records: &[DeaggregatedRecord<'_>]) {
    let owned: Vec<Delivered> = records.iter().copied().map(Delivered::from).collect();
    match reference::read(data) {
        Ok(message) => assert_eq!(owned, message.records),
        Err(_) => assert_eq!(owned, [Delivered::plain("outer", data)], "not passed through"),
    }
    let answer = deaggregate("outer", data);
    assert_eq!(answer.error(), AggregatedRecord::parse(data).err());
    assert_eq!(answer.is_aggregated(), answer.error().is_none());
}

fn check_other_ways(data: &[u8], records: &[DeaggregatedRecord<'_>]) {
    for entries in [0, 1, 9] {
        let mut index = vec![KeyIndexEntry::EMPTY; entries];
        assert!(Decoder::new().with_index(&mut index).deaggregate("outer", data).eq(records.iter().copied()));
    }
    let middle = records.len() / 2;
    assert!(deaggregate("outer", data).skip_to(middle as u64).eq(records[middle..].iter().copied()));
}

/// Every user record is accepted again, or refused by a rule that its keys break. The accepted ones come out
/// once more.
fn check_added_again(data: &[u8], records: &[DeaggregatedRecord<'_>]) {
    // The largest possible size: each user record with its keys, and six bytes of lengths for each of its
    // parts.
    let part = |record: &DeaggregatedRecord<'_>| {
        let tags = record.tags.iter().map(|tag| tag.key.len() + tag.value.map_or(0, str::len) + 36);
        record.partition_key.len() + record.explicit_hash_key.map_or(0, str::len) + tags.sum::<usize>() + 36
    };
    let room = data.len() + 64 + records.iter().map(|record| part(record) + record.data.len()).sum::<usize>();
    let mut aggregator = Aggregator::new_in(vec![0; room], [KeySlot::EMPTY; 16]).with_record_limit(10 << 20);
    let mut taken = Vec::new();
    for record in records {
        let expected = key_error(record.partition_key, record.explicit_hash_key).map(AddError::Key);
        match aggregator.add(&UserRecord::from(*record)) {
            Ok(()) => {
                assert_eq!(expected, None, "{record:?} was taken");
                taken.push(OwnedRecord::from(*record));
            }
            Err(AddError::TooLarge { .. } | AddError::Full) if room > 10 << 20 => return,
            Err(error) => assert_eq!(Some(error), expected, "{record:?}"),
        }
    }
    match aggregator.finish() {
        Some(again) => {
            let read: Vec<_> =
                AggregatedRecord::parse(again.data).unwrap().into_iter().map(OwnedRecord::from).collect();
            assert!(read == taken, "lost on the way back");
            assert_eq!(reference::user_records(again.data), taken);
        }
        None => assert!(taken.is_empty()),
    }
}

/// A batch of Kinesis records equals each of them in turn.
fn check_batch(data: &[u8]) {
    let kinesis_records =
        [("a", data), ("b", b"plain".as_slice()), ("c", &data[..data.len() / 2]), ("d", &[]), ("e", data)];
    let one_by_one: Vec<_> = kinesis_records
        .iter()
        .enumerate()
        .flat_map(|(position, (key, data))| deaggregate(key, data).map(move |record| (position, record)))
        .collect();
    for entries in [0, 2, 40] {
        let mut index = vec![KeyIndexEntry::EMPTY; entries];
        assert!(deaggregate_batch(kinesis_records, &mut index).eq(one_by_one.iter().copied()), "{entries}");
    }
}
