//! The committed counts and what is allowed beside them.

use std::process::Command;

use gungraun::{Callgrind, EventKind, LibraryBenchmarkConfig};

const BASELINE: &str = include_str!("baseline.tsv");

/// Per mille above a count of the same compiler, and of another one, whose counts say little.
const TOLERANCE: u64 = 20;
const ROUGH_TOLERANCE: u64 = 250;

/// Instructions of the benchmark of this name at most as in the baseline, and a little; what it lacks may take none.
pub(crate) fn at_most(name: &str) -> LibraryBenchmarkConfig {
    let tolerance = if compiler() == baseline_compiler() { TOLERANCE } else { ROUGH_TOLERANCE };
    let limit = count(name).unwrap_or_default() * (1000 + tolerance) / 1000;
    let mut callgrind = Callgrind::with_args(["--cache-sim=no"]);
    callgrind.hard_limits([(EventKind::Ir, limit)]);
    let mut config = LibraryBenchmarkConfig::default();
    config.pass_through_env(crate::SLOWDOWN).tool(callgrind);
    config
}

fn count(name: &str) -> Option<u64> {
    BASELINE.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('\t')?.parse().ok())
}

fn baseline_compiler() -> &'static str {
    BASELINE.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or_default()
}

fn compiler() -> String {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output().expect("a compiler");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
