//! What the crate `tracing` is told.
#![cfg(feature = "tracing")]

mod support;

use std::{
    fmt::{Debug, Write},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use multitask_core::{Operation, TaskManager, completion, sleep};
use support::{from_fn, wait_for};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// Writes down what it is told, a line each.
#[derive(Clone, Default)]
struct Notes {
    lines: Arc<Mutex<Vec<String>>>,
    spans: Arc<AtomicU64>,
}

impl Notes {
    fn push(&self, line: String) {
        self.lines.lock().unwrap().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.lines.lock().unwrap())
    }
}

/// The fields that are the same in each run.
#[derive(Default)]
struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if !matches!(field.name(), "place" | "until" | "number") {
            write!(self.0, " {}={value:?}", field.name()).unwrap();
        }
    }
}

impl Subscriber for Notes {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "multitask"
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let id = self.spans.fetch_add(1, Ordering::Relaxed) + 1;
        let mut names: Vec<_> = attributes.metadata().fields().iter().map(|field| field.name()).collect();
        names.sort_unstable();
        self.push(format!("span {id}: {}", names.join(" ")));
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        // What the task is called if it has no name is left out: it is the path of a type.
        let known = fields.0.split(" what=").next().unwrap_or_default();
        self.push(format!("record {id}:{known}"));
        Id::from_u64(id)
    }

    fn record(&self, span: &Id, values: &Record<'_>) {
        let mut fields = Fields::default();
        values.record(&mut fields);
        self.push(format!("record {}:{}", span.into_u64(), fields.0));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        self.push(format!("event:{}", fields.0));
    }

    fn enter(&self, span: &Id) {
        self.push(format!("enter {}", span.into_u64()));
    }

    fn exit(&self, span: &Id) {
        self.push(format!("exit {}", span.into_u64()));
    }
}

#[test]
fn a_task_has_a_span_which_is_entered_while_it_runs_and_holds_its_waits() {
    let notes = Notes::default();
    tracing::subscriber::with_default(notes.clone(), || {
        let manager = TaskManager::with_virtual_clock();
        manager.add(wait_for(sleep(Duration::from_secs(1)))).named("sleeper");
        assert_eq!(notes.take(), ["span 1: id name place what", "record 1: id=0.1", "record 1: name=\"sleeper\""]);
        manager.run_next(Some(Duration::ZERO)).unwrap();
        assert_eq!(notes.take(), ["enter 1", "event: message=waits for a time", "exit 1"]);
        manager.run().unwrap();
        let end =
            ["enter 1", "exit 1", "enter 1", "exit 1", "enter 1", "event: message=ended how=\"finished\"", "exit 1"];
        assert_eq!(notes.take(), end);
    });
}

#[test]
fn it_is_told_how_each_task_ended_and_what_it_waited_for() {
    let notes = Notes::default();
    tracing::subscriber::with_default(notes.clone(), || {
        let manager = TaskManager::new();
        manager.on_failure(|_| ());
        let (_completer, completion) = completion::<()>();
        let cancelled = manager.add(wait_for(completion.map(drop)));
        manager.add(from_fn(|_| -> std::task::Poll<()> { panic!("a task that panics: expected") }));
        manager.run_next(Some(Duration::ZERO)).unwrap();
        cancelled.cancel();
    });
    let mut events = notes.take();
    events.retain(|line| line.starts_with("event"));
    let expected = [
        "event: message=waits for another thread what=\"another thread\"",
        "event: message=ended how=\"panicked\"",
        "event: message=ended how=\"cancelled\"",
    ];
    assert_eq!(events, expected);
}
