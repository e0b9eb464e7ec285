//! The reference and an independent protobuf crate read and write the same.

use proptest::prelude::*;
use testkit::strategies::{config, valid_record};
use testkit::wire::frame;
use testkit::{OwnedRecord, by_quick_protobuf, reference};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_reference_and_quick_protobuf_agree(
        records in proptest::collection::vec(valid_record(300), 1..40),
    ) {
        let message = by_quick_protobuf::write(&records);
        let data = frame(&message);
        prop_assert_eq!(&reference::write(&records), &data);
        prop_assert_eq!(reference::size(&records), data.len());
        prop_assert_eq!(&reference::user_records(&data), &records);
        prop_assert_eq!(by_quick_protobuf::read(&message).unwrap(), records);
    }
}

#[test]
fn nothing_has_no_size() {
    assert_eq!(reference::size(&[]), 0);
    assert_eq!(reference::size(&[OwnedRecord::new("k", b"")]), 20 + 3 + 6);
}
