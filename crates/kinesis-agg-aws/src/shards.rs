//! The shards of a stream: their ranges and their parents.

use std::sync::Arc;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::SdkError;
use aws_sdk_kinesis::operation::list_shards::ListShardsError;
use aws_sdk_kinesis::types;
use kinesis_agg::{HashKeyRange, ShardMapError};

/// A shard of a stream, open or closed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Shard {
    /// Its id, such as `shardId-000000000000`.
    pub id: Arc<str>,
    /// The hash keys that it owns, or owned until it was closed.
    pub range: HashKeyRange,
    /// Its parents: one after a split, two after a merge. The service may have forgotten them.
    pub parents: Vec<Arc<str>>,
    /// Whether it still accepts records.
    pub open: bool,
}

impl TryFrom<&types::Shard> for Shard {
    type Error = ShardsError;

    fn try_from(shard: &types::Shard) -> Result<Self, ShardsError> {
        let broken = || ShardsError::Broken { id: shard.shard_id.clone() };
        let range = shard.hash_key_range().ok_or_else(broken)?;
        let range = HashKeyRange::new(
            range.starting_hash_key.parse().map_err(|_| broken())?,
            range.ending_hash_key.parse().map_err(|_| broken())?,
        );
        let numbers = shard.sequence_number_range();
        Ok(Self {
            id: shard.shard_id.as_str().into(),
            range,
            parents: [shard.parent_shard_id(), shard.adjacent_parent_shard_id()]
                .into_iter()
                .flatten()
                .map(Arc::from)
                .collect(),
            open: numbers.is_none_or(|numbers| numbers.ending_sequence_number().is_none()),
        })
    }
}

/// Lists every shard of a stream that the service still knows, page after page.
///
/// # Errors
/// - [`ShardsError::Service`]: a request failed, after the retries of the client.
/// - [`ShardsError::Broken`]: the description of a shard could not be read.
pub async fn list_shards(client: &Client, stream: &str) -> Result<Vec<Shard>, ShardsError> {
    let mut shards = Vec::new();
    let mut next_token = None;
    loop {
        // The service accepts either the name or the token.
        let request = match next_token.take() {
            None => client.list_shards().stream_name(stream),
            Some(token) => client.list_shards().next_token(token),
        };
        let page = request.send().await.map_err(Box::new)?;
        for shard in page.shards() {
            shards.push(Shard::try_from(shard)?);
        }
        match page.next_token {
            Some(token) => next_token = Some(token),
            None => return Ok(shards),
        }
    }
}

/// Why the shards of a stream are unknown.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ShardsError {
    /// A request failed.
    #[error("the shards could not be listed")]
    Service(#[from] Box<SdkError<ListShardsError>>),
    /// A shard without a valid range of hash keys.
    #[error("shard {id} has no valid hash key range")]
    Broken {
        /// Its id.
        id: String,
    },
    /// The open shards overlap, or there is none. They were listed during a reshard.
    #[error("the open shards do not form a map: {0}")]
    Map(ShardMapError),
    /// Some hash keys belong to no open shard. They were listed during a reshard.
    #[error("some hash keys belong to no open shard")]
    Gap,
}
