//! Handles the description of the stream: other lanes, and aggregates that landed elsewhere (strays).

use std::collections::HashMap;

use tokio::time::Instant;

use super::state::{Core, Stray, announce_plain, packer};
use crate::publisher::entry::Entry;
use crate::publisher::lane::Lane;
use crate::publisher::metrics::grow;
use crate::publisher::options::ForeignPolicy;
use crate::publisher::rate::RateWindow;
use crate::publisher::receipt::Published;
use crate::publisher::topology::Topology;

impl Core {
    /// Handles a description; `None` if the service could not be asked.
    pub(crate) fn described(&mut self, topology: Option<Topology>, now: Instant) {
        let Some(topology) = topology else { return self.describing.failed(now, &self.options) };
        self.describing.succeeded(now, &self.options);
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

    /// Schedules another description while there are strays on unknown shards.
    fn describe_for_strays(&mut self, now: Instant) {
        match self.strays.is_empty() {
            true => self.describing.forget_waits(),
            false => self.describing.later(now, &self.options),
        }
    }

    /// Packs strays again, with a packer of their own, since they go before everything that is held or
    /// queued.
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

    /// Decides about a stray, with the current topology.
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

    /// Answers the user records that the shard owns.
    fn keep_owned(&mut self, stray: &mut Stray, owned: &[bool]) {
        let tokens = stray.entry.tokens.iter_mut();
        for ((sub_sequence_number, owned), token) in (0..).zip(owned).zip(tokens) {
            if let Some(token) = token.take_if(|_| *owned) {
                grow(&mut self.metrics.published, 1);
                token.answer(Ok(Published { sub_sequence_number, ..stray.published.clone() }));
            }
        }
    }

    /// Puts a new topology in force, while nothing is in flight. Everything that is held or queued is packed
    /// again for it.
    pub(super) fn reshard(&mut self, topology: Topology, now: Instant) {
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
        // Strays come first: everything that is queued for their shards was published later.
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
        // It has already waited for others once.
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
}

/// The decision about a stray.
enum Judged {
    /// Nothing to do: the shard owns all of it.
    Settled,
    /// Send it again.
    Again(Entry),
    /// The shard is not known yet.
    Unknown(Stray),
}
