//! The fields of a JSON object, as they were written.

use std::collections::{BTreeMap, btree_map};

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};
use serde_json::value::{RawValue, to_raw_value};

/// The value of a field.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Field {
    /// A string, without quotes and escapes.
    Text(String),
    /// Anything else, as it was written, so that a number keeps each digit.
    Json(Box<RawValue>),
}

impl Field {
    pub(super) fn read(json: &RawValue) -> Self {
        match json.get().starts_with('"').then(|| serde_json::from_str(json.get())) {
            Some(Ok(text)) => Self::Text(text),
            // Also a string with half a surrogate pair, which a `String` cannot hold.
            _ => Self::Json(json.to_owned()),
        }
    }

    /// A number, written like this, or a string if it is no JSON.
    #[cfg(any(feature = "lambda-events", feature = "sdk"))]
    pub(crate) fn number(text: String) -> Self {
        match RawValue::from_string(text.clone()) {
            Ok(number) => Self::Json(number),
            Err(_) => Self::Text(text),
        }
    }

    #[cfg(feature = "lambda-events")]
    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Json(json) if json.get() == "null")
    }

    /// A string or a number, as text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Json(json) => {
                let json = json.get();
                json.starts_with(|first: char| first == '-' || first.is_ascii_digit()).then_some(json)
            }
        }
    }

    /// The value, read as a `T`.
    ///
    /// # Errors
    /// It is no `T`.
    pub fn parse<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        match self {
            Self::Text(text) => serde_json::from_str(to_raw_value(text)?.get()),
            Self::Json(json) => serde_json::from_str(json.get()),
        }
    }
}

/// Two values are equal if they were written in the same way. Escapes in strings do not matter.
impl PartialEq for Field {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Json(a), Self::Json(b)) => a.get() == b.get(),
            _ => false,
        }
    }
}

impl Eq for Field {}

impl From<String> for Field {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Json(json) => json.serialize(serializer),
        }
    }
}

/// Fields by name.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Fields(BTreeMap<String, Field>);

/// An object in a text. Of fields with the same name, the last counts.
pub(super) type Object<'a> = BTreeMap<String, &'a RawValue>;

/// Reads an object; `None` if it is something else.
pub(super) fn read_object(json: &RawValue) -> Option<Object<'_>> {
    json.get().starts_with('{').then(|| serde_json::from_str(json.get()).ok()).flatten()
}

impl Fields {
    pub(super) fn read(object: Object<'_>) -> Self {
        Self(object.into_iter().map(|(name, json)| (name, Field::read(json))).collect())
    }

    /// The field of this name.
    pub fn get(&self, name: &str) -> Option<&Field> {
        self.0.get(name)
    }

    /// The field of this name, if it is a string or a number, as text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.get(name)?.as_text()
    }

    /// Sets a field.
    pub fn insert(&mut self, name: &str, field: impl Into<Field>) {
        self.0.insert(name.to_owned(), field.into());
    }

    /// Takes a field out.
    pub fn remove(&mut self, name: &str) -> Option<Field> {
        self.0.remove(name)
    }

    /// Iterates over the fields in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Field)> {
        self.into_iter()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

type Iter<'a> =
    std::iter::Map<btree_map::Iter<'a, String, Field>, fn((&'a String, &'a Field)) -> (&'a str, &'a Field)>;

impl<'a> IntoIterator for &'a Fields {
    type Item = (&'a str, &'a Field);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.0.iter().map(|(name, field)| (name.as_str(), field))
    }
}
