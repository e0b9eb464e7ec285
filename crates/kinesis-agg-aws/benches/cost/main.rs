//! What the publisher and the consumer cost beside the codec alone: `cargo bench -p kinesis-agg-aws`.
//!
//! There is no network: see [`client`]. The part of the SDK is measured alone and subtracted. callgrind
//! counts instructions if valgrind is installed. As a test, it only checks that everything arrives.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench that panics has failed"
)]
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions, reason = "numbers of a bench are small")]
#![allow(missing_docs, unused_qualifications, unreachable_pub)]

mod client;
mod consuming;
mod counting;
mod load;
mod publishing;
mod table;

use std::env;

use consuming::Consuming;
use counting::{Counted, Spent};
use load::Load;
use tokio::runtime::{Builder, Runtime};

/// Pieces of work: those of the table's columns.
const WORKS: [[&str; 3]; 2] = [["build", "publish", "put"], ["read", "consume", "get"]];

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["once", work, keys, shards, count] => {
            let number = |text: &str| text.parse().expect("a number");
            let keys = Some(number(keys)).filter(|keys| *keys > 0);
            let (_, count) = run(work, &Load::new(keys, number(shards), number(count)), Counted::Time);
            println!("{count}");
        }
        ["--bench"] => table::print(),
        _ => {
            for work in WORKS.as_flattened() {
                run(work, &Load::new(Some(16), 4, 2000), Counted::Allocations);
            }
        }
    }
}

/// Does one piece of work. Returns also the number of user records.
fn run(work: &str, load: &Load, counted: Counted) -> (Spent, usize) {
    let runtime = runtime();
    match work {
        "build" => (publishing::build(load, counted), load.count),
        "publish" => (publishing::publish(load, &runtime, counted), load.count),
        "put" => {
            let requests = publishing::requests(load, &runtime);
            (publishing::put(load, requests, &runtime, counted), load.count)
        }
        _ => {
            let consuming = Consuming::new(load);
            let spent = match work {
                "read" => consuming.read(counted),
                "consume" => consuming.consume(&runtime, counted),
                "get" => consuming.get(&runtime, counted),
                _ => panic!("no such work: {work}"),
            };
            (spent, consuming.count())
        }
    }
}

/// One thread, so that all of the work is counted.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}
