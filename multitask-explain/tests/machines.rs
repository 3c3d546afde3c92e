//! The machines of typical functions, as `multitask-explain` shows them.
//!
//! `machines/` holds a file for each, and beside it what is shown. After a change of the compiler, or of the words:
//! `UPDATE_EXPECT=1 cargo test -p multitask-explain`, and read the difference.

#![allow(dead_code)]

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

use expect_test::{expect, expect_file};

/// That they compile is a part of the test.
#[allow(unexpected_cfgs, clippy::needless_late_init, clippy::needless_range_loop)]
mod machines {
    mod borrowed_buffer;
    mod branches;
    mod children;
    mod closure;
    mod conditions;
    mod early_exit;
    mod expressions;
    mod generator;
    mod guard;
    mod labels;
    mod lent;
    mod lists;
    mod match_bindings;
    mod methods;
    mod moves;
    mod siblings;
    mod straight_line;
}

macro_rules! pinned {
    ($($name:ident)*) => {
        $(
            #[test]
            fn $name() {
                let name = stringify!($name);
                expect_file![pin(name, "txt")].assert_eq(&shown(&[&file(name)]));
            }
        )*
    };
}

pinned! {
    borrowed_buffer
    branches
    children
    closure
    conditions
    early_exit
    expressions
    generator
    guard
    labels
    lent
    lists
    match_bindings
    methods
    moves
    siblings
    straight_line
}

/// The expansion is for readers of the compiler; what it does is tested elsewhere.
#[test]
fn an_expansion() {
    expect_file![pin("straight_line", "expanded.txt")].assert_eq(&shown(&["--expand", &file("straight_line")]));
}

#[test]
fn one_function_of_several() {
    let all = shown(&[&file("methods")]);
    let one = shown(&[&file("methods"), "count_to"]);
    assert_eq!(one, shown(&[&file("methods"), "Counter::count_to"]));
    assert!(all.starts_with(&one) && all.len() > one.len());
}

#[test]
fn a_condition_that_is_given() {
    expect_file![pin("conditions", "given.txt")].assert_eq(&shown(&["--cfg=feature=\"log\"", &file("conditions")]));
}

#[test]
fn what_the_readme_shows() {
    let root = package().parent().unwrap();
    let output = explain(root, &["examples/echo_server.rs", "client_handler"]);
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    assert!(readme.contains(str::from_utf8(&output.stdout).unwrap()));
}

#[test]
fn what_cannot_be_shown() {
    let refused = |arguments: &[&str]| {
        let output = explain(package(), arguments);
        assert!(!output.status.success() && output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    expect![[r#"
        tests/machines/methods.rs: no task is called `count`; there are: Counter::count_to, Job::run, Counter::run
    "#]]
    .assert_eq(&refused(&[&file("methods"), "count"]));
    expect![[r#"
        tests/machines.rs: no function is marked `#[task]`
    "#]]
    .assert_eq(&refused(&["tests/machines.rs"]));
    expect![[r#"
        ../ui-tests/placement/yield-in-a-closure.rs:6: `yield_!` cannot be used in a closure: only the task itself can wait; write a loop, or make the closure's body a task of its own
    "#]]
    .assert_eq(&refused(&["../ui-tests/placement/yield-in-a-closure.rs"]));
    assert!(refused(&["--unknown", "file.rs"]).starts_with("usage: "));
}

fn file(name: &str) -> String {
    format!("tests/machines/{name}.rs")
}

/// Where what is shown of `name` is written down.
fn pin(name: &str, extension: &str) -> String {
    format!("machines/{name}.{extension}")
}

fn shown(arguments: &[&str]) -> String {
    let output = explain(package(), arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn package() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn explain(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_multitask-explain")).current_dir(folder).args(arguments).output().unwrap()
}
