//! The pages: every link has a target, the index lists every page, and the tables of vectors and sizes are
//! right. `UPDATE_GOLDEN=1` writes the computed tables into their pages. Everything else has to be corrected
//! by hand.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs};

use kinesis_agg::schema::DEFAULT_RECORD_LIMIT;
use kinesis_agg::{AddError, Aggregator, HashKey, HashKeyRange, KeySlot, ShardMap, UserRecord, deaggregate};
use serde_json::Value;
use testkit::Delivered;
use testkit::vectors::{self, text};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn page(path: impl AsRef<Path>) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

// ---- links

/// Every page of the repository.
fn pages() -> Vec<PathBuf> {
    let mut folders = vec![root().to_owned()];
    let mut pages = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.is_dir() && name != "target" && name != "node_modules" && !name.starts_with('.') {
                folders.push(path);
            } else if name.ends_with(".md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages
}

/// The text without code.
fn prose(page: &str) -> String {
    let blocks = page.split("```").step_by(2).collect::<Vec<_>>().join("\n");
    blocks.split('`').step_by(2).collect()
}

/// The targets of a page's links within the project.
fn links(page: &str) -> Vec<String> {
    let targets = prose(page);
    let targets = targets.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    targets.filter(|target| !target.contains("://")).map(str::to_owned).collect()
}

/// The anchors that GitHub makes of a page's headings.
fn anchors(page: &str) -> BTreeSet<String> {
    let blocks = page.split("```").step_by(2).collect::<Vec<_>>().join("\n");
    let headings =
        blocks.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    let anchor = |heading: &str| {
        let kept = heading.to_lowercase();
        let kept = kept.chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'));
        kept.map(|char| if char == ' ' { '-' } else { char }).collect()
    };
    headings.map(anchor).collect()
}

#[test]
fn every_link_within_the_project_leads_to_a_file_and_a_heading_that_exist() {
    let mut seen = 0;
    for path in pages() {
        let text = page(&path);
        for link in links(&text) {
            // The published package contains only the codec.
            if link.contains("crates/") && !root().join("crates").is_dir() {
                continue;
            }
            let (file, anchor) = link.split_once('#').unwrap_or((&link, ""));
            let there = if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            assert!(there.exists(), "{}: {link}", path.display());
            assert!(
                anchor.is_empty() || anchors(&page(&there)).contains(anchor),
                "{}: {link}",
                path.display()
            );
            seen += 1;
        }
    }
    assert!(seen > 30, "{seen}");
}

#[test]
fn the_readme_leads_to_the_index_and_the_index_to_every_page() {
    assert!(links(&page("README.md")).contains(&"docs/README.md".to_owned()));
    let docs = root().join("docs");
    let index = docs.join("README.md");
    let listed: BTreeSet<PathBuf> = links(&page(&index)).iter().map(|link| docs.join(link)).collect();
    for path in pages().iter().filter(|path| path.starts_with(&docs) && **path != index) {
        assert!(listed.contains(path), "docs/README.md has no link to {}", path.display());
    }
}

#[test]
fn the_picture_of_shards_colours_each_key_by_the_shard_that_owns_it() {
    let shards = ShardMap::even_split(vec![HashKeyRange::FULL; 2]).unwrap();
    let mut seen = 0;
    for line in page("docs/reference/shards.svg").lines().filter(|line| line.contains(">sensor-")) {
        let key = line.split_once(">sensor-").unwrap().1.split('<').next().unwrap();
        let shard = shards.shard_of(HashKey::of_partition_key(&format!("sensor-{key}"))).unwrap();
        assert!(line.contains(["\"zero\"", "\"one\""][shard]) || line.contains("\"gone\""), "{line}");
        seen += 1;
    }
    assert_eq!(seen, 12);
}

// ---- computed tables

/// The table between `<!-- name -->` and `<!-- end -->`.
pub(crate) fn table<'p>(page: &'p str, name: &str) -> &'p str {
    let begin = format!("<!-- {name} -->\n");
    let (_, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("no table {name}"));
    rest.split_once("<!-- end -->").unwrap().0
}

/// Checks that the tables in the page are the computed ones.
pub(crate) fn check(path: &str, tables: &[(&str, String)]) {
    let mut text = page(path);
    for (name, computed) in tables {
        let written = table(&text, name);
        let frame = |table: &str| format!("<!-- {name} -->\n{table}<!-- end -->");
        if env::var_os("UPDATE_GOLDEN").is_some() {
            text = text.replace(&frame(written), &frame(computed));
            continue;
        }
        assert!(written == computed, "{path}: the table {name} is to be\n{computed}");
    }
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(root().join(path), text).unwrap();
    }
}

pub(crate) fn row(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

// ---- docs/reference/format.md

const READERS: [&str; 5] = ["protobuf", "python", "node", "java_kcl", "go"];

/// The result of a reader for a vector, in the words of the page.
fn outcome(vector: &Value, reader: &str) -> String {
    let entry = &vector["reader"][reader];
    let entry = entry["same_as"].as_str().map_or(entry, |other| &vector["reader"][other]);
    let official = &vector["reader"]["protobuf"];
    let keys = |entry: &Value, name: &str| -> Vec<Value> {
        let records = entry["records"].as_array().into_iter().flatten();
        records
            .map(|record| {
                if record[name].is_null() {
                    record[format!("{name}_b64")].clone()
                } else {
                    record[name].clone()
                }
            })
            .collect()
    };
    let Some(count) = entry["records"].as_array().map(Vec::len) else {
        return match entry {
            entry if entry["panic"].is_string() => "panic".to_owned(),
            entry if entry["error"].is_string() => "error".to_owned(),
            _ => "whole".to_owned(),
        };
    };
    let most = official["records"].as_array().map_or(0, Vec::len);
    let other_keys = keys(entry, "pk") != keys(official, "pk")
        || (reader != "go" && keys(entry, "ehk") != keys(official, "ehk"));
    match entry {
        entry if entry["error"].is_string() && count == 0 => "error".to_owned(),
        entry if entry["error"].is_string() => format!("{count}, error"),
        entry if entry["logged_error"].is_string() => format!("{count}, rest lost"),
        _ if official["error"].is_string() && count > most => format!("{count}, too many"),
        _ if count == most && other_keys => format!("{count}, other keys"),
        _ => count.to_string(),
    }
}

/// The result of `deaggregate`, in the same words.
fn outcome_here(vector: &Value) -> String {
    let data = vectors::bytes(vector, "blob_b64");
    let records: Vec<Delivered> = deaggregate("outer", &data).map(Delivered::from).collect();
    match records.as_slice() {
        [record] if *record == Delivered::plain("outer", &data) => "whole".to_owned(),
        records => {
            let official = &vector["reader"]["protobuf"];
            // If official runtimes disagree, the codec may deliver the record whole.
            if vector["verdict"] != "contested" {
                assert_eq!(records, vectors::records(official), "{}", text(vector, "id"));
            }
            records.len().to_string()
        }
    }
}

#[test]
fn the_format_page_says_of_readers_what_the_vectors_show() {
    let vectors = vectors::lines("deaggregation.jsonl");
    let text_of_page = page("docs/reference/format.md");
    let written = table(&text_of_page, "readers");
    let (head, rows) = written.split_at(written.match_indices('\n').nth(1).unwrap().0 + 1);
    let mut computed = head.to_owned();
    for line in rows.lines() {
        let mut cells: Vec<String> =
            line.split(" | ").take(2).map(|cell| cell.trim_matches(['|', ' ']).to_owned()).collect();
        let id = format!("deagg-{}", cells[1].trim_matches('`'));
        let vector = vectors
            .iter()
            .find(|vector| text(vector, "id") == id)
            .unwrap_or_else(|| panic!("no vector {id}"));
        cells.extend(READERS.map(|reader| outcome(vector, reader)));
        cells.push(outcome_here(vector));
        computed += &row(&cells);
    }
    assert!(rows.lines().count() > 20);
    check("docs/reference/format.md", &[("readers", computed)]);
}

#[test]
fn the_format_page_convicts_writers_by_vectors_that_exist_and_show_the_defect() {
    let vectors = vectors::lines("aggregation.jsonl");
    let mut seen = 0;
    for line in page("docs/reference/format.md").lines().filter(|line| line.contains("`agg-")) {
        let words: Vec<&str> = line.split('`').skip(1).step_by(2).collect();
        let defect = words.iter().find(|word| ["lost", "corrupt", "over_limit"].contains(*word)).unwrap();
        for id in words.iter().filter(|word| word.starts_with("agg-")) {
            let vector = vectors.iter().find(|vector| text(vector, "id") == *id);
            let shown = &vector.unwrap_or_else(|| panic!("no vector {id}"))[*defect];
            assert!(
                *shown == true || shown.as_array().is_some_and(|indices| !indices.is_empty()),
                "{id}: {defect}"
            );
            seen += 1;
        }
    }
    assert!(seen >= 10, "{seen}");
}

// ---- docs/reference/limits.md

const USER_RECORDS: usize = 1_000_000;
const UNIT: usize = 25_000;

/// An aggregator with room for `limit` bytes, including the outer partition key of nine bytes.
fn aggregator(limit: usize) -> Aggregator<Vec<u8>, Vec<KeySlot>> {
    let aggregator = Aggregator::new_in(vec![0; limit - 9], vec![KeySlot::EMPTY; 200]);
    aggregator.with_record_limit(limit.max(DEFAULT_RECORD_LIMIT))
}

/// The number of user records of 100 bytes that fit, at most `most`, and the size of their Kinesis record.
fn fill(limit: usize, most: usize) -> (usize, usize) {
    let mut aggregator = aggregator(limit);
    for number in 0..most {
        let key = format!("sensor-{:02}", number % 50);
        match aggregator.add(&UserRecord::new(&key, &[b'x'; 100])) {
            Ok(()) => {}
            Err(AddError::Full) => break,
            Err(error) => panic!("{error}"),
        }
    }
    (aggregator.user_record_count(), aggregator.finish().unwrap().size())
}

/// The total for a million user records, if `each` of them go into a Kinesis record that counts as `count`.
fn of_a_million(count: usize, each: usize) -> usize {
    // The product exceeds 32 bits.
    (USER_RECORDS as u64 * count as u64).div_ceil(each as u64) as usize
}

fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What a limit buys.
fn limits() -> String {
    let mut computed = row(&[
        "limit, bytes",
        "user records",
        "Kinesis record, bytes",
        "units",
        "KB",
        "a shard takes, a second",
    ]
    .map(str::to_owned))
        + "|---|---|---|---|---|---|\n";
    let mut add = |name: String, user_records: usize, size: usize| {
        // As in `of_a_million`.
        let by_size = user_records as u64 * DEFAULT_RECORD_LIMIT as u64 / size as u64;
        let a_second = (1000 * user_records).min(by_size as usize);
        let numbers = [
            user_records,
            size,
            of_a_million(size.div_ceil(UNIT), user_records),
            of_a_million(size.div_ceil(1024), user_records),
            a_second,
        ];
        computed += &row(&[vec![name], numbers.map(grouped).to_vec()].concat());
    };
    // Without aggregation: the data and its partition key.
    add("not aggregated".to_owned(), 1, 109);
    for limit in [1_000, 5_000, 25_000, 26_000, 50_000, 51_200, 250_000, 1 << 20, 10 << 20] {
        let (user_records, size) = fill(limit, usize::MAX);
        assert!(size <= limit && size > limit - 130, "{limit}: {size}");
        add(grouped(limit), user_records, size);
    }
    computed
}

/// What a delay buys.
fn delays() -> String {
    let rates = [10, 100, 1_000, 10_000];
    let mut computed =
        row(&[vec!["delay".to_owned()], rates.map(|rate| format!("{} a second", grouped(rate))).to_vec()]
            .concat())
            + "|---|---|---|---|---|\n";
    for (name, milliseconds) in
        [("none: not aggregated", 0), ("100 ms", 100), ("1 s", 1_000), ("10 s", 10_000), ("60 s", 60_000)]
    {
        let cell = |rate: usize| match rate * milliseconds / 1000 {
            0 | 1 => USER_RECORDS,
            held => {
                let (user_records, size) = fill(50_000, held);
                of_a_million(size.div_ceil(UNIT), user_records)
            }
        };
        computed += &row(&[vec![name.to_owned()], rates.map(|rate| grouped(cell(rate))).to_vec()].concat());
    }
    computed
}

#[test]
fn the_limits_page_says_of_sizes_and_delays_what_the_aggregator_gives() {
    check("docs/reference/limits.md", &[("limits", limits()), ("delays", delays())]);
}
