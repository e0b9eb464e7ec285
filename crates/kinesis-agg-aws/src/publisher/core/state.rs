//! The state of a publisher: user records are added and answered.

use std::collections::HashMap;

use kinesis_agg::UserRecord;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::Instant;

use super::describing::Describing;
use crate::publisher::entry::{Entry, user_bytes};
use crate::publisher::error::PublishError;
use crate::publisher::lane::Lane;
use crate::publisher::metrics::{PublisherMetrics, grow};
use crate::publisher::options::{Aggregation, PublisherOptions};
use crate::publisher::packer::{Packed, Packer};
use crate::publisher::rate::RateWindow;
use crate::publisher::receipt::{Published, Token};
use crate::publisher::topology::Topology;

/// Identifies a request until it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RequestId(pub(super) u64);

/// An aggregate that was stored on a shard which may not own all its user records.
#[derive(Debug)]
pub(super) struct Stray {
    /// The lanes that wait for the decision.
    pub(super) lanes: Vec<usize>,
    pub(super) entry: Entry,
    pub(super) published: Published,
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(super) options: PublisherOptions,
    pub(super) topology: Topology,
    pub(super) packer: Packer,
    pub(super) lanes: Vec<Lane>,
    /// Where the next request begins, so that no shard is always first.
    pub(super) turn: usize,
    pub(super) requests: HashMap<RequestId, Vec<Packed>>,
    pub(super) last_request: u64,
    /// Aggregates to decide about when the stream has been described again.
    pub(super) strays: Vec<Stray>,
    /// The next topology. It takes effect once no request is in flight.
    pub(super) next_topology: Option<Topology>,
    pub(super) describing: Describing,
    pub(super) closed: bool,
    pub(super) metrics: PublisherMetrics,
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
            describing: Describing::new(now, &options),
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

    /// Whether user records are sent plain.
    pub(crate) fn is_plain(&self) -> bool {
        self.packer.is_plain()
    }

    /// Accepts a user record. Returns whether there is something new to do.
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

    /// Sends all held user records without waiting for more.
    pub(crate) fn flush(&mut self) {
        let mut ready = Vec::new();
        self.packer.seal_all(&mut ready);
        self.enqueue(ready);
    }

    /// Accepts no more user records.
    pub(crate) fn close(&mut self) {
        self.closed = true;
        self.flush();
    }

    /// Answers all remaining user records with an error, since no task will send them.
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

    pub(super) fn enqueue(&mut self, ready: Vec<Packed>) {
        for (index, entry) in ready {
            if let Some(lane) = self.lanes.get_mut(index) {
                lane.push(entry);
            }
        }
    }

    pub(super) fn add_stray(&mut self, stray: Stray) {
        for lane in &stray.lanes {
            if let Some(lane) = self.lanes.get_mut(*lane) {
                lane.has_stray = true;
            }
        }
        self.strays.push(stray);
    }

    pub(super) fn succeed(&mut self, entry: Entry, published: &Published) {
        grow(&mut self.metrics.published, entry.waiting());
        // Freed together, since each time takes a lock.
        let mut room: Option<OwnedSemaphorePermit> = None;
        for (sub_sequence_number, token) in (0..).zip(entry.tokens) {
            let Some(token) = token else { continue };
            let share = token.answer(Ok(Published { sub_sequence_number, ..published.clone() }));
            match (&mut room, share) {
                (Some(room), Some(share)) => room.merge(share),
                (None, share) => room = share,
                (Some(_), None) => {}
            }
        }
    }

    pub(super) fn fail(&mut self, entry: Entry, error: impl Fn(bool) -> PublishError) {
        grow(&mut self.metrics.failed, entry.waiting());
        for token in entry.tokens.into_iter().flatten() {
            let error = error(token.maybe_written);
            token.answer(Err(error));
        }
    }
}

pub(super) fn packer(topology: &Topology, options: &PublisherOptions) -> Packer {
    Packer::new(topology.open.map(), sends_plain(topology, options), options)
}

fn sends_plain(topology: &Topology, options: &PublisherOptions) -> bool {
    match options.aggregation {
        Aggregation::Auto => topology.ignores_keys,
        Aggregation::Always => false,
        Aggregation::Never => true,
    }
}

/// Logs that user records are not aggregated, if this is new and was not requested.
pub(super) fn announce_plain(topology: &Topology, options: &PublisherOptions, before: bool) {
    if options.aggregation == Aggregation::Auto && topology.ignores_keys && !before {
        tracing::warn!(
            "the record distribution of the stream is AUTO, so that aggregates could land on any shard and be dropped by \
             consumers that use KCL: user records are sent plain"
        );
    }
}
