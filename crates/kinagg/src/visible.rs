//! Characters that are invisible or affect the display. Data for people has them as escapes.

use std::io::{self, Write};

use serde_json::ser::Formatter;

/// Whether a character moves the cursor, changes the direction of text, ends a line or has no width. These
/// are the control characters, and what Unicode calls format characters except those of single scripts.
pub(crate) fn is_hidden(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}

/// JSON on one line, in which each invisible character is written as `\u` and its number. Programs read the
/// same text.
pub(crate) struct VisibleJson;

impl Formatter for VisibleJson {
    fn write_string_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        // This is nearly all of it. JSON has escapes for all other control characters anyway.
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

    /// JSON as it was read. Only strings can contain characters that are not ASCII.
    fn write_raw_fragment<W: ?Sized + Write>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        self.write_string_fragment(writer, fragment)
    }
}
