//! The examples in a crate that is stricter than most: what `#[task]` writes has no unsafe code and no warning.
#![forbid(unsafe_code)]
#![deny(warnings, clippy::all)]

use std::{fs, path::Path};

// As modules, so that all of them are compiled with this file.
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/child_tasks.rs"]
mod child_tasks;
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/echo_client.rs"]
mod echo_client;
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/echo_server.rs"]
mod echo_server;
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/hackysack.rs"]
mod hackysack;
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/ping_pong.rs"]
mod ping_pong;
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/printer.rs"]
mod printer;
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/recursion.rs"]
mod recursion;
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/talk.rs"]
mod talk;
#[allow(dead_code, reason = "nobody calls its main")]
#[path = "../examples/throttle.rs"]
mod throttle;

/// A task that does nothing but panic is code that anybody writes; the unreachable call after it is one of ours.
#[multitask::task]
#[allow(dead_code, reason = "it is enough that it compiles")]
fn not_written_yet() -> u32 {
    unimplemented!("later");
}

/// A body of one statement, on one line, has no braces that are one's own.
#[rustfmt::skip]
#[multitask::task]
#[allow(dead_code, reason = "it is enough that it compiles")]
fn on_one_line() { for _ in 0..2 { multitask::yield_!(); } }

#[test]
fn every_example_is_here() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let this = include_str!("strict.rs");
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        assert!(this.contains(&format!("#[path = \"../examples/{name}\"]")), "{name} is not compiled with this file");
    }
}

/// As programs of their own, nothing allowed, and run: those that come to an end by themselves.
#[test]
fn programs_that_forbid_and_deny_run() {
    let strict = Path::new(env!("CARGO_TARGET_TMPDIR")).join("strict");
    fs::create_dir_all(&strict).unwrap();
    let cases = trybuild::TestCases::new();
    for name in ["child_tasks", "recursion"] {
        let text =
            fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("examples/{name}.rs"))).unwrap();
        let program = strict.join(format!("{name}.rs"));
        fs::write(&program, format!("#![forbid(unsafe_code)]\n#![deny(warnings, unused)]\n{text}")).unwrap();
        cases.pass(program);
    }
}
