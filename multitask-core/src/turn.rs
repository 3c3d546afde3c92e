//! How far the turn of a manager has come that is under way.

/// A turn, in numbers of tasks that have been taken out of the run queue since the manager exists.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Turn {
    /// How many are still to be taken out in it: never more than are in the queue.
    left: u64,
    /// How many will have been taken out when it is over.
    end: u64,
    /// When so many have been, or more, it is not just the next turn that follows.
    due: u64,
}

impl Turn {
    /// How many have been taken out until now.
    #[inline]
    pub(crate) fn taken(&self) -> u64 {
        self.end - self.left
    }

    /// Whether it is over, and it is not plain that another one follows.
    #[inline]
    pub(crate) fn is_at_end(&self) -> bool {
        self.left == 0 && self.end >= self.due
    }

    /// Has a turn begin with all that are in the queue.
    #[inline]
    pub(crate) fn begin(&mut self, queued: usize) {
        (self.left, self.end) = (queued as u64, self.taken() + queued as u64);
    }

    /// Counts the next task that is taken out, if it is plain that one is, in this turn or the next one.
    #[inline]
    pub(crate) fn goes_on(&mut self, queued: usize) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None if self.end < self.due && queued > 0 => {
                self.left = queued as u64 - 1;
                self.end += queued as u64;
            }
            None => return false,
        }
        true
    }

    /// The same where the task that has run goes to the end of the queue at the same time.
    #[inline]
    pub(crate) fn goes_on_with_one_more(&mut self, queued: usize) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None if self.end < self.due => {
                self.left = queued as u64;
                self.end += queued as u64 + 1;
            }
            None => return false,
        }
        true
    }

    /// Counts a turn of a task that is alone, if it is plain that one follows; the turn before is over.
    #[inline]
    pub(crate) fn goes_on_alone(&mut self) -> bool {
        let follows = self.end < self.due;
        if follows {
            self.end += 1;
        }
        follows
    }

    /// Other turns follow by themselves until so many have been taken out.
    pub(crate) fn follow_until(&mut self, due: u64) {
        self.due = due;
    }

    /// Nothing follows by itself.
    pub(crate) fn look_up(&mut self) {
        self.due = 0;
    }

    /// No other task is taken out.
    pub(crate) fn stop(&mut self) {
        *self = Turn { left: 0, end: self.taken(), due: 0 };
    }

    /// Has turns inside of this one begin: what of this one is to be handed to [`resume`](Turn::resume) after them.
    pub(crate) fn interrupt(&mut self) -> u64 {
        let end = self.end;
        self.stop();
        end
    }

    /// Goes on with a turn that was interrupted. Those inside of it may have run more than the rest of it.
    pub(crate) fn resume(&mut self, end: u64) {
        let taken = self.taken();
        let end = end.max(taken);
        *self = Turn { left: end - taken, end, due: 0 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_follow_one_another_until_something_is_due() {
        let mut turn = Turn::default();
        turn.begin(2);
        turn.follow_until(5);
        let taken = (0..9).take_while(|_| turn.goes_on(2)).count();
        // The third turn has begun before.
        assert_eq!((taken, turn.taken(), turn.is_at_end()), (6, 6, true));
    }

    #[test]
    fn turns_inside_of_another_one_count_for_it() {
        let mut turn = Turn::default();
        turn.begin(5);
        assert!(turn.goes_on(5));
        let outer = turn.interrupt();
        turn.begin(2);
        assert_eq!([4, 3, 2].map(|queued| turn.goes_on(queued)), [true, true, false]);
        turn.resume(outer);
        assert_eq!((turn.taken(), turn.left), (3, 2));
        let outer = turn.interrupt();
        turn.begin(4);
        assert!([4, 3, 2, 1].iter().all(|queued| turn.goes_on(*queued)));
        turn.resume(outer);
        assert_eq!((turn.taken(), turn.left), (7, 0));
    }

    #[test]
    fn a_turn_that_is_stopped_is_over_and_none_follows() {
        let mut turn = Turn::default();
        turn.begin(3);
        turn.follow_until(9);
        assert!(turn.goes_on(3));
        turn.stop();
        assert!(!turn.goes_on(2));
        assert_eq!(turn.taken(), 1);
    }
}
