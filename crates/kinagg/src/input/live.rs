//! Inputs that other programs are still writing. They report that nothing is available before they wait for
//! more.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
#[cfg(unix)]
use std::{iter, os::fd::AsFd};

#[cfg(unix)]
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};

use crate::stop;

/// A file, a pipe or a terminal.
///
/// If nothing is available, reading fails once with [`ErrorKind::WouldBlock`], and waits the next time.
#[derive(Debug)]
pub(super) struct Live {
    file: File,
    /// Others may still write to it. A read from a disk returns at once.
    may_wait: bool,
    has_said: bool,
}

impl Live {
    pub(super) fn new(file: File) -> Self {
        let may_wait = !file.metadata().is_ok_and(|metadata| metadata.is_file());
        Self { file, may_wait, has_said: false }
    }
}

impl Read for Live {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.may_wait && !self.has_said && !is_ready(&self.file) {
            self.has_said = true;
            return Err(ErrorKind::WouldBlock.into());
        }
        if std::mem::take(&mut self.has_said) {
            wait(&self.file)?;
        }
        if stop::is_asked() {
            return Err(io::Error::other("a signal ended the input"));
        }
        self.file.read(buffer)
    }
}

/// Standard input, without a buffer.
#[cfg(unix)]
pub(super) fn stdin() -> io::Result<File> {
    Ok(io::stdin().as_fd().try_clone_to_owned()?.into())
}

/// Standard input, without a buffer.
#[cfg(windows)]
pub(super) fn stdin() -> io::Result<File> {
    use std::os::windows::io::AsHandle;
    Ok(io::stdin().as_handle().try_clone_to_owned()?.into())
}

/// Whether a read returns soon, with bytes, the end or an error. Unknown if the system cannot be asked.
///
/// Soon, not at once: a writer that is a little slower than the reader would have its records taken one by
/// one. Not after a signal: the read would wait for bytes that may never come.
#[cfg(unix)]
fn is_ready(file: &File) -> bool {
    const SOON: Timespec = Timespec { tv_sec: 0, tv_nsec: 10_000_000 };
    !matches!(poll(&mut [PollFd::new(file, PollFlags::IN)], Some(&SOON)), Ok(0) | Err(Errno::INTR))
}

/// Until there is more or a signal has ended the input. Also if it was opened as non-blocking.
#[cfg(unix)]
fn wait(file: &File) -> io::Result<()> {
    let poll_fd = |fd| PollFd::from_borrowed_fd(fd, PollFlags::IN);
    let mut ends: Vec<_> = iter::once(file.as_fd()).chain(stop::waker()).map(poll_fd).collect();
    loop {
        match poll(&mut ends, None) {
            Ok(_) => return Ok(()),
            // The thread for signals will wake it.
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

#[cfg(not(unix))]
fn is_ready(_: &File) -> bool {
    false
}

#[cfg(not(unix))]
fn wait(_: &File) -> io::Result<()> {
    Ok(())
}
