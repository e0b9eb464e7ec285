//! Sending a user record without a frame.

use crate::deaggregate::decoder::Decoder;
use crate::md5_engine::{Md5, Md5Engine};
use crate::record::{KinesisRecord, UserRecord};

impl<'a> KinesisRecord<'a> {
    /// Makes a plain Kinesis record of one user record: its data and keys, without a frame.
    ///
    /// `None` if that would change the user record: it has tags, which a plain record cannot have, or its
    /// data is itself an aggregate, which readers would unpack. The caller checks the limits, with
    /// [`KinesisRecord::size`].
    ///
    /// ```
    /// use kinesis_agg::{AddError, Aggregator, KinesisRecord, UserRecord};
    ///
    /// let mut aggregator = Aggregator::new([0; 64]);
    /// let record = UserRecord::new("camera-1", &[0; 50_000]);
    /// if let Err(AddError::TooLarge { fits_plain: true, .. }) = aggregator.add(&record) {
    ///     let plain = KinesisRecord::plain(&record).unwrap();
    ///     assert_eq!(plain.size(), 50_008); // send it here
    /// }
    /// ```
    pub fn plain(record: &UserRecord<'a>) -> Option<Self> {
        Self::plain_with(record, Md5)
    }

    /// Does what [`KinesisRecord::plain`] does, with another MD5.
    pub fn plain_with(record: &UserRecord<'a>, engine: impl Md5Engine) -> Option<Self> {
        let UserRecord { partition_key, explicit_hash_key, data, tags } = *record;
        let changes = !tags.is_empty() || Decoder::new().with_engine(engine).is_aggregated(data);
        (!changes).then_some(Self { partition_key, explicit_hash_key, data, user_records: 1 })
    }
}
