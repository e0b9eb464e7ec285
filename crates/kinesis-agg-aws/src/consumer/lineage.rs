//! Decides which shards of a stream may be read: a child only after its parents, so that the order of a
//! partition key is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::consumer::position::Position;
use crate::shards::Shard;

/// How far each shard of a stream was read, by its id. Store it to resume later.
pub type Checkpoint = BTreeMap<Arc<str>, Position>;

/// The known shards, and how far each was read.
#[derive(Debug)]
pub(crate) struct Lineage {
    shards: Vec<Shard>,
    positions: Checkpoint,
    /// The shards that are being read.
    begun: Vec<Arc<str>>,
}

impl Lineage {
    /// Begins with a checkpoint. A shard without a position begins at its oldest record if an ancestor has
    /// one, since it is read after that ancestor. Otherwise it begins at `start`, which for a closed shard
    /// and `LATEST` is its end.
    pub(crate) fn new(shards: Vec<Shard>, checkpoint: Checkpoint, start: &Position) -> Self {
        let mut lineage = Self { shards: Vec::new(), positions: checkpoint, begun: Vec::new() };
        let is_known = |id: &Arc<str>| shards.iter().any(|shard| shard.id == *id);
        // A shard that the service has forgotten does not come back.
        lineage.positions.retain(|id, _| is_known(id));
        let fresh: Vec<_> = shards
            .iter()
            .filter(|shard| !has_checkpoint(shard, &shards, &lineage.positions))
            .map(|shard| (Arc::clone(&shard.id), initial(shard, start)))
            .collect();
        lineage.positions.extend(fresh);
        lineage.learn(shards);
        lineage
    }

    /// Takes a newer list of shards. New shards are read from their oldest record.
    pub(crate) fn learn(&mut self, shards: Vec<Shard>) {
        for shard in &shards {
            self.positions.entry(Arc::clone(&shard.id)).or_insert(Position::TrimHorizon);
        }
        let is_known = |id: &Arc<str>| shards.iter().any(|shard| shard.id == *id);
        self.positions.retain(|id, _| is_known(id) || self.begun.contains(id));
        self.shards = shards;
    }

    /// The shards that may be read and are not being read yet, each with its starting position.
    pub(crate) fn take_ready(&mut self) -> Vec<(Shard, Position)> {
        let mut ready = Vec::new();
        for shard in &self.shards {
            let position = self.positions.get(&shard.id).filter(|position| **position != Position::ShardEnd);
            let waits = shard.parents.iter().any(|parent| {
                self.positions.get(parent).is_some_and(|position| *position != Position::ShardEnd)
            });
            if let Some(position) = position.filter(|_| !waits && !self.begun.contains(&shard.id)) {
                ready.push((shard.clone(), position.clone()));
            }
        }
        self.begun.extend(ready.iter().map(|(shard, _)| Arc::clone(&shard.id)));
        ready
    }

    /// A shard was read to its end.
    pub(crate) fn ended(&mut self, id: &Arc<str>) {
        self.positions.insert(Arc::clone(id), Position::ShardEnd);
        self.begun.retain(|begun| begun != id);
    }

    /// Whether a shard was read to its end and no child of it is known yet.
    pub(crate) fn awaits_children(&self) -> bool {
        let is_parent = |id: &Arc<str>| self.shards.iter().any(|shard| shard.parents.contains(id));
        self.positions.iter().any(|(id, position)| *position == Position::ShardEnd && !is_parent(id))
    }

    pub(crate) fn positions(&self) -> &Checkpoint {
        &self.positions
    }
}

fn initial(shard: &Shard, start: &Position) -> Position {
    match start {
        Position::Latest if !shard.open => Position::ShardEnd,
        Position::Latest => Position::Latest,
        _ => Position::TrimHorizon,
    }
}

/// Whether a shard or one of its ancestors has a checkpoint.
fn has_checkpoint(shard: &Shard, shards: &[Shard], positions: &Checkpoint) -> bool {
    let mut line = vec![&shard.id];
    let mut seen: Vec<&Arc<str>> = Vec::new();
    while let Some(id) = line.pop() {
        if positions.contains_key(id) {
            return true;
        }
        // Guards against a shard that claims to be its own ancestor.
        if !seen.contains(&id) {
            seen.push(id);
            line.extend(shards.iter().filter(|shard| shard.id == *id).flat_map(|shard| &shard.parents));
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use kinesis_agg::HashKeyRange;

    use super::*;

    fn shard(id: &str, parents: &[&str], open: bool) -> Shard {
        let parents = parents.iter().copied().map(Arc::from).collect();
        Shard { id: id.into(), range: HashKeyRange::FULL, parents, open }
    }

    /// `a` was split into `b` and `c`, which were merged into `d`; `e` stands alone.
    fn shards() -> Vec<Shard> {
        vec![
            shard("a", &[], false),
            shard("b", &["a"], false),
            shard("c", &["a"], false),
            shard("d", &["b", "c"], true),
            shard("e", &[], true),
        ]
    }

    fn ready(lineage: &mut Lineage) -> Vec<(String, String)> {
        let ready = lineage.take_ready().into_iter();
        ready.map(|(shard, position)| (shard.id.to_string(), position.to_string())).collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
        expected.iter().map(|(id, position)| ((*id).to_owned(), (*position).to_owned())).collect()
    }

    #[test]
    fn children_come_after_both_parents() {
        let mut lineage = Lineage::new(shards(), Checkpoint::new(), &Position::TrimHorizon);
        assert_eq!(ready(&mut lineage), pairs(&[("a", "TRIM_HORIZON"), ("e", "TRIM_HORIZON")]));
        assert_eq!(ready(&mut lineage), pairs(&[]));
        lineage.ended(&"a".into());
        assert_eq!(ready(&mut lineage), pairs(&[("b", "TRIM_HORIZON"), ("c", "TRIM_HORIZON")]));
        lineage.ended(&"b".into());
        assert_eq!(ready(&mut lineage), pairs(&[]));
        lineage.ended(&"c".into());
        assert_eq!(ready(&mut lineage), pairs(&[("d", "TRIM_HORIZON")]));
    }

    #[test]
    fn latest_begins_with_the_open_shards() {
        let mut lineage = Lineage::new(shards(), Checkpoint::new(), &Position::Latest);
        assert_eq!(ready(&mut lineage), pairs(&[("d", "LATEST"), ("e", "LATEST")]));
    }

    #[test]
    fn a_checkpoint_goes_on_and_what_descends_from_it_is_read_whole() {
        let position = Position::KinesisRecord { sequence_number: "7".into() };
        let checkpoint = Checkpoint::from([("a".into(), Position::ShardEnd), ("b".into(), position)]);
        let mut lineage = Lineage::new(shards(), checkpoint, &Position::Latest);
        assert_eq!(ready(&mut lineage), pairs(&[("b", "7"), ("c", "TRIM_HORIZON"), ("e", "LATEST")]));
    }

    #[test]
    fn forgotten_parents_hold_nobody_up() {
        let mut lineage = Lineage::new(shards().split_off(3), Checkpoint::new(), &Position::TrimHorizon);
        assert_eq!(ready(&mut lineage), pairs(&[("d", "TRIM_HORIZON"), ("e", "TRIM_HORIZON")]));
    }

    #[test]
    fn a_shard_that_has_ended_without_a_known_child_has_the_list_asked_for_again() {
        let mut lineage =
            Lineage::new(vec![shard("a", &[], true)], Checkpoint::new(), &Position::TrimHorizon);
        assert!(!lineage.awaits_children());
        lineage.ended(&"a".into());
        assert!(lineage.awaits_children());
        lineage.learn(vec![shard("a", &[], false), shard("b", &["a"], true)]);
        assert!(!lineage.awaits_children());
    }
}
