//! `kinagg pack` when a signal stops it.
#![cfg(unix)]

use std::io::{BufRead, BufReader, Read};
use std::os::unix::process::ExitStatusExt;

use kinesis_agg::AggregatedRecord;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use crate::live::{LiveRun, Stopped, within_patience};
use crate::run::{TempFile, command, from_base64, json_lines};

/// Each aggregate has room for one of these.
const ONE_IN_EACH: [&str; 3] = ["pack", "--max-size", "50"];

fn line(text: &str) -> String {
    json_lines([json!({"partition_key": "a", "text": text})])
}

/// The data of all user records in lines of packed records.
fn user_records(lines: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for line in lines {
        let line: Value = serde_json::from_str(line).unwrap();
        let data = from_base64(line["data"].as_str().unwrap());
        let aggregate = AggregatedRecord::parse(&data).unwrap();
        found.extend(aggregate.user_records().map(|record| String::from_utf8(record.data.to_vec()).unwrap()));
    }
    found
}

/// The number of Kinesis records in a request.
fn packed_in(request: &str) -> usize {
    serde_json::from_str::<Value>(request).unwrap()["Records"].as_array().unwrap().len()
}

/// Stops a run after two user records, of which it has written one.
fn after_two(arguments: &[&str], rest: &str, signal: Signal) -> (Vec<String>, Stopped) {
    let mut run = LiveRun::new(arguments);
    run.write(&[line("the first of them"), line("the second of them"), rest.to_owned()].concat());
    // The second one has been read, since it pushed the first one out.
    let first = run.line();
    let stopped = run.stop(signal);
    (user_records(&[&[first], stopped.lines.as_slice()].concat()), stopped)
}

#[test]
fn the_first_signal_ends_the_input_and_nothing_is_lost() {
    let both = ["the first of them", "the second of them"];
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let (found, stopped) = after_two(&ONE_IN_EACH, "", signal);
        assert_eq!(found, both);
        assert_eq!((stopped.status.code(), &*stopped.err), (Some(0), ""), "{signal}");
    }
    // Neither the file nor standard input is read again.
    let arguments = [&ONE_IN_EACH[..], &["-", "/dev/null", "-"]].concat();
    let (found, stopped) = after_two(&arguments, "", Signal::SIGINT);
    assert_eq!((found.as_slice(), stopped.status.code()), (&both.map(str::to_owned)[..], Some(0)));
}

#[test]
fn requests_are_written_as_well() {
    let mut run = LiveRun::new(&[&ONE_IN_EACH[..], &["--put-records", "orders"]].concat());
    let lines: String = (0..502).map(|number| line(&format!("the record {number}"))).collect();
    run.write(&lines);
    // The 502nd aggregate pushed the 501st out, which does not fit this request of 500.
    assert_eq!(packed_in(&run.line()), 500);
    let stopped = run.stop(Signal::SIGTERM);
    assert_eq!(stopped.lines.iter().map(|line| packed_in(line)).collect::<Vec<_>>(), [2]);
    assert_eq!((stopped.status.code(), &*stopped.err), (Some(0), ""));
}

#[test]
fn a_part_of_a_line_is_not_packed() {
    for arguments in [&ONE_IN_EACH[..], &["pack", "--max-size", "140", "--random-key"]] {
        let (_, stopped) = after_two(arguments, "{\"partition_key\": \"a\", \"te", Signal::SIGINT);
        assert_eq!(
            (stopped.status.code(), &*stopped.err),
            (Some(1), "kinagg: line 3: left out: a signal ended the input before the end of this line\n")
        );
    }
}

/// Nobody reads the output, so that the first signal does not end the program.
#[test]
fn the_second_signal_ends_the_program_which_says_what_is_lost() {
    let in_shard = |shard: bool, len| {
        let hash_key = if shard { u128::MAX } else { 0 };
        json!({"partition_key": "a", "explicit_hash_key": hash_key.to_string(), "text": "x".repeat(len)})
    };
    // All in the first shard, and more than a pipe holds.
    let held = (0..5000).map(|_| in_shard(false, 100));
    // The last one fills the other shard, so that the one before it is written.
    let file =
        TempFile::new("held.jsonl", json_lines(held.chain([true; 2].map(|shard| in_shard(shard, 300_000)))));
    let arguments = ["pack", "--shards", "2", "--max-size", "600000", "--record-limit", "600100"];
    let mut child = command(&[&arguments[..], &[file.path(), "-"]].concat()).spawn().unwrap();
    let id = Pid::from_raw(child.id().try_into().unwrap());
    let (status, err) = within_patience(move || {
        let mut stdout = BufReader::with_capacity(1, child.stdout.take().unwrap());
        stdout.read_line(&mut String::new()).unwrap();
        kill(id, Signal::SIGTERM).unwrap();
        // It begins to write the first shard: the first signal has come.
        stdout.read_exact(&mut [0]).unwrap();
        kill(id, Signal::SIGINT).unwrap();
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        (child.wait().unwrap(), err)
    });
    assert_eq!(status.signal(), Some(2), "{err}");
    assert_eq!(err, "kinagg: user records that were read and not written: at most 5001\n");
}
