//! How many instructions reading and building take, beside a committed baseline: `bash .ci/instructions`.
//!
//! Counted by valgrind's callgrind, so that a slowdown of some hundredths is seen on a busy machine, too. The digest costs
//! nothing here, but where it is named, so that nothing hides behind it. Counts belong to a version of the compiler: beside
//! that of another one they are only compared roughly.
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

#[path = "../linear/callgrind.rs"]
mod callgrind;
mod works;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use works::{PLANTED, Size, WORKS, Work};

/// What a count may be above its baseline by the same compiler, and by another one.
const TOLERANCE: f64 = 0.02;
const ROUGH_TOLERANCE: f64 = 0.25;

const HOW_TO_TAKE_OVER: &str =
    "To take the new counts over, with a reason in the commit: UPDATE_BASELINE=1 bash .ci/instructions";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["once", name] => {
            works::once(name);
            ExitCode::SUCCESS
        }
        _ => check(),
    }
}

/// What was counted, or is to be.
struct Baseline {
    compiler: String,
    counts: Vec<(String, u64)>,
}

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/instructions/baseline.tsv")
}

impl Baseline {
    fn read() -> Self {
        let text = fs::read_to_string(path()).expect("a baseline");
        let compiler = text.lines().find_map(|line| line.strip_prefix("# compiler: ")).expect("a compiler");
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let counts = lines.map(|line| {
            let mut columns = line.split('\t');
            let name = columns.next().expect("a name").to_owned();
            (name, columns.next().and_then(|count| count.parse().ok()).expect("a count"))
        });
        Self { compiler: compiler.to_owned(), counts: counts.collect() }
    }

    fn write(&self) {
        let mut text =
            format!("# compiler: {}\n# work\tinstructions\ta user record\ta byte\n", self.compiler);
        for ((name, count), work) in self.counts.iter().zip(&WORKS) {
            let (a_user_record, a_byte) = a_unit(*count, works::size(work));
            text.push_str(&format!("{name}\t{count}\t{a_user_record:.1}\t{a_byte:.3}\n"));
        }
        fs::write(path(), text).expect("the baseline can be written");
    }
}

fn a_unit(count: u64, size: Size) -> (f64, f64) {
    (count as f64 / size.user_records as f64, count as f64 / size.bytes as f64)
}

fn compiler() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("a compiler");
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

fn count(name: &str) -> u64 {
    let counts = callgrind::count(&["once", name]);
    assert!(counts.len() == 1 && counts[0] > 0, "{name}: nothing was counted");
    counts[0]
}

fn check() -> ExitCode {
    if !callgrind::is_installed() {
        eprintln!("valgrind is not installed: bash .ci/instructions installs it");
        return ExitCode::FAILURE;
    }
    let compiler = compiler();
    if env::var_os("UPDATE_BASELINE").is_some() {
        let counts = WORKS.iter().map(|work| (work.name.to_owned(), count(work.name))).collect();
        Baseline { compiler, counts }.write();
        println!("written: {}", path().display());
        return ExitCode::SUCCESS;
    }
    let baseline = Baseline::read();
    let same = baseline.compiler == compiler;
    let tolerance = if same { TOLERANCE } else { ROUGH_TOLERANCE };
    if !same {
        println!(
            "The baseline is of {}, this is {compiler}: nothing is compared closer than {} %",
            baseline.compiler,
            ROUGH_TOLERANCE * 100.0
        );
    }
    println!("instructions, at most {} % above the baseline", tolerance * 100.0);
    println!("{:<52}{:>12}{:>12}{:>16}{:>10}", "work", "instructions", "change", "a user record", "a byte");
    let mut faults: Vec<String> =
        WORKS.iter().filter_map(|work| compare(work, &baseline, tolerance)).collect();
    if baseline.counts.len() != WORKS.len() {
        faults.push("the baseline has other works".to_owned());
    }
    faults.extend(planted(&baseline, tolerance));
    for fault in &faults {
        println!("MORE INSTRUCTIONS: {fault}");
    }
    if faults.is_empty() {
        return ExitCode::SUCCESS;
    }
    println!("{HOW_TO_TAKE_OVER}");
    ExitCode::FAILURE
}

fn compare(work: &Work, baseline: &Baseline, tolerance: f64) -> Option<String> {
    let Some((_, before)) = baseline.counts.iter().find(|(name, _)| name == work.name) else {
        return Some(format!("{} is not in the baseline", work.name));
    };
    let count = count(work.name);
    let change = count as f64 / *before as f64 - 1.0;
    let (a_user_record, a_byte) = a_unit(count, works::size(work));
    let note = if change < -tolerance { "   fewer: take it over" } else { "" };
    println!(
        "{:<52}{count:>12}{:>10.2} %{a_user_record:>16.1}{a_byte:>10.3}{note}",
        work.name,
        change * 100.0
    );
    (change > tolerance).then(|| format!("{}: {count} where there were {before}", work.name))
}

/// A slowdown that is there on purpose must be seen.
fn planted(baseline: &Baseline, tolerance: f64) -> Option<String> {
    let (_, before) = baseline.counts.iter().find(|(name, _)| name == PLANTED)?;
    let planted =
        count(if tolerance < ROUGH_TOLERANCE { works::SLIGHTLY_SLOWER } else { works::MUCH_SLOWER });
    let change = planted as f64 / *before as f64 - 1.0;
    println!("\nplanted: {PLANTED}, and a part of it again: {:.2} %", change * 100.0);
    (change <= tolerance).then(|| "planted: that there was more to do was not noticed".to_owned())
}
