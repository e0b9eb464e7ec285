//! Turns the fuzzer's bytes into input for the checks.
//!
//! The beginning of the bytes decides how a reader gets them:
//!
//! | first bytes | meaning |
//! |---|---|
//! | the magic | the data of a Kinesis record as it is |
//! | `00`, with which no message begins | a program that builds a message, most of it correct |
//! | anything else | a message, to which magic and digest are added |

use arbitrary::{Arbitrary, Result, Unstructured};
use kinesis_agg::schema;

use testkit::wire::{frame, len_field, varint, varint_field};
use testkit::{OwnedRecord, reference};

/// The data of a Kinesis record.
pub(crate) fn kinesis_data(input: &[u8]) -> Vec<u8> {
    if input.starts_with(&schema::MAGIC) { input.to_vec() } else { frame(&message(input)) }
}

/// A message; for data with the magic, the part between magic and digest.
pub(crate) fn message(input: &[u8]) -> Vec<u8> {
    match input {
        [0, program @ ..] => built_message(&mut Unstructured::new(program)),
        _ => match input.strip_prefix(&schema::MAGIC) {
            Some(framed) => {
                framed.split_last_chunk::<{ schema::DIGEST_LEN }>().unwrap_or((framed, &[0; 16])).0.to_vec()
            }
            None => input.to_vec(),
        },
    }
}

/// Fields of a message, until the input ends or says stop.
fn built_message(u: &mut Unstructured<'_>) -> Vec<u8> {
    let mut message = Vec::new();
    while !u.is_empty() && message.len() < 1 << 14 {
        match field(u) {
            Ok(field) => message.extend(field),
            Err(_) => break,
        }
    }
    message
}

fn field(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    Ok(match u.int_in_range(0..=15)? {
        0..=3 => len(1, key(u)?.as_bytes(), u)?,
        4..=5 => len(2, hash_key_text(u)?.as_bytes(), u)?,
        6..=12 => {
            let record = record(u)?;
            len(3, &record, u)?
        }
        13 => len(u8::arbitrary(u)? % 5, <&[u8]>::arbitrary(u)?, u)?,
        14 => unknown(u, 0)?,
        // A key near the greatest length that is read.
        _ => len(1 + u8::arbitrary(u)? % 2, &vec![b'k'; 1020 + usize::from(u8::arbitrary(u)? % 8)], u)?,
    })
}

fn record(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut fields = vec![varint_field(1, index(u)?)];
    if bool::arbitrary(u)? {
        fields.push(varint_field(2, index(u)?));
    }
    let data = <&[u8]>::arbitrary(u)?;
    fields.push(len(3, &data[..data.len().min(200)], u)?);
    for _ in 0..u.int_in_range(0..=7)? {
        let extra = match u.int_in_range(0..=7)? {
            0..=1 => {
                let tag = tag(u)?;
                len(4, &tag, u)?
            }
            2 => varint_field(1 + u8::arbitrary(u)? % 2, index(u)?),
            3 => [vec![8 * (u8::arbitrary(u)? % 3)], long_varint(u)?].concat(),
            4 => len(3, b"last", u)?,
            // Another wire type for a known field.
            5 => len(1 + u8::arbitrary(u)? % 2, &varint(u64::arbitrary(u)?), u)?,
            _ => unknown(u, 0)?,
        };
        fields.push(extra);
    }
    if u.ratio(1, 4)? {
        let from = u.choose_index(fields.len())?;
        fields.rotate_left(from);
    }
    if u.ratio(1, 16)? {
        fields.pop();
    }
    Ok(fields.concat())
}

fn tag(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut fields = len(1, <&str>::arbitrary(u)?.as_bytes(), u)?;
    match u.int_in_range(0..=7)? {
        0..=3 => fields.extend(len(2, <&str>::arbitrary(u)?.as_bytes(), u)?),
        4 => fields.extend(len(2, <&[u8]>::arbitrary(u)?, u)?),
        5 => fields.extend(unknown(u, 0)?),
        6 => fields.clear(),
        _ => {}
    }
    Ok(fields)
}

/// A field that the format does not define; groups nest.
fn unknown(u: &mut Unstructured<'_>, depth: usize) -> Result<Vec<u8>> {
    let number = 5 + u8::arbitrary(u)? % 11;
    let start = number << 3;
    Ok(match u.int_in_range(0..=6)? {
        0 => [vec![start], long_varint(u)?].concat(),
        1 => [&[start | 1], u64::arbitrary(u)?.to_le_bytes().as_slice()].concat(),
        2 => len(number, <&[u8]>::arbitrary(u)?, u)?,
        3 => [&[start | 5], u32::arbitrary(u)?.to_le_bytes().as_slice()].concat(),
        4 if depth < 4 => {
            let content = unknown(u, depth + 1)?;
            [&[start | 3], content.as_slice(), &[start | 4]].concat()
        }
        // Near the greatest depth.
        5 if depth < 4 => {
            let groups = 95 + usize::from(u8::arbitrary(u)? % 8);
            let inside = if bool::arbitrary(u)? { vec![start, 1] } else { Vec::new() };
            [vec![start | 3; groups], inside, vec![start | 4; groups]].concat()
        }
        // A field number of several bytes.
        _ => [varint(u64::from(u32::arbitrary(u)?) & !7), long_varint(u)?].concat(),
    })
}

/// A length-delimited field. Its tag and length are sometimes longer than necessary, or wrong.
fn len(number: u8, content: &[u8], u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let padded = |value: u64, bytes: usize| {
        let mut padded = varint(value);
        while padded.len() < bytes {
            *padded.last_mut().unwrap() |= 0x80;
            padded.push(0);
        }
        padded
    };
    let tag = u64::from(number << 3 | 2);
    let length = content.len() as u64;
    Ok(match u8::arbitrary(u)? {
        byte @ 240..=249 => {
            let bytes = usize::from(byte - 239);
            [padded(tag, bytes), padded(length, 11 - bytes), content.to_vec()].concat()
        }
        250 => [padded(tag, 1), padded(length, 11), content.to_vec()].concat(),
        251 => [padded(tag, 1), padded(length + 1, 1), content.to_vec()].concat(),
        252 => [padded(tag, 1), padded(length.saturating_sub(1), 1), content.to_vec()].concat(),
        253 => [padded(tag, 1), varint(u64::arbitrary(u)?), content.to_vec()].concat(),
        _ => len_field(number, content),
    })
}

/// A varint of up to 11 bytes.
fn long_varint(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let bytes = u.int_in_range(1..=11)?;
    let mut varint = vec![0x80; bytes - 1];
    for byte in &mut varint {
        *byte |= u8::arbitrary(u)?;
    }
    // The tenth byte may be 1 at most.
    varint.push(match u8::arbitrary(u)? {
        byte @ 0..=63 => byte % 4,
        byte => byte & 0x7F,
    });
    Ok(varint)
}

/// A position in a table, mostly an existing one.
fn index(u: &mut Unstructured<'_>) -> Result<u64> {
    Ok(match u8::arbitrary(u)? {
        byte @ 0..=191 => u64::from(byte % 3),
        byte @ 192..=247 => u64::from(byte % 32),
        248 => 0x80,
        249 => 0x4000,
        250 => 1 << 32,
        _ => u64::arbitrary(u)?,
    })
}

/// A partition key, mostly one that the service accepts.
pub(crate) fn key(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(match u8::arbitrary(u)? {
        byte @ 0..=127 => format!("key-{}", byte % 6),
        128..=199 => <&str>::arbitrary(u)?.to_owned(),
        byte @ 200..=219 => ["k", "ß", "€", "😀"][usize::from(byte % 4)].repeat(usize::from(byte % 5) + 254),
        220 => String::new(),
        byte => format!("k{}", u32::from(byte) * u32::from(u8::arbitrary(u)?)),
    })
}

/// Text that is almost a hash key, or barely one.
pub(crate) const ODD_HASH_KEYS: [&str; 12] = [
    "",
    "0",
    "00",
    "01",
    "-1",
    "+1",
    "1 ",
    "٣",
    "undefined",
    "340282366920938463463374607431768211456",
    "340282366920938463463374607431768211455",
    "1_0",
];

/// An explicit hash key, mostly one that the service accepts.
pub(crate) fn hash_key_text(u: &mut Unstructured<'_>) -> Result<String> {
    Ok(match u8::arbitrary(u)? {
        byte @ 0..=127 => (u128::from(byte % 16) << 124).to_string(),
        byte @ 128..=159 => ((u128::from(byte % 16) << 124).wrapping_sub(1)).to_string(),
        160..=219 => u128::arbitrary(u)?.to_string(),
        byte @ 220..=247 => ODD_HASH_KEYS[usize::from(byte) % ODD_HASH_KEYS.len()].to_owned(),
        _ => <&str>::arbitrary(u)?.to_owned(),
    })
}

/// An explicit hash key that the service accepts.
fn valid_hash_key(u: &mut Unstructured<'_>) -> Result<u128> {
    let byte = u8::arbitrary(u)?;
    let sixteenth = u128::from(byte % 16) << 124;
    Ok(match byte {
        0..=127 => sixteenth,
        128..=191 => sixteenth.wrapping_sub(1),
        _ => u128::arbitrary(u)?,
    })
}

fn user_record_data(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    Ok(match u8::arbitrary(u)? {
        // Near the steps of a length's varint, and beyond the limits that the checks set.
        byte @ 224..=239 => vec![byte; 110 + usize::from(byte)],
        // An aggregate, or almost one.
        byte @ 216..=223 => {
            let mut inner = reference::write(&[OwnedRecord::new("inner", &[byte])]);
            inner.truncate(inner.len() - usize::from(byte == 223));
            inner
        }
        byte @ 240.. => vec![byte; 16_372 + usize::from(byte - 240)],
        byte => {
            let len = usize::from(byte % 24).min(u.len());
            u.bytes(len)?.to_vec()
        }
    })
}

fn tags(u: &mut Unstructured<'_>) -> Result<Vec<(String, Option<String>)>> {
    let count = u8::arbitrary(u)?.saturating_sub(224) / 8;
    (0..count).map(|_| Ok((String::arbitrary(u)?, Option::arbitrary(u)?))).collect()
}

/// Any user record, mostly valid.
pub(crate) fn any_record(u: &mut Unstructured<'_>) -> Result<OwnedRecord> {
    let explicit_hash_key = if bool::arbitrary(u)? { Some(hash_key_text(u)?) } else { None };
    Ok(OwnedRecord { partition_key: key(u)?, explicit_hash_key, data: user_record_data(u)?, tags: tags(u)? })
}

/// A user record that the service would accept and that fits into a few hundred bytes.
pub(crate) fn small_valid_record(u: &mut Unstructured<'_>) -> Result<OwnedRecord> {
    let partition_key = match u8::arbitrary(u)? {
        byte @ 0..=191 => format!("key-{}", byte % 16),
        192..=223 => <&str>::arbitrary(u)?.chars().take(40).chain(['k']).collect(),
        byte => "k".repeat(usize::from(byte) - 100),
    };
    let explicit_hash_key = if bool::arbitrary(u)? { Some(valid_hash_key(u)?.to_string()) } else { None };
    let len = u.int_in_range(0..=60)?.min(u.len());
    let data = u.bytes(len)?.to_vec();
    let mut tags = tags(u)?;
    tags.truncate(1);
    for (key, value) in &mut tags {
        *key = key.chars().take(4).collect();
        *value = value.as_ref().map(|value| value.chars().take(9).collect());
    }
    Ok(OwnedRecord { partition_key, explicit_hash_key, data, tags })
}

/// As many as the input says, at most `max`.
pub(crate) fn list<T>(
    u: &mut Unstructured<'_>,
    max: usize,
    mut one: impl FnMut(&mut Unstructured<'_>) -> Result<T>,
) -> Vec<T> {
    let mut items = Vec::new();
    while !u.is_empty() && items.len() < max {
        match one(u) {
            Ok(item) => items.push(item),
            Err(_) => break,
        }
    }
    items
}
