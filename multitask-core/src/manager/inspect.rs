//! What a manager tells of itself: its tasks, its time, and what a foreign event loop must know of it.

use core::time::Duration;
use std::time::Instant;
#[cfg(unix)]
use std::{io, os::fd::RawFd};

use super::TaskManager;
use crate::TaskList;

impl TaskManager {
    /// What time it is by the manager's clock.
    pub fn now(&self) -> Instant {
        self.shared().clock.now()
    }

    /// Moves the manager's clock, which must be a virtual one, by `time`. Timers that are over by then fire when the
    /// manager runs.
    ///
    /// # Panics
    ///
    /// If the clock is the system's.
    pub fn advance(&self, time: Duration) {
        assert!(
            self.shared().clock.advance(time),
            "only a virtual clock can be moved: `TaskManager::with_virtual_clock`"
        );
    }

    /// How long a foreign event loop may wait before it calls [`run_next`](TaskManager::run_next), unless the
    /// [descriptor](TaskManager::poll_descriptor) becomes readable before: zero if a task is runnable, no longer than the
    /// time until the next timer otherwise, and `None` if there is no timer either.
    pub fn time_to_wait(&self) -> Option<Duration> {
        self.shared().time_to_wait(self.shared().clock.now(), None)
    }

    /// The descriptor of the system's poller, for a foreign event loop: it is readable when a descriptor that a task
    /// waits for is ready, or another thread has asked for something.
    ///
    /// The loop then calls `run_next(Some(Duration::ZERO))`. It must not read the descriptor itself, nor close it.
    ///
    /// # Errors
    ///
    /// If there is no descriptor left to open the poller with.
    ///
    /// # Examples
    ///
    /// A manager as a guest of another loop:
    ///
    /// ```
    /// # use std::{io, time::Duration};
    /// use mio::{Events, Interest, Poll, Token, unix::SourceFd};
    /// use multitask_core::TaskManager;
    ///
    /// # let manager = TaskManager::new();
    /// let mut host = Poll::new()?;
    /// let mut events = Events::with_capacity(8);
    /// host.registry().register(&mut SourceFd(&manager.poll_descriptor()?), Token(0), Interest::READABLE)?;
    /// while manager.has_runnable() || manager.has_io_waits() || manager.has_timeouts() {
    ///     host.poll(&mut events, manager.time_to_wait())?;
    ///     manager.run_next(Some(Duration::ZERO))?;
    /// }
    /// # Ok::<(), io::Error>(())
    /// ```
    #[cfg(unix)]
    pub fn poll_descriptor(&self) -> io::Result<RawFd> {
        self.shared().open_poller()?;
        Ok(self.shared().poller.borrow().as_raw_fd().expect("it has just been opened"))
    }

    /// The tasks that the manager has, in the order of their places: what each is called, where it is suspended, what it
    /// waits for.
    ///
    /// The list is made when it is asked for; it costs running tasks nothing. Tasks made by `#[task]` go to where they
    /// are suspended for it, but attempt nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::{task::Poll, time::Duration};
    /// # use multitask_core::{Context, Operation, Sleep, Task, TaskManager, sleep};
    /// # struct Pause(Sleep);
    /// # impl Task for Pause {
    /// #     type Output = ();
    /// #     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> { Sleep::poll(&mut self.0, || unreachable!(), cx) }
    /// # }
    /// // `Pause` is a task that sleeps.
    /// let manager = TaskManager::with_virtual_clock();
    /// manager.add(Pause(sleep(Duration::from_secs(5)))).named("nap");
    /// manager.run_next(Some(Duration::from_secs(2)))?;
    /// let list = manager.tasks().to_string();
    /// assert!(list.starts_with("task 0.1 (nap, added at "), "{list}");
    /// assert!(list.ends_with(") waits for 3s"), "{list}");
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn tasks(&self) -> TaskList {
        TaskList::of(self.shared())
    }

    /// From now on the manager notes when a task comes back from a resume, so that [`tasks`](TaskManager::tasks) tells for
    /// how long each has [waited](crate::TaskInfo::waited).
    ///
    /// Each resume then reads the clock once more, and a task takes 16 bytes more.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::{task::Poll, time::Duration};
    /// # use multitask_core::{Context, Operation, Sleep, Task, TaskManager, sleep};
    /// # struct Pause(Sleep);
    /// # impl Task for Pause {
    /// #     type Output = ();
    /// #     fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> { Sleep::poll(&mut self.0, || unreachable!(), cx) }
    /// # }
    /// // `Pause` is a task that sleeps.
    /// let manager = TaskManager::with_virtual_clock();
    /// manager.note_waiting_times();
    /// manager.add(Pause(sleep(Duration::from_secs(5))));
    /// manager.run_next(Some(Duration::from_secs(2)))?;
    /// let list = manager.tasks();
    /// assert_eq!(list[0].waited(), Some(Duration::from_secs(2)));
    /// assert!(list.to_string().ends_with(") waits for 3s, has waited 2s"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn note_waiting_times(&self) {
        self.shared().tasks().store.note_returns();
    }

    /// Whether a task is in the run queue.
    pub fn has_runnable(&self) -> bool {
        self.shared().has_runnable()
    }

    /// Whether a task waits for a descriptor.
    pub fn has_io_waits(&self) -> bool {
        self.shared().io_waits.get() > 0
    }

    /// Whether a task waits for a time: in a `sleep`, or in anything with a timeout.
    pub fn has_timeouts(&self) -> bool {
        self.shared().timers.borrow().len() > 0
    }

    /// Whether a task waits for what another thread does: for a [`completion`](crate::completion) or a
    /// [`future`](crate::future).
    pub fn has_foreign_waits(&self) -> bool {
        !self.shared().foreign_waits.borrow().is_empty()
    }
}
