//! The aggregator: user records in, one Kinesis record out of the caller's buffer.

use core::mem;

use crate::aggregate::error::{AddError, AddFlushingError, OuterKeyError};
use crate::aggregate::key_slots::KeySlot;
use crate::aggregate::layout::Layout;
use crate::aggregate::memory::{Buffer, KeySlots};
use crate::aggregate::owned_record::OwnedKinesisRecord;
use crate::deaggregate::key_index::{DEFAULT_INDEX_LEN, KeyIndexEntry};
use crate::deaggregate::user_records::UserRecords;
use crate::key_rules::check_keys;
use crate::md5_engine::{Md5, Md5Engine};
use crate::printing::print_as;
use crate::record::{KinesisRecord, UserRecord};

/// Packs user records into one Kinesis record, in a buffer that the caller supplies.
///
/// - `B` is the [`Buffer`]. [`Sizing`](crate::Sizing) says how long it must be.
/// - `K` is the memory in which keys are remembered, so that a key which many user records have is written
///   once: [`KeySlots`], 32 unless told otherwise. It is no limit on the number of keys.
/// - `M` is the implementation of MD5.
///
/// The bytes are those that Google's protobuf runtime writes for the same user records, as long as every
/// distinct key is remembered.
///
/// ```
/// use kinesis_agg::{Aggregator, AddError, UserRecord};
///
/// let mut aggregator = Aggregator::new([0; 128]);
/// let mut sent = 0;
/// for sample in 0..100_u32 {
///     let data = sample.to_be_bytes();
///     let record = UserRecord::new("sensor-7", &data);
///     if aggregator.add(&record) == Err(AddError::Full) {
///         sent += aggregator.finish().map_or(0, |full| full.user_records); // and here it is sent
///         aggregator.clear();
///         aggregator.add(&record)?;
///     }
/// }
/// assert_eq!(sent + aggregator.user_record_count(), 100);
/// # Ok::<(), AddError>(())
/// ```
///
/// # Open and sealed
///
/// [`finish`](Self::finish) seals the aggregate in place and lends it. It can be called again, since a send
/// may fail; until [`clear`](Self::clear) the aggregator keeps what it holds, and [`add`](Self::add) answers
/// [`AddError::Full`]. No error changes what is held.
///
/// # In a `static`
///
/// `new` is `const`, and a new aggregator over a zeroed array is all zero bits: it lies in `.bss` and takes
/// no flash.
#[derive(Clone)]
pub struct Aggregator<B, K = [KeySlot; 32], M = Md5> {
    buffer: B,
    slots: K,
    layout: Layout,
    engine: M,
}

impl<B> Aggregator<B> {
    /// An empty aggregator that writes into `buffer` and remembers 32 distinct keys.
    pub const fn new(buffer: B) -> Self {
        Self::new_in(buffer, [KeySlot::EMPTY; 32])
    }
}

impl<B, K> Aggregator<B, K> {
    /// An empty aggregator that remembers keys in `slots`. What they hold does not matter.
    ///
    /// Four slots for each distinct key of an aggregate is a good number.
    pub const fn new_in(buffer: B, slots: K) -> Self {
        Self::new_with(buffer, slots, Md5)
    }
}

impl<B, K, M> Aggregator<B, K, M> {
    /// An empty aggregator that remembers keys in `slots` and computes digests with `engine`, such as a
    /// microcontroller's hash engine.
    pub const fn new_with(buffer: B, slots: K, engine: M) -> Self {
        Self { buffer, slots, layout: Layout::new(), engine }
    }

    /// The same with a limit on the size of the aggregate in bytes (magic, message and digest), where the
    /// buffer is larger. 0 counts as 1, in which nothing fits.
    ///
    /// To be set while nothing is held.
    #[must_use]
    pub const fn with_size_limit(mut self, bytes: usize) -> Self {
        self.layout.set_size_limit(bytes);
        self
    }

    /// The same with a limit on the Kinesis record in bytes, data and outer partition key together: at most
    /// and by default what the service allows, [`MAX_RECORD_LIMIT`](crate::message::schema::MAX_RECORD_LIMIT)
    /// and [`DEFAULT_RECORD_LIMIT`](crate::message::schema::DEFAULT_RECORD_LIMIT). 0 counts as 1.
    ///
    /// To be set while nothing is held.
    #[must_use]
    pub const fn with_record_limit(mut self, bytes: usize) -> Self {
        self.layout.set_record_limit(bytes);
        self
    }

    /// How many user records are held.
    pub fn user_record_count(&self) -> usize {
        self.layout.user_records
    }

    /// Whether nothing is held.
    pub fn is_empty(&self) -> bool {
        self.user_record_count() == 0
    }

    /// Whether the aggregate was sealed, by [`finish`](Self::finish) and its kin, and not cleared since.
    pub fn is_sealed(&self) -> bool {
        self.layout.sealed
    }

    /// The exact size in bytes of the aggregate that [`finish`](Self::finish) makes of what is held; 0 if
    /// nothing is.
    pub fn size(&self) -> usize {
        self.layout.size()
    }

    /// Forgets what is held. To be called when it was sent.
    pub fn clear(&mut self) {
        self.layout.clear();
    }

    /// Gives the buffer back. What is held is given up: [`finish`](Self::finish) comes before this.
    pub fn into_buffer(self) -> B {
        self.buffer
    }

    pub(crate) fn engine_mut(&mut self) -> &mut M {
        &mut self.engine
    }
}

impl<B: Buffer, K, M> Aggregator<B, K, M> {
    /// The greatest size in bytes that an aggregate can have here: the length of the buffer, or a limit that
    /// is lower.
    pub fn capacity(&self) -> usize {
        self.layout.capacity(self.buffer.as_ref().len())
    }

    /// The exact number of bytes by which the aggregate can still grow; 0 while it is sealed.
    ///
    /// While nothing is held, the 20 bytes of the frame are counted as if they were there already. The outer
    /// partition key, which is that of the first user record and counts towards the limit on the Kinesis
    /// record, is not known yet.
    pub fn room(&self) -> usize {
        self.layout.room_for(self.buffer.as_ref().len(), 0)
    }

    /// Iterates over what is held, in the order in which it was added.
    ///
    /// With an index of one entry for each distinct key, lent by [`UserRecords::with_index`], the time is
    /// linear. Without, it also grows with the number of keys that come again out of order.
    pub fn user_records(&self) -> UserRecords<'_> {
        let mut index = [KeyIndexEntry::EMPTY; DEFAULT_INDEX_LEN];
        let contents = self.layout.contents(self.buffer.as_ref(), &mut index);
        UserRecords::of(&contents, index)
    }
}

impl<B: Buffer, K: KeySlots, M: Md5Engine> Aggregator<B, K, M> {
    /// Whether [`add`](Self::add) would take this user record now.
    pub fn would_fit(&self, record: &UserRecord<'_>) -> bool {
        self.layout.plan(self.buffer.as_ref(), self.slots.as_ref(), record).is_ok()
    }

    /// The greatest length in bytes of data with which [`add`](Self::add) would take a user record of these
    /// keys and tags now; `None` if it would not even take it with empty data. The data of `record` itself
    /// does not count.
    ///
    /// ```
    /// use kinesis_agg::{Aggregator, UserRecord};
    ///
    /// let aggregator = Aggregator::new([0; 64]);
    /// let len = aggregator.max_data_len(&UserRecord::new("sensor-7", b""));
    /// assert_eq!(len, Some(28));
    /// ```
    pub fn max_data_len(&self, record: &UserRecord<'_>) -> Option<usize> {
        self.layout.max_data_len(self.buffer.as_ref(), self.slots.as_ref(), record)
    }

    /// Adds a user record, or changes nothing.
    ///
    /// # Errors
    /// - [`AddError::Full`]: it does not fit now, or the aggregate is sealed; after [`clear`](Self::clear) it
    ///   fits.
    /// - Any other: it can never be added. A user record must fit an aggregate of its own, so that whether it
    ///   is taken does not depend on what came before.
    pub fn add(&mut self, record: &UserRecord<'_>) -> Result<(), AddError> {
        self.layout.add(self.buffer.as_mut(), self.slots.as_mut(), record)
    }

    /// Adds a user record. Where it does not fit, what is held is flushed before: sent and cleared.
    ///
    /// # Errors
    /// - [`AddFlushingError::Add`]: the user record can never be added; nothing was sent.
    /// - [`AddFlushingError::Send`]: `send` failed with this. The aggregate is still held, sealed, and the
    ///   user record is not in it.
    ///
    /// ```
    /// use kinesis_agg::{Aggregator, KinesisRecord, UserRecord};
    ///
    /// let mut stream = Vec::new();
    /// let mut aggregator = Aggregator::new([0; 128]);
    /// for sample in 0..100_u32 {
    ///     let data = sample.to_be_bytes();
    ///     aggregator.add_flushing(&UserRecord::new("sensor-7", &data), |full: KinesisRecord| {
    ///         stream.push(full.data.to_vec());
    ///         Ok::<(), std::io::Error>(())
    ///     })?;
    /// }
    /// if let Some(last) = aggregator.finish() {
    ///     stream.push(last.data.to_vec());
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn add_flushing<E>(
        &mut self,
        record: &UserRecord<'_>,
        send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>,
    ) -> Result<(), AddFlushingError<AddError, E>> {
        match self.add(record) {
            Err(AddError::Full) => {
                self.flush(send).map_err(AddFlushingError::Send)?;
                self.add(record).map_err(AddFlushingError::Add)
            }
            answer => answer.map_err(AddFlushingError::Add),
        }
    }

    /// Sends what is held, if anything is, and clears it.
    ///
    /// # Errors
    /// `send` failed with this. The aggregate is still held, sealed.
    pub fn flush<E>(&mut self, send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>) -> Result<(), E> {
        if let Some(record) = self.finish() {
            send(record)?;
            self.clear();
        }
        Ok(())
    }

    /// Seals the aggregate in place and lends it as a Kinesis record, whose outer keys are those of the first
    /// user record. `None` if nothing is held.
    pub fn finish(&mut self) -> Option<KinesisRecord<'_>> {
        self.layout.seal(self.buffer.as_mut(), &mut self.engine);
        self.layout.sealed_record(self.buffer.as_ref())
    }

    /// [`finish`](Self::finish) with other outer keys.
    ///
    /// A consumer that uses KCL drops the whole aggregate if one of its user records belongs to another shard
    /// than these keys.
    ///
    /// # Errors
    /// The service would refuse the keys, or the Kinesis record would exceed its limit with this partition
    /// key. The aggregate is still held.
    pub fn finish_as<'b>(
        &'b mut self,
        partition_key: &'b str,
        explicit_hash_key: Option<&'b str>,
    ) -> Result<Option<KinesisRecord<'b>>, OuterKeyError> {
        check_keys(partition_key, explicit_hash_key)?;
        let limit = self.layout.record_limit();
        let size = self.size().saturating_add(partition_key.len());
        if !self.is_empty() && size > limit {
            return Err(OuterKeyError::TooLarge { size, limit });
        }
        Ok(self.finish().map(|record| KinesisRecord { partition_key, explicit_hash_key, ..record }))
    }

    /// [`finish`](Self::finish), but a lone user record is handed out [plain](KinesisRecord::plain), as the
    /// Kinesis Producer Library does, where that changes nothing of it.
    pub fn finish_plain_if_single(&mut self) -> Option<KinesisRecord<'_>> {
        self.layout.seal(self.buffer.as_mut(), &mut self.engine);
        let buffer = self.buffer.as_ref();
        let record = self.layout.sealed_record(buffer)?;
        let first = UserRecords::of(&self.layout.contents(buffer, &mut []), []).next()?;
        let plain = match record.user_records {
            1 => KinesisRecord::plain_with(&first.into(), &mut self.engine),
            _ => None,
        };
        plain.or(Some(record))
    }

    /// Seals the aggregate, gives it away with its buffer, and goes on in `next`.
    ///
    /// # Errors
    /// Nothing is held: `next` comes back.
    ///
    /// ```
    /// use kinesis_agg::{Aggregator, UserRecord};
    ///
    /// let mut aggregator = Aggregator::new(vec![0; 1024]);
    /// aggregator.add(&UserRecord::new("sensor-7", b"21.5"))?;
    /// let full = aggregator.replace_buffer(vec![0; 1024]).unwrap();
    /// aggregator.add(&UserRecord::new("sensor-7", b"21.6"))?; // while `full` is being sent
    /// assert_eq!(full.as_record().unwrap().user_records, 1);
    /// let buffer = full.into_buffer();
    /// # Ok::<(), kinesis_agg::AddError>(())
    /// ```
    pub fn replace_buffer(&mut self, next: B) -> Result<OwnedKinesisRecord<B>, B> {
        if self.finish().is_none() {
            return Err(next);
        }
        let layout = self.layout;
        self.clear();
        Ok(OwnedKinesisRecord::new(mem::replace(&mut self.buffer, next), layout))
    }
}

impl<B: Buffer, K, M: Md5Engine> Aggregator<B, K, M> {
    /// Looks at the user records, with the engine that finds their hash keys.
    pub(crate) fn inspect<T>(&mut self, look: impl FnOnce(UserRecords<'_>, &mut M) -> T) -> T {
        self.layout.turn_keys(self.buffer.as_mut());
        let mut index = [KeyIndexEntry::EMPTY; DEFAULT_INDEX_LEN];
        let contents = self.layout.contents(self.buffer.as_ref(), &mut index);
        let seen = look(UserRecords::of(&contents, index), &mut self.engine);
        self.layout.turn_keys(self.buffer.as_mut());
        seen
    }

    /// Takes out the user records that are not to be kept, by their keys. The first one must be kept.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&str, Option<&str>, &mut M) -> bool) {
        self.layout.retain(self.buffer.as_mut(), &mut self.engine, keep);
    }
}

print_as!([B, K, M] Aggregator<B, K, M>, self =>
    "Aggregator {{ user_records: {:?}, size: {:?}, sealed: {:?}, .. }}",
    self.user_record_count(), self.size(), self.is_sealed());
