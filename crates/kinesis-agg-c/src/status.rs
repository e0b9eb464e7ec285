//! The statuses of the header, and the macro for its numbers. `tests::header` compares the values with it.

use core::num::NonZeroU32;

/// `kagg_status`. Not a Rust enum: a C program can hand in any number.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status(pub u32);

/// A status that is not `KAGG_OK`. Since it is never zero, `Result<(), Refusal>` takes one register, and its
/// conversion to a status costs nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(NonZeroU32);

impl From<Status> for Refusal {
    #[inline]
    fn from(status: Status) -> Self {
        Self(NonZeroU32::new(status.0).unwrap_or(NonZeroU32::MAX))
    }
}

/// Numbers under the names of the header.
macro_rules! numbers {
    ($type:ident, $list:ident: $($name:ident = $value:literal $c_name:literal,)*) => {
        impl $type {
            $(pub(crate) const $name: Self = Self($value);)*
        }

        // It is compared with the header where there is a C compiler.
        #[cfg(all(test, not(miri)))]
        pub(crate) const $list: &[(&str, u32)] = &[$(($c_name, $value)),*];
    };
}

pub(crate) use numbers;

numbers! { Status, STATUSES:
    OK = 0 "KAGG_OK",
    END = 1 "KAGG_END",
    EMPTY = 2 "KAGG_EMPTY",
    FULL = 3 "KAGG_FULL",
    TOO_LARGE = 4 "KAGG_TOO_LARGE",
    BUFFER_TOO_SMALL = 5 "KAGG_BUFFER_TOO_SMALL",
    PARTITION_KEY = 6 "KAGG_PARTITION_KEY",
    EXPLICIT_HASH_KEY = 7 "KAGG_EXPLICIT_HASH_KEY",
    NOT_UTF8 = 8 "KAGG_NOT_UTF8",
    NOT_AN_AGGREGATE = 9 "KAGG_NOT_AN_AGGREGATE",
    NO_SHARD = 10 "KAGG_NO_SHARD",
    NOT_EMPTY = 11 "KAGG_NOT_EMPTY",
    NULL = 12 "KAGG_NULL",
    MISALIGNED = 13 "KAGG_MISALIGNED",
    LENGTH = 14 "KAGG_LENGTH",
    OVERLAP = 15 "KAGG_OVERLAP",
    NOT_INITIALIZED = 16 "KAGG_NOT_INITIALIZED",
    OTHER = 17 "KAGG_OTHER",
}

impl From<Result<(), Refusal>> for Status {
    #[inline]
    fn from(answer: Result<(), Refusal>) -> Self {
        answer.map_or_else(|refusal| Self(refusal.0.get()), |()| Self::OK)
    }
}
