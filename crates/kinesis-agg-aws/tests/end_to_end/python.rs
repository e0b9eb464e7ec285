//! AWS's Python module with boto3 reads what we publish, and we read what it publishes.
//!
//! Both are installed from their registry into the folder of build results. Without Python or the registry,
//! the test prints that it is skipped, or fails if `KINESIS_AGG_REQUIRE_PYTHON` is set.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::prelude::{BASE64_STANDARD, Engine};
use kinesis_agg_aws::consumer::Filter;
use serde_json::{Value, json};

use crate::oracle::assert_none_lost;
use crate::records::{Owned, records};
use crate::run::{answers, consume, owned, publish, quick, start};
use crate::server::Server;

const PACKAGES: [&str; 4] = ["aws_kinesis_agg==1.2.3", "boto3", "six", "protobuf"];

/// The interpreter of an environment with the modules.
fn install() -> Result<PathBuf, String> {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-boto3");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let import = ["-c", "import boto3, aws_kinesis_agg.aggregator, aws_kinesis_agg.deaggregator"];
    if run(&python, &import).is_err() {
        run(Path::new("python3"), &["-m", "venv", environment.to_str().unwrap()])?;
        run(&python, &[&["-m", "pip", "install", "--quiet"], PACKAGES.as_slice()].concat())?;
        run(&python, &import)?;
    }
    Ok(python)
}

fn run(program: &Path, arguments: &[&str]) -> Result<(), String> {
    let output = Command::new(program).args(arguments).output().map_err(|error| error.to_string())?;
    let success = output.status.success().then_some(());
    success.ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())
}

/// Runs the other side, with lines of JSON as input and output.
fn other_side(python: &Path, what: &str, endpoint: &str, stream: &str, lines: &[Value]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/stream.py");
    let mut child = Command::new(python)
        .arg(script)
        .args([what, endpoint, stream])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "stream.py {what} failed");
    let lines = String::from_utf8(output.stdout).unwrap();
    lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_python_module_with_boto3_reads_ours_and_we_read_its() {
    let python = match install() {
        Ok(python) => python,
        Err(reason) if std::env::var_os("KINESIS_AGG_REQUIRE_PYTHON").is_none() => {
            eprintln!("SKIPPED: AWS's Python module and boto3 cannot be had here: {reason}");
            return;
        }
        Err(reason) => panic!("AWS's Python module and boto3 cannot be had: {reason}"),
    };
    let server = Server::start().await;
    server.stream("stream", 4).await;
    let publisher = start(&server.client, quick()).await;
    // The server counts the bytes of a partition key, and boto3 makes the same checks as the server.
    let published = records(5000);
    let receipts = publish(&publisher, &published).await;
    publisher.close().await;
    assert!(answers(receipts).await.iter().all(Result::is_ok));
    let read = other_side(&python, "get", &server.endpoint, "stream", &[]);
    let read: Vec<Owned> = read
        .iter()
        .map(|line| Owned {
            partition_key: line["partition_key"].as_str().unwrap().to_owned(),
            explicit_hash_key: None,
            data: BASE64_STANDARD.decode(line["data"].as_str().unwrap()).unwrap(),
        })
        .collect();
    // The module gives a user record without an explicit hash key that of another one. These are not
    // compared.
    let without = |records: &[Owned]| -> Vec<Owned> {
        records.iter().map(|record| Owned { explicit_hash_key: None, ..record.clone() }).collect()
    };
    assert_eq!(assert_none_lost(read, &without(&published)), 0);

    let other = Server::start().await;
    other.stream("stream", 4).await;
    let lines: Vec<Value> = published
        .iter()
        .map(|record| {
            json!({
                "partition_key": record.partition_key,
                "explicit_hash_key": record.explicit_hash_key,
                "hash_key": record.hash_key().to_string(),
                "data": BASE64_STANDARD.encode(&record.data),
            })
        })
        .collect();
    other_side(&python, "put", &other.endpoint, "stream", &lines);
    let consumed: Vec<Owned> = consume(&other, Filter::Kcl).await.iter().map(owned).collect();
    assert_eq!(assert_none_lost(consumed, &published), 0);
}
