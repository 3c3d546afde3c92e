//! `RemoteQueue`: other threads put items into a queue of a manager's tasks.

use core::{fmt, mem, task::Poll};
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::Waker,
};

use super::{Put, PutError, Queue, TryPutError};
use crate::{Context, ForeignWait, Operation, Task, TaskManager};

impl<T: Send + 'static> Queue<T> {
    /// A handle by which other threads put items into the queue.
    ///
    /// The items come through a task that is added to `manager`. As long as there is a clone of the handle, an item may
    /// come, and the manager's [`run`](TaskManager::run) does not return for want of anything else to do.
    ///
    /// # Examples
    ///
    /// ```
    #[doc = include_str!("../yield_in_docs.txt")]
    /// use std::thread;
    /// use multitask_core::{default_task_manager, queue::Queue};
    ///
    /// let queue = Queue::new();
    /// let remote = queue.remote(&default_task_manager());
    /// thread::spawn(move || remote.put("from another thread"));
    /// // In a task:
    /// assert_eq!(yield_!(queue.get()), Ok("from another thread"));
    /// ```
    pub fn remote(&self, manager: &TaskManager) -> RemoteQueue<T> {
        let room = self.capacity().map_or(usize::MAX, |capacity| capacity.max(1));
        let shared = Arc::new(Shared { room, content: Mutex::new(Content::new()) });
        manager.add(Ferry { queue: self.clone(), shared: shared.clone(), put: None, wait: None });
        RemoteQueue { end: Arc::new(End { shared }) }
    }
}

/// Puts items into a queue, from any thread: see [`Queue::remote`]. Clones put into the same one.
pub struct RemoteQueue<T> {
    end: Arc<End<T>>,
}

impl<T> RemoteQueue<T> {
    /// Puts an item. It does not wait: an item for which there is no room waits itself, and keeps its place.
    ///
    /// # Errors
    ///
    /// If the queue is closed, or its manager gone; the error has the item. What was put before, and has not come to the
    /// queue by then, is dropped.
    pub fn put(&self, item: T) -> Result<(), PutError<T>> {
        self.put_if(item, |_| true).map_err(|error| PutError(error.into_item()))
    }

    /// Puts an item, if not too many are on their way: as many as the queue has room for, when it is empty. So a thread
    /// that is faster than the tasks does not use up the memory. A queue that is not bounded takes any number.
    ///
    /// # Errors
    ///
    /// If there are too many on their way, or for the reasons of [`put`](RemoteQueue::put). The error has the item.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use multitask_core::{TaskManager, queue::{Queue, TryPutError}};
    ///
    /// let (manager, queue) = (TaskManager::new(), Queue::bounded(2));
    /// let remote = queue.remote(&manager);
    /// // The manager does not run, so they stay on their way.
    /// assert_eq!([1, 2, 3].map(|n| remote.try_put(n)), [Ok(()), Ok(()), Err(TryPutError::Full(3))]);
    /// manager.run_next(Some(Duration::ZERO))?;
    /// assert_eq!(remote.try_put(3), Ok(()));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    pub fn try_put(&self, item: T) -> Result<(), TryPutError<T>> {
        self.put_if(item, |on_the_way| on_the_way < self.end.shared.room)
    }

    /// Puts an item, if that is allowed with so many on their way.
    fn put_if(&self, item: T, allowed: impl FnOnce(usize) -> bool) -> Result<(), TryPutError<T>> {
        let mut content = self.end.shared.content();
        if content.closed {
            return Err(TryPutError::Closed(item));
        }
        if !allowed(content.items.len()) {
            return Err(TryPutError::Full(item));
        }
        content.items.push_back(item);
        content.wake();
        Ok(())
    }
}

impl<T> Clone for RemoteQueue<T> {
    fn clone(&self) -> Self {
        RemoteQueue { end: self.end.clone() }
    }
}

impl<T> fmt::Debug for RemoteQueue<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content = self.end.shared.content();
        f.debug_struct("RemoteQueue")
            .field("on_the_way", &content.items.len())
            .field("closed", &content.closed)
            .finish()
    }
}

/// When this is dropped, no more items will come.
struct End<T> {
    shared: Arc<Shared<T>>,
}

impl<T> Drop for End<T> {
    fn drop(&mut self) {
        let mut content = self.shared.content();
        content.ended = true;
        content.wake();
    }
}

struct Shared<T> {
    /// How many items may be on their way at a time, for those who ask.
    room: usize,
    content: Mutex<Content<T>>,
}

/// What is on the way.
struct Content<T> {
    items: VecDeque<T>,
    /// Wakes the ferry, if it waits for an item.
    ferry: Option<Waker>,
    /// The handles are gone.
    ended: bool,
    /// The ferry is gone.
    closed: bool,
}

impl<T> Content<T> {
    fn new() -> Self {
        Content { items: VecDeque::new(), ferry: None, ended: false, closed: false }
    }

    fn wake(&mut self) {
        if let Some(ferry) = self.ferry.take() {
            ferry.wake();
        }
    }
}

impl<T> Shared<T> {
    /// Nothing panics while it is locked.
    fn content(&self) -> MutexGuard<'_, Content<T>> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that takes the items over.
struct Ferry<T> {
    queue: Queue<T>,
    shared: Arc<Shared<T>>,
    put: Option<Put<T>>,
    wait: Option<ForeignWait>,
}

impl<T> Ferry<T> {
    /// The next item; `None` if there will not be one.
    fn next(&mut self, cx: &Context<'_>) -> Poll<Option<T>> {
        let mut content = self.shared.content();
        if let Some(item) = content.items.pop_front() {
            return Poll::Ready(Some(item));
        }
        if content.ended {
            return Poll::Ready(None);
        }
        content.ferry = Some(cx.foreign(&mut self.wait, "an item from another thread").clone());
        Poll::Pending
    }
}

impl<T> Task for Ferry<T> {
    type Output = ();

    fn resume(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            if let Some(put) = &mut self.put {
                // While there is no room, no other thread can help.
                self.wait = None;
                match Put::poll(put, || unreachable!("it is stored"), cx) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(Err(PutError(_))) => return Poll::Ready(()),
                    Poll::Ready(Ok(())) => self.put = None,
                }
            }
            match self.next(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(()),
                Poll::Ready(Some(item)) => self.put = Some(self.queue.put(item)),
            }
        }
    }

    fn what() -> &'static str {
        "RemoteQueue"
    }
}

impl<T> Drop for Ferry<T> {
    fn drop(&mut self) {
        let mut content = self.shared.content();
        content.closed = true;
        let dropped = (mem::take(&mut content.items), content.ferry.take());
        drop(content);
        drop(dropped);
    }
}
