//! Many Kinesis records at once, from a `GetRecords` answer or a Lambda event.

use core::iter::{self, FusedIterator};

use heapless::Deque;

use crate::deaggregate::contents::Contents;
use crate::deaggregate::cursor::Cursor;
use crate::deaggregate::key_index::KeyIndex;
use crate::deaggregate::range_filter::{FilterState, RangeFilter};
use crate::gathered::gather;
use crate::md5_engine::{Md5, Md5Engine};
use crate::message::schema::{DIGEST_LEN, unframe};
use crate::printing::print_as;
use crate::record::DeaggregatedRecord;

/// Iterates over the user records of many Kinesis records.
///
/// [`deaggregate_batch`](crate::deaggregate_batch) makes it.
///
/// ```
/// use kinesis_agg::{HashKeyRange, KeyIndexEntry, RangeFilter, deaggregate_batch};
///
/// let records: [(&str, &[u8]); 2] = [("a", b"plain"), ("b", b"also plain")];
/// let mut index = [KeyIndexEntry::EMPTY; 64];
/// let filter = RangeFilter::UserRecord(HashKeyRange::FULL);
/// for (position, user_record) in deaggregate_batch(records, &mut index).filtered(filter) {
///     println!("Kinesis record {position}: {:?}", user_record.data);
/// }
/// ```
#[must_use = "iterators are lazy"]
pub struct Batch<'a, I, X: KeyIndex<'a>, M = Md5> {
    kinesis_records: I,
    ahead: Ahead<'a>,
    opened: usize,
    cursor: Cursor<'a>,
    index: X::Entries,
    engine: M,
    verifies: bool,
    filter: Option<RangeFilter>,
    filter_state: FilterState<'a>,
}

impl<'a, I, X: KeyIndex<'a>, M> Batch<'a, I, X, M> {
    pub(crate) fn new(kinesis_records: I, index: X, engine: M, verifies: bool) -> Self {
        Self {
            kinesis_records,
            ahead: Ahead::NONE,
            opened: 0,
            cursor: Cursor::ended(),
            index: index.entries(),
            engine,
            verifies,
            filter: None,
            filter_state: FilterState::open(),
        }
    }

    /// Drops the user records that `filter` rejects, from the next Kinesis record on.
    pub fn filtered(mut self, filter: RangeFilter) -> Self {
        self.filter = Some(filter);
        self
    }
}

impl<'a, I: Iterator<Item = (&'a str, &'a [u8])>, X: KeyIndex<'a>, M: Md5Engine> Batch<'a, I, X, M> {
    /// Opens the next Kinesis record, if there is one.
    fn open_next(&mut self) -> Option<()> {
        if self.ahead.kinesis_records.is_empty() {
            self.ahead.refill(&mut self.kinesis_records, self.verifies.then_some(&mut self.engine));
        }
        let (partition_key, data) = self.ahead.kinesis_records.pop_front()?;
        self.opened = self.opened.saturating_add(1);
        let is_digest = |_: &[u8], digest: &_| !self.verifies || self.ahead.next_digest() == *digest;
        let read = Contents::parse(data, is_digest, self.index.as_mut());
        self.cursor = Cursor::new(partition_key, data, read);
        if let Some(filter) = self.filter {
            self.filter_state = self.cursor.filter_state(filter, self.index.as_ref(), &mut self.engine);
        }
        Some(())
    }

    /// Returns the next user record: applies the filter, and opens Kinesis records as needed.
    #[inline(never)]
    fn next_any(&mut self) -> Option<(usize, DeaggregatedRecord<'a>)> {
        loop {
            let user_records = iter::from_fn(|| self.cursor.next(self.index.as_ref()));
            if let Some(record) = self.filter_state.next(user_records, &mut self.engine) {
                return Some((self.opened.saturating_sub(1), record));
            }
            self.open_next()?;
        }
    }
}

impl<'a, I: Iterator<Item = (&'a str, &'a [u8])>, X: KeyIndex<'a>, M: Md5Engine> Iterator
    for Batch<'a, I, X, M>
{
    type Item = (usize, DeaggregatedRecord<'a>);

    #[inline(always)]
    fn next(&mut self) -> Option<(usize, DeaggregatedRecord<'a>)> {
        if self.filter.is_none()
            && let Some(record) = self.cursor.next(self.index.as_ref())
        {
            return Some((self.opened.saturating_sub(1), record));
        }
        self.next_any()
    }

    #[inline]
    fn fold<T, F: FnMut(T, (usize, DeaggregatedRecord<'a>)) -> T>(mut self, init: T, mut f: F) -> T {
        let mut folded = init;
        if self.filter.is_some() {
            for record in self {
                folded = f(folded, record);
            }
            return folded;
        }
        loop {
            let (position, index) = (self.opened.saturating_sub(1), self.index.as_ref());
            folded = self.cursor.fold(index, folded, |folded, record| f(folded, (position, record)));
            if self.open_next().is_none() {
                return folded;
            }
        }
    }
}

/// The number of Kinesis records that are taken at a time, so that their digests can be computed together.
///
/// So many may not stay in the second cache until they are read. Groups that stay there are slower: in groups
/// of 16 x 50 KiB a batch takes 1.29 of the time. 16 lanes digest slower than 48, which costs 5 ns a user
/// record of 100 bytes, and reading from the third cache costs 1.
const AHEAD: usize = if cfg!(feature = "md5-lanes") { 128 } else { 1 };

/// Kinesis records that were taken but not opened yet, and the digests of those that can be aggregates, in
/// order.
struct Ahead<'a> {
    kinesis_records: Deque<(&'a str, &'a [u8]), AHEAD>,
    digests: [[u8; DIGEST_LEN]; AHEAD],
    digests_given: usize,
}

impl<'a> Ahead<'a> {
    const NONE: Self =
        Self { kinesis_records: Deque::new(), digests: [[0; DIGEST_LEN]; AHEAD], digests_given: 0 };

    /// Takes the next Kinesis records. It works in place, because the type is large.
    fn refill(
        &mut self,
        kinesis_records: &mut impl Iterator<Item = (&'a str, &'a [u8])>,
        engine: Option<&mut impl Md5Engine>,
    ) {
        // `push_back` cannot fail: there are at most `AHEAD` records.
        kinesis_records.take(AHEAD).for_each(|record| _ = self.kinesis_records.push_back(record));
        if let Some(engine) = engine {
            let data = self.kinesis_records.iter().map(|(_, data)| *data);
            let messages = data.filter_map(unframe).map(|(message, _)| message);
            engine.digest_all(&gather::<_, AHEAD>(messages), &mut self.digests);
        }
        self.digests_given = 0;
    }

    /// Returns the digest of the next Kinesis record that can be an aggregate.
    fn next_digest(&mut self) -> [u8; DIGEST_LEN] {
        let digest = self.digests.get(self.digests_given).copied().unwrap_or_default();
        self.digests_given = self.digests_given.saturating_add(1);
        digest
    }
}

impl<'a, I: FusedIterator<Item = (&'a str, &'a [u8])>, X: KeyIndex<'a>, M: Md5Engine> FusedIterator
    for Batch<'a, I, X, M>
{
}

print_as!(['a, I, X: KeyIndex<'a>, M] Batch<'a, I, X, M>, self =>
    "Batch {{ opened: {:?}, left: {:?}, filter: {:?}, .. }}",
    self.opened, self.cursor.left(), self.filter);
