//! Recognises an input by its beginning.

use kinesis_agg::schema::MAGIC;
use memchr::memmem;

use super::format::{Format, Reading, without_mark};
use super::json::kind;
use super::text::recognise_text;

/// Recognises the format from the `head` of an input. `is_whole` says that there is no more.
///
/// # Errors
/// What was found instead.
pub(super) fn format_of(head: &[u8], is_whole: bool) -> Result<Reading, String> {
    let format = match kind_of(head) {
        Kind::Empty => Format::JsonLines,
        // No text contains these bytes.
        _ if memmem::find(head, &MAGIC).is_some() => Format::Raw,
        Kind::Object(text) => kind::recognise(text)?,
        Kind::List => Format::Json,
        Kind::Text(text) => return recognise_text(head, text, is_whole),
    };
    Ok(Reading { format, note: None })
}

/// Whether the answer cannot change with more of the input. Not if no format fits, since that message
/// contains the length.
pub(super) fn is_decided(head: &[u8]) -> bool {
    match kind_of(head) {
        Kind::Empty => false,
        _ if head.starts_with(&MAGIC) => true,
        Kind::Object(text) => kind::is_decided(text),
        Kind::List => true,
        Kind::Text(text) => text.contains(&b'\n') && format_of(head, false).is_ok(),
    }
}

/// Whether the head ends before the format is known.
pub(super) fn needs_more(head: &[u8]) -> bool {
    matches!(kind_of(head), Kind::Object(text) if kind::needs_more(text))
}

/// What the first bytes show.
enum Kind<'a> {
    Empty,
    /// A JSON object.
    Object(&'a [u8]),
    /// A JSON list of objects or texts.
    List,
    Text(&'a [u8]),
}

fn kind_of(head: &[u8]) -> Kind<'_> {
    let text = without_mark(head).trim_ascii_start();
    match text {
        [] => Kind::Empty,
        [b'{', rest @ ..] if begins_json(rest, &[b"\"", b"}"]) => Kind::Object(text),
        // In Go, `[]byte{243}` is a list of numbers.
        [b'[', b']', next, ..] if next.is_ascii_alphabetic() => Kind::Text(text),
        [b'[', rest @ ..] if begins_json(rest, &[b"{", b"[", b"\"", b"]", b"true", b"false", b"null"]) => {
            Kind::List
        }
        _ => Kind::Text(text),
    }
}

/// Whether one of these, or nothing, follows the bracket.
fn begins_json(rest: &[u8], beginnings: &[&[u8]]) -> bool {
    let rest = rest.trim_ascii_start();
    rest.is_empty() || beginnings.iter().any(|beginning| rest.starts_with(beginning))
}
