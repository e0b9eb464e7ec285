//! Running the program.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// The result of a run of the program.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// The lines on standard output.
    pub(crate) fn lines(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    /// The lines on standard output of a run without complaints.
    pub(crate) fn good_lines(&self) -> Vec<Value> {
        assert_eq!((self.status, self.err.as_str()), (Some(0), ""));
        self.lines()
    }

    /// The numbers of the lines with complaints, and the complaints.
    pub(crate) fn complaints(&self) -> Vec<(usize, &str)> {
        self.err
            .lines()
            .map(|line| line.strip_prefix("kinagg: line ").unwrap_or_else(|| panic!("{line}")))
            .map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{line}")))
            .map(|(number, words)| (number.parse().unwrap(), words))
            .collect()
    }
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kinagg"));
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn kinagg(arguments: &[&str], input: impl AsRef<[u8]> + Send) -> Run {
    let mut child = command(arguments).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let output = thread::scope(|scope| {
        scope.spawn(move || {
            // A program that stopped reading has a reason, which the test checks elsewhere.
            let _ = stdin.write_all(input.as_ref());
        });
        child.wait_with_output().unwrap()
    });
    Run {
        status: output.status.code(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Lines of JSON.
pub(crate) fn json_lines(values: impl IntoIterator<Item = Value>) -> String {
    values.into_iter().map(|value| format!("{value}\n")).collect()
}

pub(crate) fn base64(data: impl AsRef<[u8]>) -> String {
    STANDARD.encode(data)
}

pub(crate) fn from_base64(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

/// The lines of a file of vectors.
pub(crate) fn vectors(file: &str) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(file);
    let text = fs::read_to_string(path).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A file that is removed at the end of the test.
pub(crate) struct TempFile {
    path: PathBuf,
}

impl TempFile {
    /// `name` must be unique to one test.
    pub(crate) fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::write(&path, content).unwrap();
        Self { path }
    }

    pub(crate) fn path(&self) -> &str {
        self.path.to_str().unwrap()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
