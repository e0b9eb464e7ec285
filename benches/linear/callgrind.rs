//! Instructions of parts of a program, counted by valgrind's callgrind: the same every time.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

/// What callgrind counts, from its first instruction to its last. Its name is not mangled, so that callgrind finds it.
// SAFETY: nothing else has this name.
#[unsafe(no_mangle)]
#[inline(never)]
pub fn measured_part(work: &mut dyn FnMut() -> u64) -> u64 {
    // Not the last call, which would be a jump.
    work().rotate_left(1)
}

pub fn is_installed() -> bool {
    Command::new("valgrind").arg("--version").output().is_ok()
}

/// Runs this program with these arguments under callgrind: the instructions of each measured part, in order.
pub fn count(arguments: &[&str]) -> Vec<u64> {
    let name = arguments.join("-").replace([' ', ','], "_");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("callgrind").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    let out = folder.join("callgrind");
    let run = Command::new("valgrind")
        .args(["--tool=callgrind", "--zero-before=measured_part", "--dump-after=measured_part"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(env::current_exe().expect("this program"))
        .args(arguments)
        .output()
        .expect("valgrind is installed");
    assert!(run.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&run.stderr));
    (1..)
        .map(|part| out.with_extension(part.to_string()))
        .take_while(|part| part.exists())
        .map(total)
        .collect()
}

fn total(dump: PathBuf) -> u64 {
    let text = fs::read_to_string(&dump).expect("a dump");
    let total = text.lines().find_map(|line| line.strip_prefix("totals: ")).expect("a total");
    total.trim().parse().expect("a number")
}
