//! Finds the message and its digest.

use core::ops::Range;

use kinesis_agg::schema::{DIGEST_LEN, MAGIC};
use md5::{Digest, Md5};

use crate::fields::{Fields, Wire};

/// The message of a user record begins with these.
const PARTITION_KEY_INDEX_TAG: u8 = 0x08;

/// The digest at the end of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DigestFound {
    /// Where it begins.
    pub offset: usize,
    /// The bytes there.
    pub stored: [u8; DIGEST_LEN],
    /// The digest of the message.
    pub computed: [u8; DIGEST_LEN],
}

impl DigestFound {
    /// Whether both are equal.
    pub fn is_right(&self) -> bool {
        self.stored == self.computed
    }
}

/// The content after the magic.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) message: Range<usize>,
    pub(crate) end: End,
}

/// What follows the message.
#[derive(Clone, Debug)]
pub(crate) enum End {
    /// A whole digest, right or wrong, and the bytes after it.
    Digest(DigestFound, Range<usize>),
    /// The beginning of the right digest, or nothing.
    DigestCut(Range<usize>),
    /// The message itself is cut off.
    Cut,
}

impl Frame {
    /// The frame of `data`, which begins with the magic.
    ///
    /// If the last 16 bytes are not the digest of the rest, each place where a field ends is tried as the end
    /// of the message.
    pub(crate) fn of(data: &[u8]) -> Self {
        let start = MAGIC.len();
        let digest_at = data.len().saturating_sub(DIGEST_LEN);
        let last = (digest_at >= start).then(|| Self::digest_at(data, start..digest_at)).flatten();
        match last {
            Some(digest) if digest.is_right() => {
                Self { message: start..digest_at, end: End::Digest(digest, data.len()..data.len()) }
            }
            _ => Self::searched(data).unwrap_or_else(|| Self::damaged(data, last)),
        }
    }

    fn digest_at(data: &[u8], message: Range<usize>) -> Option<DigestFound> {
        let offset = message.end;
        let stored = *data.get(offset..)?.first_chunk()?;
        let computed = Md5::digest(data.get(message)?).into();
        Some(DigestFound { offset, stored, computed })
    }

    /// The message ends where the right digest follows, or its beginning up to the end of the data.
    fn searched(data: &[u8]) -> Option<Self> {
        let start = MAGIC.len();
        let mut digest = Md5::new();
        for field in Fields::new(data, start..data.len(), 0).take_while(|field| field.fault.is_none()) {
            let end = field.content.end;
            digest.update(data.get(field.offset..end)?);
            let behind = data.get(end..)?;
            let computed: [u8; DIGEST_LEN] = digest.clone().finalize().into();
            if behind.starts_with(&computed) {
                let found = DigestFound { offset: end, stored: computed, computed };
                let trailing = end.saturating_add(DIGEST_LEN)..data.len();
                return Some(Self { message: start..end, end: End::Digest(found, trailing) });
            }
            if !behind.is_empty() && computed.starts_with(behind) {
                return Some(Self { message: start..end, end: End::DigestCut(end..data.len()) });
            }
        }
        None
    }

    fn damaged(data: &[u8], last: Option<DigestFound>) -> Self {
        let start = MAGIC.len();
        let fault = |end| Fields::new(data, start..end, 0).find_map(|field| field.fault);
        let whole = data.len().max(start);
        let with_digest = |digest: DigestFound| Self {
            message: start..digest.offset,
            end: End::Digest(digest, whole..whole),
        };
        let is_cut = fault(whole).is_none_or(|fault| fault.is_cut());
        match last {
            Some(digest) if fault(digest.offset).is_none() && !goes_on(data, digest.offset) => {
                with_digest(digest)
            }
            Some(digest) if !is_cut => with_digest(digest),
            _ if fault(whole).is_none() => Self { message: start..whole, end: End::DigestCut(whole..whole) },
            _ => Self { message: start..whole, end: End::Cut },
        }
    }
}

/// Whether the message appears to continue at `offset`, so that no digest is there. One digest in some
/// thousands looks like this.
fn goes_on(data: &[u8], offset: usize) -> bool {
    let Some(field) = Fields::new(data, offset..data.len(), 0).next() else { return false };
    let content = data.get(field.content).unwrap_or_default();
    match (field.number, field.wire) {
        (1 | 2, Wire::Len) => core::str::from_utf8(content).is_ok_and(|key| !key.contains(char::is_control)),
        (3, Wire::Len) => content.starts_with(&[PARTITION_KEY_INDEX_TAG]),
        _ => false,
    }
}
