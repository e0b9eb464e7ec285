//! Sends one `PutRecords` request and interprets its answer.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_kinesis::Client;
use aws_sdk_kinesis::config::Builder;
use aws_sdk_kinesis::config::retry::RetryConfig;
use aws_sdk_kinesis::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_kinesis::operation::put_records::{PutRecordsError, PutRecordsOutput};
use aws_sdk_kinesis::primitives::Blob;
use aws_sdk_kinesis::types::{PutRecordsRequestEntry, PutRecordsResultEntry};

use crate::publisher::entry::PutEntry;
use crate::publisher::outcome::{Answer, Failure, Outcome};
use crate::service_error::{causes, is_final};

/// Sends a request once. The caller decides about retries: the client's own retries would silently resend
/// records that may have been stored.
pub(crate) async fn put(
    client: Client,
    stream: Arc<str>,
    entries: Vec<PutEntry>,
    timeout: Duration,
) -> Answer {
    let entries = entries.into_iter().map(|entry| {
        PutRecordsRequestEntry::builder()
            .partition_key(entry.partition_key)
            .set_explicit_hash_key(entry.explicit_hash_key)
            .data(Blob::new(entry.data))
            .build()
    });
    let entries = match entries.collect() {
        Ok(entries) => entries,
        Err(error) => return Answer::All(Outcome::Refused(Failure::new("Build", error.to_string()))),
    };
    let request = client
        .put_records()
        .stream_name(&*stream)
        .set_records(Some(entries))
        .customize()
        .config_override(Builder::new().retry_config(RetryConfig::disabled()));
    match tokio::time::timeout(timeout, request.send()).await {
        Ok(Ok(output)) => Answer::Each(outcomes(output)),
        Ok(Err(error)) => Answer::All(of_error(&error)),
        Err(elapsed) => Answer::All(Outcome::Lost(Failure::new("Timeout", elapsed.to_string()))),
    }
}

fn outcomes(output: PutRecordsOutput) -> Vec<Outcome> {
    output.records.into_iter().map(of_entry).collect()
}

fn of_entry(entry: PutRecordsResultEntry) -> Outcome {
    match (entry.shard_id, entry.sequence_number, entry.error_code) {
        (Some(shard_id), Some(sequence_number), None) => {
            Outcome::Stored { shard_id: shard_id.into(), sequence_number: sequence_number.into() }
        }
        (_, _, Some(code)) => {
            let failure = Failure::new(code, entry.error_message.unwrap_or_default());
            if is_final(&failure.code) { Outcome::Refused(failure) } else { Outcome::Failed(failure) }
        }
        _ => Outcome::Lost(Failure::new("Answer", "neither a sequence number nor an error code")),
    }
}

fn of_error(error: &SdkError<PutRecordsError>) -> Outcome {
    match error {
        SdkError::ServiceError(context) => {
            let code = context.err().code().unwrap_or("Unknown");
            let failure = Failure::new(code, context.err().message().unwrap_or_default());
            match context.raw().status().as_u16() {
                _ if is_final(code) => Outcome::Refused(failure),
                // The body is too large.
                413 => Outcome::Refused(failure),
                // The service may have stored some of it before it failed.
                500.. => Outcome::Lost(failure),
                _ => Outcome::Failed(failure),
            }
        }
        SdkError::ConstructionFailure(_) => Outcome::Refused(Failure::new("Construction", causes(error))),
        _ => Outcome::Lost(Failure::new("Transport", causes(error))),
    }
}
