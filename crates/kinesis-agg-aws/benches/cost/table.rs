//! The tables.

use std::env;
use std::process::Command;

use crate::consuming::Consuming;
use crate::counting::Counted;
use crate::load::Load;
use crate::{WORKS, publishing, run, runtime};

/// The time is the median of so many rounds. All pieces of work run in each round, in turn.
const ROUNDS: usize = 7;

const FEW_KEYS: usize = 16;

/// User records that are held in memory: fewer than the publisher's buffer has room for.
const HELD: usize = 50_000;

/// Enough user records to fill aggregates of each shard, or the publisher's buffer.
const COUNTS: [(usize, usize); 2] = [(4, 100_000), (400, 300_000)];

pub(crate) fn print() {
    let [publishing, consuming] = WORKS;
    let loads = || {
        COUNTS.into_iter().flat_map(|(shards, count)| {
            [Some(FEW_KEYS), None].map(|distinct_keys| Load::new(distinct_keys, shards, count))
        })
    };
    println!("For each user record of 100 bytes.\n");
    header(publishing);
    for load in loads() {
        let few = Load::new(load.distinct_keys, load.shards, HELD);
        row(&load, publishing, publishing::hold(&few, &runtime()) / HELD);
    }
    println!();
    header(consuming);
    for load in loads() {
        let one_shard = Consuming::new(&Load::new(load.distinct_keys, 1, HELD));
        row(&load, consuming, one_shard.hold(&runtime()) / one_shard.in_memory());
    }
}

fn header([codec, ours, sdk]: [&str; 3]) {
    let columns = ["time, ns", "instructions"]
        .map(|unit| format!("| {unit}: {codec} | {ours} | / {codec} | SDK's {sdk} "));
    let columns = columns.concat();
    println!("| load {columns}| allocations: {codec} | {ours} | SDK's {sdk} | bytes held |");
    println!("|{}", "---|".repeat(13));
}

/// `ours` is without the part of the SDK.
fn row(load: &Load, works: [&str; 3], held: usize) {
    let counts = |counted| {
        works.map(|work| {
            let (spent, count) = run(work, load, counted);
            let count = count as f64;
            (spent.time.as_nanos() as f64 / count, spent.allocations as f64 / count)
        })
    };
    let rounds: Vec<_> = (0..ROUNDS).map(|_| counts(Counted::Time).map(|(time, _)| time)).collect();
    let time = |value: fn(&[f64; 3]) -> f64| median(rounds.iter().map(value).collect());
    let mut cells = vec![
        format!("{:.0}", time(|[codec, ..]| *codec)),
        format!("{:.0}", time(|[_, all, sdk]| all - sdk)),
        format!("{:.2}", time(|[codec, all, sdk]| (all - sdk) / codec)),
        format!("{:.0}", time(|[_, _, sdk]| *sdk)),
    ];
    match works.map(|work| instructions(work, load)) {
        [Some(codec), Some(all), Some(sdk)] => cells.extend([
            format!("{codec:.0}"),
            format!("{:.0}", all - sdk),
            format!("{:.2}", (all - sdk) / codec),
            format!("{sdk:.0}"),
        ]),
        _ => cells.extend([const { String::new() }; 4]),
    }
    let [codec, all, sdk] = counts(Counted::Allocations).map(|(_, allocations)| allocations);
    cells.extend([codec, all - sdk, sdk].map(|allocations| format!("{allocations:.2}")));
    println!("| {} | {} | {held} |", load.name(), cells.join(" | "));
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// For each user record; `None` without valgrind.
fn instructions(work: &str, load: &Load) -> Option<f64> {
    let [keys, shards, count] =
        [load.distinct_keys.unwrap_or(0), load.shards, load.count].map(|n| n.to_string());
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--toggle-collect=*measured_part*", "--callgrind-out-file=/dev/null"])
        .arg(env::current_exe().expect("a path"))
        .args(["once", work, &keys, &shards, &count])
        .output()
        .ok()?;
    let report = String::from_utf8_lossy(&output.stderr);
    let all = report.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse::<f64>().ok());
    let printed = String::from_utf8_lossy(&output.stdout);
    let count: f64 = printed.trim().parse().unwrap_or_else(|_| panic!("{report}"));
    all.map(|all| all / count)
}
