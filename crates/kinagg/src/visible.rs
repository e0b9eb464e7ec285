//! Characters that are not seen, or that act on what shows them: where data goes to people, they are written as escapes.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// Whether a character moves a cursor, turns the direction of writing, ends a line, or takes no room: control characters,
/// and what Unicode calls format characters, but for those of single scripts.
pub(crate) fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// JSON on one line, in which each hidden character is `\u` and its number: the same to whoever reads JSON.
pub(crate) struct VisibleJson;

impl Formatter for VisibleJson {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // Nearly all there is. Other control characters than this one, JSON has escapes for anyway.
        if fragment.is_ascii() && memchr::memchr(0x7F, fragment.as_bytes()).is_none() {
            return writer.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some((before, hidden)) = rest.char_indices().find(|&(_, char)| is_hidden(char)) {
            writer.write_all(rest.get(..before).unwrap_or_default().as_bytes())?;
            for unit in hidden.encode_utf16(&mut [0; 2]) {
                write!(writer, "\\u{unit:04x}")?;
            }
            rest = rest.get(before.saturating_add(hidden.len_utf8())..).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }

    /// JSON as it was read. What is not ASCII in it is in a string.
    fn write_raw_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.write_string_fragment(writer, fragment)
    }
}
