//! Events, signals, calls, locks.

mod calls;
mod cancelled;
mod locks;
mod signals;

use std::time::Duration;

const SHORT: Duration = Duration::from_millis(10);
