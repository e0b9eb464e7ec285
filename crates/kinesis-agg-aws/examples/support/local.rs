//! A Kinesis server in this process, on loopback.

use aws_credential_types::Credentials;
use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::{BehaviorVersion, Config, Region};
use aws_sdk_kinesis::types::StreamStatus;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use ferrokinesis::store::StoreOptions;

/// The greatest number of shards of all streams of the server together.
pub(crate) const SHARD_LIMIT: i32 = 64;

/// Returns options for a server that creates streams without delay and allows many shards.
pub(crate) fn options() -> StoreOptions {
    let (create_stream_ms, update_stream_ms, delete_stream_ms) = (0, 0, 0);
    StoreOptions {
        create_stream_ms,
        update_stream_ms,
        delete_stream_ms,
        shard_limit: SHARD_LIMIT.unsigned_abs(),
        ..StoreOptions::default()
    }
}

/// Serves on a free port. Returns the endpoint.
pub(crate) async fn serve(router: Router) -> std::io::Result<String> {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
    let endpoint = format!("http://{}", listener.local_addr()?);
    // Requests can exceed axum's default limit.
    let router = router.layer(DefaultBodyLimit::max(64 << 20));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(endpoint)
}

/// Waits until the server has created or resharded a stream, which it does in the background.
pub(crate) async fn until_active(client: &Client, stream: &str) -> Result<(), aws_sdk_kinesis::Error> {
    loop {
        let answer = client.describe_stream_summary().stream_name(stream).send().await?;
        let summary = answer.stream_description_summary();
        if summary.is_some_and(|summary| *summary.stream_status() == StreamStatus::Active) {
            return Ok(());
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
}

/// Makes a client of the server.
pub(crate) fn client(endpoint: &str) -> Client {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .endpoint_url(endpoint)
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("local", "local", None, None, "local"))
        .build();
    Client::from_conf(config)
}
