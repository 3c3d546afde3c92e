//! The tasks of a manager, as a list: what each is called, where it is suspended and what it waits for.

use core::{fmt, ops::Deref, panic::Location, time::Duration};
use std::{collections::HashMap, rc::Rc, time::Instant};

use crate::{State, TaskId, io::source::Direction, manager::Shared, ready::Body, slab::Key};

/// The tasks of a manager at one moment: see [`TaskManager::tasks`](crate::TaskManager::tasks).
///
/// `Display` prints them, each with where it is suspended.
#[derive(Clone, Debug, Default)]
pub struct TaskList {
    tasks: Vec<TaskInfo>,
}

/// A task in a [`TaskList`].
#[derive(Clone, Debug)]
pub struct TaskInfo {
    id: TaskId,
    name: Option<Rc<str>>,
    what: &'static str,
    place: Option<&'static Location<'static>>,
    status: TaskStatus,
    waits: Vec<Wait>,
    waited: Option<Duration>,
    state: State,
}

/// Whether a task runs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TaskStatus {
    /// It is being resumed: it is the one that asks, or has called a loop in which that one runs.
    Running,
    /// It is in the run queue.
    Runnable,
    /// It waits.
    Waiting,
}

/// Something from outside that a task waits for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum Wait {
    /// A time, which is this far away: a sleep, or a timeout.
    Time(Duration),
    /// That something can be read from a descriptor. Its number is known where descriptors have numbers.
    Readable(Option<i32>),
    /// That something can be written to a descriptor.
    Writable(Option<i32>),
    /// Another thread.
    Thread(&'static str),
    /// That no other task has anything to do.
    Idle,
}

impl TaskInfo {
    /// The number of the task: that of its handle.
    pub fn id(&self) -> TaskId {
        self.id
    }

    /// The name that it was given.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// What it is called if it has no name: the path of its function.
    pub fn what(&self) -> &'static str {
        self.what
    }

    /// Where it was added; none of the task of a [`block_on`](crate::TaskManager::block_on).
    pub fn place(&self) -> Option<&'static Location<'static>> {
        self.place
    }

    /// Whether it runs.
    pub fn status(&self) -> TaskStatus {
        self.status
    }

    /// What it waits for from outside. A queue, say, is none of it: see [`state`](TaskInfo::state).
    pub fn waits(&self) -> &[Wait] {
        &self.waits
    }

    /// How long it has waited, since it was resumed for the last time. None of a task that does not wait, that is on the
    /// stack of a `block_on`, or has not been resumed since [`note_waiting_times`](crate::TaskManager::note_waiting_times).
    pub fn waited(&self) -> Option<Duration> {
        self.waited
    }

    /// Where it is suspended, and in which operations. Empty of a task that runs, or has not started.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// Whether only another task can make it go on, so that a [`run`](crate::TaskManager::run) leaves it where it is.
    pub fn is_parked(&self) -> bool {
        self.status == TaskStatus::Waiting && self.waits.is_empty()
    }
}

impl TaskList {
    /// The tasks of a manager. Their code may run for it, so nothing is borrowed meanwhile.
    pub(crate) fn of(manager: &Rc<Shared>) -> Self {
        let tasks = manager.tasks().list();
        let now = manager.clock.now();
        let mut waits = waits(manager, now);
        let info = |(key, body, queued): (Key, Body, bool)| {
            if !manager.tasks().contains(key) {
                // What came before has cancelled it.
                return None;
            }
            let added = match &body {
                Body::Added(task) => Some(task),
                Body::OnStack => None,
            };
            let origin = added.map(|task| task.origin());
            let state = added.map(|task| task.state());
            if added.is_some_and(|task| task.is_finished()) {
                // It has been cancelled meanwhile.
                manager.forget(key);
                return None;
            }
            let status = match &state {
                _ if queued => TaskStatus::Runnable,
                Some(None) => TaskStatus::Running,
                _ => TaskStatus::Waiting,
            };
            let returned = added.and_then(|task| task.returned()).filter(|_| status == TaskStatus::Waiting);
            Some(TaskInfo {
                id: TaskId(key),
                name: manager.name(key),
                what: origin.map_or("block_on", |origin| origin.what),
                place: origin.map(|origin| origin.place),
                status,
                waits: waits.remove(&key).unwrap_or_default(),
                waited: returned.map(|returned| now.saturating_duration_since(returned)),
                state: state.flatten().unwrap_or_default(),
            })
        };
        TaskList { tasks: tasks.into_iter().filter_map(info).collect() }
    }

    /// Those that only another task can make go on.
    pub fn parked(mut self) -> Self {
        self.tasks.retain(TaskInfo::is_parked);
        self
    }
}

/// What the tasks of a manager wait for from outside, by the task.
fn waits(manager: &Shared, now: Instant) -> HashMap<Key, Vec<Wait>> {
    let mut waits: HashMap<Key, Vec<Wait>> = HashMap::new();
    let mut add = |task: Key, wait| waits.entry(task).or_default().push(wait);
    let tasks = manager.tasks();
    manager.timers.borrow().for_each(|tick, place| {
        let wait = Wait::Time(manager.clock.until(tick, now));
        tasks.key_at(place).into_iter().for_each(|task| add(task, wait));
    });
    manager.poller.borrow().for_each_wait(|task, direction, number| {
        let wait = match direction {
            Direction::Read => Wait::Readable(number),
            Direction::Write => Wait::Writable(number),
        };
        add(task, wait);
    });
    manager.foreign_waits.borrow().iter().for_each(|(_, (task, what))| add(*task, Wait::Thread(what)));
    manager.idlers.borrow().iter().for_each(|task| add(task, Wait::Idle));
    waits
}

impl Deref for TaskList {
    type Target = [TaskInfo];

    fn deref(&self) -> &[TaskInfo] {
        &self.tasks
    }
}

impl IntoIterator for TaskList {
    type Item = TaskInfo;
    type IntoIter = std::vec::IntoIter<TaskInfo>;

    fn into_iter(self) -> Self::IntoIter {
        self.tasks.into_iter()
    }
}

impl<'a> IntoIterator for &'a TaskList {
    type Item = &'a TaskInfo;
    type IntoIter = core::slice::Iter<'a, TaskInfo>;

    fn into_iter(self) -> Self::IntoIter {
        self.tasks.iter()
    }
}

impl fmt::Display for TaskList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, task) in self.tasks.iter().enumerate() {
            let end = if index > 0 { "\n" } else { "" };
            write!(f, "{end}{task}")?;
        }
        Ok(())
    }
}

/// The first line says what the task is, what it waits for, and for how long it has if that is known; the others where it is suspended.
impl fmt::Display for TaskInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "task {} ({}", self.id, self.name().unwrap_or(self.what))?;
        if let Some(place) = self.place {
            write!(f, ", added at {place}")?;
        }
        write!(f, ") {}", self.status)?;
        for (index, wait) in self.waits.iter().enumerate() {
            let before = if index > 0 { " or" } else { "" };
            write!(f, "{before} {wait}")?;
        }
        if self.is_parked() {
            f.write_str(" for another task")?;
        }
        if let Some(waited) = self.waited {
            write!(f, ", has waited {waited:?}")?;
        }
        self.state.to_string().lines().try_for_each(|line| write!(f, "\n  {line}"))
    }
}

impl fmt::Display for TaskStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TaskStatus::Running => "runs",
            TaskStatus::Runnable => "is to run",
            TaskStatus::Waiting => "waits",
        })
    }
}

impl fmt::Display for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Wait::Time(left) => write!(f, "for {left:?}"),
            Wait::Readable(Some(number)) => write!(f, "to read from descriptor {number}"),
            Wait::Readable(None) => f.write_str("to read from a descriptor"),
            Wait::Writable(Some(number)) => write!(f, "to write to descriptor {number}"),
            Wait::Writable(None) => f.write_str("to write to a descriptor"),
            Wait::Thread(what) => write!(f, "for {what}"),
            Wait::Idle => f.write_str("until nobody else has anything to do"),
        }
    }
}
