//! The aggregator packs user records into one Kinesis record, in the caller's buffer.

use core::mem;

use crate::aggregate::error::{AddError, AddFlushingError, OuterKeyError};
use crate::aggregate::key_slots::KeySlot;
use crate::aggregate::layout::Layout;
use crate::aggregate::memory::{Buffer, KeySlots};
use crate::aggregate::owned_record::OwnedKinesisRecord;
use crate::deaggregate::user_records::UserRecords;
use crate::key_rules::check_keys;
use crate::md5_engine::{Md5, Md5Engine};
use crate::printing::print_as;
use crate::record::{KinesisRecord, UserRecord};

/// Packs user records into one Kinesis record, in a buffer that the caller supplies.
///
/// - `B` is the [`Buffer`]. [`Sizing`](crate::Sizing) computes the length that it needs.
/// - `K` is the memory for remembered keys: [`KeySlots`], 32 by default. A remembered key is written once,
///   however many user records have it. The number of slots does not limit the number of keys.
/// - `M` is the implementation of MD5.
///
/// The bytes equal those that Google's protobuf runtime writes for the same user records, as long as the
/// aggregator remembers every distinct key.
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
///         sent += aggregator.finish().map_or(0, |full| full.user_records); // send it here
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
/// [`finish`](Self::finish) seals the aggregate in place and lends it. You can call it again after a failed
/// send. Until you call [`clear`](Self::clear), the aggregator keeps its user records, and [`add`](Self::add)
/// answers [`AddError::Full`]. No error changes the user records.
///
/// # In a `static`
///
/// `new` is `const`, and a new aggregator over a zeroed array is all zero bits. A `static` one therefore lies
/// in `.bss` and takes no flash.
#[derive(Clone)]
pub struct Aggregator<B, K = [KeySlot; 32], M = Md5> {
    buffer: B,
    slots: K,
    layout: Layout,
    engine: M,
}

impl<B> Aggregator<B> {
    /// Makes an empty aggregator that writes into `buffer` and has 32 key slots.
    pub const fn new(buffer: B) -> Self {
        Self::new_in(buffer, [KeySlot::EMPTY; 32])
    }
}

impl<B, K> Aggregator<B, K> {
    /// Makes an empty aggregator that remembers keys in `slots`. Their content is ignored.
    ///
    /// Four slots for each distinct key of an aggregate are a good choice.
    pub const fn new_in(buffer: B, slots: K) -> Self {
        Self::new_with(buffer, slots, Md5)
    }
}

impl<B, K, M> Aggregator<B, K, M> {
    /// Makes an empty aggregator that remembers keys in `slots` and computes digests with `engine`, such as a
    /// microcontroller's hash engine.
    pub const fn new_with(buffer: B, slots: K, engine: M) -> Self {
        Self { buffer, slots, layout: Layout::new(), engine }
    }

    /// Limits the size of the aggregate in bytes: magic, message and digest together.
    ///
    /// The length of the buffer is a limit too, and the lower of the two counts. 0 counts as 1; no user
    /// record fits either.
    ///
    /// Set the limit while the aggregator is empty.
    #[must_use]
    pub const fn with_size_limit(mut self, bytes: usize) -> Self {
        self.layout.set_size_limit(bytes);
        self
    }

    /// Limits the size of the Kinesis record in bytes: data and outer partition key together.
    ///
    /// The default is [`DEFAULT_RECORD_LIMIT`](crate::message::schema::DEFAULT_RECORD_LIMIT). The greatest
    /// possible limit is [`MAX_RECORD_LIMIT`](crate::message::schema::MAX_RECORD_LIMIT). The service sets
    /// both. 0 counts as 1.
    ///
    /// Set the limit while the aggregator is empty.
    #[must_use]
    pub const fn with_record_limit(mut self, bytes: usize) -> Self {
        self.layout.set_record_limit(bytes);
        self
    }

    /// Returns the number of user records in the aggregate.
    pub fn user_record_count(&self) -> usize {
        self.layout.user_records
    }

    /// Whether the aggregate has no user record.
    pub fn is_empty(&self) -> bool {
        self.user_record_count() == 0
    }

    /// Whether the aggregate is sealed: by [`finish`](Self::finish) or a method based on it, and not cleared
    /// since.
    pub fn is_sealed(&self) -> bool {
        self.layout.sealed
    }

    /// Returns the exact size in bytes of the aggregate that [`finish`](Self::finish) would make; 0 if the
    /// aggregator is empty.
    pub fn size(&self) -> usize {
        self.layout.size()
    }

    /// Removes all user records. Call it after the aggregate was sent.
    pub fn clear(&mut self) {
        self.layout.clear();
    }

    /// Returns the buffer. The user records are lost unless you called [`finish`](Self::finish) and sent the
    /// aggregate.
    pub fn into_buffer(self) -> B {
        self.buffer
    }

    /// Makes an empty aggregator with another buffer, and with the slots, limits and engine of this one.
    ///
    /// ```
    /// use kinesis_agg::{Aggregator, UserRecord};
    ///
    /// let mut aggregator = Aggregator::new([0; 256]).with_size_limit(200);
    /// aggregator.add(&UserRecord::new("pump-1", b"on"))?;
    /// let aggregator = aggregator.with_buffer([0; 1024]);
    /// assert_eq!((aggregator.user_record_count(), aggregator.capacity()), (0, 200));
    /// # Ok::<(), kinesis_agg::AddError>(())
    /// ```
    pub fn with_buffer<C>(self, buffer: C) -> Aggregator<C, K, M> {
        let Self { slots, layout, engine, .. } = self;
        Aggregator { buffer, slots, layout: layout.renewed(), engine }
    }

    pub(crate) fn engine_mut(&mut self) -> &mut M {
        &mut self.engine
    }
}

impl<B: Buffer, K, M> Aggregator<B, K, M> {
    /// Returns the greatest size in bytes that an aggregate can have here: the length of the buffer, or the
    /// limit if that is lower.
    pub fn capacity(&self) -> usize {
        self.layout.capacity(self.buffer.as_ref().len())
    }

    /// Returns the exact number of bytes by which the aggregate can still grow; 0 while it is sealed.
    ///
    /// While the aggregator is empty, the 20 bytes of the frame are counted already. The outer partition key
    /// is not: it is the key of the first user record, so it is not known yet. It counts towards the limit on
    /// the Kinesis record.
    pub fn room(&self) -> usize {
        self.layout.room_for(self.buffer.as_ref().len(), 0)
    }

    /// Iterates over the user records, in the order in which they were added.
    ///
    /// The time is linear if [`UserRecords::with_index`] lends an index with one entry for each distinct key.
    /// Otherwise it also grows with the number of keys that are used again out of order.
    pub fn user_records(&self) -> UserRecords<'_> {
        self.layout.user_records(self.buffer.as_ref())
    }
}

impl<B: Buffer, K: KeySlots, M: Md5Engine> Aggregator<B, K, M> {
    /// Whether [`add`](Self::add) would accept this user record now.
    pub fn would_fit(&self, record: &UserRecord<'_>) -> bool {
        self.layout.plan(self.buffer.as_ref(), self.slots.as_ref(), record).is_ok()
    }

    /// Returns the greatest length of data, in bytes, that [`add`](Self::add) would accept now with the keys
    /// and tags of `record`.
    ///
    /// `None` if `add` would refuse even empty data. The data of `record` itself is ignored.
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
    /// - [`AddError::Full`]: the user record does not fit now, or the aggregate is sealed. It fits after
    ///   [`clear`](Self::clear).
    /// - Any other error: the user record can never be added. It must fit an aggregate of its own, so that
    ///   the answer does not depend on the user records before it.
    pub fn add(&mut self, record: &UserRecord<'_>) -> Result<(), AddError> {
        self.layout.add(self.buffer.as_mut(), self.slots.as_mut(), record)
    }

    /// Adds a user record. If it does not fit, the aggregate is sent and cleared first.
    ///
    /// # Errors
    /// - [`AddFlushingError::Add`]: the user record can never be added; nothing was sent.
    /// - [`AddFlushingError::Send`]: `send` failed with this error. The aggregator still has the aggregate,
    ///   sealed. The user record is not in it.
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
        let mut answer = self.add(record);
        if answer == Err(AddError::Full) {
            self.flush(send).map_err(AddFlushingError::Send)?;
            answer = self.add(record);
        }
        answer.map_err(AddFlushingError::Add)
    }

    /// Sends the aggregate and clears it, unless it is empty.
    ///
    /// # Errors
    /// `send` failed with this error. The aggregator still has the aggregate, sealed.
    pub fn flush<E>(&mut self, send: impl FnOnce(KinesisRecord<'_>) -> Result<(), E>) -> Result<(), E> {
        if let Some(record) = self.finish() {
            send(record)?;
            self.clear();
        }
        Ok(())
    }

    /// Seals the aggregate in place and lends it as a Kinesis record. `None` if the aggregator is empty.
    ///
    /// The outer keys are those of the first user record.
    pub fn finish(&mut self) -> Option<KinesisRecord<'_>> {
        self.layout.seal(self.buffer.as_mut(), &mut self.engine);
        self.layout.sealed_record(self.buffer.as_ref())
    }

    /// Does what [`finish`](Self::finish) does, with other outer keys.
    ///
    /// A consumer that uses KCL drops the whole aggregate if one of its user records belongs to another shard
    /// than these keys.
    ///
    /// # Errors
    /// The service would refuse the keys, or the Kinesis record would exceed its limit with this partition
    /// key. The aggregator still has the aggregate.
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

    /// Does what [`finish`](Self::finish) does, but lends a single user record as a
    /// [plain](KinesisRecord::plain) one, if that does not change it. The Kinesis Producer Library does the
    /// same.
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

    /// Seals the aggregate, returns it with its buffer, and continues in the buffer `next`.
    ///
    /// # Errors
    /// The aggregator is empty: the error is `next`.
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
    /// Lends the user records to `look`, with the engine that computes their hash keys.
    pub(crate) fn inspect<T>(&mut self, look: impl FnOnce(UserRecords<'_>, &mut M) -> T) -> T {
        self.layout.turn_keys(self.buffer.as_mut());
        let seen = look(self.layout.user_records(self.buffer.as_ref()), &mut self.engine);
        self.layout.turn_keys(self.buffer.as_mut());
        seen
    }

    /// Removes the user records whose keys `keep` rejects. `keep` must accept the first one.
    pub(crate) fn retain(&mut self, keep: impl FnMut(&str, Option<&str>, &mut M) -> bool) {
        self.layout.retain(self.buffer.as_mut(), &mut self.engine, keep);
    }
}

print_as!([B, K, M] Aggregator<B, K, M>, self =>
    "Aggregator {{ user_records: {:?}, size: {:?}, sealed: {:?}, .. }}",
    self.user_record_count(), self.size(), self.is_sealed());
