//! AWS's Python module reads what we write, and we read what it writes, live.
//!
//! The module is installed from its registry into the folder of build results. Without Python or the
//! registry, the test prints that it is skipped, or fails if `KINESIS_AGG_REQUIRE_PYTHON` is set.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use base64::prelude::{BASE64_STANDARD, Engine};
use kinesis_agg::{AddError, AggregatedRecord, Aggregator, KinesisRecord};
use serde_json::{Value, json};
use testkit::OwnedRecord;

const PACKAGES: [&str; 3] = ["aws_kinesis_agg==1.2.3", "six", "protobuf"];

/// The interpreter of an environment with the module.
fn install() -> Result<PathBuf, String> {
    let environment = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python");
    let python = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let import = ["-c", "import aws_kinesis_agg.aggregator, aws_kinesis_agg.deaggregator"];
    if run(&python, &import).is_err() {
        run(Path::new("python3"), &["-m", "venv", environment.to_str().expect("a path in Unicode")])?;
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

/// Sends lines of JSON through the other side.
fn interop(python: &Path, what: &str, lines: &[Value]) -> Vec<Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/python/interop.py");
    let mut child = Command::new(python)
        .arg(script)
        .arg(what)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python starts");
    let mut stdin = child.stdin.take().unwrap();
    let input: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let writer = std::thread::spawn(move || stdin.write_all(input.as_bytes()).unwrap());
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    assert!(output.status.success(), "interop.py {what} failed");
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// User records of all sizes that matter: keys and data with lengths of one, two and three bytes, repeated
/// keys, non-ASCII keys, and many distinct keys.
fn user_records(explicit: bool) -> Vec<OwnedRecord> {
    (0..3000_usize)
        .map(|n| {
            let partition_key = match n % 7 {
                0 => format!("sensor-{n}"),
                1 => format!("Zürich-€-😀-{}", n % 5),
                2 => "k".repeat(1 + n % 256),
                _ => format!("key-{}", n % 11),
            };
            let data =
                (0..[0, 1, 20, 127, 128, 300, 16_500][n % 7]).map(|byte| (byte * n % 251) as u8).collect();
            let explicit_hash_key = explicit.then(|| match n % 3 {
                0 => "0".to_owned(),
                1 => u128::MAX.to_string(),
                _ => (n as u128 * 0x0123_4567_89AB_CDEF_0123).to_string(),
            });
            OwnedRecord { partition_key, explicit_hash_key, data, tags: Vec::new() }
        })
        .collect()
}

fn to_json(record: &OwnedRecord) -> Value {
    json!({
        "partition_key": record.partition_key,
        "explicit_hash_key": record.explicit_hash_key,
        "data": BASE64_STANDARD.encode(&record.data),
    })
}

fn kinesis_record(record: KinesisRecord<'_>) -> Value {
    json!({ "partition_key": record.partition_key, "data": BASE64_STANDARD.encode(record.data) })
}

fn python_reads_ours(python: &Path, records: &[OwnedRecord]) {
    let mut aggregator = Aggregator::new(vec![0; 20_000]);
    let mut stream = Vec::new();
    let mut expected = Vec::new();
    let mut sub_sequence_number = 0;
    for record in records {
        if aggregator.add(&record.with(&[])) == Err(AddError::Full) {
            stream.push(kinesis_record(aggregator.finish().unwrap()));
            aggregator.clear();
            aggregator.add(&record.with(&[])).unwrap();
            sub_sequence_number = 0;
        }
        let mut line = to_json(record);
        line["sub_sequence_number"] = json!(sub_sequence_number);
        expected.push(line);
        sub_sequence_number += 1;
    }
    stream.push(kinesis_record(aggregator.finish().unwrap()));
    let read = interop(python, "read", &stream);
    assert_eq!(read.len(), expected.len());
    for (read, expected) in read.iter().zip(&expected) {
        assert_eq!(read, expected);
    }
}

fn we_read_pythons(python: &Path, records: &[OwnedRecord]) {
    let lines: Vec<Value> = records.iter().map(to_json).collect();
    let mut read = Vec::new();
    for line in interop(python, "write", &lines) {
        let data = BASE64_STANDARD.decode(line["data"].as_str().unwrap()).unwrap();
        let aggregated = AggregatedRecord::parse(&data).unwrap();
        let first = aggregated.user_records().next().unwrap();
        assert_eq!(line["partition_key"], first.partition_key);
        read.extend(aggregated.user_records().map(OwnedRecord::from));
    }
    assert!(read == records, "user records of the Python module");
}

#[test]
fn the_python_module_reads_ours_and_we_read_its() {
    let python = match install() {
        Ok(python) => python,
        Err(reason) if std::env::var_os("KINESIS_AGG_REQUIRE_PYTHON").is_none() => {
            eprintln!("SKIPPED: AWS's Python module cannot be had here: {reason}");
            return;
        }
        Err(reason) => panic!("AWS's Python module cannot be had: {reason}"),
    };
    for explicit in [false, true] {
        let records = user_records(explicit);
        python_reads_ours(&python, &records);
        we_read_pythons(&python, &records);
    }
}
