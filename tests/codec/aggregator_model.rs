//! Any sequence of operations on an [`Aggregator`] does what a plain list of user records would do. Nothing
//! is lost, doubled, reordered or given another key. Sizes, limits and answers are exact, and the bytes are
//! those of the official order.

use kinesis_agg::{AggregatedRecord, Aggregator, UserRecord};
use proptest::prelude::*;
use testkit::aggregator_model::{Model, Operation, run};
use testkit::strategies::{any_record, config, valid_record};
use testkit::{OwnedRecord, reference};

fn operation() -> impl Strategy<Value = Operation> {
    prop_oneof![
        20 => any_record(300).prop_map(Operation::Add),
        10 => (any_record(300), any::<bool>()).prop_map(|(record, fails)| Operation::AddOrSend(record, fails)),
        2 => Just(Operation::Finish),
        2 => ("[a-zé]{0,300}", prop_oneof![Just(None), Just(Some("7".to_owned())), Just(Some("x".to_owned()))])
            .prop_map(|(partition_key, explicit_hash_key)| Operation::FinishAs(partition_key, explicit_hash_key)),
        2 => Just(Operation::FinishOrPlain),
        2 => any::<bool>().prop_map(Operation::Flush),
        2 => Just(Operation::ReplaceBuffer),
        1 => Just(Operation::Clear),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_aggregator_does_what_a_list_would(
        operations in proptest::collection::vec(operation(), 1..60),
        buffer_len in prop_oneof![1 => 0..60_usize, 4 => 60..3000_usize],
        size_limit in prop_oneof![3 => Just(usize::MAX), 1 => 1..2000_usize],
        record_limit in prop_oneof![3 => Just(1 << 20), 1 => 1..2000_usize],
        slots in prop_oneof![3 => Just(512_usize), 1 => 0..40_usize],
    ) {
        let model = Model { buffer_len, size_limit, record_limit, held: Vec::new(), sealed: false };
        run(operations, model, slots);
    }

    #[test]
    fn what_the_oracle_writes_is_read(records in proptest::collection::vec(valid_record(300), 0..40)) {
        let data = reference::write(&records);
        if records.is_empty() {
            // A frame without a message is no aggregate.
            prop_assert!(AggregatedRecord::parse(&data).is_err());
        } else {
            let aggregated = AggregatedRecord::parse(&data).unwrap();
            let read: Vec<OwnedRecord> = aggregated.user_records().map(OwnedRecord::from).collect();
            prop_assert_eq!(read, records);
        }
    }
}

#[test]
fn a_lone_user_record_that_is_an_aggregate_itself_is_not_handed_out_plain() {
    let inner = reference::write(&[OwnedRecord::new("inner", b"21.5")]);
    let mut aggregator = Aggregator::new([0; 256]);
    aggregator.add(&UserRecord::new("outer", &inner)).unwrap();
    let record = aggregator.finish_plain_if_single().unwrap();
    assert_eq!(reference::user_records(record.data), [OwnedRecord::new("outer", &inner)]);
}
