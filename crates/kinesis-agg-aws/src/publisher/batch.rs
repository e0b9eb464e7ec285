//! Decides which Kinesis records go into one request.

use tokio::time::Instant;

use crate::publisher::lane::Lane;
use crate::publisher::options::{Order, PublisherOptions};
use crate::publisher::packer::Packed;

/// Takes the records for one request: from each shard in turn, beginning with shard `start`. In the ordered
/// mode, at most one of each. Empty if nothing has to be sent now.
pub(crate) fn next_batch(
    lanes: &mut [Lane],
    start: usize,
    options: &PublisherOptions,
    now: Instant,
) -> Vec<Packed> {
    let ordered = options.order == Order::WithinShard;
    let mut batch = Batch { entries: Vec::new(), bytes: 0, limit: options.request_records.max(1) };
    let (before, from) = lanes.split_at_mut(start.min(lanes.len()));
    let offset = before.len();
    let from = from.iter_mut().enumerate().map(|(index, lane)| (index.saturating_add(offset), lane));
    let mut turn: Vec<(usize, &mut Lane)> = from.chain(before.iter_mut().enumerate()).collect();
    while !turn.is_empty() {
        turn.retain_mut(|(index, lane)| {
            let due = lane.ready_at(ordered, now).is_some_and(|ready| ready <= now);
            due && batch.take_from(*index, lane, options.request_bytes, now)
        });
    }
    batch.entries
}

struct Batch {
    entries: Vec<Packed>,
    bytes: usize,
    limit: usize,
}

impl Batch {
    /// Takes the first record of a lane if there is room. A request may consist of one Kinesis record of any
    /// size.
    fn take_from(&mut self, index: usize, lane: &mut Lane, max_bytes: usize, now: Instant) -> bool {
        let Some(first) = lane.first() else { return false };
        let bytes = self.bytes.saturating_add(first.size());
        let limit = self.limit.min(first.request_limit);
        let fits = self.entries.is_empty() || (self.entries.len() < limit && bytes <= max_bytes);
        if !fits {
            return false;
        }
        self.entries.extend(lane.take_first(now).map(|entry| (index, entry)));
        (self.bytes, self.limit) = (bytes, limit);
        true
    }
}
