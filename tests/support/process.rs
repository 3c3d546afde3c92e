//! The examples as processes.

use std::{
    env,
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

/// After which a test is taken to hang.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The binary of an example, beside that of the test.
pub(crate) fn example(name: &str) -> PathBuf {
    let test = env::current_exe().expect("the test has a path");
    let profile = test.ancestors().nth(2).expect("the test lies in a folder of the profile's");
    let path = profile.join("examples").join(format!("{name}{}", env::consts::EXE_SUFFIX));
    assert!(path.exists(), "{} is missing: `cargo test` without a filter, or `cargo build --examples`", path.display());
    path
}

/// Waits for the end of a process; one that does not come to it is killed.
pub(crate) fn end_of(child: &mut Child) -> ExitStatus {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(status) = child.try_wait().expect("a process can be waited for") {
            return status;
        }
        if Instant::now() > deadline {
            child.kill().expect("a process can be killed");
            panic!("the process did not end");
        }
        thread::sleep(Duration::from_millis(5));
    }
}

/// What an example prints, to its end.
pub(crate) fn output_of(name: &str, arguments: &[&str]) -> String {
    let mut child =
        Command::new(example(name)).args(arguments).stdout(Stdio::piped()).spawn().expect("the example can be started");
    let mut stdout = child.stdout.take().expect("it is piped");
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).map(|_| text)
    });
    let status = end_of(&mut child);
    assert!(status.success(), "{name} ended with {status}");
    reader.join().expect("reading does not panic").expect("the output is text")
}

/// The lines of a pipe, as they come.
fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}

/// The address in what an echo server prints.
fn address_in(line: &str) -> SocketAddr {
    let address = line.strip_prefix("listening on ").and_then(|address| address.parse().ok());
    address.unwrap_or_else(|| panic!("the server printed {line:?}"))
}

/// A running echo server, killed when this is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it prints after its first address.
    printed: Receiver<String>,
    /// What it reports on its standard error.
    pub(crate) reports: Receiver<String>,
}

impl Server {
    /// The example, on a free port.
    pub(crate) fn start() -> Server {
        Server::of(Command::new(example("echo_server")))
    }

    /// The example, at a second free port as well: with that address.
    pub(crate) fn start_at_two_addresses() -> (Server, SocketAddr) {
        let mut command = Command::new(example("echo_server"));
        command.arg("127.0.0.1:0");
        let server = Server::of(command);
        let second = address_in(&server.printed.recv_timeout(PATIENCE).expect("it says where else it listens"));
        (server, second)
    }

    /// The example, with at most `limit` file descriptors.
    #[cfg(unix)]
    pub(crate) fn start_with_descriptors(limit: u32) -> Server {
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(format!("ulimit -n {limit}; exec \"$0\" \"$@\"")).arg(example("echo_server"));
        Server::of(shell)
    }

    fn of(mut command: Command) -> Server {
        command.arg("127.0.0.1:0").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the example can be started");
        let output = lines(child.stdout.take().expect("it is piped"));
        let reports = lines(child.stderr.take().expect("it is piped"));
        let first = output.recv_timeout(PATIENCE).expect("the server says where it listens");
        let address = address_in(&first);
        Server { child, address, printed: output, reports }
    }

    /// The next line on its standard error.
    pub(crate) fn report(&self) -> String {
        self.reports.recv_timeout(PATIENCE).expect("the server reports something")
    }

    pub(crate) fn is_running(&mut self) -> bool {
        self.child.try_wait().expect("a process can be waited for").is_none()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
