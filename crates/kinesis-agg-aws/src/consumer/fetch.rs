//! Fetches the Kinesis records of one shard, one answer after another.

use std::sync::Arc;
use std::time::SystemTime;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::error::SdkError;
use aws_sdk_kinesis::operation::get_records::GetRecordsError;
use aws_sdk_kinesis::primitives::DateTime;
use aws_sdk_kinesis::types::{Record, ShardIteratorType};
use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use tokio::time::{Instant, sleep_until, timeout};

use crate::consumer::error::ConsumeError;
use crate::consumer::options::ConsumerOptions;
use crate::consumer::position::Position;
use crate::service_error::{causes, is_passing};

/// The content of one answer.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    pub(crate) records: Vec<Record>,
    /// It is the last one: the shard is closed.
    pub(crate) ended: bool,
}

/// Requests the records of one shard, at the pace that the service allows.
#[derive(Debug)]
pub(crate) struct Fetcher {
    client: Client,
    stream: Arc<str>,
    shard_id: Arc<str>,
    options: Arc<ConsumerOptions>,
    /// Where to begin the next iterator, if the current one is lost.
    position: Position,
    /// When the first iterator was requested: where reading began if it began at `LATEST`.
    began: Option<SystemTime>,
    iterator: Option<String>,
    not_before: Instant,
    waits: Option<ExponentialBackoff>,
}

impl Fetcher {
    pub(crate) fn new(
        client: Client,
        stream: Arc<str>,
        shard_id: Arc<str>,
        position: Position,
        options: Arc<ConsumerOptions>,
    ) -> Self {
        Self {
            client,
            stream,
            shard_id,
            options,
            position,
            began: None,
            iterator: None,
            not_before: Instant::now(),
            waits: None,
        }
    }

    /// The next answer, after any number of tries. It may be empty.
    pub(crate) async fn fetch(mut self) -> (Self, Result<Fetched, ConsumeError>) {
        loop {
            sleep_until(self.not_before).await;
            let iterator = match self.iterator.take() {
                Some(iterator) => iterator,
                None => match self.new_iterator().await {
                    Ok(Some(iterator)) => iterator,
                    Ok(None) => continue,
                    Err(error) => return (self, Err(error)),
                },
            };
            match self.records(iterator).await {
                Ok(Some(fetched)) => return (self, Ok(fetched)),
                Ok(None) => {}
                Err(error) => return (self, Err(error)),
            }
        }
    }

    /// An iterator; `None` if it has to be tried again.
    async fn new_iterator(&mut self) -> Result<Option<String>, ConsumeError> {
        let request = self.client.get_shard_iterator().stream_name(&*self.stream).shard_id(&*self.shard_id);
        let request = match &self.position {
            Position::TrimHorizon | Position::ShardEnd => {
                request.shard_iterator_type(ShardIteratorType::TrimHorizon)
            }
            Position::Latest => match self.began {
                None => request.shard_iterator_type(ShardIteratorType::Latest),
                Some(began) => request
                    .shard_iterator_type(ShardIteratorType::AtTimestamp)
                    .timestamp(DateTime::from(began)),
            },
            Position::UserRecord { sequence_number, .. } => request
                .shard_iterator_type(ShardIteratorType::AtSequenceNumber)
                .starting_sequence_number(&**sequence_number),
            Position::KinesisRecord { sequence_number } => request
                .shard_iterator_type(ShardIteratorType::AfterSequenceNumber)
                .starting_sequence_number(&**sequence_number),
        };
        let asked = SystemTime::now();
        match timeout(self.options.request_timeout, request.send()).await {
            Ok(Ok(answer)) => {
                self.began.get_or_insert(asked);
                Ok(answer.shard_iterator)
            }
            Ok(Err(error)) if !is_passing(&error) => {
                self.wait();
                Err(ConsumeError::Iterator {
                    shard_id: self.shard_id.to_string(),
                    position: self.position.to_string(),
                    source: Box::new(error),
                })
            }
            failed => {
                let error = failed.map(|answer| answer.err().map(|error| causes(&error)));
                tracing::debug!(shard = &*self.shard_id, ?error, "no iterator, tried again");
                self.wait();
                Ok(None)
            }
        }
    }

    /// The records at an iterator; `None` if it has to be tried again.
    async fn records(&mut self, iterator: String) -> Result<Option<Fetched>, ConsumeError> {
        let request = self.client.get_records().shard_iterator(&iterator);
        let request = request.limit(self.options.records_per_request);
        match timeout(self.options.request_timeout, request.send()).await {
            Ok(Ok(answer)) => {
                self.waits = None;
                let idle = answer.records.is_empty() && answer.millis_behind_latest.unwrap_or(0) == 0;
                let pause = if idle { self.options.idle_interval } else { self.options.request_interval };
                self.not_before = Instant::now().checked_add(pause).unwrap_or(self.not_before);
                if let Some(last) = answer.records.last() {
                    let sequence_number = last.sequence_number.as_str().into();
                    self.position = Position::KinesisRecord { sequence_number };
                }
                self.iterator = answer.next_shard_iterator;
                Ok(Some(Fetched { records: answer.records, ended: self.iterator.is_none() }))
            }
            Ok(Err(error)) if is_expired(&error) => {
                tracing::debug!(shard = &*self.shard_id, position = %self.position, "the iterator has expired");
                self.wait();
                Ok(None)
            }
            Ok(Err(error)) if !is_passing(&error) => {
                self.wait();
                Err(ConsumeError::Records { shard_id: self.shard_id.to_string(), source: Box::new(error) })
            }
            failed => {
                let error = failed.map(|answer| answer.err().map(|error| causes(&error)));
                tracing::debug!(shard = &*self.shard_id, ?error, "no records, tried again");
                self.iterator = Some(iterator);
                self.wait();
                Ok(None)
            }
        }
    }

    /// Delays the next request, longer each time.
    fn wait(&mut self) {
        let wait = self.waits.get_or_insert_with(|| waits(&self.options)).next();
        let wait = wait.unwrap_or(self.options.backoff_max);
        self.not_before = Instant::now().checked_add(wait).unwrap_or(self.not_before);
    }
}

fn is_expired(error: &SdkError<GetRecordsError>) -> bool {
    error.as_service_error().is_some_and(GetRecordsError::is_expired_iterator_exception)
}

pub(crate) fn waits(options: &ConsumerOptions) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(options.backoff_min)
        .with_max_delay(options.backoff_max)
        .without_max_times()
        .with_jitter()
        .build()
}
