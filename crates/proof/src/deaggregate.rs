//! Deaggregation.

use kinesis_agg::*;

pub(crate) fn keep() {
    keep![
        parse,
        parse_with_engine,
        parse_unverified,
        parse_with_index_len,
        parse_with_index,
        reindex,
        counts,
        user_records,
        next,
        iterate,
        filter,
        lenient,
        lenient_with_engine,
        lenient_with_index,
        batch,
        filters_with,
        looks_aggregated,
        frame
    ];
}

type View<'a> = AggregatedRecord<'a>;
type Indexed<'a, 'i> = AggregatedRecord<'a, &'i [KeyIndexEntry<'a>]>;
type Look = fn(DeaggregatedRecord<'_>);

fn parse(data: &[u8]) -> Result<View<'_>, ParseError> {
    AggregatedRecord::parse(data)
}

fn parse_with_engine(data: &[u8], engine: fn(&[u8]) -> [u8; 16]) -> Result<View<'_>, ParseError> {
    Decoder::with_engine(Decoder::default(), md5_fn(engine)).parse(data)
}

fn parse_unverified(data: &[u8]) -> Result<View<'_>, ParseError> {
    Decoder::unverified(Decoder::new()).parse(data)
}

fn parse_with_index_len(data: &[u8]) -> Result<AggregatedRecord<'_, [KeyIndexEntry<'_>; 3]>, ParseError> {
    Decoder::with_index_len(Decoder::new()).parse(data)
}

fn parse_with_index<'a, 'i>(
    data: &'a [u8],
    index: &'i mut [KeyIndexEntry<'a>],
) -> Result<Indexed<'a, 'i>, ParseError> {
    Decoder::parse(Decoder::with_index(Decoder::new(), index), data)
}

fn reindex<'a, 'i>(
    view: &View<'a>,
    index: &'i mut [KeyIndexEntry<'a>],
) -> UserRecords<'a, &'i [KeyIndexEntry<'a>]> {
    UserRecords::with_index(view.user_records(), index)
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
    let is_aggregated = UserRecords::is_aggregated(&records) && UserRecords::error(&records).is_none();
    UserRecords::skip_to(records, sub_sequence_number).for_each(look);
    is_aggregated
}

fn lenient_with_engine(partition_key: &str, data: &[u8], look: Look, engine: fn(&[u8]) -> [u8; 16]) {
    let decoder = Decoder::new().with_engine(md5_fn(engine));
    Decoder::deaggregate(decoder, partition_key, data).for_each(look);
}

fn lenient_with_index<'a>(
    partition_key: &'a str,
    data: &'a [u8],
    index: &mut [KeyIndexEntry<'a>],
    filter: RangeFilter,
    look: Look,
) {
    UserRecords::filtered(Decoder::new().with_index(index).deaggregate(partition_key, data), filter)
        .for_each(look);
}

fn batch<'a>(
    records: &[(&'a str, &'a [u8])],
    index: &mut [KeyIndexEntry<'a>],
    filter: RangeFilter,
    engine: fn(&[u8]) -> [u8; 16],
    look: Look,
) {
    let records = records.iter().copied();
    Batch::filtered(deaggregate_batch(records.clone(), index), filter).for_each(|(_, record)| look(record));
    let decoder = Decoder::new().with_index(index).with_engine(md5_fn(engine));
    Decoder::deaggregate_batch(decoder, records).for_each(|(_, record)| look(record));
}

fn filters_with(view: &View<'_>, lenient: UserRecords<'_>, filter: RangeFilter, look: Look) {
    let engine = md5_fn(|_: &[u8]| [0; 16]);
    UserRecords::filtered_with(AggregatedRecord::user_records(view), filter, engine).for_each(look);
    UserRecords::filtered_with(lenient, filter, engine).for_each(look);
}

fn looks_aggregated(data: &[u8], engine: fn(&[u8]) -> [u8; 16]) -> bool {
    is_aggregated(data) && Decoder::is_aggregated(Decoder::new().with_engine(md5_fn(engine)), data)
}

fn frame(data: &[u8]) -> Option<(&[u8], &[u8; schema::DIGEST_LEN])> {
    schema::unframe(data)
}
