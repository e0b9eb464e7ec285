//! An event: a list of records, and other fields.

use std::sync::Arc;

use serde::de::Error as _;
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use super::fields::Fields;
use super::found::{Found, Frame, find};
use super::kinesis_record::KinesisRecord;
use super::transform_response::{TransformResponse, Transformed};
use super::unreadable_record::UnreadableRecord;
use super::user_record::UserRecord;
use super::user_records::UserRecords;

/// The event of a Lambda function, or the output of `aws kinesis get-records`.
///
/// It can be the event of a Kinesis stream (also of a time window, whose fields are among the
/// [other](Event::other)), of a Firehose transformation, or of a Kinesis Data Analytics preprocessor; the
/// answer to `GetRecords` as JSON; a list of records; or a single record. All of these may be wrapped as AWS
/// wraps them: see the table in [`kinesis_agg_shapes`]. Each record is recognised by its own fields.
///
/// An event in a wrapper is read as if it stood alone. The fields around it are not kept.
///
/// Use `serde_json` to read and write it, since fields are kept as they were written. It cannot be part of an
/// untagged or flattened serde type.
#[derive(Clone, Debug)]
pub struct Event {
    /// The records in order. An unreadable record does not affect the others.
    pub records: Vec<Result<Arc<KinesisRecord>, UnreadableRecord>>,
    /// The other fields of the event: `deliveryStreamArn`, `NextShardIterator`.
    pub other: Fields,
    frame: Frame,
}

impl Event {
    #[cfg(feature = "lambda-events")]
    pub(super) fn new(field: &'static str, records: Vec<KinesisRecord>, other: Fields) -> Self {
        let records = records.into_iter().map(|record| Ok(Arc::new(record))).collect();
        Self { records, other, frame: Frame::Field(field) }
    }

    /// The user records, lazily and in order. In the place of an unreadable record there is an error.
    ///
    /// It shares the records, so it does not borrow the event.
    pub fn user_records(&self) -> UserRecords {
        UserRecords::new(self.records.clone())
    }

    /// All user records, and all records that could not be read.
    pub fn deaggregate(&self) -> (Vec<UserRecord>, Vec<UnreadableRecord>) {
        self.user_records().into_vecs()
    }

    /// The answer to a transformation's event. `transform` is called with the user records of each Kinesis
    /// record.
    ///
    /// A record that cannot be read is answered as failed.
    ///
    /// ```
    /// use bytes::Bytes;
    /// use kinesis_agg_aws::lambda::{Event, Transformed};
    ///
    /// let event: Event = serde_json::from_str(
    ///     r#"{"records": [
    ///         {"recordId": "49", "approximateArrivalTimestamp": 1651074266435, "data": "MjEuNQ=="}
    ///     ]}"#,
    /// )?;
    /// let response = event.transform(|user_records| {
    ///     let lines = user_records.iter().flat_map(|record| [&record.data()[..], b"\n"].concat());
    ///     Transformed::ok(lines.collect::<Bytes>())
    /// });
    /// let json = serde_json::to_string(&response)?;
    /// assert_eq!(json, r#"{"records":[{"recordId":"49","result":"Ok","data":"MjEuNQo="}]}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn transform(&self, mut transform: impl FnMut(&[UserRecord]) -> Transformed) -> TransformResponse {
        let mut response = TransformResponse::default();
        let mut all = self.user_records().filter_map(Result::ok).peekable();
        for record in &self.records {
            match record {
                Ok(record) => {
                    let of_this = |user: &UserRecord| Arc::ptr_eq(user.kinesis_record(), record);
                    let user_records: Vec<_> = std::iter::from_fn(|| all.next_if(of_this)).collect();
                    response.push(record, transform(&user_records));
                }
                Err(unreadable) => response.push_unreadable(unreadable),
            }
        }
        response
    }
}

impl<'de> Deserialize<'de> for Event {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // `serde_json::from_slice` lends its text; readers and values do not.
        let json = <Box<RawValue>>::deserialize(deserializer)?;
        let Found { records, other, frame } = find(&json).map_err(D::Error::custom)?;
        Ok(Self { records, other, frame })
    }
}

impl Serialize for Event {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let records = List(&self.records);
        match (self.frame, self.records.as_slice()) {
            (Frame::Field(name), _) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, field) in &self.other {
                    map.serialize_entry(name, field)?;
                }
                map.serialize_entry(name, &records)?;
                map.end()
            }
            (Frame::Single, [record]) => Written(record).serialize(serializer),
            _ => records.serialize(serializer),
        }
    }
}

struct List<'a>(&'a [Result<Arc<KinesisRecord>, UnreadableRecord>]);

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0.iter().map(Written))
    }
}

/// A record, readable or not.
struct Written<'a>(&'a Result<Arc<KinesisRecord>, UnreadableRecord>);

impl Serialize for Written<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Ok(record) => record.as_ref().serialize(serializer),
            Err(unreadable) => unreadable.serialize(serializer),
        }
    }
}
