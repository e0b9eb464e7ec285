//! With the feature `defmt`, every public type can be logged from firmware.
#![cfg(feature = "defmt")]

use kinesis_agg::*;

fn can_be_logged<T: defmt::Format>() {}

#[test]
fn every_public_type_has_a_defmt_format() {
    can_be_logged::<ExtendFlushingError<u8>>();
    can_be_logged::<AddError>();
    can_be_logged::<AddFlushingError<AddError, u8>>();
    can_be_logged::<AggregatedRecord<'_>>();
    can_be_logged::<AggregatedRecord<'_, &[KeyIndexEntry<'_>]>>();
    can_be_logged::<Aggregator<[u8; 64]>>();
    can_be_logged::<AggregatorsError<[HashKeyRange; 2], [Aggregator<[u8; 64]>; 2]>>();
    can_be_logged::<ArrayShardedAggregator<2, 64>>();
    can_be_logged::<Batch<'_, core::iter::Empty<(&str, &[u8])>, &mut [KeyIndexEntry<'_>]>>();
    can_be_logged::<Decoder>();
    can_be_logged::<DeaggregatedRecord<'_>>();
    can_be_logged::<DecimalString>();
    can_be_logged::<Filtered<'_, UserRecords<'_>>>();
    can_be_logged::<HashKey>();
    can_be_logged::<HashKeyError>();
    can_be_logged::<HashKeyRange>();
    can_be_logged::<HashKeyRangeError>();
    can_be_logged::<KeyIndexEntry<'_>>();
    can_be_logged::<KeyError>();
    can_be_logged::<KeySlot>();
    can_be_logged::<KinesisRecord<'_>>();
    can_be_logged::<Md5>();
    can_be_logged::<Md5Fn<fn(&[u8]) -> [u8; 16]>>();
    can_be_logged::<OuterKeyError>();
    can_be_logged::<OwnIndex<4>>();
    can_be_logged::<OwnedKinesisRecord<[u8; 64]>>();
    can_be_logged::<ParseError>();
    can_be_logged::<ParseErrorKind>();
    can_be_logged::<RangeFilter>();
    can_be_logged::<ReplaceShardsError<u8>>();
    can_be_logged::<ShardMap<[HashKeyRange; 2]>>();
    can_be_logged::<ShardMapError>();
    can_be_logged::<ShardedAddError>();
    can_be_logged::<ShardedAggregator<[HashKeyRange; 2], [Aggregator<[u8; 64]>; 2], Aggregator<[u8; 64]>>>();
    can_be_logged::<Sizing>();
    can_be_logged::<Tag<'_>>();
    can_be_logged::<Tags<'_>>();
    can_be_logged::<TagsIter<'_>>();
    can_be_logged::<UserRecord<'_>>();
    can_be_logged::<UserRecords<'_>>();
    #[cfg(feature = "alloc")]
    can_be_logged::<VecAggregator>();
    #[cfg(feature = "alloc")]
    can_be_logged::<VecShardedAggregator>();
}

/// The list above names every re-exported public type, except the trait `Digest`.
#[test]
fn the_list_is_whole() {
    let library = include_str!("../../src/lib.rs");
    let this = include_str!("defmt.rs");
    let types = library
        .lines()
        .skip_while(|line| !line.starts_with("pub use"))
        .take_while(|line| !line.starts_with("#[cfg(doctest)]"))
        .flat_map(|line| line.split([' ', ',', '{', '}', ';', ':']))
        .filter(|name| name.starts_with(char::is_uppercase) && name.contains(char::is_lowercase))
        .filter(|name| !["Buffer", "KeyIndex", "KeySlots", "Md5Engine"].contains(name));
    for name in types {
        assert!(this.contains(&format!("can_be_logged::<{name}")), "{name} is missing");
    }
}
