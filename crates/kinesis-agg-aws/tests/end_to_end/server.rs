//! The server with a door in front: a closure decides what happens to each request.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::StalledStreamProtectionConfig;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::config::timeout::TimeoutConfig;
use aws_sdk_kinesis::primitives::Blob;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use ferrokinesis::store::StoreOptions;
use futures_util::stream;
use kinesis_agg_aws::consumer::ConsumedRecord;
use kinesis_agg_aws::shards::{Shard, list_shards};
use serde_json::{Value, json};
use tokio::sync::RwLock;

use crate::gate::{Gate, within_patience};
use crate::local;

/// What happens to a request.
pub(crate) enum Fault {
    /// It is answered.
    None,
    /// The server fails before it does anything.
    ErrorBefore,
    /// The server fails after it has done everything.
    ErrorAfter,
    /// It is refused for now.
    Throttled,
    /// The connection is cut before the request is processed.
    CutBefore,
    /// The connection is cut within the answer, after the request was processed.
    CutAfter,
    /// The entries at these positions are refused for now. The others are stored.
    Entries(Vec<usize>),
    /// This is the answer.
    Answer(StatusCode, Value),
    /// It waits at a gate, then it is answered.
    HeldBefore(Gate),
    /// The server processes it, and its answer waits at a gate.
    HeldAfter(Gate),
}

/// Examines the request and its body, which it may change, and decides what happens to it.
pub(crate) type Door = Box<dyn FnMut(&str, &mut Value) -> Fault + Send>;

#[derive(Clone)]
struct Doors {
    door: Arc<Mutex<Door>>,
    /// The server assigns sequence numbers before it stores, so a reader could miss a record that is being
    /// written. Here nobody reads while somebody writes.
    writing: Arc<RwLock<()>>,
}

pub(crate) struct Server {
    pub(crate) client: Client,
    pub(crate) endpoint: String,
    /// Bypasses the door.
    admin: Client,
    doors: Doors,
    /// The number of times that ends were marked.
    marked: AtomicU32,
}

/// The partition key of a mark.
const END: &str = "end";

/// The marks at the ends of the open shards.
pub(crate) struct Ends {
    id: Vec<u8>,
    left: usize,
}

impl Ends {
    /// Whether all marks were read.
    pub(crate) fn are_reached(&self) -> bool {
        self.left == 0
    }

    /// Whether this is a mark, one of these or an older one.
    pub(crate) fn take(&mut self, record: &ConsumedRecord) -> bool {
        let is_mark = &*record.partition_key == END;
        self.left -= usize::from(is_mark && record.data == self.id);
        is_mark
    }
}

impl Server {
    /// A server without faults.
    pub(crate) async fn start() -> Self {
        Self::of(local::options()).await
    }

    /// A server that accepts for each shard what the service accepts.
    pub(crate) async fn with_limits() -> Self {
        Self::of(StoreOptions { enforce_limits: true, ..local::options() }).await
    }

    async fn of(options: StoreOptions) -> Self {
        let router = ferrokinesis::create_app(options).0;
        let doors =
            Doors { door: Arc::new(Mutex::new(Box::new(|_, _| Fault::None))), writing: Arc::default() };
        let admin = local::client(&local::serve(router.clone()).await.unwrap());
        let router = router.layer(from_fn_with_state(doors.clone(), pass));
        let endpoint = local::serve(router).await.unwrap();
        let client = patient(&local::client(&endpoint));
        Self { client, endpoint, admin, doors, marked: AtomicU32::new(0) }
    }

    /// From now on, requests pass this door.
    pub(crate) fn door(&self, door: impl FnMut(&str, &mut Value) -> Fault + Send + 'static) {
        *self.doors.door.lock().unwrap() = Box::new(door);
    }

    /// A stream with this number of shards.
    pub(crate) async fn stream(&self, name: &str, shards: i32) {
        self.admin.create_stream().stream_name(name).shard_count(shards).send().await.unwrap();
        self.until_active(name).await;
    }

    async fn until_active(&self, name: &str) {
        let active = local::until_active(&self.admin, name);
        within_patience("an active stream", active).await.unwrap();
    }

    /// The open shards, bypassing the door.
    pub(crate) async fn open_shards(&self, stream: &str) -> Vec<Shard> {
        let shards = list_shards(&self.admin, stream).await.unwrap();
        shards.into_iter().filter(|shard| shard.open).collect()
    }

    /// Marks the end of each open shard with a plain record. A consumer that has read all marks has read
    /// everything before them.
    pub(crate) async fn mark_ends(&self, stream: &str) -> Ends {
        let id = self.marked.fetch_add(1, Ordering::Relaxed).to_be_bytes().to_vec();
        let open = self.open_shards(stream).await;
        for shard in &open {
            let _writing = self.doors.writing.read().await;
            let request = self.admin.put_record().stream_name(stream).partition_key(END);
            let request = request.explicit_hash_key(shard.range.start.to_string());
            request.data(Blob::new(id.clone())).send().await.unwrap();
        }
        Ends { id, left: open.len() }
    }

    /// Splits a shard in the middle.
    pub(crate) async fn split(&self, stream: &str, shard: &str) {
        let shards = self.open_shards(stream).await;
        let range = shards.iter().find(|known| &*known.id == shard).unwrap().range;
        let middle = range.start.to_u128() + (range.end.to_u128() - range.start.to_u128()) / 2;
        let request = self.admin.split_shard().stream_name(stream).shard_to_split(shard);
        request.new_starting_hash_key(middle.to_string()).send().await.unwrap();
        self.until_active(stream).await;
    }

    /// Merges two neighbours, the lower one first.
    pub(crate) async fn merge(&self, stream: &str, lower: &str, upper: &str) {
        let request = self.admin.merge_shards().stream_name(stream).shard_to_merge(lower);
        request.adjacent_shard_to_merge(upper).send().await.unwrap();
        self.until_active(stream).await;
    }
}

/// A client that retries at once and often, and waits for an answer as long as necessary.
fn patient(client: &Client) -> Client {
    let retry = RetryConfig::standard().with_max_attempts(20).with_initial_backoff(Duration::from_millis(1));
    let config = client.config().to_builder().retry_config(retry).timeout_config(TimeoutConfig::disabled());
    Client::from_conf(config.stalled_stream_protection(StalledStreamProtectionConfig::disabled()).build())
}

async fn pass(State(doors): State<Doors>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, usize::MAX).await else { return cut() };
    let target = parts.headers.get("x-amz-target").map(|target| target.to_str().unwrap().to_owned());
    let asked = target.as_deref().and_then(|target| target.split('.').nth(1)).unwrap_or_default().to_owned();
    let asked_for: Value = serde_json::from_slice(&body).unwrap_or_default();
    let mut value = asked_for.clone();
    let fault = (doors.door.lock().unwrap())(&asked, &mut value);
    let refused = match fault {
        Fault::ErrorBefore => return failure(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"),
        Fault::Throttled => {
            return failure(StatusCode::BAD_REQUEST, "ProvisionedThroughputExceededException");
        }
        Fault::CutBefore => return cut(),
        Fault::Answer(status, answer) => return (status, answer.to_string()).into_response(),
        Fault::Entries(ref refused) => take_out(&mut value, refused),
        Fault::HeldBefore(ref gate) => {
            gate.pass().await;
            Vec::new()
        }
        _ => Vec::new(),
    };
    let mut parts = parts;
    parts.headers.remove("content-length");
    // Most requests are passed on unchanged.
    let body = if value == asked_for { body } else { Bytes::from(value.to_string()) };
    let request = Request::from_parts(parts, Body::from(body));
    let answer = match asked.as_str() {
        "GetRecords" => {
            let _reading = doors.writing.write().await;
            next.run(request).await
        }
        _ => {
            let _writing = doors.writing.read().await;
            next.run(request).await
        }
    };
    match fault {
        Fault::ErrorAfter => failure(StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"),
        Fault::CutAfter => cut(),
        Fault::Entries(_) => put_back(answer, &refused).await,
        Fault::HeldAfter(gate) => {
            gate.pass().await;
            answer
        }
        _ => answer,
    }
}

fn failure(status: StatusCode, code: &str) -> Response {
    (status, json!({ "__type": code, "message": "as the test wants it" }).to_string()).into_response()
}

/// An answer that ends after its head: the server closes the connection.
fn cut() -> Response {
    let broken = stream::once(async { Err::<Bytes, _>(std::io::Error::other("cut")) });
    Response::builder().header("content-length", 1000).body(Body::from_stream(broken)).unwrap()
}

/// Removes entries from a request and returns the removed positions that existed.
fn take_out(request: &mut Value, refused: &[usize]) -> Vec<usize> {
    let records = request["Records"].as_array_mut().unwrap();
    let refused: Vec<usize> = refused.iter().copied().filter(|index| *index < records.len()).collect();
    let mut index = 0;
    records.retain(|_| {
        index += 1;
        !refused.contains(&(index - 1))
    });
    refused
}

/// Inserts refusals into an answer where entries were removed from the request.
async fn put_back(answer: Response, refused: &[usize]) -> Response {
    let (mut parts, body) = answer.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    // The server refuses a request without records.
    let mut value: Value = serde_json::from_slice(&body).unwrap();
    if !parts.status.is_success() {
        parts.status = StatusCode::OK;
        value = json!({ "Records": [] });
    }
    let records = value["Records"].as_array_mut().unwrap();
    for index in refused {
        let refusal =
            json!({ "ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded" });
        records.insert(*index, refusal);
    }
    value["FailedRecordCount"] = json!(refused.len());
    parts.headers.remove("content-length");
    Response::from_parts(parts, Body::from(value.to_string()))
}
