//! All JSON of AWS: each is as its documentation shows it, with the same records.

use serde_json::{Value, json};

use crate::run::{base64, from_base64, json_lines, kinagg};

const TEXTS: [&str; 2] = ["first", "second"];

fn aggregate() -> Vec<u8> {
    let lines = json_lines(TEXTS.map(|text| json!({"partition_key": "key", "text": text})));
    from_base64(kinagg(&["pack"], lines).good_lines()[0]["data"].as_str().unwrap())
}

/// A Lambda event of a Kinesis stream with one record.
fn event() -> Value {
    let kinesis = json!({"kinesisSchemaVersion": "1.0", "partitionKey": "outer", "sequenceNumber": "4966", "data": base64(aggregate()), "approximateArrivalTimestamp": 1.5});
    json!({"Records": [{"kinesis": kinesis, "eventID": "shardId-000000000006:4966", "eventSource": "aws:kinesis"}]})
}

/// An answer of `GetRecords` with one record.
fn answer() -> Value {
    json!({"Records": [{"Data": base64(aggregate()), "PartitionKey": "outer", "SequenceNumber": "4966"}], "NextShardIterator": "x"})
}

fn flat() -> Value {
    json!({"data": base64(aggregate()), "partitionKey": "outer", "sequenceNumber": "4966", "eventID": "shardId-000000000006:4966"})
}

fn check(name: &str, input: &str, times: usize) {
    let run = kinagg(&["unpack", "--text"], input);
    assert_eq!((run.status, run.err.as_str()), (Some(0), ""), "{name}: {input}");
    let texts: Vec<_> = run.lines().iter().map(|line| line["text"].as_str().unwrap().to_owned()).collect();
    assert_eq!(texts, TEXTS.repeat(times), "{name}: {input}");
}

#[test]
fn records_are_found_wherever_they_are_wrapped() {
    let (event, answer, flat) = (event(), answer(), flat());
    let escaped = event.to_string();
    let subscription = json!({"SubscribeToShardEvent": answer});
    let log_event =
        json!({"message": format!("2026-11-24T10:00:00.123Z\t5f1c\tINFO\t{escaped}\n"), "timestamp": 1});
    let other = json!({"message": "START RequestId: 5f1c Version: $LATEST\n", "timestamp": 1});
    for (name, json, times) in [
        (
            "an object of Lambda in a bucket",
            json!({"requestContext": {}, "version": "1.0", "payload": escaped}),
            1,
        ),
        ("the destination of an invocation", json!({"requestPayload": event, "responsePayload": {}}), 1),
        ("SubscribeToShard", subscription.clone(), 1),
        ("its events as a list", json!({"EventStream": [subscription, subscription]}), 2),
        ("Pipes behind a bus", json!({"detail-type": "x", "detail": flat}), 1),
        ("a list of Pipes behind a bus", json!({"detail": [flat, flat]}), 2),
        ("an event behind a bus", json!({"detail": event}), 1),
        ("a log line with an object", json!({"level": "INFO", "message": event}), 1),
        ("a log line with text", json!({"level": "INFO", "message": escaped}), 1),
        ("a log line of Powertools", json!({"level": "INFO", "message": "event", "event": event}), 1),
        ("filter-log-events", json!({"events": [other, log_event], "searchedLogStreams": []}), 1),
        (
            "a subscription to logs",
            json!({"messageType": "DATA_MESSAGE", "logEvents": [other, log_event]}),
            1,
        ),
        (
            "a queue",
            json!({"Records": [{"messageId": "1", "body": flat.to_string(), "eventSource": "aws:sqs"}]}),
            1,
        ),
        ("a topic", json!({"Records": [{"EventSource": "aws:sns", "Sns": {"Message": escaped}}]}), 1),
        ("receive-message", json!({"Messages": [{"MessageId": "1", "Body": escaped}]}), 1),
        ("several answers in a list", json!([answer, answer]), 2),
        ("a list of texts", json!([base64(aggregate()), base64(aggregate())]), 2),
        ("a list of lists of bytes", json!([aggregate(), aggregate()]), 2),
        ("a Buffer", json!({"type": "Buffer", "data": aggregate()}), 1),
    ] {
        check(name, &json.to_string(), times);
        check(name, &serde_json::to_string_pretty(&json).unwrap(), times);
        check(name, &format!("{json}\n{json}\n"), 2 * times);
    }
    let failed = json!({"attemptsMade": 4, "rawData": base64(aggregate()), "lambdaArn": "x"});
    check("Firehose, without line feeds", &format!("{failed}{failed}"), 2);
}

#[test]
fn log_lines_and_lines_of_the_daemon_are_passed_over_where_they_hold_no_record() {
    let event = event();
    check(
        "a log",
        &format!("START RequestId: 5f1c\n2026-11-24T10:00:00.123Z\t5f1c\tINFO\t{event}\nEND\n"),
        1,
    );
    let without = json!({"events": [{"message": "START"}, {"message": "{}"}]}).to_string();
    let run = kinagg(&["unpack"], without);
    assert_eq!(
        (run.status, run.err.as_str()),
        (Some(1), "kinagg: standard input: no Kinesis record in 2 log events\n")
    );

    // Other lines of a log are no records, and not bad.
    for message in [
        json!({"data": "hello world"}),
        json!({"data": {"a": 1}}),
        json!("[1, 2, 3]"),
        json!([{"a": 1}]),
        json!("{\"data\": true}"),
    ] {
        let other = json!({"level": "INFO", "message": message});
        check("a log", &format!("{other}\n{}\n", json!({"message": event})), 1);
    }
    // In an event, a record without data is bad.
    let mut bad = event.clone();
    bad["Records"].as_array_mut().unwrap().push(json!({"kinesis": {"partitionKey": "k"}}));
    let run = kinagg(&["unpack"], json!({"KinesisBatchInfo": {}, "payload": bad.to_string()}).to_string());
    assert_eq!((run.status, run.lines().len()), (Some(1), 2));
    assert_eq!(run.err, "kinagg: record 2: no field `Data`, `data` or `kinesis.data`\n");

    let record = json!({"action": "record", "data": base64(aggregate()), "partitionKey": "outer", "sequenceNumber": "1", "subSequenceNumber": 0});
    let lines = json_lines([
        json!({"action": "initialize", "shardId": "shardId-000000000002", "sequenceNumber": "TRIM_HORIZON"}),
        json!({"action": "processRecords", "records": [record], "millisBehindLatest": 0}),
        json!({"action": "checkpoint", "sequenceNumber": "1", "error": null}),
        json!({"action": "shardEnded"}),
    ]);
    check("KCL's MultiLangDaemon", &lines, 1);
    assert_eq!(kinagg(&["unpack"], &lines).lines()[0]["shard_id"], "shardId-000000000002");
}

#[test]
fn what_stands_before_the_records_makes_no_difference_however_long_it_is() {
    for len in [1000, 70_000, 300_000] {
        let long = "y".repeat(len);
        let mut event = event();
        event["aaa"] = json!({"x": long});
        check("an event", &event.to_string(), 1);
        let mut flat = flat();
        flat["Aaa"] = long.into();
        check("a record alone", &flat.to_string(), 1);
        let large =
            json!({"data": base64("z".repeat(len)), "partitionKey": "k", "eventSource": "aws:kinesis"});
        let line = kinagg(&["unpack"], large.to_string()).good_lines().remove(0);
        assert_eq!(line["partition_key"], "k");
    }
}

#[test]
fn data_may_be_written_as_any_program_writes_bytes() {
    let data = aggregate();
    let signed: Vec<i8> = data.iter().map(|byte| byte.cast_signed()).collect();
    let numbered: serde_json::Map<_, _> =
        (0..).zip(&data).map(|(i, byte)| (i.to_string(), json!(byte))).collect();
    let python: String = data.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    let len = data.len();
    for written in [
        json!(data),
        json!(signed),
        json!({"type": "Buffer", "data": data}),
        Value::Object(numbered),
        json!({"hb": signed, "offset": 0, "isReadOnly": false, "bigEndian": true, "mark": -1, "position": 0, "limit": len, "capacity": len}),
        json!({"B": base64(&data)}),
        json!(format!("b'{python}'")),
    ] {
        check("an answer", &json!({"Records": [{"Data": written, "PartitionKey": "k"}]}).to_string(), 1);
        check(
            "an event",
            &json!({"Records": [{"kinesis": {"data": written, "partitionKey": "k"}}]}).to_string(),
            1,
        );
        check("a line", &json_lines([json!({"partition_key": "k", "data": written})]), 1);
    }
}

#[test]
fn a_wrong_type_is_named_with_record_and_field() {
    let record =
        |field: &str, value: Value| json!({"Records": [{"Data": "eA=="}, {"Data": "eA==", field: value}]});
    let wanted = "expected base64 text, a list of bytes or an object with one";
    for (input, said) in [
        (
            record("Data", json!(true)),
            format!("record 2: field `Data`: invalid type: boolean `true`, {wanted}\n"),
        ),
        (
            record("PartitionKey", json!(7)),
            "record 2: field `PartitionKey`: invalid type: integer `7`, expected a string\n".to_owned(),
        ),
        (
            record("kinesis", json!({"partitionKey": []})),
            "record 2: field `kinesis.partitionKey`: invalid type: sequence, expected a string\n".to_owned(),
        ),
        (
            record("Data", json!([1, 256])),
            "record 2: field `Data`: invalid value: integer `256`, expected a byte\n".to_owned(),
        ),
        (
            json!([["eA==", "key"]]),
            "record 1: a list of texts, without a name that says which is the data\n".to_owned(),
        ),
    ] {
        let run = kinagg(&["unpack"], input.to_string());
        assert_eq!((run.status, run.err), (Some(1), format!("kinagg: {said}")), "{input}");
    }
    let run = kinagg(&["unpack"], json!({"partition_key": 7, "data": ""}).to_string());
    assert!(
        run.err.starts_with("kinagg: line 1: field `partition_key`: invalid type: integer `7`"),
        "{}",
        run.err
    );
}

/// Programs differ in which of two equal fields they take, so `kinagg` takes neither.
#[test]
fn what_a_record_says_twice_is_refused() {
    let said =
        |field: &str| format!("field `{field}`: another field of the record means the same, expected one");
    let bytes = |reason: &str| format!("field `Data`: {reason}");
    let body = r#"{\"data\":\"eA==\",\"data\":\"eQ==\",\"partitionKey\":\"p\"}"#;
    for (record, reason) in [
        (r#"{"Data":"eA==","Data":"eQ==","PartitionKey":"p"}"#, said("Data")),
        (r#"{"Data":"eA==","data":"eQ==","PartitionKey":"p"}"#, said("data")),
        (r#"{"Data":"eA==","Data":"eA==","PartitionKey":"p"}"#, said("Data")),
        (r#"{"Data":"eA==","PartitionKey":"p","PartitionKey":"q"}"#, said("PartitionKey")),
        (r#"{"Data":"eA==","PartitionKey":"p","partitionKey":"q"}"#, said("partitionKey")),
        (r#"{"Data":"eA==","SequenceNumber":"1","SequenceNumber":"2"}"#, said("SequenceNumber")),
        (r#"{"kinesis":{"data":"eA==","data":"eQ==","partitionKey":"p"}}"#, said("data")),
        (r#"{"kinesis":{"data":"eA=="},"kinesis":{"data":"eQ=="}}"#, said("kinesis")),
        (&format!(r#"{{"messageId":"1","body":"{body}"}}"#), said("data")),
        (
            r#"{"Data":{"type":"Buffer","data":[120],"data":[121]}}"#,
            bytes("two fields with the bytes, expected one"),
        ),
        (r#"{"Data":{"hb":[120],"B":"eQ=="}}"#, bytes("two fields with the bytes, expected one")),
        (r#"{"Data":{"0":120,"B":"eQ=="}}"#, bytes("the bytes are in numbered fields and in another one")),
    ] {
        let good = r#"{"Data":"Zmlyc3Q=","PartitionKey":"p"}"#;
        for input in [
            format!(r#"{{"Records":[{record},{good}]}}"#),
            format!("{{\"payload\":{{\"Records\":[{record},{good}]}}}}"),
        ] {
            let run = kinagg(&["unpack", "--keep-going", "--output", "text"], &input);
            assert_eq!((run.status, run.out.as_str()), (Some(1), "first\n"), "{input}");
            assert_eq!(run.err, format!("kinagg: record 1: {reason}\n"), "{input}");
        }
    }
    // Null says nothing, and the object in a record comes before the record.
    for record in [
        r#"{"data":"eQ==","kinesis":{"data":"eA==","partitionKey":"p","sequenceNumber":"1"}}"#,
        r#"{"Data":"eA==","data":null,"PartitionKey":null,"partitionKey":"p","SequenceNumber":null,"sequenceNumber":"1"}"#,
        r#"{"approximateArrivalTimestamp":1,"data":"eA==","kinesisRecordMetadata":{"partitionKey":"p","sequenceNumber":"1","approximateArrivalTimestamp":2}}"#,
    ] {
        let line = kinagg(&["unpack"], format!(r#"{{"Records":[{record}]}}"#)).good_lines().remove(0);
        assert_eq!((&line["data"], &line["partition_key"]), (&json!("eA=="), &json!("p")), "{record}");
        assert_eq!(line["sequence_number"], "1", "{record}");
    }
    // JSON lines, too.
    let run = kinagg(&["unpack"], r#"{"partition_key":"p","data":"eA==","data":"eQ=="}"#);
    assert_eq!(
        (run.status, run.err.as_str()),
        (Some(1), "kinagg: line 1: duplicate field `data` at column 41\n")
    );
}

#[test]
fn of_two_fields_with_records_it_says_what_is_read() {
    let list = |text: &str| format!(r#"[{{"Data":"{}","PartitionKey":"p"}}]"#, base64(text));
    let (first, second) = (list("first"), list("second"));
    let both = format!(r#""Records":{first},"Records":{second}"#);
    let two_lists = format!(r#""Records":{first},"records":{second}"#);
    let (body, other) = (json!(first).to_string(), json!(second).to_string());
    let of_one = "after record 1: another field of the same object may have records: it is not read\n";
    for (input, texts, note) in [
        (
            format!("{{{both}}}"),
            "first\nsecond\n",
            "after record 1: a second list in the same object: it is read, too\n",
        ),
        (
            format!("{{{two_lists}}}"),
            "first\nsecond\n",
            "after record 1: a second list in the same object: it is read, too\n",
        ),
        (format!(r#"{{"payload":{{{both}}}}}"#), "first\n", of_one),
        (format!(r#"{{"payload":{{{two_lists}}}}}"#), "first\n", of_one),
        (format!(r#"{{"Messages":[{{"Body":{body},"Body":{other}}}]}}"#), "first\n", of_one),
    ] {
        let run = kinagg(&["unpack", "--output", "text"], &input);
        assert_eq!((run.status, run.out.as_str()), (Some(0), texts), "{input}");
        assert_eq!(run.err, format!("kinagg: {note}"), "{input}");
    }
}

#[test]
fn a_failed_batch_is_explained_wherever_it_stands() {
    let batch = json!({"version": "1.0", "KinesisBatchInfo": {"shardId": "shardId-1", "startSequenceNumber": "5", "batchSize": 1, "streamArn": "arn:aws:kinesis:x:1:stream/s"}});
    for input in [
        batch.clone(),
        json!({"Records": [{"messageId": "1", "body": batch.to_string(), "eventSource": "aws:sqs"}]}),
        json!({"Messages": [{"Body": batch.to_string()}]}),
    ] {
        let run = kinagg(&["unpack"], input.to_string());
        assert_eq!((run.status, run.out.as_str()), (Some(1), ""));
        assert!(run.err.starts_with("kinagg: record 1: a failed batch without its 1 record,"), "{}", run.err);
        assert_eq!(run.err.matches("\n  aws kinesis get-").count(), 2, "{}", run.err);
    }
    // Text that is pasted into a shell does not come from others.
    let mut hostile = batch;
    hostile["KinesisBatchInfo"]["shardId"] = "x; rm -rf .".into();
    let run = kinagg(&["unpack"], hostile.to_string());
    assert!(!run.err.contains("rm -rf") && run.status == Some(1), "{}", run.err);
}

#[test]
fn text_of_the_aws_command_line_is_read() {
    let data = base64(aggregate());
    let answer = |fields: &str| {
        format!(
            "0\tAAAAAAAAAAHbNextIterator==\nRECORDS\t2026-11-24T10:00:00.123000+00:00\t{data}\t{fields}\n"
        )
    };
    check("text", &answer("outer\t4966"), 1);
    check("text, encrypted", &answer("KMS\touter\t4966"), 1);
    let line = kinagg(&["unpack"], "RECORDS\t1700000001.1\teA==\ta\tkey\t4966\n").good_lines().remove(0);
    let shown = (&line["partition_key"], &line["sequence_number"], &line["arrival_time"]);
    assert_eq!(shown, (&json!("a\tkey"), &json!("4966"), &json!(1_700_000_001.1)));
    let run = kinagg(&["unpack", "--count"], format!("{data}\teA==\n"));
    assert_eq!(run.out, "3\n");
    assert!(run.err.contains("taken as 2 records: each field between tabs is one"), "{}", run.err);
}
