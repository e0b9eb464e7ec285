//! The examples `publish` and `consume` as processes of their own: what they have done when a signal has
//! stopped them.

use std::process::Stdio;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::gate::{Gate, PATIENCE, within_patience};
use crate::oracle::read_all;
use crate::records::Owned;
use crate::run::{answers, publish, quick, start};
use crate::server::{Fault, Server};

/// An example. `cargo test` builds it beside the tests; with `--test end_to_end`, `cargo build --examples`
/// has to.
fn example(name: &str) -> Command {
    let tests = std::env::current_exe().unwrap();
    let program = tests.parent().unwrap().with_file_name("examples").join(name);
    assert!(program.exists(), "{} is not built: cargo build --examples", program.display());
    let mut command = Command::new(program);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// An example that runs.
struct Running {
    child: Child,
    stdout: Lines<BufReader<ChildStdout>>,
    /// The lines so far.
    lines: Vec<String>,
}

impl Running {
    /// Starts an example that talks to the server.
    fn start(server: &Server, name: &str, arguments: &[&str]) -> Self {
        let mut command = example(name);
        command.args(["--stream", "stream"]).args(arguments).envs([
            ("AWS_ENDPOINT_URL", &*server.endpoint),
            ("AWS_REGION", "us-east-1"),
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
        ]);
        let mut child = command.spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, stdout, lines: Vec::new() }
    }

    fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().unwrap().try_into().unwrap()), signal).unwrap();
    }

    /// Reads on until a line begins like this; gives the rest of that line.
    async fn line(&mut self, start: &str) -> String {
        loop {
            let line = within_patience(start, self.stdout.next_line()).await.unwrap();
            let line = line.unwrap_or_else(|| panic!("no line begins with {start:?}: {:?}", self.lines));
            self.lines.push(line.clone());
            if let Some(rest) = line.strip_prefix(start) {
                return rest.to_owned();
            }
        }
    }

    /// Waits for its end, which must be a success. Gives everything that it has printed.
    async fn end(mut self) -> Vec<String> {
        while let Some(line) =
            within_patience("the end of the output", self.stdout.next_line()).await.unwrap()
        {
            self.lines.push(line);
        }
        let output = within_patience("the end of the example", self.child.wait_with_output()).await.unwrap();
        assert!(output.status.success(), "{:?}: {}", output.status, String::from_utf8_lossy(&output.stderr));
        self.lines
    }
}

/// The number in a line of a summary.
fn figure(lines: &[String], name: &str) -> usize {
    let rest = lines.iter().find_map(|line| line.strip_prefix(name)).unwrap();
    let number = rest.trim_start().split(' ').next().unwrap();
    number.replace(',', "").parse().unwrap()
}

/// Holds every `PutRecords` at the gate that it gives.
fn hold_puts(server: &Server) -> Gate {
    let gate = Gate::closed();
    let held = gate.clone();
    server.door(move |asked, _| match asked {
        "PutRecords" => Fault::HeldBefore(held.clone()),
        _ => Fault::None,
    });
    gate
}

/// Stops `publish` while every request is held, and lets them go when it says that it stops.
async fn publish_is_stopped(signal: Signal) {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let gate = hold_puts(&server);
    let patience = PATIENCE.as_secs().to_string();
    let arguments = ["--records", "1000000000", "--close-limit", &patience];
    let mut publish = Running::start(&server, "publish", &arguments);
    gate.arrived(1).await;
    publish.signal(signal);
    let accepted = publish.line("stopping; accepted so far: ").await;
    gate.open();
    let lines = publish.end().await;

    let accepted: usize = accepted.strip_suffix(" user records").unwrap().parse().unwrap();
    assert_eq!(figure(&lines, "user records "), accepted);
    assert_eq!(figure(&lines, "failed "), 0);
    let found = read_all(&server.client, "stream").await;
    let number = |data: &[u8]| serde_json::from_slice::<Value>(data).unwrap()["sequence"].as_u64().unwrap();
    let mut numbers: Vec<u64> = found.iter().map(|found| number(&found.record.data)).collect();
    numbers.sort_unstable();
    // It publishes the numbers in their order: with none missing, these are all that it has accepted.
    assert!(
        numbers.into_iter().eq(0..accepted as u64),
        "{accepted} were accepted, {} are there",
        found.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn publish_sends_what_it_has_accepted_when_it_is_interrupted() {
    publish_is_stopped(Signal::SIGINT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publish_sends_what_it_has_accepted_when_it_is_terminated() {
    publish_is_stopped(Signal::SIGTERM).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn publish_says_what_it_gives_up_when_the_server_does_not_answer() {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let gate = hold_puts(&server);
    let mut publish = Running::start(&server, "publish", &["--close-limit", "0"]);
    gate.arrived(1).await;
    publish.signal(Signal::SIGTERM);
    let accepted = publish.line("stopping; accepted so far: ").await;
    let accepted = accepted.strip_suffix(" user records").unwrap();
    assert_eq!(publish.line("no user record was published, ").await, format!("{accepted} failed"));
    let output = within_patience("the end of the example", publish.child.wait_with_output()).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(said, format!("{accepted} user records were not published\n"));
}

/// The lines that `consume` prints of user records.
fn printed(lines: &[String]) -> Vec<String> {
    lines.iter().filter(|line| line.starts_with("key-")).cloned().collect()
}

/// Lets `consume` read a part of the stream, stops it, and starts it again from its checkpoint.
async fn consume_is_stopped(signal: Signal) {
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let publisher = start(&server.client, quick()).await;
    // Half a megabyte: at least 60 aggregates of 8 KiB.
    let published: Vec<Owned> = (0..5000)
        .map(|number| Owned {
            partition_key: format!("key-{}", number % 50),
            explicit_hash_key: None,
            data: format!("{number:0100}").into_bytes(),
        })
        .collect();
    let receipts = publish(&publisher, &published).await;
    publisher.close().await;
    assert!(answers(receipts).await.iter().all(Result::is_ok));

    // Eight answers of two Kinesis records, and no more.
    let mut count = 0;
    server.door(move |asked, body| {
        if asked != "GetRecords" {
            return Fault::None;
        }
        body["Limit"] = 2.into();
        count += 1;
        if count <= 8 { Fault::None } else { Fault::HeldBefore(Gate::closed()) }
    });
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("checkpoint.json");
    let patience = PATIENCE.as_secs().to_string();
    let arguments = ["--print", "--idle", &patience, "--checkpoint", file.to_str().unwrap()];
    let mut consume = Running::start(&server, "consume", &arguments);
    consume.line("key-").await;
    consume.signal(signal);
    consume.line("stopped by a signal").await;
    let lines = consume.end().await;
    let first = printed(&lines);
    assert_eq!(figure(&lines, "user records "), first.len());
    assert!(lines.contains(&format!("the checkpoint is in {}", file.display())), "{lines:?}");

    server.door(|_, _| Fault::None);
    let left = published.len().checked_sub(first.len()).filter(|left| *left > 0).unwrap().to_string();
    let again = Running::start(&server, "consume", &[&arguments[..], &["--records", &left]].concat());
    let second = printed(&again.end().await);
    let line = |record: &Owned| {
        format!("{}: {}", record.partition_key, String::from_utf8(record.data.clone()).unwrap())
    };
    let mut expected: Vec<String> = published.iter().map(line).collect();
    let mut both = [first, second].concat();
    expected.sort_unstable();
    both.sort_unstable();
    assert!(both == expected, "{} user records were printed, or others", both.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn consume_goes_on_from_its_checkpoint_after_it_was_interrupted() {
    consume_is_stopped(Signal::SIGINT).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn consume_goes_on_from_its_checkpoint_after_it_was_terminated() {
    consume_is_stopped(Signal::SIGTERM).await;
}

#[tokio::test]
async fn publish_refuses_more_shards_than_the_local_server_takes() {
    let publish = |shards| {
        let mut command = example("publish");
        command.args(["--local", "--records", "100", "--shards", shards]);
        async move { within_patience("the end of the example", command.output()).await.unwrap() }
    };
    for shards in ["65", "0"] {
        let output = publish(shards).await;
        assert_eq!(output.status.code(), Some(1));
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(said, format!("--shards {shards}: the local server takes 1 to 64 shards\n"));
    }
    let output = publish("64").await;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
