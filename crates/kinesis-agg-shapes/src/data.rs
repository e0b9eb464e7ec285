//! The data of a record, in any form in which programs write bytes into JSON.

use alloc::borrow::{Cow, ToOwned};
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

/// The value of a field whose role is [`Role::Data`](crate::Role::Data), parsed in linear time.
///
/// ```
/// use kinesis_agg_shapes::Data;
///
/// let buffer: Data = serde_json::from_str(r#"{"type": "Buffer", "data": [120, 121]}"#)?;
/// assert_eq!(buffer, Data::Bytes(b"xy".to_vec()));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data<'a> {
    /// Text, not decoded yet. AWS writes base64.
    Text(Cow<'a, str>),
    /// The bytes of a list of numbers, or of an object that contains one.
    Bytes(Vec<u8>),
}

impl<'de: 'a, 'a> Deserialize<'de> for Data<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(DataVisitor)
    }
}

struct DataVisitor;

impl<'de> Visitor<'de> for DataVisitor {
    type Value = Data<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("base64 text, a list of bytes or an object with one")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Data::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Data::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Self::Value, E> {
        Ok(Data::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut bytes = Vec::new();
        while let Some(number) = list.next_element::<i64>()? {
            bytes.push(byte::<A::Error>(number)?);
        }
        Ok(Data::Bytes(bytes))
    }

    /// `{"type": "Buffer", "data": [..]}` of Node; `{"0": 243, "1": ..}` of a `Uint8Array`; `{"hb": [..],
    /// "offset": 0, "position": 0, "limit": 9}` of a `ByteBuffer` in Java; and other objects with the bytes,
    /// or their base64, in one field.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut inner = None;
        let mut numbered = Vec::new();
        let (mut offset, mut position, mut limit) = (0_usize, 0_usize, None);
        while let Some(name) = map.next_key::<Cow<'de, str>>()? {
            match name.as_ref() {
                "data" | "hb" | "array" | "bytes" | "inner" | "B" | "$binary" | "base64" | "binary" => {
                    if inner.replace(map.next_value::<Data<'de>>()?).is_some() {
                        return Err(A::Error::custom("two fields with the bytes, expected one"));
                    }
                }
                "offset" => offset = map.next_value()?,
                "position" => position = map.next_value()?,
                "limit" => limit = Some(map.next_value::<usize>()?),
                name => match name.parse::<usize>() {
                    Ok(index) => numbered.push((index, byte::<A::Error>(map.next_value()?)?)),
                    Err(_) => {
                        map.next_value::<IgnoredAny>()?;
                    }
                },
            }
        }
        if inner.is_some() && !numbered.is_empty() {
            return Err(A::Error::custom("the bytes are in numbered fields and in another one"));
        }
        match inner {
            Some(Data::Bytes(mut bytes)) => {
                let begin = offset.saturating_add(position);
                let end = limit.map_or(bytes.len(), |limit| offset.saturating_add(limit));
                if begin > end || end > bytes.len() {
                    return Err(A::Error::custom("position and limit lie outside the bytes"));
                }
                bytes.truncate(end);
                bytes.drain(..begin);
                Ok(Data::Bytes(bytes))
            }
            Some(text) => Ok(text),
            None => in_order(numbered)
                .map(Data::Bytes)
                .ok_or_else(|| A::Error::invalid_type(Unexpected::Map, &self)),
        }
    }
}

/// The bytes by index, if the indices are exactly the numbers from 0.
fn in_order(numbered: Vec<(usize, u8)>) -> Option<Vec<u8>> {
    let mut bytes = vec![None; numbered.len()];
    for (index, byte) in numbered {
        // If an index occurs twice, another one is missing.
        *bytes.get_mut(index)? = Some(byte);
    }
    bytes.into_iter().collect::<Option<Vec<u8>>>().filter(|bytes| !bytes.is_empty())
}

/// A byte. Some languages have signed bytes.
fn byte<E: Error>(number: i64) -> Result<u8, E> {
    let signed = || i8::try_from(number).ok().map(i8::cast_unsigned);
    u8::try_from(number)
        .ok()
        .or_else(signed)
        .ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &"a byte"))
}
