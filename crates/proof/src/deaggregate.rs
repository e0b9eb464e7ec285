//! The way out.

use kinesis_agg::*;

pub(crate) fn keep() {
    keep![
        parse,
        parse_with,
        parse_unverified,
        parse_sized,
        parse_with_index,
        with_index,
        counts,
        user_records,
        next,
        iterate,
        filter,
        lenient,
        lenient_with,
        lenient_with_index,
        batch,
        filters_with,
        looks_aggregated
    ];
}

type View<'a> = AggregatedRecord<'a>;
type Indexed<'a, 'i> = AggregatedRecord<'a, &'i [KeyEntry<'a>]>;
type Look = fn(DeaggregatedRecord<'_>);

fn parse(data: &[u8]) -> Result<View<'_>, ParseError> {
    AggregatedRecord::parse(data)
}

fn parse_with(data: &[u8], digest: fn(&[u8]) -> [u8; 16]) -> Result<View<'_>, ParseError> {
    AggregatedRecord::parse_with(data, digest)
}

fn parse_unverified(data: &[u8]) -> Result<View<'_>, ParseError> {
    AggregatedRecord::parse_unverified(data)
}

fn parse_sized(data: &[u8]) -> Result<AggregatedRecord<'_, [KeyEntry<'_>; 3]>, ParseError> {
    AggregatedRecord::parse_sized(data)
}

fn parse_with_index<'a, 'i>(
    data: &'a [u8],
    index: &'i mut [KeyEntry<'a>],
) -> Result<Indexed<'a, 'i>, ParseError> {
    AggregatedRecord::parse_with_index(data, index)
}

fn with_index<'a, 'i>(view: &View<'a>, index: &'i mut [KeyEntry<'a>]) -> Indexed<'a, 'i> {
    AggregatedRecord::with_index(view, index)
}

fn counts(view: &View<'_>) -> [usize; 4] {
    [
        AggregatedRecord::user_record_count(view),
        AggregatedRecord::key_count(view),
        AggregatedRecord::partition_key_count(view),
        AggregatedRecord::explicit_hash_key_count(view),
    ]
}

fn user_records<'a>(view: &View<'a>) -> UserRecords<'a> {
    AggregatedRecord::user_records(view)
}

fn next<'a>(records: &mut UserRecords<'a>, n: usize) -> Option<DeaggregatedRecord<'a>> {
    let _ = records.size_hint();
    records.nth(n)
}

fn iterate(view: Indexed<'_, '_>, look: Look, sub_sequence_number: u64) {
    UserRecords::skip_to(view.into_iter(), sub_sequence_number).for_each(look);
}

fn filter(view: &Indexed<'_, '_>, filter: RangeFilter, look: Look, sub_sequence_number: u64) {
    Filtered::skip_to(UserRecords::filtered(view.into_iter(), filter), sub_sequence_number).for_each(look);
}

fn lenient(partition_key: &str, data: &[u8], look: Look, sub_sequence_number: u64) -> bool {
    let records = deaggregate(partition_key, data);
    let is_aggregated = Deaggregated::is_aggregated(&records) && Deaggregated::error(&records).is_none();
    Deaggregated::skip_to(records, sub_sequence_number).for_each(look);
    is_aggregated
}

fn lenient_with(partition_key: &str, data: &[u8], look: Look, digest: fn(&[u8]) -> [u8; 16]) {
    deaggregate_with(partition_key, data, digest).for_each(look);
}

fn lenient_with_index<'a>(
    partition_key: &'a str,
    data: &'a [u8],
    index: &mut [KeyEntry<'a>],
    filter: RangeFilter,
    look: Look,
) {
    Deaggregated::filtered(deaggregate_with_index(partition_key, data, index), filter).for_each(look);
}

fn batch<'a>(
    records: &[(&'a str, &'a [u8])],
    index: &mut [KeyEntry<'a>],
    filter: RangeFilter,
    digest: fn(&[u8]) -> [u8; 16],
    look: Look,
) {
    let records = records.iter().copied();
    Batch::filtered(deaggregate_batch(records.clone(), index), filter).for_each(|(_, record)| look(record));
    deaggregate_batch_with(records, index, digest).for_each(|(_, record)| look(record));
}

fn filters_with(view: &View<'_>, lenient: Deaggregated<'_>, filter: RangeFilter, look: Look) {
    let digest: fn(&[u8]) -> [u8; 16] = |_| [0; 16];
    UserRecords::filtered_with(AggregatedRecord::user_records(view), filter, digest).for_each(look);
    Deaggregated::filtered_with(lenient, filter, digest).for_each(look);
}

fn looks_aggregated(data: &[u8], digest: fn(&[u8]) -> [u8; 16]) -> bool {
    is_aggregated(data) && is_aggregated_with(data, digest)
}
