//! Trying again after a pause, where the system does not tell when there is room.

use core::{task::Poll, time::Duration};

use crate::{Context, Operation, Sleep, sleep};

const FIRST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(64);

/// Pauses that are longer each time.
#[derive(Debug)]
pub(super) struct Backoff {
    pause: Option<Sleep>,
    next: Duration,
}

impl Backoff {
    pub(super) const fn new() -> Self {
        Backoff { pause: None, next: FIRST }
    }

    /// Begins a pause.
    pub(super) fn start(&mut self) {
        self.pause = Some(sleep(self.next));
        self.next = LONGEST.min(2 * self.next);
    }

    /// Waits until the pause is over, if there is one.
    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(pause) = &mut self.pause
            && Sleep::poll(pause, || unreachable!("it is stored"), cx).is_pending()
        {
            return Poll::Pending;
        }
        self.pause = None;
        Poll::Ready(())
    }
}
