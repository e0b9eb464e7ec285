//! Every file of `fuzz/corpus` passes the check of its target, so that fixed faults stay fixed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that fails panics")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use checks::{CHECKS, Check};

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort_unstable();
    files
}

fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus")
}

fn replay(name: &str) {
    let (_, check): &Check = CHECKS.iter().find(|(target, _)| *target == name).expect("a check");
    let files = files_in(&corpus().join(name));
    assert!(!files.is_empty(), "no file for {name}");
    for file in files {
        let input = std::fs::read(&file).unwrap();
        if let Err(panic) = std::panic::catch_unwind(|| check(&input)) {
            eprintln!("in {}", file.display());
            std::panic::resume_unwind(panic);
        }
    }
}

#[test]
fn strict() {
    replay("strict");
}

#[test]
fn lenient() {
    replay("lenient");
}

#[test]
fn differential() {
    replay("differential");
}

#[test]
fn round_trip() {
    replay("round_trip");
}

#[test]
fn aggregate_ops() {
    replay("aggregate_ops");
}

#[test]
fn shards() {
    replay("shards");
}

#[test]
fn recogniser() {
    replay("recogniser");
}

#[test]
fn lanes() {
    replay("lanes");
}

#[test]
fn every_target_has_a_check_and_a_corpus_of_some_size() {
    let names = |files: Vec<PathBuf>| -> BTreeSet<String> {
        files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap().to_owned()).collect()
    };
    let checks: BTreeSet<String> = CHECKS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names(files_in(&corpus())), checks);
    assert_eq!(names(files_in(&corpus().join("../fuzz_targets"))), checks);
    let files: usize = files_in(&corpus()).iter().map(|folder| files_in(folder).len()).sum();
    assert!(files >= 500, "{files} files");
}
