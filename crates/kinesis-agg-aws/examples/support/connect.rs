//! Connects to AWS if it is configured, otherwise to a server in this process.

use std::error::Error;

use aws_config::BehaviorVersion;
use aws_sdk_kinesis::Client;

use crate::local;

/// The connection of an example.
pub(crate) struct Connection {
    pub(crate) client: Client,
    /// A description of the server, for the summary.
    pub(crate) place: String,
    /// Whether the server is in this process. Its streams are then created here and end with the process.
    pub(crate) local: bool,
}

/// Environment variables that configure AWS, or another server in its place.
const VARIABLES: [&str; 8] = [
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_KINESIS",
    "AWS_PROFILE",
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONFIG_FILE",
];

fn aws_is_configured() -> bool {
    let file = |name| std::env::home_dir().is_some_and(|home| home.join(".aws").join(name).exists());
    VARIABLES.into_iter().any(|name| std::env::var_os(name).is_some())
        || file("config")
        || file("credentials")
}

/// Connects. On AWS the stream must exist; on the local server it is created with `shards` shards.
pub(crate) async fn connect(stream: &str, shards: i32, local: bool) -> Result<Connection, Box<dyn Error>> {
    if local || !aws_is_configured() {
        if !(1..=local::SHARD_LIMIT).contains(&shards) {
            let limit = local::SHARD_LIMIT;
            return Err(format!("--shards {shards}: the local server takes 1 to {limit} shards").into());
        }
        let endpoint = local::serve(ferrokinesis::create_app(local::options()).0).await?;
        let client = local::client(&endpoint);
        client.create_stream().stream_name(stream).shard_count(shards).send().await?;
        local::until_active(&client, stream).await?;
        return Ok(Connection {
            client,
            place: format!("a server in this process, {endpoint}"),
            local: true,
        });
    }
    let config = aws_config::load_defaults(BehaviorVersion::latest()).await;
    let region = config.region().map_or_else(|| "no region".to_owned(), ToString::to_string);
    let place = config.endpoint_url().map_or_else(|| format!("AWS, {region}"), ToOwned::to_owned);
    let client = Client::new(&config);
    let described = client.describe_stream_summary().stream_name(stream).send().await;
    described.map_err(|error| {
        format!(
            "stream {stream} at {place}: {}\n\nName one that is there with --stream, or try it without AWS with --local.",
            causes(&error.into_service_error())
        )
    })?;
    Ok(Connection { client, place, local: false })
}

/// Formats an error and its causes on one line.
pub(crate) fn causes(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| (*error).source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
