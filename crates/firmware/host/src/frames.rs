//! The frames of the firmware: three lengths as big-endian `u16`, then partition key, explicit hash key
//! (empty if there is none) and data.

use anyhow::{Context, Result};

/// The content of a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Frame {
    pub(crate) partition_key: String,
    pub(crate) explicit_hash_key: Option<String>,
    pub(crate) data: Vec<u8>,
}

/// Reads all frames of a stream.
pub(crate) fn read_all(mut bytes: &[u8]) -> Result<Vec<Frame>> {
    let mut frames = Vec::new();
    while !bytes.is_empty() {
        let (head, rest) = bytes.split_first_chunk::<6>().context("a frame is cut off in its lengths")?;
        let [a, b, c, d, e, f] = *head;
        bytes = rest;
        let mut part = |len: [u8; 2]| {
            let (part, rest) =
                bytes.split_at_checked(u16::from_be_bytes(len).into()).context("a frame is cut off")?;
            bytes = rest;
            anyhow::Ok(part.to_vec())
        };
        let partition_key = String::from_utf8(part([a, b])?)?;
        let explicit_hash_key = Some(String::from_utf8(part([c, d])?)?).filter(|key| !key.is_empty());
        frames.push(Frame { partition_key, explicit_hash_key, data: part([e, f])? });
    }
    Ok(frames)
}
