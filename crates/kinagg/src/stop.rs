//! Signals that stop `pack`, the only command that holds user records back.
//!
//! The first SIGINT or SIGTERM ends the input, so that `pack` writes what it holds. If that cannot be
//! written, for example because nobody reads the output, the second one ends the program and says what was
//! lost.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

#[cfg(unix)]
pub(crate) use self::unix::{end_input_on_signals, waker};

static IS_ASKED: AtomicBool = AtomicBool::new(false);

/// User records that were taken and may not have left the program.
static HELD: AtomicUsize = AtomicUsize::new(0);

/// Whether a signal has ended the input.
pub(crate) fn is_asked() -> bool {
    IS_ASKED.load(Ordering::SeqCst)
}

/// A user record was taken.
pub(crate) fn hold() {
    HELD.fetch_add(1, Ordering::Relaxed);
}

/// So many user records have left the program.
pub(crate) fn release(user_records: usize) {
    HELD.fetch_sub(user_records, Ordering::Relaxed);
}

/// Signals keep their default action.
#[cfg(not(unix))]
pub(crate) fn end_input_on_signals() -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
mod unix {
    use std::io::{self, Write};
    use std::os::fd::{AsFd, BorrowedFd};
    use std::os::unix::net::UnixStream;
    use std::sync::OnceLock;
    use std::sync::atomic::Ordering;
    use std::thread;

    use signal_hook::consts::{SIGINT, SIGTERM};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::emulate_default_handler;

    use super::{HELD, IS_ASKED};
    use crate::input::complain;

    static WAKER: OnceLock<UnixStream> = OnceLock::new();

    /// Becomes readable when a signal ends the input, so that a wait for more of it ends.
    pub(crate) fn waker() -> Option<BorrowedFd<'static>> {
        WAKER.get().map(AsFd::as_fd)
    }

    /// From now on, the first signal ends the input.
    ///
    /// # Errors
    /// The system refuses. Signals keep their default action.
    pub(crate) fn end_input_on_signals() -> io::Result<()> {
        let (woken, mut wakes) = UnixStream::pair()?;
        WAKER.get_or_init(|| woken);
        let mut signals = Signals::new([SIGINT, SIGTERM])?;
        let end_input = move || {
            for signal in &mut signals {
                if !IS_ASKED.swap(true, Ordering::SeqCst) {
                    // The main thread learns of it before it waits again, even if this fails.
                    let _ = wakes.write_all(b"!");
                    continue;
                }
                let held = HELD.load(Ordering::Relaxed);
                if held > 0 {
                    complain(format_args!("user records that were read and not written: at most {held}"));
                }
                // It does not return.
                let _ = emulate_default_handler(signal);
            }
        };
        thread::Builder::new().spawn(end_input)?;
        Ok(())
    }
}
