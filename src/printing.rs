//! `Debug` and `defmt` output: it has no payloads, and no key in it can deceive a terminal or a person.

use core::fmt::{self, Write};

/// Implements `Debug`, and `defmt::Format` with the feature `defmt`, with one format string. A derived
/// implementation would print payloads and keep panic paths of the standard library.
macro_rules! print_as {
    ([$($generics:tt)*] $type:ty, $self:ident => $text:literal $(, $value:expr)* $(,)?) => {
        impl<$($generics)*> core::fmt::Debug for $type {
            fn fmt(&$self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                write!(f, $text $(, $value)*)
            }
        }

        #[cfg(feature = "defmt")]
        impl<$($generics)*> defmt::Format for $type {
            fn format(&$self, f: defmt::Formatter<'_>) {
                defmt::write!(f, $text $(, $value)*);
            }
        }
    };
}

/// Implements `Display`, with a text for each pattern.
macro_rules! display_texts {
    ([$($generics:tt)*] $type:ty, $($pattern:pat => $text:literal $(, $value:expr)*;)+) => {
        impl<$($generics)*> core::fmt::Display for $type {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self {
                    $($pattern => write!(f, $text $(, $value)*),)+
                }
            }
        }
    };
}

/// Implements `Display`, and `Error` without a source.
macro_rules! error_texts {
    ([$($generics:tt)*] $type:ty, $($texts:tt)+) => {
        $crate::printing::display_texts!([$($generics)*] $type, $($texts)+);
        impl<$($generics)*> core::error::Error for $type {}
    };
}

pub(crate) use {display_texts, error_texts, print_as};

/// Prints a key in quotes. The standard library's `{:?}` of `&str` keeps a panic path; this does not.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Debug for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            match c {
                '"' | '\\' => {
                    f.write_char('\\')?;
                    f.write_char(c)?;
                }
                _ if is_deceptive(c) => write!(f, "\\u{{{:x}}}", u32::from(c))?,
                _ => f.write_char(c)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Escaped<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        self.0.format(f);
    }
}

/// Whether it is a control character, a line separator, or a mark that is invisible or changes the direction
/// of text.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E007F}')
}
