//! What the README and docs/compare.md say of other implementations, and what the codec does on the same
//! input. The evidence is what they were seen to write and read: `tests/vectors`.

use crate::documentation::{check, row};
use kinesis_agg::{AddError, Aggregator, KeyError, KeySlot, deaggregate};
use serde_json::Value;
use testkit::Delivered;
use testkit::reference;
use testkit::vectors::{self, list, text};

/// The lines of `aggregation.jsonl` that show a `defect` of a generator.
pub(crate) fn writers_with(defect: &str, generator: &str) -> Vec<Value> {
    let has = |line: &Value| {
        line[defect] == true || line[defect].as_array().is_some_and(|defects| !defects.is_empty())
    };
    let lines = vectors::lines("aggregation.jsonl").into_iter();
    lines.filter(|line| text(line, "generator").starts_with(generator) && has(line)).collect()
}

/// Every user record comes out of the aggregates as it went in, or is refused for a rule. No aggregate
/// exceeds the limit.
fn we_lose_nothing(line: &Value) {
    let inputs = vectors::inputs(line);
    let max_size = line["max_size"].as_u64().unwrap_or(1 << 20) as usize;
    let slots = vec![KeySlot::EMPTY; 4 * inputs.len().max(8)];
    let mut aggregator = Aggregator::new_in(vec![0; max_size], slots).with_record_limit(10 << 20);
    let mut taken = Vec::new();
    let mut out = Vec::new();
    let mut take_apart = |data: &[u8]| {
        assert!(data.len() <= max_size);
        out.extend(reference::user_records(data));
    };
    for input in inputs {
        let record = input.with(&[]);
        let mut answer = aggregator.add(&record);
        if answer == Err(AddError::Full) {
            take_apart(aggregator.finish().unwrap().data);
            aggregator.clear();
            answer = aggregator.add(&record);
        }
        match answer {
            Ok(()) => taken.push(input),
            Err(AddError::TooLarge { size, limit, .. }) => assert!(size > limit && limit == max_size),
            Err(error) => assert_eq!(error, AddError::Key(KeyError::ExplicitHashKey)),
        }
    }
    if let Some(last) = aggregator.finish() {
        take_apart(last.data);
    }
    assert!(out == taken, "{}", text(line, "id"));
}

#[test]
fn python_and_java_lose_user_records_near_the_limit_and_we_do_not() {
    let [python, java] = ["python", "java"].map(|generator| writers_with("lost", generator));
    assert_eq!((python.len(), java.len()), (30, 1));
    python.iter().chain(&java).for_each(we_lose_nothing);
}

#[test]
fn java_and_node_exceed_the_limit_and_we_do_not() {
    let [java, node] = ["java", "node"].map(|generator| writers_with("over_limit", generator));
    assert_eq!((java.len(), node.len()), (3, 2));
    java.iter().chain(&node).for_each(we_lose_nothing);
}

#[test]
fn node_swaps_keys_that_are_whole_numbers_and_we_do_not() {
    let lines = vectors::lines("aggregation.jsonl");
    let corrupt = |line: &&Value| line["corrupt"] == true || line["corrupt"].is_array();
    let by_node = writers_with("corrupt", "node");
    assert_eq!(by_node.len(), 8);
    for line in &by_node {
        let is_number = |key: &str| !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
        let inputs = vectors::inputs(line);
        let mut keys = inputs.iter().flat_map(|input| {
            [Some(input.partition_key.as_str()), input.explicit_hash_key.as_deref()].into_iter().flatten()
        });
        assert!(keys.any(|key| is_number(key) || key == "__proto__"), "{}", text(line, "id"));
        we_lose_nothing(line);
        // On the same input no other generator confuses keys.
        let case = text(line, "id").split('/').next().unwrap();
        for other in lines.iter().filter(|other| text(other, "id").starts_with(&format!("{case}/"))) {
            assert!(text(other, "generator") == "node" || !corrupt(&other), "{}", text(other, "id"));
        }
    }
}

/// Vectors of `deaggregation.jsonl` by the beginning of their names, with the result of a reader for each.
fn read_by(class: &str, reader: &str) -> Vec<(Value, Value)> {
    let lines = vectors::lines("deaggregation.jsonl").into_iter();
    let of_class = lines.filter(|line| text(line, "id").starts_with(&format!("deagg-{class}")));
    let with_entry = |line: Value| {
        let entry = &line["reader"][reader];
        let entry = entry["same_as"].as_str().map_or(entry, |other| &line["reader"][other]).clone();
        (line, entry)
    };
    of_class.map(with_entry).collect()
}

fn lenient(data: &[u8]) -> Vec<Delivered> {
    deaggregate("outer", data).map(Delivered::from).collect()
}

fn we_pass_it_on_whole(line: &Value) {
    let data = vectors::bytes(line, "blob_b64");
    let out = lenient(&data);
    assert_eq!(out, [Delivered::plain("outer", &data)], "{}", text(line, "id"));
}

#[test]
fn an_index_outside_its_table_costs_others_user_records_and_us_none() {
    for reader in ["python", "java_kcl"] {
        let (line, entry) = read_by("x_pk_index-002", reader).remove(0);
        assert_eq!(list(&entry, "records").len(), 2, "of four user records");
        assert!(entry["logged_error"].is_string());
        we_pass_it_on_whole(&line);
    }
    let (_, node) = read_by("x_pk_index-002", "node").remove(0);
    assert_eq!((list(&node, "records").len(), node["records"][2]["pk"].is_null()), (4, true));
    let (_, go) = read_by("x_pk_index-002", "go").remove(0);
    assert!(go["panic"].is_string());
}

#[test]
fn a_broken_message_with_the_right_digest_is_passed_on_by_some_and_lost_by_others() {
    let broken = "m_len_over_inner-000";
    for reader in ["python", "java_kcl"] {
        let (line, entry) = read_by(broken, reader).remove(0);
        assert_eq!(entry["aggregated"], false, "{reader} passes it on");
        we_pass_it_on_whole(&line);
    }
    let (_, node) = read_by(broken, "node").remove(0);
    assert!(list(&node, "records").is_empty() && node["error"].is_string());
    let (_, go) = read_by(broken, "go").remove(0);
    assert!(go["error"].is_string() && go["records"].is_null());
}

#[test]
fn an_explicit_hash_key_that_is_not_there_is_invented_by_some() {
    for (line, official) in read_by("v_mixed_ehk", "protobuf") {
        let data = vectors::bytes(&line, "blob_b64");
        let expected = vectors::records(&official);
        assert!(expected.iter().any(|record| record.user_record.explicit_hash_key.is_none()));
        assert_eq!(lenient(&data), expected);
        let reader = |name| read_by(text(&line, "id").trim_start_matches("deagg-"), name).remove(0).1;
        assert_eq!(vectors::records(&reader("java_kcl")), expected);
        for inventor in ["python", "node"] {
            assert!(
                vectors::records(&reader(inventor))
                    .iter()
                    .all(|record| record.user_record.explicit_hash_key.is_some())
            );
        }
    }
}

/// Whether a reader delivers the Kinesis record unchanged.
fn hands_on_unchanged(vector: &str, reader: &str) -> bool {
    read_by(vector, reader).remove(0).1["aggregated"] == false
}

/// Whether a reader gives no user record an explicit hash key that it does not have.
fn makes_up_no_explicit_hash_key(reader: &str) -> bool {
    let expected = read_by("v_mixed_ehk", "protobuf").into_iter();
    let seen = read_by("v_mixed_ehk", reader).into_iter();
    expected
        .zip(seen)
        .all(|((_, expected), (_, seen))| vectors::records(&expected) == vectors::records(&seen))
}

/// The implementations in the order of the table. `None` is this codec; the tests above prove its "yes".
const IMPLEMENTATIONS: [(&str, Option<&str>); 7] = [
    ("kinesis-agg", None),
    ("Python", Some("python")),
    ("Java", Some("java")),
    ("KCL", Some("java_kcl")),
    ("Node", Some("node")),
    ("Go", Some("go")),
    ("KPL", Some("kpl")),
];

/// A row about the `examined` ones. The cells of the others stay empty.
fn row_of(name: &str, examined: &[&str], is_so: impl Fn(&str) -> bool) -> String {
    let cell = |(_, generator): &(&str, Option<&str>)| match generator {
        None => "yes",
        Some(generator) if !examined.contains(generator) => "",
        Some(generator) if is_so(generator) => "yes",
        Some(_) => "no",
    };
    let cells = IMPLEMENTATIONS.iter().map(cell).map(str::to_owned);
    row(&[name.to_owned()].into_iter().chain(cells).collect::<Vec<_>>())
}

#[test]
fn the_readme_compares_by_what_the_vectors_show() {
    // KPL's vectors have one aggregate each, of any size. Go's module knows no explicit hash keys.
    let (writers, splitting) = (["python", "java", "node", "kpl"], ["python", "java", "node"]);
    let readers = ["python", "java_kcl", "node", "go"];
    let head = [""].into_iter().chain(IMPLEMENTATIONS.map(|(name, _)| name)).map(str::to_owned);
    let computed = [
        row(&head.collect::<Vec<_>>()),
        "|---|---|---|---|---|---|---|---|\n".to_owned(),
        row_of("loses no user record near the limit", &splitting, |writer| {
            writers_with("lost", writer).is_empty()
        }),
        row_of("stays within the limit", &splitting, |writer| writers_with("over_limit", writer).is_empty()),
        row_of("writes every key as given", &writers, |writer| writers_with("corrupt", writer).is_empty()),
        row_of("delivers a broken message unchanged", &readers, |reader| {
            hands_on_unchanged("m_len_over_inner-000", reader)
        }),
        row_of("the same for an index outside its table", &readers, |reader| {
            hands_on_unchanged("x_pk_index-002", reader)
        }),
        row_of("makes up no explicit hash key", &readers[..3], makes_up_no_explicit_hash_key),
    ];
    check("README.md", &[("compared", computed.concat())]);
}
