//! Tags: key-value pairs of a user record, in a slice or in protobuf form.

use core::fmt;

use crate::message::reader::{END, Reader};
use crate::message::schema::record::TAGS;
use crate::message::schema::tag;
use crate::message::writer::{Writer, len_field_len};
use crate::parse_error::ParseErrorKind;
use crate::printing::{Escaped, print_as};

/// A tag: one key-value pair of a user record.
///
/// ```
/// use kinesis_agg::{Tag, UserRecord};
///
/// let tags = [Tag { key: "unit", value: Some("celsius") }];
/// let record = UserRecord::new("sensor-7", "21.5").with_tags(&tags);
/// assert_eq!(record.tags.iter().next(), Some(tags[0]));
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The name.
    pub key: &'a str,
    /// The value, if there is one.
    pub value: Option<&'a str>,
}

impl<'a> Tag<'a> {
    /// Reads the tag whose field was just read. `None`: the reader has the error.
    fn read(reader: &mut Reader<'a>) -> Option<Self> {
        let outer = reader.enter();
        let start = reader.at();
        let (mut key, mut value) = (None, None);
        loop {
            match reader.field()? {
                tag::KEY => key = Some(read_text(reader)?),
                tag::VALUE => value = Some(read_text(reader)?),
                END => break,
                _ => {}
            }
        }
        let Some(key) = key else { return reader.fail(ParseErrorKind::TagKeyMissing, start) };
        reader.leave(outer);
        Some(Self { key, value })
    }

    /// Returns the bytes of its message.
    fn len(&self) -> usize {
        let value = self.value.map_or(0, |value| len_field_len(value.len()));
        len_field_len(self.key.len()).saturating_add(value)
    }
}

/// Returns the text that was just read as content.
fn read_text<'a>(reader: &mut Reader<'a>) -> Option<&'a str> {
    match core::str::from_utf8(reader.content()) {
        Ok(text) => Some(text),
        Err(error) => {
            let at = reader.content_at().wrapping_add(error.valid_up_to());
            reader.fail(ParseErrorKind::TagNotUtf8, at)
        }
    }
}

print_as!([] Tag<'_>, self =>
    "Tag {{ key: {:?}, value: {:?} }}", Escaped(self.key), self.value.map(Escaped));

/// The tags of a user record: a slice of [`Tag`]s before packing, a part of the aggregate after unpacking.
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
    /// The checked message of a user record, and the function that reads it. The function pointer keeps the
    /// reader out of programs that only write.
    Encoded(&'a [u8], ReadNext),
}

/// Reads the next tag in a part of a user record's message, and shortens that part to the rest.
type ReadNext = for<'m> fn(&mut &'m [u8]) -> Option<Tag<'m>>;

impl<'a> Tags<'a> {
    /// Checks each tag of the user record whose field begins at this offset. `None`: the reader has the
    /// error.
    pub(crate) fn check(reader: &mut Reader<'a>, user_record: usize) -> Option<()> {
        reader.go_to(user_record);
        reader.field()?;
        let outer = reader.enter();
        while next_tag(reader)?.is_some() {}
        reader.leave(outer);
        Some(())
    }

    /// Makes the tags of a user record that has tags and that [`Tags::check`] has accepted. `message` is its
    /// message.
    pub(crate) fn encoded(message: &'a [u8]) -> Self {
        Self(Source::Encoded(message, next_checked))
    }

    /// Iterates over the tags in order.
    pub fn iter(&self) -> TagsIter<'a> {
        TagsIter(self.0)
    }

    /// Whether there are no tags.
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Source::List([]))
    }

    /// Returns the bytes of the tags in the message of a user record. It saturates.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        if self.is_empty() { 0 } else { self.encoded_len() }
    }

    #[inline(never)]
    fn encoded_len(&self) -> usize {
        self.iter().map(|tag| len_field_len(tag.len())).fold(0, usize::saturating_add)
    }

    #[inline]
    pub(crate) fn write(&self, out: &mut Writer<'_>) {
        if !self.is_empty() {
            self.write_each(out);
        }
    }

    #[inline(never)]
    fn write_each(&self, out: &mut Writer<'_>) {
        for tag in self.iter() {
            out.varint_field(TAGS, tag.len());
            out.len_field(tag::KEY, tag.key.as_bytes());
            if let Some(value) = tag.value {
                out.len_field(tag::VALUE, value.as_bytes());
            }
        }
    }
}

/// Makes empty tags.
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

/// Tags are equal if they have the same pairs in the same order, in either form.
impl PartialEq for Tags<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Tags<'_> {}

print_as!([] Tags<'_>, self => "{:?}", self.iter());

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
///
/// ```
/// use kinesis_agg::{DeaggregatedRecord, TagsIter};
///
/// fn unit<'a>(record: &DeaggregatedRecord<'a>) -> Option<&'a str> {
///     let mut tags: TagsIter<'a> = record.tags.iter();
///     tags.find(|tag| tag.key == "unit")?.value
/// }
/// ```
#[derive(Clone)]
pub struct TagsIter<'a>(Source<'a>);

impl<'a> Iterator for TagsIter<'a> {
    type Item = Tag<'a>;

    fn next(&mut self) -> Option<Tag<'a>> {
        match &mut self.0 {
            Source::List(tags) => tags.split_off_first().copied(),
            Source::Encoded(rest, next) => next(rest),
        }
    }
}

impl core::iter::FusedIterator for TagsIter<'_> {}

impl fmt::Debug for TagsIter<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for TagsIter<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{=usize} tags", self.clone().count());
    }
}

/// Reads up to the next tag of a user record whose message was entered. `Some(None)` after the last one.
fn next_tag<'a>(reader: &mut Reader<'a>) -> Option<Option<Tag<'a>>> {
    loop {
        match reader.field()? {
            TAGS => return Tag::read(reader).map(Some),
            END => return Some(None),
            _ => {}
        }
    }
}

/// Reads the next tag. [`Tags::check`] has accepted all tags, so none is an error.
fn next_checked<'a>(rest: &mut &'a [u8]) -> Option<Tag<'a>> {
    let mut reader = Reader::new(rest, 0);
    let tag = next_tag(&mut reader)?;
    *rest = rest.get(reader.at()..).unwrap_or_default();
    tag
}
