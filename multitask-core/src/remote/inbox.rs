//! What other threads ask of a manager, and how they wake it.

use core::{
    mem,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};
use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, Thread},
};

use mio::Waker;

use super::ManagerGone;
use crate::{TaskManager, slab::Key};

/// Something that another thread asks for.
pub(crate) enum Letter {
    Wake(Key),
    Execute(Box<dyn FnOnce(&TaskManager) + Send>),
    Stop,
}

/// The letters that a manager has not read. Any thread may leave one; the first one rings.
pub(crate) struct Inbox {
    /// Set by whoever rings. While it is, there is no need to ring again.
    rung: AtomicBool,
    kept_alive: AtomicUsize,
    content: Mutex<Content>,
}

struct Content {
    letters: Vec<Letter>,
    bell: Bell,
    /// The manager is gone.
    closed: bool,
}

/// How a manager is reached that waits.
#[derive(Clone)]
enum Bell {
    /// Its thread is parked.
    Thread(Thread),
    Poller(Arc<Waker>),
}

impl Inbox {
    /// The inbox of a manager that belongs to `thread`.
    pub(crate) fn new(thread: Thread) -> Self {
        let content = Content { letters: Vec::new(), bell: Bell::Thread(thread), closed: false };
        Inbox { rung: AtomicBool::new(false), kept_alive: AtomicUsize::new(0), content: Mutex::new(content) }
    }

    /// From now on the manager waits in its poller.
    pub(crate) fn ring_by(&self, waker: &Arc<Waker>) {
        let mut content = self.content();
        if let Bell::Thread(_) = content.bell {
            content.bell = Bell::Poller(waker.clone());
        }
    }

    /// From now on the manager's thread, which is the one that calls this, is parked to wait.
    pub(crate) fn ring_at_thread(&self) {
        self.content().bell = Bell::Thread(thread::current());
    }

    /// Leaves a letter, and wakes the manager.
    pub(crate) fn post(&self, letter: Letter) -> Result<(), ManagerGone> {
        let mut content = self.content();
        if content.closed {
            drop(content);
            // Only now, since a letter may hold something whose destructor calls this.
            drop(letter);
            return Err(ManagerGone);
        }
        content.letters.push(letter);
        self.ring(content);
        Ok(())
    }

    /// Has the manager look, although there is no letter.
    pub(crate) fn knock(&self) -> Result<(), ManagerGone> {
        let content = self.content();
        if content.closed {
            return Err(ManagerGone);
        }
        self.ring(content);
        Ok(())
    }

    fn ring(&self, content: MutexGuard<'_, Content>) {
        if self.rung.swap(true, Ordering::AcqRel) {
            return;
        }
        let bell = content.bell.clone();
        drop(content);
        match bell {
            Bell::Thread(thread) => thread.unpark(),
            // It fails where the poller is gone, and then nobody waits there.
            Bell::Poller(waker) => drop(waker.wake()),
        }
    }

    /// Whether somebody has rung since the letters were taken.
    pub(crate) fn has_letters(&self) -> bool {
        self.rung.load(Ordering::Acquire)
    }

    /// The letters, oldest first.
    pub(crate) fn take_letters(&self) -> Vec<Letter> {
        if !self.has_letters() {
            return Vec::new();
        }
        let mut content = self.content();
        self.rung.store(false, Ordering::Release);
        mem::take(&mut content.letters)
    }

    /// Takes no more letters. Those that are there are dropped.
    pub(crate) fn close(&self) {
        let mut content = self.content();
        content.closed = true;
        let letters = mem::take(&mut content.letters);
        drop(content);
        drop(letters);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.content().closed
    }

    pub(super) fn keep_alive(&self) {
        self.kept_alive.fetch_add(1, Ordering::AcqRel);
    }

    pub(super) fn let_go(&self) {
        self.kept_alive.fetch_sub(1, Ordering::AcqRel);
        let _ = self.knock();
    }

    pub(crate) fn is_kept_alive(&self) -> bool {
        self.kept_alive.load(Ordering::Acquire) > 0
    }

    /// No code of a user runs while this is locked, so it is sound even after a panic.
    fn content(&self) -> MutexGuard<'_, Content> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn letters_come_in_the_order_in_which_they_were_left() {
        let inbox = Inbox::new(thread::current());
        assert!(!inbox.has_letters());
        inbox.post(Letter::Stop).unwrap();
        inbox.post(Letter::Execute(Box::new(|_| ()))).unwrap();
        assert!(inbox.has_letters());
        let letters = inbox.take_letters();
        assert!(matches!(&letters[..], [Letter::Stop, Letter::Execute(_)]));
        assert!(!inbox.has_letters());
        assert!(inbox.take_letters().is_empty());
    }

    #[test]
    fn whoever_leaves_the_first_letter_wakes_the_thread() {
        let inbox = Arc::new(Inbox::new(thread::current()));
        let other = inbox.clone();
        let poster = thread::spawn(move || other.post(Letter::Stop));
        while !inbox.has_letters() {
            thread::park_timeout(Duration::from_secs(60));
        }
        assert_eq!(inbox.take_letters().len(), 1);
        poster.join().unwrap().unwrap();
    }

    #[test]
    fn a_closed_inbox_drops_what_it_has_and_takes_nothing() {
        let inbox = Inbox::new(thread::current());
        let kept = Arc::new(());
        let letter = |kept: Arc<()>| Letter::Execute(Box::new(move |_| drop(kept)));
        inbox.post(letter(kept.clone())).unwrap();
        inbox.close();
        assert_eq!(Arc::strong_count(&kept), 1);
        assert!(inbox.post(letter(kept.clone())).is_err());
        assert!(inbox.knock().is_err());
        assert_eq!(Arc::strong_count(&kept), 1);
    }
}
