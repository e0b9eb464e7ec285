//! Bytes of the format, put together by hand.

use md5::{Digest as _, Md5};

pub const MAGIC: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];
pub const DIGEST_LEN: usize = 16;

pub fn md5(message: &[u8]) -> [u8; DIGEST_LEN] {
    Md5::digest(message).into()
}

/// Magic, message and the right digest.
pub fn frame(message: &[u8]) -> Vec<u8> {
    [&MAGIC, message, &md5(message)].concat()
}

/// A varint of the shortest length.
pub fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value % 0x80) as u8 | 0x80);
        value /= 0x80;
    }
    bytes.push(value as u8);
    bytes
}

/// A length-delimited field of a number below 16.
pub fn len_field(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2], varint(content.len() as u64).as_slice(), content].concat()
}

/// A varint field of a number below 16.
pub fn varint_field(number: u8, value: u64) -> Vec<u8> {
    [&[number << 3], varint(value).as_slice()].concat()
}
