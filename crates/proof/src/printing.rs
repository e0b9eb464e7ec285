//! `Display` and `Debug` of every public type.

use core::fmt::{self, Write};

use kinesis_agg::*;

/// Accepts text, or fails as a full buffer does.
struct Sink(fn(&str) -> fmt::Result);

impl Write for Sink {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0(text)
    }
}

macro_rules! printed {
    ($($name:ident: $type:ty => $($form:literal)*;)*) => {
        $(
        fn $name(sink: &mut Sink, value: &$type) -> fmt::Result {
            $(write!(sink, $form, value)?;)*
            Ok(())
        }
    )*
        pub(crate) fn keep() {
            keep![$($name),*];
        }
    };
}

printed! {
    print_add_error: AddError => "{}" "{:?}";
    print_add_flushing_error: AddFlushingError<AddError, AddError> => "{}" "{:?}";
    print_extend_flushing_error: ExtendFlushingError<AddError> => "{}" "{:?}";
    print_hash_key_error: HashKeyError => "{}" "{:?}";
    print_hash_key_range_error: HashKeyRangeError => "{}" "{:?}";
    print_key_error: KeyError => "{}" "{:?}";
    print_outer_key_error: OuterKeyError => "{}" "{:?}";
    print_parse_error: ParseError => "{}";
    print_parse_error_kind: ParseErrorKind => "{}";
    print_aggregators_error: AggregatorsError<&[HashKeyRange], &[Aggregator<[u8; 64]>]> => "{}" "{:?}";
    print_replace_shards_error: ReplaceShardsError<AddError> => "{}" "{:?}";
    print_shard_map_error: ShardMapError => "{}" "{:?}";
    print_sharded_add_error: ShardedAddError => "{}" "{:?}";
    print_decimal_string: DecimalString => "{}" "{:?}";
    print_hash_key: HashKey => "{}" "{:?}";
    print_hash_key_range: HashKeyRange => "{}" "{:?}";
    print_range_filter: RangeFilter => "{}" "{:?}";
    print_aggregated_record: AggregatedRecord<'_> => "{:?}";
    print_aggregator: Aggregator<[u8; 64]> => "{:?}";
    print_batch: Batch<'static, core::iter::Empty<(&'static str, &'static [u8])>, OwnIndex<3>> => "{:?}";
    print_decoder: Decoder => "{:?}";
    print_deaggregated_record: DeaggregatedRecord<'_> => "{:?}";
    print_filtered: Filtered<'_, UserRecords<'_>> => "{:?}";
    print_key_index_entry: KeyIndexEntry<'_> => "{:?}";
    print_key_slot: KeySlot => "{:?}";
    print_kinesis_record: KinesisRecord<'_> => "{:?}";
    print_md5: Md5 => "{:?}";
    print_md5_fn: Md5Fn<fn(&[u8]) -> [u8; 16]> => "{:?}";
    print_own_index: OwnIndex<3> => "{:?}";
    print_owned_kinesis_record: OwnedKinesisRecord<[u8; 64]> => "{:?}";
    print_shard_map: ShardMap<&[HashKeyRange]> => "{:?}";
    print_sharded_aggregator: ShardedAggregator<&[HashKeyRange], &[Aggregator<[u8; 64]>], Aggregator<[u8; 64]>> => "{:?}";
    print_sizing: Sizing => "{:?}";
    print_tag: Tag<'_> => "{:?}";
    print_tags: Tags<'_> => "{:?}";
    print_tags_iter: TagsIter<'_> => "{:?}";
    print_user_record: UserRecord<'_> => "{:?}";
    print_user_records: UserRecords<'_> => "{:?}";
}

/// Targets of 32 bits are exempt: `{:?}` of a parse error prints a `u64` as the standard library does, which
/// keeps a panic path there.
#[cfg(target_pointer_width = "64")]
pub(crate) mod wide {
    use super::*;

    printed! {
        debug_parse_error: ParseError => "{:?}";
        debug_parse_error_kind: ParseErrorKind => "{:?}";
    }
}
