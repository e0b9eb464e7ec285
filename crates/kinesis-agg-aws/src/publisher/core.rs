//! Everything that a publisher decides, without any input or output: what is packed, what is sent when, what an answer means.

use std::collections::HashMap;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use kinesis_agg::UserRecord;
use tokio::time::Instant;

use crate::publisher::batch::next_batch;
use crate::publisher::entry::{Entry, PutEntry, user_bytes};
use crate::publisher::error::PublishError;
use crate::publisher::lane::Lane;
use crate::publisher::metrics::PublisherMetrics;
use crate::publisher::options::{Aggregation, ForeignPolicy, Order, PublisherOptions};
use crate::publisher::outcome::{Answer, Failure, Outcome};
use crate::publisher::packer::{Packed, Packer};
use crate::publisher::rate::RateWindow;
use crate::publisher::receipt::{Published, Token};
use crate::publisher::topology::Topology;

/// Names a request until it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RequestId(u64);

/// What is to be done now, and when to ask again.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) requests: Vec<(RequestId, Vec<PutEntry>)>,
    /// The stream is to be described.
    pub(crate) describe: bool,
    pub(crate) wake: Option<Instant>,
    /// Closed, and nobody waits any more.
    pub(crate) done: bool,
}

/// An aggregate that was stored on a shard which may not own what is in it.
#[derive(Debug)]
struct Stray {
    /// The lanes that wait for it.
    lanes: Vec<usize>,
    entry: Entry,
    published: Published,
}

#[derive(Debug)]
pub(crate) struct Core {
    options: PublisherOptions,
    topology: Topology,
    packer: Packer,
    lanes: Vec<Lane>,
    /// Where the next request begins, so that no shard comes first always.
    turn: usize,
    requests: HashMap<RequestId, Vec<Packed>>,
    last_request: u64,
    /// They wait for the stream to be described again.
    strays: Vec<Stray>,
    /// Another topology, which waits for the requests in flight.
    next_topology: Option<Topology>,
    describing: bool,
    describe_at: Instant,
    /// However much lands elsewhere, the service is not asked all the time.
    describe_not_before: Instant,
    describe_waits: Option<ExponentialBackoff>,
    closed: bool,
    metrics: PublisherMetrics,
}

impl Core {
    pub(crate) fn new(options: PublisherOptions, topology: Topology, now: Instant) -> Self {
        let packer = packer(&topology, &options);
        let lanes =
            topology.open.ids().iter().map(|_| Lane::new(options.shard_rate.map(RateWindow::new))).collect();
        announce_plain(&topology, &options, false);
        let aggregate_limit = options.aggregate_bytes.try_into().unwrap_or(u64::MAX);
        Self {
            packer,
            lanes,
            turn: 0,
            requests: HashMap::new(),
            last_request: 0,
            strays: Vec::new(),
            next_topology: None,
            describing: false,
            describe_at: after(now, options.refresh_interval),
            describe_not_before: now,
            describe_waits: None,
            closed: false,
            metrics: PublisherMetrics { aggregate_limit, ..PublisherMetrics::default() },
            options,
            topology,
        }
    }

    pub(crate) fn metrics(&self) -> PublisherMetrics {
        self.metrics
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether user records go out plain.
    pub(crate) fn is_plain(&self) -> bool {
        self.packer.is_plain()
    }

    /// Takes a user record. Says whether there is something new to do.
    ///
    /// # Errors
    /// It can never be published. Nothing has changed.
    pub(crate) fn add(&mut self, record: &UserRecord<'_>, token: Token) -> Result<bool, PublishError> {
        if self.closed {
            return Err(PublishError::Closed { maybe_written: false });
        }
        let first = self.packer.is_empty();
        let mut ready = Vec::new();
        self.packer.add(record, token, &mut ready).map_err(|(_, error)| error)?;
        grow(&mut self.metrics.user_records, 1);
        grow(&mut self.metrics.user_bytes, user_bytes(record));
        let news = first || !ready.is_empty();
        self.enqueue(ready);
        Ok(news)
    }

    fn enqueue(&mut self, ready: Vec<Packed>) {
        for (index, entry) in ready {
            if let Some(lane) = self.lanes.get_mut(index) {
                lane.push(entry);
            }
        }
    }

    /// Sends what is held without waiting for more.
    pub(crate) fn flush(&mut self) {
        let mut ready = Vec::new();
        self.packer.seal_all(&mut ready);
        self.enqueue(ready);
    }

    /// Takes no more user records.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.flush();
    }

    /// What is to be done now.
    pub(crate) fn step(&mut self, now: Instant) -> Step {
        self.seal_due(now);
        self.expire(now);
        if self.requests.is_empty()
            && let Some(topology) = self.next_topology.take()
        {
            self.reshard(topology, now);
        }
        let mut requests = Vec::new();
        while self.next_topology.is_none() && self.requests.len() < self.options.requests_in_flight.max(1) {
            let batch = next_batch(&mut self.lanes, self.turn, &self.options, now);
            if batch.is_empty() {
                break;
            }
            requests.push(self.begin(batch));
        }
        let describe = !self.describing && now >= self.describe_at;
        self.describing |= describe;
        Step { requests, describe, wake: self.wake(now), done: self.closed && self.is_idle() }
    }

    fn seal_due(&mut self, now: Instant) {
        if let Some(due) = now.checked_sub(self.options.max_delay) {
            let mut ready = Vec::new();
            self.packer.seal_due(due, &mut ready);
            self.enqueue(ready);
        }
    }

    fn expire(&mut self, now: Instant) {
        let Some(then) = self.options.deadline.and_then(|deadline| now.checked_sub(deadline)) else { return };
        let mut expired = Vec::new();
        for lane in &mut self.lanes {
            while let Some(entry) = lane.expired(then) {
                expired.push(entry);
            }
        }
        for entry in expired {
            let failure = entry.last_failure.as_ref();
            let last_failure = failure.map(|failure| format!("{}: {}", failure.code, failure.message));
            self.fail(entry, |maybe_written| PublishError::Expired {
                last_failure: last_failure.clone(),
                maybe_written,
            });
        }
    }

    fn begin(&mut self, batch: Vec<Packed>) -> (RequestId, Vec<PutEntry>) {
        self.turn = batch
            .last()
            .map_or(0, |(index, _)| index.saturating_add(1))
            .checked_rem(self.lanes.len())
            .unwrap_or(0);
        self.last_request = self.last_request.saturating_add(1);
        grow(&mut self.metrics.requests, 1);
        let id = RequestId(self.last_request);
        let entries = batch.iter().map(|(_, entry)| PutEntry::from(entry)).collect();
        self.requests.insert(id, batch);
        (id, entries)
    }

    /// When something will have to be done, as far as is known.
    fn wake(&mut self, now: Instant) -> Option<Instant> {
        let seal = self.packer.oldest().map(|accepted| after(accepted, self.options.max_delay));
        let describe = (!self.describing).then_some(self.describe_at);
        let ordered = self.ordered();
        let may_send =
            self.next_topology.is_none() && self.requests.len() < self.options.requests_in_flight.max(1);
        let send =
            self.lanes.iter_mut().filter(|_| may_send).filter_map(|lane| lane.ready_at(ordered, now)).min();
        let expire = self.options.deadline.and_then(|deadline| {
            let oldest = self.lanes.iter().filter_map(|lane| lane.first()?.accepted()).min()?;
            Some(after(after(oldest, deadline), Duration::from_millis(1)))
        });
        [seal, describe, send, expire].into_iter().flatten().min()
    }

    fn is_idle(&self) -> bool {
        self.packer.is_empty()
            && self.lanes.iter().all(Lane::is_empty)
            && self.requests.is_empty()
            && self.strays.is_empty()
    }

    fn ordered(&self) -> bool {
        self.options.order == Order::WithinShard
    }

    /// Takes the answer to a request.
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
        // From the last to the first, so that those put back to the front of a lane come in their order.
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

    /// The service refused a whole request, perhaps for one of its Kinesis records: smaller requests show which.
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
        let waits = entry.waits.get_or_insert_with(|| waits(&self.options));
        let wait = waits.next().unwrap_or(self.options.backoff_max);
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
            self.describe_soon(now);
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

    fn add_stray(&mut self, stray: Stray) {
        for lane in &stray.lanes {
            if let Some(lane) = self.lanes.get_mut(*lane) {
                lane.has_stray = true;
            }
        }
        self.strays.push(stray);
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

    fn succeed(&mut self, entry: Entry, published: &Published) {
        grow(&mut self.metrics.published, entry.waiting());
        for (sub_sequence_number, token) in (0..).zip(entry.tokens) {
            if let Some(token) = token {
                token.answer(Ok(Published { sub_sequence_number, ..published.clone() }));
            }
        }
    }

    fn fail(&mut self, entry: Entry, error: impl Fn(bool) -> PublishError) {
        grow(&mut self.metrics.failed, entry.waiting());
        for token in entry.tokens.into_iter().flatten() {
            let error = error(token.maybe_written);
            token.answer(Err(error));
        }
    }

    /// Takes what the service says of the stream; `None` if it could not be asked.
    pub(crate) fn described(&mut self, topology: Option<Topology>, now: Instant) {
        self.describing = false;
        let Some(topology) = topology else { return self.describe_later(now) };
        self.describe_at = after(now, self.options.refresh_interval);
        self.describe_not_before = after(now, self.options.backoff_min);
        if topology.open == self.topology.open && topology.ignores_keys == self.topology.ignores_keys {
            self.topology = topology;
            self.next_topology = None;
            self.lanes.iter_mut().for_each(|lane| lane.has_stray = false);
            let mut again = Vec::new();
            for stray in std::mem::take(&mut self.strays) {
                match self.judge(stray) {
                    Judged::Settled => {}
                    Judged::Again(entry) => again.push(entry),
                    Judged::Unknown(stray) => self.add_stray(stray),
                }
            }
            self.send_again(again);
            self.describe_for_strays(now);
        } else {
            self.next_topology = Some(topology);
        }
    }

    /// Has the stream described again while there are strays on shards that are not known yet.
    fn describe_for_strays(&mut self, now: Instant) {
        if self.strays.is_empty() {
            self.describe_waits = None;
        } else {
            self.describe_later(now);
        }
    }

    /// Has the stream described again after a wait, longer each time.
    fn describe_later(&mut self, now: Instant) {
        let waits = self.describe_waits.get_or_insert_with(|| waits(&self.options));
        self.describe_at = after(now, waits.next().unwrap_or(self.options.backoff_max));
        self.describe_not_before = self.describe_at;
    }

    /// Has the stream described as soon as may be.
    fn describe_soon(&mut self, now: Instant) {
        self.describe_at = self.describe_at.min(self.describe_not_before.max(now));
    }

    /// Packs strays again, by a packer of their own: they come before everything that is held or queued.
    fn send_again(&mut self, strays: Vec<Entry>) {
        if strays.is_empty() {
            return;
        }
        let mut ready = Vec::new();
        let mut packer = packer(&self.topology, &self.options);
        grow(&mut self.metrics.failed, packer.repack(strays, &mut ready));
        packer.seal_all(&mut ready);
        for (index, entry) in ready.into_iter().rev() {
            if let Some(lane) = self.lanes.get_mut(index) {
                lane.push_first(entry);
            }
        }
    }

    /// Decides about an aggregate that landed on another shard than predicted, by the topology in force.
    fn judge(&mut self, mut stray: Stray) -> Judged {
        let Some(&range) = self.topology.ranges.get(&stray.published.shard_id) else {
            return Judged::Unknown(stray);
        };
        let owned: Vec<bool> = stray.entry.owned_by(range).collect();
        if owned.iter().all(|owned| *owned) {
            self.succeed(stray.entry, &stray.published);
            return Judged::Settled;
        }
        grow(&mut self.metrics.foreign_aggregates, 1);
        tracing::warn!(
            shard = &*stray.published.shard_id,
            user_records = owned.len(),
            foreign = owned.iter().filter(|owned| !**owned).count(),
            "an aggregate landed on a shard that does not own all of it, and is sent again"
        );
        match self.options.foreign {
            ForeignPolicy::SendAllAgain => {
                grow(&mut self.metrics.doubled, owned.len());
                stray.entry.mark_maybe_written();
            }
            ForeignPolicy::SendForeignAgain => self.keep_owned(&mut stray, &owned),
        }
        Judged::Again(stray.entry)
    }

    /// Answers for its part those user records that the shard owns.
    fn keep_owned(&mut self, stray: &mut Stray, owned: &[bool]) {
        let tokens = stray.entry.tokens.iter_mut();
        for ((sub_sequence_number, owned), token) in (0..).zip(owned).zip(tokens) {
            if let Some(token) = token.take_if(|_| *owned) {
                grow(&mut self.metrics.published, 1);
                token.answer(Ok(Published { sub_sequence_number, ..stray.published.clone() }));
            }
        }
    }

    /// Puts another topology in force, while nothing is in flight: everything that is held or queued is packed again for it.
    fn reshard(&mut self, topology: Topology, now: Instant) {
        tracing::info!(shards = topology.open.ids().len(), "the shards of the stream have changed");
        grow(&mut self.metrics.reshards, 1);
        self.flush();
        let ids = topology.open.ids().to_vec();
        let before = std::mem::replace(&mut self.topology, topology);
        let lanes = std::mem::take(&mut self.lanes);
        announce_plain(&self.topology, &self.options, before.ignores_keys);

        let mut packer = packer(&self.topology, &self.options);
        let mut ready = Vec::new();
        let mut unknown = Vec::new();
        // What went astray comes first: all that is queued for its shards was published later.
        for stray in std::mem::take(&mut self.strays) {
            match self.judge(stray) {
                Judged::Settled => {}
                Judged::Again(entry) => grow(&mut self.metrics.failed, packer.repack([entry], &mut ready)),
                Judged::Unknown(stray) => unknown.push(stray),
            }
        }
        let mut rates: HashMap<_, _> = HashMap::new();
        for (id, mut lane) in before.open.ids().iter().zip(lanes) {
            grow(&mut self.metrics.failed, packer.repack(lane.drain(), &mut ready));
            rates.insert(id, lane.rate.take());
        }
        // It has waited for others once already.
        packer.seal_all(&mut ready);
        let rate = |id| rates.remove(id).unwrap_or_else(|| self.options.shard_rate.map(RateWindow::new));
        self.lanes = ids.iter().map(rate).map(Lane::new).collect();
        self.turn = 0;
        for mut stray in unknown {
            stray.lanes = packer.owners_of(&stray.entry);
            self.add_stray(stray);
        }
        self.packer = packer;
        self.enqueue(ready);
        self.describe_for_strays(now);
    }

    /// Answers everybody who still waits: nobody works on it any more.
    pub(crate) fn abandon(&mut self) {
        self.flush();
        let in_flight = std::mem::take(&mut self.requests).into_values().flatten().map(|(_, mut entry)| {
            entry.mark_maybe_written();
            entry
        });
        let strays = std::mem::take(&mut self.strays).into_iter().map(|stray| {
            let mut entry = stray.entry;
            entry.mark_maybe_written();
            entry
        });
        let mut left: Vec<Entry> = in_flight.chain(strays).collect();
        left.extend(self.lanes.iter_mut().flat_map(Lane::drain));
        for entry in left {
            self.fail(entry, |maybe_written| PublishError::Closed { maybe_written });
        }
    }
}

/// What is to be done about an aggregate that landed on another shard than predicted.
enum Judged {
    /// Nothing: the shard owns all of it.
    Settled,
    /// To be sent again.
    Again(Entry),
    /// The shard is not known yet.
    Unknown(Stray),
}

fn packer(topology: &Topology, options: &PublisherOptions) -> Packer {
    Packer::new(topology.open.map(), sends_plain(topology, options), options)
}

fn sends_plain(topology: &Topology, options: &PublisherOptions) -> bool {
    match options.aggregation {
        Aggregation::Auto => topology.ignores_keys,
        Aggregation::Always => false,
        Aggregation::Never => true,
    }
}

/// Says that user records are not aggregated, where that was not asked for and was not so before.
fn announce_plain(topology: &Topology, options: &PublisherOptions, before: bool) {
    if options.aggregation == Aggregation::Auto && topology.ignores_keys && !before {
        tracing::warn!(
            "the record distribution of the stream is AUTO, so that aggregates could land on any shard and be dropped by \
             consumers that use KCL: user records are sent plain"
        );
    }
}

fn waits(options: &PublisherOptions) -> ExponentialBackoff {
    ExponentialBuilder::default()
        .with_min_delay(options.backoff_min)
        .with_max_delay(options.backoff_max)
        .without_max_times()
        .with_jitter()
        .build()
}

/// That much later, or as late as can be said.
fn after(instant: Instant, duration: Duration) -> Instant {
    const YEAR: Duration = Duration::from_secs(31_557_600);
    instant.checked_add(duration).or_else(|| instant.checked_add(YEAR)).unwrap_or(instant)
}

fn grow(count: &mut u64, by: usize) {
    *count = count.saturating_add(by.try_into().unwrap_or(u64::MAX));
}

#[cfg(test)]
mod simulation;
#[cfg(test)]
mod tests;
