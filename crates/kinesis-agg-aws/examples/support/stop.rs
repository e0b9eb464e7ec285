//! Ctrl-C and SIGTERM, so that a program can close before it ends.

use std::io;

#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// Listens for Ctrl-C, and on Unix for SIGTERM, which service managers send to stop a program. Neither ends
/// the process by itself any more.
pub(crate) struct StopSignal {
    #[cfg(windows)]
    interrupt: CtrlC,
    #[cfg(unix)]
    interrupt: Signal,
    #[cfg(unix)]
    terminate: Signal,
}

impl StopSignal {
    /// Starts to listen.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            #[cfg(windows)]
            interrupt: ctrl_c()?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
        })
    }

    /// Waits for a signal. If it is cancelled, for example in a `select!`, no signal is lost.
    pub(crate) async fn received(&mut self) {
        #[cfg(windows)]
        self.interrupt.recv().await;
        #[cfg(unix)]
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
