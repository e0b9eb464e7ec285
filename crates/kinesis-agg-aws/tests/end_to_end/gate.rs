//! Events instead of pauses: the test waits until something has arrived, and says when it may continue.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

/// How long a test waits for anything before it fails. No machine is this slow.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

/// The result of a future. Fails if it takes too long.
pub(crate) async fn within_patience<T>(what: &str, future: impl Future<Output = T>) -> T {
    let answer = tokio::time::timeout(PATIENCE, future).await;
    answer.unwrap_or_else(|_| panic!("waited {PATIENCE:?} for {what}"))
}

/// A gate that the test opens. It counts arrivals.
#[derive(Clone)]
pub(crate) struct Gate(Arc<watch::Sender<State>>);

#[derive(Default)]
struct State {
    arrived: usize,
    open: bool,
}

impl Gate {
    /// A closed gate.
    pub(crate) fn closed() -> Self {
        Self(Arc::new(watch::Sender::new(State::default())))
    }

    pub(crate) fn open(&self) {
        self.0.send_modify(|state| state.open = true);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.borrow().open
    }

    /// Counts an arrival.
    pub(crate) fn arrive(&self) {
        self.0.send_modify(|state| state.arrived += 1);
    }

    /// Counts an arrival, and waits until the gate is open.
    pub(crate) async fn pass(&self) {
        self.arrive();
        self.until(|state| state.open).await;
    }

    /// Waits for this number of arrivals.
    pub(crate) async fn arrived(&self, count: usize) {
        let arrived = self.until(|state| state.arrived >= count);
        within_patience(&format!("{count} arrivals at a gate"), arrived).await;
    }

    async fn until(&self, reached: impl FnMut(&State) -> bool) {
        // This fails only if there is no sender left, and `self` is one.
        self.0.subscribe().wait_for(reached).await.map(drop).unwrap();
    }
}
