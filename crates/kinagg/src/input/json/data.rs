//! The data of a record, however a program has written its bytes into JSON.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::base64::{self, Ending};

/// What stands in the field of the data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Data<'a> {
    /// Base64, or what Python prints of bytes.
    Text(Cow<'a, str>),
    /// The bytes, out of a list of numbers.
    Bytes(Vec<u8>),
}

impl Data<'_> {
    /// Puts the bytes behind `bytes`.
    ///
    /// # Errors
    /// What is wrong with the text, as the end of a sentence that begins with what it is.
    pub(crate) fn decode(&self, bytes: &mut Vec<u8>) -> Result<Ending, String> {
        let text = match self {
            Self::Bytes(data) => {
                bytes.extend_from_slice(data);
                return Ok(Ending::Whole);
            }
            Self::Text(text) => text.as_bytes(),
        };
        let begin = bytes.len();
        let error = match base64::decode(text, bytes) {
            Ok(ending) => return Ok(ending),
            Err(error) => error,
        };
        bytes.truncate(begin);
        // `json.dumps(answer, default=str)`, and a Buffer within a text.
        match crate::input::text::bytes_printed(text) {
            Some((data, false)) => {
                bytes.extend_from_slice(&data);
                Ok(Ending::Whole)
            }
            Some((data, true)) => {
                bytes.extend_from_slice(&data);
                Ok(Ending::CutOff)
            }
            None => Err(error),
        }
    }
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
                    inner = Some(map.next_value::<Data<'de>>()?);
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
        match inner {
            Some(Data::Bytes(bytes)) => {
                let begin = offset.saturating_add(position);
                let end = limit.map_or(bytes.len(), |limit| offset.saturating_add(limit));
                let range = bytes
                    .get(begin..end)
                    .ok_or_else(|| A::Error::custom("position and limit lie outside the bytes"))?;
                Ok(Data::Bytes(range.to_vec()))
            }
            Some(text) => Ok(text),
            None => {
                numbered.sort_unstable();
                let is_list =
                    !numbered.is_empty() && numbered.iter().map(|(index, _)| *index).eq(0..numbered.len());
                let bytes = numbered.into_iter().map(|(_, byte)| byte).collect();
                is_list
                    .then_some(Data::Bytes(bytes))
                    .ok_or_else(|| A::Error::invalid_type(Unexpected::Map, &self))
            }
        }
    }
}

/// A byte, also of a language whose bytes have a sign.
fn byte<E: Error>(number: i64) -> Result<u8, E> {
    let signed = || i8::try_from(number).ok().map(i8::cast_unsigned);
    u8::try_from(number)
        .ok()
        .or_else(signed)
        .ok_or_else(|| E::invalid_value(Unexpected::Signed(number), &"a byte"))
}
