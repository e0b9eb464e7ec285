//! The examples `lambda_bulk` and `lambda_lazy` as Lambda runs them: processes that request events from the
//! runtime API and answer them. The API is a small fake on loopback.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kinesis_agg::{Aggregator, UserRecord};
use serde_json::{Value, json};

/// How long the test waits for the function before it fails. No machine is this slow.
const PATIENCE: Duration = Duration::from_secs(300);

/// The executable of an example; `cargo test` builds them.
fn example(name: &str) -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    let target = deps.parent().unwrap().parent().unwrap();
    let path = target.join("examples").join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        path.exists(),
        "cargo build --package kinesis-agg-aws --examples comes first: no {}",
        path.display()
    );
    path
}

/// The answers of a function to events, one after another, and its output.
fn invoke(name: &str, events: &[Value]) -> (Vec<Value>, String) {
    let api = TcpListener::bind("127.0.0.1:0").unwrap();
    let function = Command::new(example(name))
        .env("AWS_LAMBDA_RUNTIME_API", api.local_addr().unwrap().to_string())
        .env("AWS_LAMBDA_FUNCTION_NAME", name)
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut function = Ended(function);
    let answers = serve(&api, events, &mut function.0);
    function.0.kill().unwrap();
    let mut printed = String::new();
    function.0.stdout.take().unwrap().read_to_string(&mut printed).unwrap();
    (answers, printed)
}

/// Ends the process even if a test fails.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _already_ended = self.0.kill();
        self.0.wait().unwrap();
    }
}

/// The runtime API: `GET .../invocation/next` returns an event, `POST .../invocation/ID/response` accepts the
/// answer.
fn serve(api: &TcpListener, events: &[Value], function: &mut Child) -> Vec<Value> {
    let mut waiting = events.iter();
    let mut answers = Vec::new();
    while answers.len() < events.len() {
        let mut connection = accept(api, function);
        let (request, body) = read_request(&connection);
        match request.split(' ').collect::<Vec<_>>()[..] {
            ["GET", "/2018-06-01/runtime/invocation/next", _] => {
                let event = waiting.next().unwrap().to_string();
                let headers = "Lambda-Runtime-Aws-Request-Id: 1\r\nLambda-Runtime-Deadline-Ms: 4102444800000\r\n\
                    Lambda-Runtime-Invoked-Function-Arn: arn:aws:lambda:us-east-2:123456789012:function:f\r\n";
                respond(&mut connection, "200 OK", headers, &event);
            }
            ["POST", "/2018-06-01/runtime/invocation/1/response", _] => {
                answers.push(serde_json::from_slice(&body).unwrap());
                respond(&mut connection, "202 Accepted", "", "");
            }
            _ => panic!("{request}: {}", String::from_utf8_lossy(&body)),
        }
    }
    answers
}

/// Waits for the function to call.
fn accept(api: &TcpListener, function: &mut Child) -> TcpStream {
    api.set_nonblocking(true).unwrap();
    let start = Instant::now();
    loop {
        if let Ok((connection, _)) = api.accept() {
            connection.set_nonblocking(false).unwrap();
            return connection;
        }
        assert_eq!(function.try_wait().unwrap(), None, "the function has ended");
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} for the function to call");
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn read_request(connection: &TcpStream) -> (String, Vec<u8>) {
    let mut reader = BufReader::new(connection);
    let mut lines = std::iter::from_fn(|| {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        Some(line.trim_end().to_owned()).filter(|line| !line.is_empty())
    });
    let request = lines.next().unwrap();
    let lengths = lines.filter_map(|line| {
        line.to_lowercase().strip_prefix("content-length: ").map(|length| length.parse().unwrap())
    });
    let mut body = vec![0; lengths.last().unwrap_or(0)];
    reader.read_exact(&mut body).unwrap();
    (request, body)
}

fn respond(connection: &mut TcpStream, status: &str, headers: &str, body: &str) {
    let length = body.len();
    write!(
        connection,
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
}

/// A shipped event of three Kinesis records. The first and the last are plain and contain text. The second is
/// an aggregate of one user record whose data is no text, which the examples treat as a failure.
fn shipped() -> Value {
    let vectors = include_str!("../../../tests/vectors/lambda_events.jsonl");
    let line: Value = serde_json::from_str(vectors.lines().nth(8).unwrap()).unwrap();
    assert_eq!((&line["id"], &line["format"]), (&json!("event-008"), &json!("kinesis_streams")));
    json!({"Records": line["event"]})
}

/// The same with an aggregate of text as the second record.
fn all_text() -> Value {
    let mut aggregator = Aggregator::new([0; 256]);
    aggregator.add(&UserRecord::new("sensor-7", "21.5")).unwrap();
    aggregator.add(&UserRecord::new("sensor-8", "19.0")).unwrap();
    let mut event = shipped();
    event["Records"][1]["kinesis"]["data"] = STANDARD.encode(aggregator.finish().unwrap().data).into();
    event
}

/// The same with the second and third record unreadable.
fn damaged() -> Value {
    let mut event = shipped();
    event["Records"][1]["kinesis"]["data"] = "?".into();
    event["Records"][2]["kinesis"]["data"] = Value::Null;
    event
}

/// An answer that names these records of the event as failed.
fn failed(event: &Value, positions: &[usize]) -> Value {
    let number = |position: &usize| &event["Records"][*position]["kinesis"]["sequenceNumber"];
    let mut numbers: Vec<_> = positions.iter().map(|position| number(position).as_str().unwrap()).collect();
    numbers.sort_unstable();
    let items: Vec<_> = numbers.iter().map(|number| json!({"itemIdentifier": number})).collect();
    json!({"batchItemFailures": items})
}

#[test]
fn the_bulk_handler_takes_all_user_records_and_names_all_that_failed() {
    let events = [shipped(), all_text(), damaged(), json!({"Records": []})];
    let (answers, printed) = invoke("lambda_bulk", &events);
    let expected = [
        failed(&events[0], &[1]),
        failed(&events[1], &[]),
        failed(&events[2], &[1, 2]),
        json!({"batchItemFailures": []}),
    ];
    assert_eq!(answers, expected);
    let lines = [
        "2o: hello kinesis",
        r#"k2: {"k": 1}"#,
        "3 user records out of 3 Kinesis records",
        "2o: hello kinesis",
        "sensor-7: 21.5",
        "sensor-8: 19.0",
        r#"k2: {"k": 1}"#,
        "4 user records out of 3 Kinesis records",
        "2o: hello kinesis",
        "1 user records out of 3 Kinesis records",
        "0 user records out of 0 Kinesis records",
    ];
    assert_eq!(printed.lines().collect::<Vec<_>>(), lines);
}

#[test]
fn the_lazy_handler_goes_no_further_than_what_failed() {
    let events = [shipped(), all_text(), damaged()];
    let (answers, printed) = invoke("lambda_lazy", &events);
    let expected = [failed(&events[0], &[1]), failed(&events[1], &[]), failed(&events[2], &[1])];
    assert_eq!(answers, expected);
    let lines = [
        "2o: hello kinesis",
        "1 user records out of 3 Kinesis records",
        "2o: hello kinesis",
        "sensor-7: 21.5",
        "sensor-8: 19.0",
        r#"k2: {"k": 1}"#,
        "4 user records out of 3 Kinesis records",
        "2o: hello kinesis",
        "1 user records out of 3 Kinesis records",
    ];
    assert_eq!(printed.lines().collect::<Vec<_>>(), lines);
}
