//! Input that is still being written: what is available comes out, and reading can be interrupted.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdin};
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

/// A run whose standard input stays open.
struct LiveRun {
    child: Child,
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl LiveRun {
    fn new(arguments: &[&str]) -> Self {
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

    fn write(&mut self, text: &str) {
        self.stdin.write_all(text.as_bytes()).unwrap();
    }

    /// The next line of output, while nothing more is written to the input.
    fn line(&self) -> String {
        self.lines.recv_timeout(PATIENCE).unwrap()
    }

    fn interrupt(self) -> (Option<i32>, String) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), Signal::SIGINT).unwrap();
        // Standard output ends with the program.
        while self.lines.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Disconnected) {}
        let output = self.child.wait_with_output().unwrap();
        (output.status.signal(), String::from_utf8(output.stderr).unwrap())
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
