//! The codec writes and reads what other implementations wrote and read: the vectors. Where the description
//! of the format overrules a vector, there is a table.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use kinesis_agg::{
    AddError, AggregatedRecord, Aggregator, HashKey, HashKeyRange, KeyError, KeyIndexEntry, KeySlot,
    KinesisRecord, ParseErrorKind as Kind, RangeFilter, UserRecord, deaggregate, deaggregate_batch,
};
use serde_json::Value;
use sha2::Digest as _;
use testkit::reference::Fault;
use testkit::wire::{frame, len_field, varint_field};
use testkit::{Delivered, OwnedRecord, entry_points, reference, vectors};

const MIB: usize = 1024 * 1024;

// ---- writing

/// Cases with user records that `add` must refuse, although other producers accept them: their positions in
/// the input and the errors. The other user records determine the output.
const REFUSED: [(&str, &[usize], KeyError); 9] = [
    ("agg-empty_pk-000", &[0], KeyError::PartitionKeyEmpty),
    ("agg-long_pk_257-000", &[0], KeyError::PartitionKeyTooLong { chars: 257 }),
    ("agg-empty_ehk-000", &[0, 1], KeyError::ExplicitHashKey),
    ("agg-odd_ehk-000", &[0], KeyError::ExplicitHashKey), // -1
    ("agg-odd_ehk-001", &[0], KeyError::ExplicitHashKey), // 2^128
    ("agg-odd_ehk-002", &[0], KeyError::ExplicitHashKey), // abc
    ("agg-odd_ehk-003", &[0], KeyError::ExplicitHashKey), // a leading zero
    ("agg-odd_ehk-004", &[0], KeyError::ExplicitHashKey), // +7
    ("agg-odd_ehk-005", &[0], KeyError::ExplicitHashKey), // a space
];

/// The output of an aggregator.
#[derive(Debug, PartialEq, Eq)]
struct Output {
    /// The index of the user record that caused it; -1 for the last one.
    after: i64,
    partition_key: String,
    explicit_hash_key: Option<String>,
    user_records: usize,
    data: Vec<u8>,
}

impl Output {
    fn of(after: i64, record: &KinesisRecord<'_>) -> Self {
        Self {
            after,
            partition_key: record.partition_key.to_owned(),
            explicit_hash_key: record.explicit_hash_key.map(str::to_owned),
            user_records: record.user_records,
            data: record.data.to_vec(),
        }
    }
}

type Outputs = (Vec<Output>, Vec<(usize, AddError)>);

/// Adds one user record after another. When the aggregate is full, it is finished and cleared. `plain` sends
/// a lone user record unchanged.
fn aggregate(inputs: &[OwnedRecord], max_size: usize, plain: bool) -> Outputs {
    let slots = vec![KeySlot::EMPTY; (8 * inputs.len()).max(32)];
    let mut aggregator =
        Aggregator::new_in(vec![0xEE; max_size], slots).with_size_limit(max_size).with_record_limit(10 * MIB);
    let (mut outputs, mut refused) = (Vec::new(), Vec::new());
    for (position, input) in inputs.iter().enumerate() {
        let record = input.with(&[]);
        match aggregator.add(&record) {
            Ok(()) => {}
            Err(AddError::Full) => {
                let size = aggregator.size();
                let full = aggregator.finish().expect("something is held");
                assert_eq!(full.data.len(), size, "size() is exact");
                outputs.push(Output::of(position as i64, &full));
                aggregator.clear();
                assert_eq!(aggregator.add(&record), Ok(()), "what was full takes it after clear");
            }
            Err(error) => refused.push((position, error)),
        }
    }
    let last = if plain { aggregator.finish_plain_if_single() } else { aggregator.finish() };
    outputs.extend(last.map(|last| Output::of(-1, &last)));
    (outputs, refused)
}

/// The same with the oracle: each user record is added if the exact size allows it. Quadratic, so only for
/// few.
fn aggregate_naively(inputs: &[OwnedRecord], max_size: usize) -> (Vec<Output>, Vec<usize>) {
    let (mut outputs, mut refused, mut held) = (Vec::new(), Vec::new(), Vec::<OwnedRecord>::new());
    let output = |after, held: &[OwnedRecord]| Output {
        after,
        partition_key: held[0].partition_key.clone(),
        explicit_hash_key: held[0].explicit_hash_key.clone(),
        user_records: held.len(),
        data: reference::write(held),
    };
    for (position, input) in inputs.iter().enumerate() {
        held.push(input.clone());
        if reference::write(&held).len() <= max_size {
            continue;
        }
        held.pop();
        if reference::write(std::slice::from_ref(input)).len() > max_size {
            refused.push(position);
        } else {
            outputs.push(output(position as i64, &held));
            held = vec![input.clone()];
        }
    }
    if !held.is_empty() {
        outputs.push(output(-1, &held));
    }
    (outputs, refused)
}

/// Whether bytes equal those of a vector, which has them whole or as length and digests.
fn check_blob(id: &str, data: &[u8], expected: &Value) {
    assert_eq!(data.len() as u64, vectors::number(expected, "blob_len"), "{id}: length");
    if expected["blob_b64"].is_string() {
        assert_eq!(data, vectors::bytes(expected, "blob_b64"), "{id}: bytes");
        return;
    }
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    assert_eq!(hex(&sha2::Sha256::digest(data)), vectors::text(expected, "blob_sha256"), "{id}: SHA-256");
    assert_eq!(hex(&data[data.len() - 16..]), vectors::text(expected, "body_md5"), "{id}: digest");
}

fn max_size(vector: &Value) -> usize {
    match vector["max_size"].as_u64() {
        Some(size) => size as usize,
        // It puts everything into one aggregate.
        None if vector["generator"] == "kpl" => 10 * MIB,
        None => MIB,
    }
}

fn refused_by_rule(id: &str) -> Option<&'static (&'static str, &'static [usize], KeyError)> {
    REFUSED.iter().find(|(case, ..)| id.starts_with(&format!("{case}/")))
}

#[test]
fn exact_greedy_producers_are_matched_byte_for_byte() {
    let mut compared = BTreeMap::<String, usize>::new();
    for vector in vectors::lines("aggregation.jsonl") {
        let id = vectors::text(&vector, "id");
        if vector["equals_exact_greedy"] != true || refused_by_rule(id).is_some() {
            continue;
        }
        let generator = vectors::text(&vector, "generator");
        let kpl = generator == "kpl";
        let (outputs, refused) = aggregate(&vectors::inputs(&vector), max_size(&vector), kpl);
        let expected = vectors::list(&vector, "output");
        assert_eq!(outputs.len(), expected.len(), "{id}: outputs");
        for (output, expected) in outputs.iter().zip(expected) {
            assert_eq!(Some(output.after), expected["after"].as_i64(), "{id}: split points");
            assert_eq!(output.user_records as u64, vectors::number(expected, "num_records"), "{id}");
            if !kpl {
                let keys = (Some(output.partition_key.clone()), output.explicit_hash_key.clone());
                let expected_keys =
                    (vectors::optional_text(expected, "pk"), vectors::optional_text(expected, "ehk"));
                assert_eq!(keys, expected_keys, "{id}: outer keys");
            }
            check_blob(id, &output.data, expected);
        }
        for (_, error) in &refused {
            assert!(matches!(error, AddError::TooLarge { .. }), "{id}: {error:?}");
        }
        let positions: Vec<_> = refused.iter().map(|(position, _)| Some(*position as i64)).collect();
        let expected: Vec<_> =
            vectors::list(&vector, "rejected").iter().map(|rejected| rejected["index"].as_i64()).collect();
        assert_eq!(positions, expected, "{id}: rejected");
        *compared.entry(generator.to_owned()).or_default() += 1;
    }
    // Every line except those of `REFUSED`.
    let expected = [("java", 18), ("kpl", 61), ("node", 84), ("protobuf", 127), ("python-bytes", 111)];
    for (generator, count) in expected.iter().chain(&[("python-str", 105)]) {
        assert_eq!(compared.get(*generator), Some(count), "lines of {generator}: {compared:?}");
    }
}

#[test]
fn the_oracle_writes_what_the_official_runtime_writes() {
    let mut compared = 0;
    for vector in vectors::lines("aggregation.jsonl") {
        let inputs = vectors::inputs(&vector);
        if vector["generator"] != "protobuf" || inputs.len() > 100 {
            continue;
        }
        let id = vectors::text(&vector, "id");
        let (outputs, _) = aggregate_naively(&inputs, max_size(&vector));
        let expected = vectors::list(&vector, "output");
        assert_eq!(outputs.len(), expected.len(), "{id}: outputs");
        for (output, expected) in outputs.iter().zip(expected) {
            check_blob(id, &output.data, expected);
        }
        compared += 1;
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn user_records_that_the_service_would_refuse_are_refused_and_leave_no_trace() {
    let mut used = BTreeMap::<&str, usize>::new();
    for vector in vectors::lines("aggregation.jsonl") {
        let id = vectors::text(&vector, "id");
        let Some((case, positions, error)) = refused_by_rule(id) else { continue };
        *used.entry(case).or_default() += 1;
        let inputs = vectors::inputs(&vector);
        let (outputs, refused) = aggregate(&inputs, max_size(&vector), false);
        let expected: Vec<_> = positions.iter().map(|position| (*position, AddError::Key(*error))).collect();
        assert_eq!(refused, expected, "{id}");
        let kept: Vec<_> = inputs
            .into_iter()
            .enumerate()
            .filter(|(position, _)| !positions.contains(position))
            .map(|(_, input)| input)
            .collect();
        let kept: Vec<_> = aggregate_naively(&kept, max_size(&vector)).0;
        let bytes = |outputs: &[Output]| outputs.iter().map(|output| output.data.clone()).collect::<Vec<_>>();
        assert_eq!(bytes(&outputs), bytes(&kept), "{id}");
    }
    for (case, ..) in REFUSED {
        assert_eq!(used.get(case), Some(&6), "{case} has a line for each generator");
    }
}

#[test]
fn no_vector_beyond_the_table_has_keys_that_the_service_would_refuse() {
    for vector in vectors::lines("aggregation.jsonl") {
        let id = vectors::text(&vector, "id");
        let refused = |input: &OwnedRecord| input.key_error().is_some();
        let positions: Vec<_> = vectors::inputs(&vector)
            .iter()
            .enumerate()
            .filter_map(|(position, input)| refused(input).then_some(position))
            .collect();
        let listed = refused_by_rule(id).map_or(&[][..], |(_, positions, _)| positions);
        assert_eq!(positions, listed, "{id}");
    }
}

#[test]
fn whatever_any_producer_wrote_is_read() {
    let mut read = 0;
    for vector in vectors::lines("aggregation.jsonl") {
        let id = vectors::text(&vector, "id");
        for output in vectors::list(&vector, "output") {
            if !output["blob_b64"].is_string() {
                continue;
            }
            let blob = vectors::bytes(output, "blob_b64");
            let answers = entry_points::check(&id, &blob);
            if output["not_aggregated"] == true || !output["unreadable"].is_null() {
                assert_eq!(answers.lenient, [Delivered::plain(entry_points::OUTER, &blob)], "{id}");
            } else {
                let records = answers.strict.unwrap_or_else(|error| panic!("{id}: {error}"));
                assert_eq!(records.len() as u64, vectors::number(output, "num_records"), "{id}");
            }
            read += 1;
        }
    }
    assert!(read > 700, "{read}");
}

// ---- reading

/// Vectors for which official runtimes deliver user records that the table of decided cases refuses.
const STRICTER: [(&str, Stricter); 6] = [
    ("deagg-a_varint_overflow_bits-000", Stricter::Varint),
    ("deagg-a_varint_overflow_bits-001", Stricter::Varint),
    ("deagg-u_invalid_unused-000", Stricter::UnusedKey),
    ("deagg-u_invalid_tag-000", Stricter::Tag),
    ("deagg-f_mutated-019", Stricter::UnusedKey),
    ("deagg-f_mutated-030", Stricter::UnusedKey),
];

/// What these vectors show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stricter {
    /// A key that no user record has is not UTF-8.
    UnusedKey,
    /// A tag is not UTF-8.
    Tag,
    /// A varint of more than 64 bits, which the runtimes truncate.
    Varint,
}

impl Stricter {
    fn matches(self, kind: Kind) -> bool {
        match self {
            Self::UnusedKey => kind == Kind::KeyNotUtf8,
            Self::Tag => kind == Kind::TagNotUtf8,
            Self::Varint => kind == Kind::VarintOverflow,
        }
    }
}

/// The blob of each vector by its id.
fn blobs() -> Vec<(String, Vec<u8>, Value)> {
    vectors::lines("deaggregation.jsonl")
        .into_iter()
        .map(|vector| (vectors::text(&vector, "id").to_owned(), vectors::bytes(&vector, "blob_b64"), vector))
        .collect()
}

fn without_tags(records: &[Delivered]) -> Vec<Delivered> {
    let mut records = records.to_vec();
    records.iter_mut().for_each(|record| record.user_record.tags.clear());
    records
}

#[test]
fn every_vector_reads_by_every_way_in_as_its_verdict_says() {
    let mut stricter: BTreeMap<_, _> = STRICTER.into_iter().collect();
    let mut verdicts = BTreeMap::<String, usize>::new();
    let mut wrong = Vec::new();
    for (id, blob, vector) in blobs() {
        let answers = entry_points::check(&id, &blob);
        let verdict = vectors::text(&vector, "verdict");
        *verdicts.entry(verdict.to_owned()).or_default() += 1;
        let kind = answers.strict.as_ref().err().map(|error| error.kind());
        let as_expected = match (verdict, stricter.remove(id.as_str())) {
            (_, Some(stricter)) => verdict == "records" && kind.is_some_and(|kind| stricter.matches(kind)),
            ("records", None) => {
                let expected = vectors::records(&vector["reader"]["protobuf"]);
                answers.strict.is_ok_and(|records| without_tags(&records) == expected)
            }
            ("empty", None) => answers.strict == Ok(Vec::new()) && answers.lenient.is_empty(),
            ("plain", None) => kind.is_some(),
            ("records_then_error", None) => {
                matches!(kind, Some(Kind::PartitionKeyIndex { .. } | Kind::ExplicitHashKeyIndex { .. }))
            }
            ("invalid_utf8", None) => matches!(kind, Some(Kind::KeyNotUtf8 | Kind::TagNotUtf8)),
            ("contested", None) => true,
            (other, _) => panic!("{id}: verdict {other}"),
        };
        if !as_expected {
            wrong.push(format!("{id}: {verdict}, {kind:?}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert!(stricter.is_empty(), "no such vectors: {stricter:?}");
    let counts: Vec<_> = verdicts.values().copied().collect();
    assert_eq!(counts, [14, 8, 19, 439, 223, 29], "{verdicts:?}");
}

#[test]
fn all_vectors_read_in_one_batch_as_they_read_alone() {
    let blobs = blobs();
    let alone: Vec<Vec<Delivered>> =
        blobs.iter().map(|(_, blob, _)| entry_points::lenient(blob, &reference::read(blob))).collect();
    let data: Vec<_> = blobs.iter().map(|(_, blob, _)| blob.as_slice()).collect();
    let alone: Vec<_> = alone.iter().map(Vec::as_slice).collect();
    for entries in [0, 1, 7, 64, 5000] {
        entry_points::check_batch(&"all vectors", &data, &alone, &mut vec![KeyIndexEntry::EMPTY; entries]);
    }
}

/// Kind and offset of every refusal, from the oracle, never from the codec. If several faults are equally
/// right, all are listed. With `UPDATE_GOLDEN` set the table is written again.
#[test]
fn refusals_are_those_of_the_golden_table() {
    let mut table = String::new();
    for (id, blob, _) in blobs() {
        let Err(faults) = reference::read(&blob) else { continue };
        let fault = |Fault { kind, offset }: &Fault| format!("{kind:?} at {offset}");
        let faults: Vec<_> = faults.iter().map(fault).collect();
        writeln!(table, "{id}\t{}", faults.join(" | ")).unwrap();
        let error = AggregatedRecord::parse(&blob).expect_err(&id);
        let fault = fault(&Fault { kind: error.kind(), offset: error.offset() });
        assert!(faults.contains(&fault), "{id}: {fault}, not {faults:?}");
    }
    let path = format!("{}/tests/golden/refusals.tsv", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &table).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap();
    for (line, golden) in table.lines().zip(golden.lines()) {
        assert_eq!(line, golden);
    }
    assert_eq!(table.lines().count(), golden.lines().count());
}

// ---- hash keys and ranges

#[test]
fn effective_hash_keys_are_those_of_kcl_where_the_text_is_plain_digits() {
    let (mut numbers, mut errors) = (0, 0);
    for vector in vectors::lines("effective_hash_key.jsonl") {
        let id = vectors::text(&vector, "id");
        let (partition_key, explicit) =
            (vectors::text(&vector, "pk"), vectors::optional_text(&vector, "ehk"));
        let explicit = explicit.as_deref();
        let answer = HashKey::of_record(partition_key, explicit);
        let record = UserRecord::new(partition_key, b"").with_explicit_hash_key(explicit);
        assert_eq!(record.hash_key(), answer, "{id}");
        let plain =
            explicit.is_none_or(|key| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit()));
        if plain && vector["in_128_bits"] == true {
            let effective = vectors::text(&vector, "effective");
            let answer = answer.unwrap_or_else(|error| panic!("{id}: {error}"));
            assert_eq!(answer.to_decimal().as_str(), effective, "{id}");
            assert_eq!(answer.to_string(), effective, "{id}");
            assert_eq!(Ok(answer.to_u128()), effective.parse(), "{id}");
            numbers += 1;
        } else {
            assert!(answer.is_err(), "{id}: {answer:?}");
            errors += 1;
        }
        assert_eq!(reference::hash_key(partition_key, explicit), answer.ok().map(HashKey::to_u128), "{id}");
    }
    assert_eq!((numbers, errors), (56, 19));
}

/// Vectors for which KCL drops user records that a filter must keep: those whose explicit hash key cannot be
/// read, and those that a fault costs it.
const KEPT: [(&str, &str); 4] = [
    ("shard-059", "an explicit hash key `abc` stops KCL; all three user records are kept"),
    ("shard-060", "`-1` is no hash key and not out of range: kept"),
    ("shard-061", "2^128 is no hash key and not out of range: kept"),
    ("shard-063", "an index outside its table: the Kinesis record comes out unchanged, not a part of it"),
];

/// A record that a filter kept, with the sequence number of its Kinesis record.
type Passed = (String, Delivered);

/// What KCL delivered.
fn kcl_output(vector: &Value) -> Vec<Passed> {
    let passed = |output: &Value| {
        let sequence_number = vectors::text(output, "seq").to_owned();
        let partition_key = vectors::text(output, "pk");
        if output["aggregated"] == false {
            let input = |input: &&Value| input["seq"] == output["seq"];
            let blob = vectors::bytes(vectors::list(vector, "input").iter().find(input).unwrap(), "blob_b64");
            return (sequence_number, Delivered::plain(partition_key, &blob));
        }
        let sub_sequence_number = vectors::number(output, "sub_seq");
        (sequence_number, Delivered::aggregated(sub_sequence_number, vectors::user_record(output)))
    };
    vectors::list(vector, "output").iter().map(passed).collect()
}

/// Whether a filter keeps a record on its own.
fn in_range(record: &Delivered, range: HashKeyRange) -> bool {
    let hash_key = record.user_record.hash_key();
    !record.aggregated
        || hash_key
            .is_none_or(|hash_key| range.start.to_u128() <= hash_key && hash_key <= range.end.to_u128())
}

/// What a filter must keep of one Kinesis record.
fn filtered_naively(records: &[Delivered], filter: RangeFilter) -> Vec<Delivered> {
    match filter {
        RangeFilter::Kcl(range) if records.iter().all(|record| in_range(record, range)) => records.to_vec(),
        RangeFilter::UserRecord(range) => {
            records.iter().filter(|record| in_range(record, range)).cloned().collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn filters_drop_what_kcl_drops_and_what_is_out_of_range() {
    let mut kept: BTreeMap<_, _> = KEPT.into_iter().collect();
    for vector in vectors::lines("shard_filter.jsonl") {
        let id = vectors::text(&vector, "id");
        let bound = |name, default: u128| match vector[name].as_str() {
            Some(decimal) => HashKey::from_u128(decimal.parse().unwrap()),
            None => HashKey::from_u128(default),
        };
        let range = HashKeyRange::new(bound("start", 0), bound("end", u128::MAX));
        let inputs: Vec<_> = vectors::list(&vector, "input")
            .iter()
            .map(|input| {
                (vectors::text(input, "pk"), vectors::bytes(input, "blob_b64"), vectors::text(input, "seq"))
            })
            .collect();
        for filter in [RangeFilter::Kcl(range), RangeFilter::UserRecord(range)] {
            let mut expected = Vec::new();
            for (partition_key, blob, sequence_number) in &inputs {
                let records = match reference::read(blob) {
                    Ok(message) => message.records,
                    Err(_) => vec![Delivered::plain(partition_key, blob)],
                };
                let left = filtered_naively(&records, filter);
                let lenient = deaggregate(partition_key, blob);
                assert_eq!(
                    lenient.filtered(filter).map(Delivered::from).collect::<Vec<_>>(),
                    left,
                    "{id}: {filter}"
                );
                if let Ok(view) = entry_points::sized::<1>(blob) {
                    let strict = view.user_records().filtered(filter);
                    assert_eq!(strict.map(Delivered::from).collect::<Vec<_>>(), left, "{id}: {filter}");
                }
                expected.extend(left.into_iter().map(|record| ((*sequence_number).to_owned(), record)));
            }
            for entries in [0, 2, 64] {
                let mut index = vec![KeyIndexEntry::EMPTY; entries];
                let kinesis_records = || inputs.iter().map(|(key, blob, _)| (*key, blob.as_slice()));
                let passed =
                    |(position, record): (usize, _)| (inputs[position].2.to_owned(), Delivered::from(record));
                let batch = deaggregate_batch(kinesis_records(), &mut index).filtered(filter);
                assert_eq!(batch.map(passed).collect::<Vec<Passed>>(), expected, "{id}: batch, {filter}");
                let mut at_a_stretch = Vec::new();
                let batch = deaggregate_batch(kinesis_records(), &mut index).filtered(filter);
                batch.for_each(|record| at_a_stretch.push(passed(record)));
                assert_eq!(at_a_stretch, expected, "{id}: batch, {filter}, at a stretch");
            }
            if matches!(filter, RangeFilter::Kcl(_)) {
                let differs = expected != kcl_output(&vector);
                assert_eq!(differs, kept.remove(id).is_some(), "{id}: differs from KCL");
            }
        }
    }
    assert!(kept.is_empty(), "no such vectors: {kept:?}");
}

#[test]
fn filters_judge_each_user_record_by_its_own_keys() {
    let range = HashKeyRange::new(HashKey::from_u128(10), HashKey::from_u128(19));
    // Keys in range after a key out of range, the reverse, and unreadable keys.
    let explicit =
        ["12", "20", "10", "9", "abc", "19", "", "340282366920938463463374607431768211456", "007", "0010"];
    let mut message = len_field(1, b"k");
    explicit.iter().for_each(|key| message.extend(len_field(2, key.as_bytes())));
    let record = |fields: &[Vec<u8>]| len_field(3, &[fields.concat(), b"\x08\x00\x1A\x00".to_vec()].concat());
    for index in 0..explicit.len() as u64 {
        message.extend(record(&[varint_field(2, index)]));
        message.extend(record(&[]));
    }
    let data = frame(&message);
    let oracle = reference::read(&data).unwrap().records;
    for filter in [RangeFilter::UserRecord(range), RangeFilter::Kcl(range)] {
        let left: Vec<_> = deaggregate("k", &data).filtered(filter).map(Delivered::from).collect();
        assert_eq!(left, filtered_naively(&oracle, filter), "{filter}");
    }
    let left: Vec<_> = deaggregate("k", &data)
        .filtered(RangeFilter::UserRecord(range))
        .map(|record| record.explicit_hash_key)
        .collect();
    let kept = ["12", "10", "abc", "19", "", "340282366920938463463374607431768211456", "0010"];
    assert_eq!(left, kept.map(Some), "sorted out by hand");
}
