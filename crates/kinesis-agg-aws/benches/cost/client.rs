//! A client of the SDK without a network: its connector answers at once, from memory.
//!
//! The SDK writes, signs and parses as it does for the service, so its part can be measured alone.

use std::fmt::Write;
use std::sync::Arc;

use aws_credential_types::Credentials;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::http::{HttpRequest, HttpResponse};
use aws_sdk_kinesis::config::{BehaviorVersion, Config, Region};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use kinesis_agg::{HashKey, HashKeyRange, ShardMap};

/// A stream in memory. It forgets what is put, and gives the same Kinesis records to every `GetRecords`.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    shards: Arc<ShardMap<Vec<HashKeyRange>>>,
    /// The answers to `GetRecords`, one for each shard.
    records: Arc<Vec<Vec<u8>>>,
}

impl Stream {
    /// A stream whose answer to `GetRecords` for a shard is the text with the index of that shard.
    pub(crate) fn new(shards: ShardMap<Vec<HashKeyRange>>, records: Vec<Vec<u8>>) -> Self {
        Self { shards: Arc::new(shards), records: Arc::new(records) }
    }

    pub(crate) fn client(&self) -> Client {
        let connector = SharedHttpConnector::new(self.clone());
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(Credentials::for_tests())
            .http_client(http_client_fn(move |_, _| connector.clone()))
            .build();
        Client::from_conf(config)
    }

    fn answer(&self, request: &HttpRequest) -> (u16, Vec<u8>) {
        let target = request.headers().get("x-amz-target").expect("an operation");
        let operation = target.split_once('.').expect("a version and an operation").1;
        let body = request.body().bytes().expect("a body in memory");
        let texts = Texts(std::str::from_utf8(body).expect("JSON"));
        match operation {
            "ListShards" => (200, self.list().into_bytes()),
            "PutRecords" => (200, self.put(texts).into_bytes()),
            "GetShardIterator" => {
                let id = texts.value_of("ShardId");
                (200, format!(r#"{{"ShardIterator":"{id}"}}"#).into_bytes())
            }
            "GetRecords" => {
                let (_, index) = texts.value_of("ShardIterator").split_once('-').expect("a shard");
                let index: usize = index.parse().expect("the number of a shard");
                (200, self.records[index].clone())
            }
            // The publisher does without a summary of the stream.
            _ => (400, br#"{"__type":"AccessDeniedException"}"#.to_vec()),
        }
    }

    fn list(&self) -> String {
        let mut list = String::from(r#"{"Shards":["#);
        for (index, range) in self.shards.ranges().iter().enumerate() {
            let comma = if index == 0 { "" } else { "," };
            let (id, start, end) = (shard_id(index), range.start, range.end);
            write!(
                list,
                r#"{comma}{{"ShardId":"{id}","HashKeyRange":{{"StartingHashKey":"{start}","EndingHashKey":"{end}"}},"SequenceNumberRange":{{"StartingSequenceNumber":"1"}}}}"#
            )
            .expect("a string takes it");
        }
        list + "]}"
    }

    /// Stores each record on the shard of its keys.
    fn put(&self, texts: Texts<'_>) -> String {
        let mut answer = String::from(r#"{"FailedRecordCount":0,"Records":["#);
        let mut explicit_hash_key = None;
        let mut comma = "";
        let mut texts = texts.iter();
        while let Some(name) = texts.next() {
            match name {
                "Data" | "StreamName" => drop(texts.next()),
                "ExplicitHashKey" => explicit_hash_key = texts.next(),
                "PartitionKey" => {
                    let partition_key = texts.next().expect("a key");
                    let hash_key = HashKey::of_record(partition_key, explicit_hash_key.take());
                    let shard = self.shards.shard_of(hash_key.expect("keys")).expect("a shard");
                    let id = shard_id(shard);
                    write!(answer, r#"{comma}{{"SequenceNumber":"{SEQUENCE_NUMBER}","ShardId":"{id}"}}"#)
                        .expect("a string takes it");
                    comma = ",";
                }
                _ => {}
            }
        }
        answer + "]}"
    }
}

/// As long as those of the service.
pub(crate) const SEQUENCE_NUMBER: &str = "49590338271490256608559692538361571095921575989136588898";

pub(crate) fn shard_id(index: usize) -> String {
    format!("shardId-{index:012}")
}

impl HttpConnector for Stream {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (status, body) = self.answer(&request);
        let status = StatusCode::try_from(status).expect("a status");
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(body))))
    }
}

/// The texts in the JSON of a request, none of which has an escaped character.
#[derive(Clone, Copy)]
struct Texts<'a>(&'a str);

impl<'a> Texts<'a> {
    fn iter(self) -> impl Iterator<Item = &'a str> {
        self.0.split('"').skip(1).step_by(2)
    }

    fn value_of(self, name: &str) -> &'a str {
        self.iter().skip_while(|text| *text != name).nth(1).expect("a value")
    }
}
