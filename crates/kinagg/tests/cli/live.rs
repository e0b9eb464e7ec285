//! Input that is still being written: what is available comes out, and reading can be interrupted.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin, ExitStatus};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;
use std::{fs, thread};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use signal_hook::consts::SIGINT;

use crate::run::{TempFile, base64, command};

/// Only a hang takes this long.
const PATIENCE: Duration = Duration::from_secs(120);

/// The result of something that waits for the program.
pub(crate) fn within_patience<T: Send + 'static>(wait: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, result) = channel();
    thread::spawn(move || sender.send(wait()));
    result.recv_timeout(PATIENCE).unwrap()
}

/// A run whose standard input stays open.
pub(crate) struct LiveRun {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

/// The result of a run that a signal has stopped.
pub(crate) struct Stopped {
    pub(crate) status: ExitStatus,
    /// Those not yet asked for.
    pub(crate) lines: Vec<String>,
    pub(crate) err: String,
}

impl LiveRun {
    pub(crate) fn new(arguments: &[&str]) -> Self {
        // Tests in the background ignore interrupts, and programs inherit that. This restores the default
        // action.
        let still_ends = Arc::new(AtomicBool::new(true));
        signal_hook::flag::register_conditional_shutdown(SIGINT, 130, still_ends).unwrap();
        let mut child = command(arguments).spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        thread::spawn(move || stdout.lines().try_for_each(|line| sender.send(line.unwrap())));
        Self { stdin: child.stdin.take().unwrap(), child, lines }
    }

    pub(crate) fn write(&mut self, text: &str) {
        self.stdin.write_all(text.as_bytes()).unwrap();
    }

    /// The next line of output, while nothing more is written to the input.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    fn interrupt(self) -> (Option<i32>, String) {
        let run = self.stop(Signal::SIGINT);
        (run.status.signal(), run.err)
    }

    /// Sends a signal while standard input is still open, and waits for the end.
    pub(crate) fn stop(self, signal: Signal) -> Stopped {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
        // Standard output ends with the program.
        let mut lines = Vec::new();
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => lines.push(line),
                Err(error) => break assert_eq!(error, RecvTimeoutError::Disconnected),
            }
        }
        let output = self.child.wait_with_output().unwrap();
        Stopped { status: output.status, lines, err: String::from_utf8(output.stderr).unwrap() }
    }
}

#[test]
fn each_record_comes_out_when_it_has_come() {
    let record = |text| format!("{{\"partition_key\": \"a\", \"text\": \"{text}\"}}\n");
    let answer = |text| {
        let records = format!("[{{\"Data\": \"{}\", \"PartitionKey\": \"a\"}}]", base64(text));
        format!("{{\"Records\": {records}, \"NextShardIterator\": \"x\"}}\n")
    };
    let pasted = |text| format!("{}\n", base64(text));
    let texts = ["first", "second", "third", "the fourth of them"];
    for inputs in [texts.map(record), texts.map(answer), texts.map(pasted)] {
        let mut run = LiveRun::new(&["unpack", "--output", "text"]);
        for (input, text) in inputs.iter().zip(texts) {
            run.write(input);
            assert_eq!(run.line(), text, "{input}");
        }
        assert_eq!(run.interrupt(), (Some(2), String::new()));
    }
}

#[test]
fn what_is_whole_comes_out_before_the_rest_has_come() {
    let [whole, part, rest] = [
        r#"{"Records": [{"Data": "b25l", "PartitionKey": "a"}, {"Data": "dHdv", "Part"#,
        r#"itionKey": "a"}, {"Da"#,
        r#"ta": "dGhyZWU=", "PartitionKey": "a"}]}"#,
    ];
    let mut run = LiveRun::new(&["unpack", "--output", "text"]);
    run.write(whole);
    assert_eq!(run.line(), "one");
    run.write(part);
    assert_eq!(run.line(), "two");
    run.write(rest);
    assert_eq!(run.line(), "three");

    let mut run = LiveRun::new(&["unpack", "--output", "text"]);
    run.write("{\"partition_key\": \"a\", \"text\": \"one\"}\n{\"partition_key\": \"a\",");
    assert_eq!(run.line(), "one");
    run.write(" \"text\": \"two\"}\n");
    assert_eq!(run.line(), "two");
}

#[test]
fn every_command_that_writes_lines_writes_them_at_once() {
    let line = "{\"partition_key\": \"a\", \"text\": \"x\"}\n";
    for arguments in [&["verify"][..], &["hash-key"], &["inspect", "--all", "--json"]] {
        let mut run = LiveRun::new(arguments);
        for _ in 0..3 {
            run.write(line);
            assert!(run.line().starts_with('{'), "{arguments:?}");
        }
    }
}

#[test]
fn the_next_input_is_not_waited_for() {
    let file = TempFile::new("before-live.jsonl", "{\"partition_key\": \"a\", \"text\": \"x\"}\n");
    for command in ["unpack", "hash-key"] {
        let run = LiveRun::new(&[command, file.path(), "-"]);
        assert!(run.line().starts_with('{'), "{command}");
    }
}

#[test]
fn an_input_of_which_enough_was_seen_is_not_waited_for() {
    let line = "{\"partition_key\": \"a\", \"text\": \"x\"}\n";
    let bad = "{\"partition_key\": \"a\", \"data\": \"?\"}\n";
    for (arguments, input, status) in
        [(&["unpack", "--head", "2"][..], [line, line], 0), (&["unpack"], [line, bad], 1)]
    {
        let mut run = LiveRun::new(arguments);
        input.iter().for_each(|line| run.write(line));
        let LiveRun { mut child, stdin, .. } = run;
        assert_eq!(child.wait().unwrap().code(), Some(status), "{arguments:?}");
        drop(stdin);
    }
}

#[test]
fn an_interrupted_run_leaves_no_page_and_no_word() {
    let page = TempFile::new("interrupted.html", "what was there before");
    let line = "{\"partition_key\": \"a\", \"text\": \"x\"}\n";
    for command in [&["stats"][..], &["inspect", "--record", "1000000"]] {
        let arguments = [command, &["--html", page.path()]].concat();
        let mut run = LiveRun::new(&arguments);
        run.write(&line.repeat(10_000)); // More than a pipe holds, so the program is reading.
        assert_eq!(run.interrupt(), (Some(2), String::new()), "{arguments:?}");
    }
    assert_eq!(fs::read_to_string(page.path()).unwrap(), "what was there before");
}
