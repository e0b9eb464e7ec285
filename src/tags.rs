//! Tags: key-value pairs of a user record, given as a slice or still in their protobuf form.

use core::{fmt, slice};

use crate::escape::Escaped;
use crate::parse_error::{ParseError, ParseErrorKind};
use crate::schema::{record, tag};
use crate::wire::{Reader, Writer, len_field_len};

/// One key-value pair.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// Its name.
    pub key: &'a str,
    /// Its value, if it has one.
    pub value: Option<&'a str>,
}

impl<'a> Tag<'a> {
    /// Reads a tag out of its message.
    fn read(mut fields: Reader<'a>) -> Result<Self, ParseError> {
        let start = fields;
        let mut key = None;
        let mut value = None;
        loop {
            let offset = fields.offset();
            match fields.read_tag()? {
                Some(tag::KEY) => key = Some(read_text(&mut fields)?),
                Some(tag::VALUE) => value = Some(read_text(&mut fields)?),
                Some(unknown) => fields = fields.skip(unknown, offset)?,
                None => break,
            }
        }
        match key {
            Some(key) => Ok(Self { key, value }),
            None => Err(start.error(ParseErrorKind::TagKeyMissing)),
        }
    }

    /// Bytes of its message.
    fn len(&self) -> usize {
        let value = self.value.map_or(0, |value| len_field_len(value.len()));
        len_field_len(self.key.len()).saturating_add(value)
    }
}

fn read_text<'a>(fields: &mut Reader<'a>) -> Result<&'a str, ParseError> {
    let bytes = fields.read_len()?;
    let start = fields.offset().saturating_sub(bytes.len());
    core::str::from_utf8(bytes)
        .map_err(|error| ParseErrorKind::TagNotUtf8.at(start.saturating_add(error.valid_up_to())))
}

impl fmt::Debug for Tag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tag")
            .field("key", &Escaped(self.key))
            .field("value", &self.value.map(Escaped))
            .finish()
    }
}

/// The tags of a user record: a slice of [`Tag`]s on the way in, a part of the aggregate on the way out.
///
/// ```
/// use kinesis_agg::{Tag, Tags};
///
/// let tags = [Tag { key: "unit", value: Some("celsius") }];
/// assert!(Tags::from(&tags).iter().eq(tags));
/// ```
#[derive(Clone, Copy)]
pub struct Tags<'a>(Source<'a>);

#[derive(Clone, Copy)]
enum Source<'a> {
    List(&'a [Tag<'a>]),
    /// The message of a user record, checked beforehand, and what reads it: so that a program which only writes has no reader
    /// in it.
    Encoded(&'a [u8], ReadNext),
}

/// Reads on to the next tag in the message of a user record.
type ReadNext = for<'m> fn(&mut TagMessages<'m>) -> Option<Tag<'m>>;

impl<'a> Tags<'a> {
    /// Those in the message of a user record, each of which is checked here.
    pub(crate) fn check(fields: Reader<'a>) -> Result<(), ParseError> {
        let mut messages = TagMessages(fields);
        while let Some(message) = messages.next()? {
            Tag::read(message)?;
        }
        Ok(())
    }

    /// Those in the message of a user record that [`Tags::check`] has passed.
    pub(crate) fn encoded(message: &'a [u8]) -> Self {
        Self(Source::Encoded(message, next_checked))
    }

    /// Iterates over the tags in order.
    pub fn iter(&self) -> TagsIter<'a> {
        TagsIter(match self.0 {
            Source::List(tags) => TagsSource::List(tags.iter()),
            Source::Encoded(message, next) => TagsSource::Encoded(TagMessages(Reader::new(message, 0)), next),
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Bytes that they take in the message of a user record; saturates.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        if self.is_none() { 0 } else { self.encoded_len() }
    }

    /// Whether there is nothing to iterate over, as mostly; some with nothing to come are not recognised.
    #[inline]
    fn is_none(&self) -> bool {
        matches!(self.0, Source::List([]))
    }

    fn encoded_len(&self) -> usize {
        self.iter().map(|tag| len_field_len(tag.len())).fold(0, usize::saturating_add)
    }

    #[inline]
    pub(crate) fn write(&self, out: &mut Writer<'_>) {
        if !self.is_none() {
            self.write_each(out);
        }
    }

    fn write_each(&self, out: &mut Writer<'_>) {
        for tag in self.iter() {
            out.len_prefix(record::TAGS, tag.len());
            out.len_field(tag::KEY, tag.key.as_bytes());
            if let Some(value) = tag.value {
                out.len_field(tag::VALUE, value.as_bytes());
            }
        }
    }
}

/// No tags.
impl Default for Tags<'_> {
    fn default() -> Self {
        Self(Source::List(&[]))
    }
}

impl<'a> From<&'a [Tag<'a>]> for Tags<'a> {
    fn from(tags: &'a [Tag<'a>]) -> Self {
        Self(Source::List(tags))
    }
}

impl<'a, const N: usize> From<&'a [Tag<'a>; N]> for Tags<'a> {
    fn from(tags: &'a [Tag<'a>; N]) -> Self {
        Self(Source::List(tags))
    }
}

/// Equal when they yield the same tags in the same order, wherever these are kept.
impl PartialEq for Tags<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Tags<'_> {}

impl fmt::Debug for Tags<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'a> IntoIterator for Tags<'a> {
    type Item = Tag<'a>;
    type IntoIter = TagsIter<'a>;

    fn into_iter(self) -> TagsIter<'a> {
        self.iter()
    }
}

impl<'a> IntoIterator for &Tags<'a> {
    type Item = Tag<'a>;
    type IntoIter = TagsIter<'a>;

    fn into_iter(self) -> TagsIter<'a> {
        self.iter()
    }
}

/// Iterates over the tags of a user record.
#[derive(Clone)]
pub struct TagsIter<'a>(TagsSource<'a>);

#[derive(Clone)]
enum TagsSource<'a> {
    List(slice::Iter<'a, Tag<'a>>),
    Encoded(TagMessages<'a>, ReadNext),
}

impl<'a> Iterator for TagsIter<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        match &mut self.0 {
            TagsSource::List(tags) => tags.next().copied(),
            TagsSource::Encoded(messages, next) => next(messages),
        }
    }
}

impl core::iter::FusedIterator for TagsIter<'_> {}

impl fmt::Debug for TagsIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

/// Walks the fields of a user record and stops at its tags.
#[derive(Clone)]
struct TagMessages<'a>(Reader<'a>);

impl<'a> TagMessages<'a> {
    fn next(&mut self) -> Result<Option<Reader<'a>>, ParseError> {
        let fields = &mut self.0;
        loop {
            let offset = fields.offset();
            match fields.read_tag()? {
                Some(record::TAGS) => return fields.read_message().map(Some),
                Some(other) => *fields = fields.skip(other, offset)?,
                None => return Ok(None),
            }
        }
    }
}

/// The next tag, where [`Tags::check`] has passed all of them, so that none is an error.
fn next_checked<'a>(messages: &mut TagMessages<'a>) -> Option<Tag<'a>> {
    messages.next().ok().flatten().and_then(|message| Tag::read(message).ok())
}

#[cfg(feature = "defmt")]
mod format {
    use super::{Tag, Tags, TagsIter};

    impl defmt::Format for Tag<'_> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "{=str}: {}", self.key, self.value);
        }
    }

    impl defmt::Format for Tags<'_> {
        fn format(&self, f: defmt::Formatter<'_>) {
            self.iter().format(f);
        }
    }

    impl defmt::Format for TagsIter<'_> {
        fn format(&self, f: defmt::Formatter<'_>) {
            defmt::write!(f, "{=usize} tags", self.clone().count());
        }
    }
}
