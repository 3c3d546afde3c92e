//! The examples, run as a user runs them: what they print is what their head comments promise.

mod support;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    net::TcpListener,
    process::{Command, Stdio},
};

use support::process::{Server, end_of, example, output_of};

#[test]
fn printer_prints_in_turn_until_its_output_is_closed() {
    let mut child = Command::new(example("printer")).stdout(Stdio::piped()).spawn().unwrap();
    let stdout = child.stdout.take().unwrap();
    let lines: Vec<String> = BufReader::new(stdout).lines().take(6).collect::<Result<_, _>>().unwrap();
    assert_eq!(lines, ["hello", "goodbye", "hello", "goodbye", "hello", "goodbye"]);
    // The pipe is closed by now.
    assert!(end_of(&mut child).success());
}

#[test]
fn child_tasks_prints_what_the_children_return() {
    assert_eq!(output_of("child_tasks", &[]), "None\n1\n(2, 3)\ncaught exception: foo\n");
}

#[test]
fn ping_pong_prints_each_round() {
    let printed = output_of("ping_pong", &["3"]);
    assert_eq!(printed, "ping 1\npong 1\nping 2\npong 2\nping 3\npong 3\n");
}

#[test]
fn hackysack_prints_the_kicks() {
    assert_eq!(output_of("hackysack", &["100", "2000"]), "100 players kicked the ball 2000 times\n");
}

#[test]
fn recursion_prints_a_number_and_the_sum_of_a_deep_tree() {
    let printed = output_of("recursion", &[]);
    assert_eq!(printed, "fib(30) = 832040\nsum of a tree of 100,000 levels = 5000150000\n");
}

#[test]
fn echo_client_prints_what_the_echo_server_sends_back() {
    let server = Server::start();
    let printed = output_of("echo_client", &[&server.address.to_string()]);
    // Who is first depends on the network; what each task gets does not.
    let mut of_each: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in printed.lines() {
        let (name, words) = line.split_once(' ').unwrap();
        of_each.entry(name).or_default().push(words);
    }
    assert_eq!(of_each.keys().copied().collect::<Vec<_>>(), ["Ann", "Bob", "Eve"]);
    for words in of_each.values() {
        assert_eq!(*words, ["says hello for the 1. time", "says hello for the 2. time", "says hello for the 3. time"]);
    }
    assert!(server.reports.try_recv().is_err(), "the server has lost a client");
}

#[test]
fn echo_client_says_that_there_is_no_server() {
    // A port that was free just now.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let printed = output_of("echo_client", &[&address]);
    let mut lines: Vec<&str> = printed.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.len(), 3, "{printed}");
    for (line, name) in lines.iter().zip(["Ann", "Bob", "Eve"]) {
        assert!(line.starts_with(&format!("{name} failed: Connection refused")), "{line}");
    }
}
