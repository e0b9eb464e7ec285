//! Handles the answer to a request: each Kinesis record is stored, sent again or given up.

use tokio::time::Instant;

use super::state::{Core, RequestId, Stray};
use crate::publisher::entry::Entry;
use crate::publisher::error::PublishError;
use crate::publisher::metrics::grow;
use crate::publisher::outcome::{Answer, Failure, Outcome};
use crate::publisher::packer::Packed;
use crate::publisher::receipt::Published;
use crate::publisher::waits::after;

impl Core {
    /// Handles the answer to a request.
    pub(crate) fn answered(&mut self, id: RequestId, answer: Answer, now: Instant) {
        let Some(batch) = self.requests.remove(&id) else { return };
        for (lane, _) in &batch {
            if let Some(lane) = self.lanes.get_mut(*lane) {
                lane.land();
            }
        }
        let outcomes = match answer {
            Answer::Each(outcomes) if outcomes.len() == batch.len() => outcomes,
            Answer::Each(outcomes) => {
                let message = format!("{} results for {} records", outcomes.len(), batch.len());
                vec![Outcome::Lost(Failure::new("Answer", message)); batch.len()]
            }
            Answer::All(Outcome::Refused(failure)) if batch.len() > 1 => return self.halve(batch, &failure),
            Answer::All(outcome) => vec![outcome; batch.len()],
        };
        self.count_lost(&batch, &outcomes);
        // From last to first, so that records which go back to the front of a lane keep their order.
        for ((lane, entry), outcome) in batch.into_iter().zip(outcomes).rev() {
            match outcome {
                Outcome::Stored { shard_id, sequence_number } => {
                    let published = Published {
                        shard_id,
                        sequence_number,
                        sub_sequence_number: 0,
                        aggregated: entry.aggregated,
                    };
                    self.stored(lane, entry, published, now);
                }
                Outcome::Failed(failure) => self.retry(lane, entry, failure, false, now),
                Outcome::Lost(failure) => self.retry(lane, entry, failure, true, now),
                Outcome::Refused(Failure { code, message }) => {
                    self.fail(entry, |maybe_written| PublishError::Refused {
                        code: code.to_string(),
                        message: message.to_string(),
                        maybe_written,
                    });
                }
            }
        }
    }

    fn count_lost(&mut self, batch: &[Packed], outcomes: &[Outcome]) {
        let lost = batch.iter().zip(outcomes).filter(|(_, outcome)| matches!(outcome, Outcome::Lost(_)));
        let user_records = lost.map(|((_, entry), _)| entry.tokens.len()).sum();
        if user_records > 0 {
            grow(&mut self.metrics.lost_answers, 1);
            grow(&mut self.metrics.maybe_doubled, user_records);
        }
    }

    /// The service refused a whole request, perhaps because of one Kinesis record. Smaller requests find out
    /// which.
    fn halve(&mut self, batch: Vec<Packed>, failure: &Failure) {
        let limit = batch.len().div_ceil(2);
        tracing::debug!(
            code = &*failure.code,
            message = &*failure.message,
            limit,
            "request refused, sent again in parts"
        );
        for (lane, mut entry) in batch.into_iter().rev() {
            entry.request_limit = limit;
            self.put_back(lane, entry);
        }
    }

    fn retry(&mut self, lane: usize, mut entry: Entry, failure: Failure, lost: bool, now: Instant) {
        grow(&mut self.metrics.retries, 1);
        if lost {
            entry.mark_maybe_written();
        }
        tracing::debug!(
            code = &*failure.code,
            message = &*failure.message,
            lost,
            "Kinesis record is sent again"
        );
        entry.last_failure = Some(failure);
        let wait = entry.waits.next(&self.options);
        if let Some(lane) = self.lanes.get_mut(lane) {
            lane.wait_until(after(now, wait));
        }
        self.put_back(lane, entry);
    }

    fn put_back(&mut self, index: usize, entry: Entry) {
        if let Some(lane) = self.lanes.get_mut(index) {
            lane.push_first(entry);
        }
    }

    fn stored(&mut self, lane: usize, entry: Entry, published: Published, now: Instant) {
        self.count_stored(&entry);
        let predicted = self.topology.open.ids().get(lane);
        let elsewhere = predicted != Some(&published.shard_id) && !self.topology.ignores_keys;
        if elsewhere {
            let (predicted, actual) = (predicted.map(|id| &**id), &*published.shard_id);
            tracing::debug!(predicted, actual, "landed on another shard");
            self.describing.soon(now);
        }
        let range = self.topology.ranges.get(&published.shard_id);
        let harmless = !elsewhere
            || !entry.aggregated
            || range.is_some_and(|range| entry.owned_by(*range).all(|owned| owned));
        if harmless {
            self.succeed(entry, &published);
        } else {
            self.add_stray(Stray { lanes: vec![lane], entry, published });
        }
    }

    fn count_stored(&mut self, entry: &Entry) {
        let (records, bytes) = match entry.aggregated {
            true => (&mut self.metrics.aggregates, &mut self.metrics.aggregate_bytes),
            false => (&mut self.metrics.plain_records, &mut self.metrics.plain_bytes),
        };
        grow(records, 1);
        grow(bytes, entry.data.len());
        if entry.aggregated {
            grow(&mut self.metrics.aggregated_user_records, entry.tokens.len());
        }
    }
}
