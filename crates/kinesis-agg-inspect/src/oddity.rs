//! What is unusual about a record, by its name.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

/// How much an oddity matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Readers refuse the record, or deliver something other than intended.
    Fault,
    /// Readers disagree about it, or some of them lose something.
    Risk,
    /// Legal and harmless, but without effect, or not written by any known producer.
    Note,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident $severity:ident $one:literal $meaning:literal)*) => {
        /// A kind of oddity.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum OddityKind { $($(#[$doc])* $name,)* }

        impl OddityKind {
            /// Its name in the singular.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => $one,)* }
            }

            /// What it means for readers of the record.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning,)* }
            }

            /// How much it matters.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

kinds! {
    /// The data ends too early.
    Truncated Fault "truncated" "the data ends before the message: the rest is lost"
    /// Magic and digest without a message.
    NoMessage Fault "no message" "consumers take it for a plain record; the Node module for an empty aggregate"
    /// The digest is not that of the message.
    WrongDigest Fault "wrong digest" "consumers take the record for a plain one and deliver it unchanged"
    /// The digest is cut off or missing.
    DigestCut Fault "digest cut off" "the message seems whole, but consumers take the record for a plain one"
    /// Bytes after a right digest.
    TrailingBytes Fault "bytes after the digest" "without them the record is whole; with them consumers take it for a plain one"
    /// Another aggregate after a right digest.
    AggregateBehind Fault "another aggregate after the digest" "consumers take both together for one plain record: two aggregates were put into one record"
    /// Invalid protobuf.
    Unreadable Fault "unreadable" "the rest of the same message cannot be read"
    /// An index outside the key table.
    IndexOutsideTable Fault "index outside its key table" "KCL and the Python module deliver the user records before it and drop the rest"
    /// A user record without its partition key.
    PartitionKeyIndexMissing Fault "user record without a partition key index" "KCL takes the whole record for a plain one"
    /// A user record without data.
    DataMissing Fault "user record without data" "KCL takes the whole record for a plain one"
    /// A key that is not text.
    KeyNotUtf8 Fault "key that is not UTF-8" "readers deliver U+FFFD, raw bytes or an error"
    /// A tag that is not text, or has no key.
    BadTag Fault "tag without a key or not UTF-8" "readers refuse the record or ignore the tag"
    /// A key that the service would refuse.
    KeyTooLong Fault "key longer than the service accepts" "at most 256 code points, which are at most 1,024 bytes"
    /// An empty partition key.
    EmptyPartitionKey Risk "empty partition key" "the service refuses it, so such a user record cannot be sent as a plain record"
    /// An explicit hash key that is no hash key.
    ExplicitHashKeyNoNumber Risk "explicit hash key that is no number" "KCL stops there and drops the rest of the aggregate"
    /// An explicit hash key from 2^128 on.
    ExplicitHashKeyTooLarge Risk "explicit hash key of 2^128 or more" "KCL drops the whole aggregate"
    /// An explicit hash key with leading zeros.
    ExplicitHashKeyLeadingZeros Risk "explicit hash key with leading zeros" "the KPL reads it as an octal number, others as a decimal"
    /// User records with and without explicit hash keys in one aggregate.
    ExplicitHashKeyAbsent Risk "user record without an explicit hash key beside others that have one" "the Python and Node modules give it the first one in the table"
    /// A user record that contains an aggregate.
    NestedAggregate Risk "aggregate inside a user record" "consumers unpack one level: the data was aggregated twice"
    /// Larger than a stream takes by default.
    OverServiceLimit Risk "larger than 1 MiB" "only a stream that is configured for larger records accepts it"
    /// A known field with a wrong wire type.
    WrongWireType Risk "known field with another wire type" "protobuf readers skip it; the Node module reads garbage"
    /// A repeated singular field.
    RepeatedField Note "repeated field" "the last one counts"
    /// A partition key without a user record.
    UnusedPartitionKey Note "unused partition key" "bytes without effect"
    /// An explicit hash key without a user record.
    UnusedExplicitHashKey Note "unused explicit hash key" "bytes without effect"
    /// A partition key that repeats an earlier one.
    DuplicatePartitionKey Note "duplicate partition key" "written again instead of its index"
    /// An explicit hash key that repeats an earlier one.
    DuplicateExplicitHashKey Note "duplicate explicit hash key" "written again instead of its index"
    /// A field that the format does not define.
    UnknownField Note "unknown field" "readers skip it"
    /// A number with more bytes than necessary.
    PaddedVarint Note "varint that is not minimal" "legal; some readers stop at 5 bytes for tags and lengths"
    /// Keys after user records.
    KeysAfterRecords Note "key after user records" "legal; a reader must see the whole message before the first user record"
    /// Tags, which the format defines but nobody writes.
    Tag Note "tag" "part of the format, written by no known producer and delivered by no known consumer"
    /// A user record that its producer compressed.
    Compressed Note "compressed user record" "consumers deliver it unchanged; `kinagg unpack --decompress` decompresses it"
    /// A message without user records.
    NoUserRecords Note "no user record" "every reader delivers nothing"
}

/// The count of something unusual, and the first places.
#[derive(Clone, Debug)]
pub struct Oddity {
    /// What it is.
    pub kind: OddityKind,
    /// The count.
    pub count: usize,
    /// The first places: offset in bytes, and what is there, already escaped.
    pub places: Vec<(usize, String)>,
}

impl fmt::Display for Oddity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.count > 1 {
            write!(f, "{} × ", crate::shown::Grouped::of(self.count))?;
        }
        f.write_str(self.kind.name())
    }
}

/// Everything unusual, the worst first.
#[derive(Clone, Debug, Default)]
pub struct Oddities(Vec<Oddity>);

impl Oddities {
    /// The most places of one kind that are kept.
    const MAX_PLACES: usize = 3;

    /// `describe` is called only if the place is kept.
    pub(crate) fn add(&mut self, kind: OddityKind, offset: usize, describe: impl FnOnce() -> String) {
        let found = self.0.binary_search_by_key(&kind, |oddity| oddity.kind);
        let position = found.unwrap_or_else(|position| {
            self.0.insert(position, Oddity { kind, count: 0, places: Vec::new() });
            position
        });
        let Some(oddity) = self.0.get_mut(position) else { return };
        oddity.count = oddity.count.saturating_add(1);
        if oddity.places.len() < Self::MAX_PLACES {
            oddity.places.push((offset, describe()));
        }
    }

    /// In the order of [`OddityKind`], errors first.
    pub fn iter(&self) -> core::slice::Iter<'_, Oddity> {
        self.0.iter()
    }

    /// Whether there is nothing unusual.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The one of this kind.
    pub fn of(&self, kind: OddityKind) -> Option<&Oddity> {
        self.0.iter().find(|oddity| oddity.kind == kind)
    }
}

impl<'a> IntoIterator for &'a Oddities {
    type Item = &'a Oddity;
    type IntoIter = core::slice::Iter<'a, Oddity>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
