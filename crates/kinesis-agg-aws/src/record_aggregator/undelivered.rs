//! Aggregates that callbacks did not take.

use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::aggregate::Aggregate;

/// Why a callback did not take an aggregate.
pub type CallbackError = Box<dyn std::error::Error + Send + Sync>;

/// An aggregate that a callback did not take.
#[derive(Debug)]
pub struct Undelivered {
    /// The aggregate, unchanged.
    pub aggregate: Arc<Aggregate>,
    /// What the callback returned, or a [`CallbackPanic`](super::CallbackPanic).
    pub error: CallbackError,
}

/// All undelivered aggregates. Clones share the list: workers add to it.
#[derive(Clone, Debug, Default)]
pub(super) struct UndeliveredList(Arc<Mutex<Vec<Undelivered>>>);

impl UndeliveredList {
    pub(super) fn push(&self, undelivered: Undelivered) {
        self.lock().push(undelivered);
    }

    pub(super) fn len(&self) -> usize {
        self.lock().len()
    }

    pub(super) fn take(&self) -> Vec<Undelivered> {
        mem::take(&mut *self.lock())
    }

    /// No callback runs while the list is locked, so a panic cannot leave it half written.
    fn lock(&self) -> MutexGuard<'_, Vec<Undelivered>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
