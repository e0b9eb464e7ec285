//! That the work is linear in the size of what comes, whatever it is, by counting instructions: `bash .ci/linear`.
//!
//! Each shape is made in two sizes, one four times the other, and read in every way under valgrind's callgrind, which counts
//! the instructions of the reading alone. They may be 4.2 times as many, and 4.6 times for adding. Instructions are counted
//! because they are the same every time.
//!
//! Words after `--` choose the shapes whose names have one of them in it.
//!
//! With the built-in index the same holds, except where user records name many keys out of order: there, what a
//! look-up walks over is compared with the fields of the message.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::as_conversions,
    missing_docs,
    unreachable_pub
)]

mod callgrind;
mod shapes;
mod works;

use std::process::ExitCode;
use std::{env, thread};

use callgrind::measured_part;
use kinesis_agg::{AggregatedRecord, KeyEntry, UserRecord};
use shapes::{LOOK_UPS, SHAPES, Shape, TABLES, Table};
use works::{ADDING, NO_INDEX, Reading, WITH_INDEX, WITHOUT_INDEX};

const LARGE: usize = 1024 * 1024;
const SMALL: usize = LARGE / 4;
/// For what is quadratic, so that it ends.
const CONTROL: usize = 128 * 1024;

/// Bounds on the instructions for the large size over those for the small one.
const READING: f64 = 4.2;
const ADD: f64 = 4.6;
/// Bound on the instructions for each byte read: what user records of 8 bytes come to, each with another key of 1,024 bytes
/// whose UTF-8 is checked and whose hash key is found anew.
const DEAREST: f64 = 5000.0;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["once", work, name, size] => {
            once(work, name, size.parse().expect("a size"));
            ExitCode::SUCCESS
        }
        ref words => check_all(&|name| chosen(name, words)),
    }
}

/// Whether a shape's name has one of the words in it, options such as `--bench` aside.
fn chosen(name: &str, words: &[&str]) -> bool {
    let mut words = words.iter().filter(|word| !word.starts_with("--")).peekable();
    words.peek().is_none() || words.any(|word| name.contains(word))
}

/// Does one kind of work: the part that runs under callgrind.
fn once(work: &str, name: &str, size: usize) {
    let shape = || SHAPES.iter().find(|shape| shape.name == name).expect("a shape");
    let table = || TABLES.iter().find(|(table, _)| *table == name).expect("a table").1;
    let adding = || ADDING.iter().find(|adding| adding.name == name).expect("a kind of adding");
    match work {
        "with index" => read(shape(), size, &WITH_INDEX),
        "without index" => read(shape(), size, &WITHOUT_INDEX),
        "no index" => read(shape(), size, &NO_INDEX),
        "look-ups of 0" => look_up::<0>(size, table()),
        "look-ups of 1" => look_up::<1>(size, table()),
        "look-ups of 4" => look_up::<4>(size, table()),
        "look-ups of 8" => look_up::<8>(size, table()),
        "look-ups of 64" => look_up::<64>(size, table()),
        "add" => add(adding(), size),
        _ => panic!("no work is called {work}"),
    }
}

fn read(shape: &Shape, size: usize, ways: &[(&str, Reading)]) {
    let data = (shape.data)(size);
    assert!(data.len().abs_diff(size) < size / 100, "{}: {} bytes", shape.name, data.len());
    let keys = AggregatedRecord::parse_unverified(&data).map_or(size / 2, |view| view.key_count());
    for (_, way) in ways {
        let mut index = vec![KeyEntry::EMPTY; keys];
        measured_part(&mut || way(&data, &mut index));
    }
}

fn look_up<const N: usize>(size: usize, table: Table) {
    let data = shapes::look_ups(size, table);
    let view = AggregatedRecord::parse_sized::<N>(&data).expect("an aggregate");
    let mut user_records = view.user_records();
    for _ in 0..LOOK_UPS {
        measured_part(&mut || user_records.next().map_or(0, |record| record.partition_key.len() as u64));
    }
}

fn add(adding: &works::Adding, size: usize) {
    assert!(works::collide(), "the hash of the key slots is no longer the one that is written down here");
    let inputs = works::inputs(adding, size);
    let user_records: Vec<UserRecord<'_>> = inputs.iter().map(works::as_user_record).collect();
    let mut aggregator = works::aggregator(size);
    measured_part(&mut || works::add(&mut aggregator, &user_records));
    let mut index = vec![KeyEntry::EMPTY; user_records.len() * 2];
    measured_part(&mut || works::held(&aggregator, &mut index));
    measured_part(&mut || works::finish(&mut aggregator));
}

/// The instructions of each measured part of one kind of work.
fn count(work: &str, name: &str, size: usize) -> Vec<u64> {
    callgrind::count(&["once", work, name, &size.to_string()])
}

/// Both sizes at once.
fn count_both(work: &str, name: &str, small: usize) -> Vec<(u64, u64)> {
    let (few, many) = thread::scope(|scope| {
        let few = scope.spawn(|| count(work, name, small));
        let many = count(work, name, small * 4);
        (few.join().expect("counted"), many)
    });
    assert!(few.len() == many.len() && !few.contains(&0), "{work}, {name}: nothing was counted");
    few.into_iter().zip(many).collect()
}

fn ratio((few, many): (u64, u64)) -> f64 {
    many as f64 / few as f64
}

/// What went wrong, in words.
#[derive(Default)]
struct Faults(Vec<String>);

impl Faults {
    fn check(&mut self, good: bool, text: impl FnOnce() -> String) {
        if !good {
            self.0.push(text());
        }
    }
}

fn check_all(chosen: &dyn Fn(&str) -> bool) -> ExitCode {
    if !callgrind::is_installed() {
        eprintln!("valgrind is not installed: bash .ci/linear installs it");
        return ExitCode::FAILURE;
    }
    let mut faults = Faults::default();
    check_reading(&mut faults, chosen);
    check_look_ups(&mut faults, chosen);
    check_adding(&mut faults, chosen);
    check_control(&mut faults);
    for fault in &faults.0 {
        println!("NOT LINEAR: {fault}");
    }
    if faults.0.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn check_reading(faults: &mut Faults, chosen: &dyn Fn(&str) -> bool) {
    println!(
        "instructions for {LARGE} bytes over those for {SMALL}, at most {READING}; of the dearest way, for each byte, at most {DEAREST}"
    );
    print!("{:<32}{:<12}", "shape", "key index");
    WITH_INDEX.iter().for_each(|(way, _)| print!("{way:>12}"));
    println!("{:>12}{:>12}", "dearest", "a byte");
    for shape in SHAPES.iter().filter(|shape| chosen(shape.name)) {
        for (work, grade) in [("with index", "lent"), ("without index", "built in")] {
            if work == "without index" && shape.keys_out_of_order {
                continue;
            }
            let counts = count_both(work, shape.name, SMALL);
            print!("{:<32}{grade:<12}", shape.name);
            for (&counts, (way, _)) in counts.iter().zip(&WITH_INDEX) {
                print!("{:>12.3}", ratio(counts));
                faults.check(ratio(counts) <= READING, || format!("{}, index {grade}, {way}", shape.name));
            }
            let (dearest, (_, most)) =
                counts.iter().enumerate().max_by_key(|(_, (_, many))| *many).expect("some");
            let a_byte = *most as f64 / LARGE as f64;
            println!("{:>12}{a_byte:>12.1}", WITH_INDEX[dearest].0);
            faults.check(a_byte <= DEAREST, || format!("{}, index {grade}: {a_byte} a byte", shape.name));
        }
    }
}

fn check_look_ups(faults: &mut Faults, chosen: &dyn Fn(&str) -> bool) {
    println!(
        "\ninstructions of the dearest of {LOOK_UPS} look-ups over those of a walk over all fields, at most 1 / INDEX"
    );
    for (name, _) in TABLES.iter().filter(|(name, _)| chosen(name)) {
        // Without checkpoints the look-up of the last key walks over every field.
        let whole = *count("look-ups of 0", name, LARGE).first().expect("a look-up");
        let dearest = |index: u64| {
            let counts = count(&format!("look-ups of {index}"), name, LARGE);
            assert_eq!(counts.len() as u64, LOOK_UPS, "look-ups of {index}, {name}");
            counts.into_iter().max().expect("a look-up")
        };
        print!("{name:<32}");
        // What a look-up takes besides the walk.
        let bound = |index: u64| whole / index * 101 / 100 + 600;
        for index in [1, 8, 64] {
            let most = dearest(index);
            print!("   INDEX {index:>2}: 1 / {:<6.1}", whole as f64 / most as f64);
            faults.check(most <= bound(index), || format!("{name}: a look-up with {index} entries"));
        }
        println!();
        let planted = dearest(4);
        faults.check(planted > bound(8), || format!("{name}: that 4 entries are not 8 was not noticed"));
    }
}

fn check_adding(faults: &mut Faults, chosen: &dyn Fn(&str) -> bool) {
    println!("\ninstructions for an aggregate of {LARGE} bytes over those for one of {SMALL}, at most {ADD}");
    println!("{:<32}{:>12}{:>12}{:>12}{:>20}", "adding", "add", "held", "finish", "add, a byte");
    for adding in ADDING.iter().filter(|adding| chosen(adding.name)) {
        let counts = count_both("add", adding.name, SMALL);
        print!("{:<32}", adding.name);
        for (&counts, part) in counts.iter().zip(["add", "held", "finish"]) {
            print!("{:>12.3}", ratio(counts));
            faults.check(ratio(counts) <= ADD, || format!("{}: {part}", adding.name));
        }
        println!("{:>20.1}", counts[0].1 as f64 / LARGE as f64);
    }
}

/// What is quadratic must be seen to be: random indices without any index.
fn check_control(faults: &mut Faults) {
    let counts = count_both("no index", shapes::RANDOM_INDICES, CONTROL / 4);
    println!("\nplanted: random key indices, no index at all: {:.3}", ratio(counts[0]));
    faults.check(ratio(counts[0]) > READING, || "planted: quadratic work was not noticed".to_owned());
}
