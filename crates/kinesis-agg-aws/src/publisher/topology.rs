//! The description of a stream: its shards, and whether it uses the keys.

use std::collections::HashMap;
use std::sync::Arc;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::types::RecordDistributionStrategy;
use kinesis_agg::HashKeyRange;

use crate::publisher::open_shards::OpenShards;
use crate::service_error::causes;
use crate::shards::{Shard, ShardsError, list_shards};

/// The latest description of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Topology {
    pub(crate) open: OpenShards,
    /// The ranges of all known shards, including closed ones.
    pub(crate) ranges: HashMap<Arc<str>, HashKeyRange>,
    /// Whether the stream ignores keys: its record distribution is `AUTO`.
    pub(crate) ignores_keys: bool,
}

impl Topology {
    pub(crate) fn new(shards: &[Shard], ignores_keys: bool) -> Result<Self, ShardsError> {
        let ranges = shards.iter().map(|shard| (Arc::clone(&shard.id), shard.range)).collect();
        Ok(Self { open: OpenShards::of(shards)?, ranges, ignores_keys })
    }

    /// Asks the service.
    pub(crate) async fn describe(client: &Client, stream: &str) -> Result<Self, ShardsError> {
        let shards = list_shards(client, stream).await?;
        Self::new(&shards, ignores_keys(client, stream).await)
    }
}

async fn ignores_keys(client: &Client, stream: &str) -> bool {
    match client.describe_stream_summary().stream_name(stream).send().await {
        Ok(answer) => answer
            .stream_description_summary()
            .and_then(|summary| summary.record_distribution_strategy())
            .is_some_and(|strategy| *strategy == RecordDistributionStrategy::Auto),
        // A publisher may lack the permission to describe the stream. The stream is assumed to use the keys
        // then.
        Err(error) => {
            tracing::debug!(stream, error = causes(&error), "record distribution is not known");
            false
        }
    }
}
