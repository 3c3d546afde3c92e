//! The examples, run as a user runs them: what they print is what their head comments promise.

mod support;

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
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

#[test]
fn echo_server_listens_at_several_addresses() {
    let (server, second) = Server::start_at_two_addresses();
    for address in [server.address, second] {
        let mut peer = TcpStream::connect(address).unwrap();
        peer.write_all(b"hello").unwrap();
        let mut answer = [0; 5];
        peer.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"hello");
    }
}

#[cfg(unix)]
#[test]
fn talk_sends_what_is_typed_and_prints_the_answers() {
    let server = Server::start();
    let mut client = Command::new(example("talk"))
        .arg(server.address.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = client.stdin.take().unwrap();
    let mut output = BufReader::new(client.stdout.take().unwrap());
    for line in ["hello\n", "world\n"] {
        input.write_all(line.as_bytes()).unwrap();
        let mut answer = String::new();
        output.read_line(&mut answer).unwrap();
        assert_eq!(answer, line);
    }
    input.write_all(b"no end of line").unwrap();
    drop(input);
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "no end of line");
    assert!(end_of(&mut client).success());
}

#[cfg(unix)]
#[test]
fn throttle_shows_what_a_program_prints() {
    let printed = output_of("throttle", &["sh", "-c", "echo one; echo two; exit 3"]);
    assert_eq!(printed, "one\ntwo\nended with exit status: 3\n");
}

#[cfg(unix)]
#[test]
fn throttle_ends_with_an_interrupt() {
    use rustix::process::{Pid, Signal, kill_process};
    let script = "while :; do echo again; sleep 0.05; done";
    let mut shown =
        Command::new(example("throttle")).args(["sh", "-c", script]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(shown.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(lines.next().unwrap(), "again");
    kill_process(Pid::from_child(&shown), Signal::INT).unwrap();
    assert_eq!(lines.last().unwrap(), "interrupted");
    assert!(end_of(&mut shown).success());
}
