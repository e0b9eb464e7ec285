//! Counts the instructions of reading and adding for hostile shapes in two sizes, one four times the other:
//! `bash .ci/instructions`.
//!
//! `benches/limits.py` limits the ratios. Each benchmark calls this program for one kind of work with one
//! shape of one size. callgrind counts each call of [`measured_part`], and nothing else.
//!
//! Shapes whose user records name many keys out of order are not read with the built-in index. For these, the
//! length of a look-up is compared with the number of fields in the message.
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

mod works;

use std::env;

use gungraun::{
    Bench, BinaryBenchmark, BinaryBenchmarkConfig, BinaryBenchmarkGroup, Callgrind, Command, EntryPoint,
    binary_benchmark_group, main,
};
use kinesis_agg::{Decoder, KeyIndexEntry, UserRecord};
use testkit::shapes::{self, LOOK_UPS, SHAPES, Shape, TABLES, Table};
use works::{ADDING, NO_INDEX, Reading, WITH_INDEX, WITHOUT_INDEX};

const LARGE: usize = 1024 * 1024;
const SIZES: [usize; 2] = [LARGE / 4, LARGE];
/// For quadratic work, so that it ends soon.
const CONTROL_SIZES: [usize; 2] = [8 * 1024, 32 * 1024];

/// callgrind counts this function and finds it by its name.
// SAFETY: nothing else has this name.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn measured_part(work: &mut dyn FnMut() -> u64) -> u64 {
    // Not the last call, which would become a jump.
    work().rotate_left(1)
}

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["once", work, name, size] => once(work, name, size.parse().expect("a size")),
        _ => run_benchmarks(),
    }
}

fn run_benchmarks() {
    binary_benchmark_group!(name = linear, benchmarks = |group| crate::add_benchmarks(group));
    // Defines a function `main` here, which starts gungraun's runner.
    main!(config = config(), binary_benchmark_groups = linear);
    main();
}

fn config() -> BinaryBenchmarkConfig {
    let mut callgrind =
        Callgrind::with_args(["--cache-sim=no", "--dump-line=no", "--dump-after=measured_part"]);
    callgrind.entry_point(EntryPoint::Custom("measured_part".to_owned()));
    BinaryBenchmarkConfig::default().tool(callgrind).clone()
}

fn add_benchmarks(group: &mut BinaryBenchmarkGroup) {
    let mut add = |work: &str, names: &[&str], sizes: &[usize]| {
        let mut benchmark = BinaryBenchmark::new(work);
        for name in names {
            for size in sizes {
                let id = format!("{}_{size}", name.replace(", ", "_").replace(' ', "_"));
                let mut command = Command::new(env::current_exe().expect("this program"));
                command.args(["once", work, name, &size.to_string()]);
                benchmark.bench(Bench::new(id).command(command));
            }
        }
        group.binary_benchmark(benchmark);
    };
    let in_order = SHAPES.iter().filter(|shape| !shape.keys_out_of_order);
    add("lent_index", &SHAPES.each_ref().map(|shape| shape.name), &SIZES);
    add("built_in_index", &in_order.map(|shape| shape.name).collect::<Vec<_>>(), &SIZES);
    add("no_index", &[shapes::RANDOM_INDICES], &CONTROL_SIZES);
    add("adding", &ADDING.each_ref().map(|adding| adding.name), &SIZES);
    for work in ["look_ups_of_0", "look_ups_of_1", "look_ups_of_4", "look_ups_of_8", "look_ups_of_64"] {
        add(work, &TABLES.map(|(name, _)| name), &[LARGE]);
    }
}

/// Does one kind of work.
fn once(work: &str, name: &str, size: usize) {
    let shape = || SHAPES.iter().find(|shape| shape.name == name).expect("a shape");
    let table = || TABLES.iter().find(|(table, _)| *table == name).expect("a table").1;
    match work {
        "lent_index" => read(shape(), size, &WITH_INDEX),
        "built_in_index" => read(shape(), size, &WITHOUT_INDEX),
        "no_index" => read(shape(), size, &NO_INDEX),
        "adding" => add(ADDING.iter().find(|adding| adding.name == name).expect("a kind of adding"), size),
        "look_ups_of_0" => look_up::<0>(size, table()),
        "look_ups_of_1" => look_up::<1>(size, table()),
        "look_ups_of_4" => look_up::<4>(size, table()),
        "look_ups_of_8" => look_up::<8>(size, table()),
        "look_ups_of_64" => look_up::<64>(size, table()),
        _ => panic!("no work is called {work}"),
    }
}

fn read(shape: &Shape, size: usize, ways: &[Reading]) {
    let data = (shape.data)(size);
    assert!(data.len().abs_diff(size) < size / 100, "{}: {} bytes", shape.name, data.len());
    let keys = Decoder::new().unverified().parse(&data).map_or(size / 2, |view| view.key_count());
    for way in ways {
        let mut index = vec![KeyIndexEntry::EMPTY; keys];
        measured_part(&mut || way(&data, &mut index));
    }
}

fn look_up<const N: usize>(size: usize, table: Table) {
    let data = shapes::look_ups(size, table);
    let view = Decoder::new().with_index_len::<N>().parse(&data).expect("an aggregate");
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
    let mut index = vec![KeyIndexEntry::EMPTY; user_records.len() * 2];
    measured_part(&mut || works::held(&aggregator, &mut index));
    measured_part(&mut || works::finish(&mut aggregator));
}
