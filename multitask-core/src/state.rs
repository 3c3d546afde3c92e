//! Where a task is suspended, as text: what listings and debuggers show of it.

use alloc::{borrow::Cow, vec::Vec};
use core::fmt;

/// Where a task is suspended: the yields it waits in, the outermost first, and what the innermost waits for.
///
/// A task that waits for a child is suspended in its own yield, around those of the child; one that waits for several
/// things at once has an entry for each. It has none if it has not started, or has finished.
///
/// `Display` prints an entry a line, indented by its depth.
///
/// # Examples
///
/// ```
/// use std::task::Poll;
/// use multitask_core::{Context, Report, State, Task};
///
/// /// Waits for an answer from outside.
/// struct Question(&'static str);
///
/// impl Task for Question {
///     type Output = ();
///     fn resume(&mut self, _: &mut Context<'_>) -> Poll<()> { Poll::Pending }
///     fn describe(&mut self, report: &mut Report) {
///         report.waits_for(format!("an answer to {:?}", self.0));
///     }
/// }
///
/// let state = State::of(&mut Question("why"));
/// assert_eq!(state.to_string(), r#"an answer to "why""#);
/// assert_eq!(state.entries()[0].place(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct State {
    entries: Vec<Entry>,
}

/// A yield in which a task is suspended, or what it waits for: an entry of a [`State`].
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Entry {
    depth: usize,
    text: Cow<'static, str>,
    place: Option<Place>,
}

/// Where in the source something stands.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Place {
    /// The file, as the compiler names it.
    pub file: &'static str,
    /// The line, counted from one.
    pub line: u32,
}

/// Any task, through a pointer: so what is done with it is compiled once, and not again for each.
pub(crate) trait Described {
    /// See [`crate::Task::describe`].
    fn describe(&mut self, report: &mut Report);
}

struct Task<'a, T: ?Sized>(&'a mut T);

impl<T: crate::Task + ?Sized> Described for Task<'_, T> {
    fn describe(&mut self, report: &mut Report) {
        self.0.describe(report);
    }
}

impl State {
    /// Where `task` is suspended. It is not resumed.
    pub fn of<T: crate::Task + ?Sized>(task: &mut T) -> State {
        State::of_described(&mut Task(task))
    }

    pub(crate) fn of_described(task: &mut dyn Described) -> State {
        let mut report = Report::new();
        task.describe(&mut report);
        report.finish()
    }

    /// The entries, each before those inside of it.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The innermost yield, of the first thing that the task waits for: where to look first.
    pub fn innermost(&self) -> Option<&Entry> {
        let deeper = |(inner, next): &(&Entry, &Entry)| next.depth > inner.depth;
        let chain = 1 + self.entries.iter().zip(self.entries.iter().skip(1)).take_while(deeper).count();
        self.entries.iter().take(chain).rfind(|entry| entry.place.is_some())
    }
}

impl Entry {
    /// How many entries it is inside of.
    pub fn depth(&self) -> usize {
        self.depth
    }

    /// The text of the yield, or the name of what is waited for.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the yield is; none of what is no yield of a `#[task]` function.
    pub fn place(&self) -> Option<Place> {
        self.place
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.entries.iter().enumerate() {
            let (end, indent) = (if index > 0 { "\n" } else { "" }, 2 * entry.depth);
            write!(f, "{end}{:indent$}{entry}", "")?;
        }
        Ok(())
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place {
            Some(place) => write!(f, "{place}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

/// Collects a [`State`]: what tasks and operations tell where they are suspended, and what they wait for.
///
/// See [`Task::describe`](crate::Task::describe) and [`Operation::describe`](crate::Operation::describe).
#[derive(Debug)]
pub struct Report {
    /// Each after those inside of it: so the yield of a task may be added after what its child has told, and no nest of
    /// tasks is too deep.
    noted: Vec<Noted>,
}

#[derive(Debug)]
struct Noted {
    text: Cow<'static, str>,
    place: Option<Place>,
    /// The first one that is inside of it; its own index if there is none.
    first: usize,
}

impl Report {
    pub(crate) fn new() -> Self {
        Report { noted: Vec::new() }
    }

    /// Adds what is waited for, in a few words.
    pub fn waits_for(&mut self, text: impl Into<Cow<'static, str>>) {
        let first = self.noted.len();
        self.noted.push(Noted { text: text.into(), place: None, first });
    }

    /// Adds something in which all is waited for that `inside` adds.
    pub fn around(&mut self, text: impl Into<Cow<'static, str>>, inside: impl FnOnce(&mut Report)) {
        let first = self.noted.len();
        inside(self);
        self.noted.push(Noted { text: text.into(), place: None, first });
    }

    /// Where a machine begins to tell; what it is suspended in goes around all that is added from there on.
    pub(crate) fn mark(&self) -> usize {
        self.noted.len()
    }

    /// Adds the yield that a machine is suspended in, around all since the mark.
    pub(crate) fn suspended(&mut self, since: usize, place: Place, text: &'static str) {
        self.noted.push(Noted { text: text.into(), place: Some(place), first: since });
    }

    pub(crate) fn finish(self) -> State {
        // From the end each comes before those inside of it; those beside one another come in the opposite order.
        let mut depths = alloc::vec![0; self.noted.len()];
        let mut around: Vec<usize> = Vec::new();
        for (index, noted) in self.noted.iter().enumerate().rev() {
            while around.last().is_some_and(|&first| first > index) {
                around.pop();
            }
            depths[index] = around.len();
            around.push(noted.first);
        }
        let mut order: Vec<usize> = (0..self.noted.len()).collect();
        // Each where the first of those inside of it was noted, and the outer one first.
        order.sort_by_key(|&index| (self.noted[index].first, depths[index]));
        let mut noted: Vec<_> = self.noted.into_iter().map(Some).collect();
        let entries = order.into_iter().map(|index| {
            let Noted { text, place, .. } = noted[index].take().expect("each is taken once");
            Entry { depth: depths[index], text, place }
        });
        State { entries: entries.collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: Place = Place { file: "a.rs", line: 1 };

    #[test]
    fn entries_are_in_the_order_of_nesting() {
        let mut report = Report::new();
        let outer = report.mark();
        report.around("all", |report| {
            let child = report.mark();
            report.waits_for("first");
            report.suspended(child, PLACE, "yield_!(first())");
            report.waits_for("second");
        });
        report.suspended(outer, Place { line: 2, ..PLACE }, "yield_!(all(..))");
        let state = report.finish();
        assert_eq!(
            state.to_string(),
            "a.rs:2: yield_!(all(..))\n  all\n    a.rs:1: yield_!(first())\n      first\n    second"
        );
        assert_eq!(state.innermost().map(Entry::text), Some("yield_!(first())"));
    }

    #[test]
    fn a_state_of_nothing_is_empty() {
        let state = Report::new().finish();
        assert_eq!((state.to_string().as_str(), state.innermost()), ("", None));
    }

    #[test]
    fn a_nest_of_any_depth_can_be_told() {
        let mut report = Report::new();
        report.waits_for("x");
        let depth = if cfg!(miri) { 100 } else { 100_000 };
        for _ in 0..depth {
            report.suspended(0, PLACE, "yield_!(f())");
        }
        let state = report.finish();
        assert_eq!(state.entries().len(), depth + 1);
        assert_eq!(state.entries().iter().map(Entry::depth).max(), Some(depth));
        assert_eq!(state.entries()[depth].text(), "x");
    }
}
