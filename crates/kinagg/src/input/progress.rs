//! Shows progress on standard error, if it is a terminal, nothing else is written to it, and reading takes
//! long.

use std::io::{self, IsTerminal, Read};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// Shorter runs need no bar.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bar on the terminal. Messages of all parts of the program are written above it.
static BAR: Mutex<Option<ProgressBar>> = Mutex::new(None);

/// Writes to standard error above the bar.
pub(super) fn aside(write: impl FnOnce()) {
    match &*BAR.lock().unwrap_or_else(PoisonError::into_inner) {
        Some(bar) => bar.suspend(write),
        None => write(),
    }
}

/// Counts the bytes read from `R`.
#[derive(Debug)]
pub(super) struct Progress<R> {
    reader: R,
    name: String,
    /// In bytes, if it is known.
    len: Option<u64>,
    read: u64,
    since: Instant,
    bar: Option<ProgressBar>,
    is_wanted: bool,
}

impl<R> Progress<R> {
    pub(super) fn new(reader: R, name: String, len: Option<u64>) -> Self {
        let is_wanted = io::stderr().is_terminal() && !io::stdout().is_terminal();
        Self { reader, name, len, read: 0, since: Instant::now(), bar: None, is_wanted }
    }

    fn show(&mut self, now: Instant) {
        if self.bar.is_none() && now.saturating_duration_since(self.since) >= PATIENCE {
            let bar = bar(&self.name, self.len);
            *BAR.lock().unwrap_or_else(PoisonError::into_inner) = Some(bar.clone());
            self.bar = Some(bar);
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.read);
        }
    }
}

impl<R: Read> Read for Progress<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let len = self.reader.read(buffer)?;
        if self.is_wanted {
            self.read = self.read.saturating_add(u64::try_from(len).unwrap_or(u64::MAX));
            self.show(Instant::now());
        }
        Ok(len)
    }
}

impl<R> Drop for Progress<R> {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
            *BAR.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

fn bar(name: &str, len: Option<u64>) -> ProgressBar {
    let template = match len {
        Some(_) => "{msg} [{bar:30}] {bytes}/{total_bytes}, {bytes_per_sec}, {eta} left",
        None => "{msg} {bytes}, {bytes_per_sec}",
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    let bar = len.map_or_else(ProgressBar::no_length, ProgressBar::new);
    bar.with_style(style.progress_chars("=> ")).with_message(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The time is an argument, so that tests do not depend on the machine.
    #[test]
    fn a_short_run_shows_no_progress() {
        let mut progress = Progress::new(io::empty(), "standard input".to_owned(), None);
        let after = |milliseconds| progress.since.checked_add(Duration::from_millis(milliseconds));
        let times = [0, 999, 1000].map(|milliseconds| after(milliseconds).unwrap_or(progress.since));
        let [begin, short, long] = times;
        progress.show(begin);
        progress.show(short);
        assert!(progress.bar.is_none());
        progress.show(long);
        assert!(progress.bar.is_some());
    }
}
