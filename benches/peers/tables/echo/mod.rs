//! What a request costs an echo server: what the processor does for it in the server's process, and how long it takes.
//!
//! A server runs on one core, its clients on another. It is compared in the best round: what other processes do to the
//! caches only adds.

mod load;
mod server;
mod servers;

use std::{
    io,
    process::{Command, ExitCode, Stdio},
    time::Duration,
};

use peers::{Role, Row, Spread, Table, grouped, percentile};
use rustix::process::{Resource, getrlimit, setrlimit};

use self::{
    load::{Clients, Load},
    server::{Server, on_core},
};
use crate::programs::go;

/// The argument that makes this program a server.
pub(crate) const SERVE: &str = "--serve";

/// Serves as the arguments say.
pub(crate) fn serve(arguments: &[String]) -> ExitCode {
    raise_limit();
    arguments.first().map_or(ExitCode::FAILURE, |name| servers::run(name))
}

/// What is measured in one round.
struct Report {
    /// Nanoseconds of the processor for each request, all of them and those in user mode.
    work: f64,
    user: f64,
    /// Nanoseconds between two requests.
    interval: f64,
    /// Microseconds from a request to its answer.
    median: f64,
    p99: f64,
    /// Of the server, in KiB, with all clients connected.
    resident: f64,
}

type Metric = (&'static str, &'static str, fn(&Report) -> f64);

const USER: &str = "echo, user mode";

const METRICS: [Metric; 6] = [
    ("echo, processor", "ns per request", |report| report.work),
    (USER, "ns per request", |report| report.user),
    ("echo, interval", "ns per request", |report| report.interval),
    ("echo, median latency", "µs", |report| report.median),
    ("echo, 99th percentile", "µs", |report| report.p99),
    ("echo, resident", "KiB", |report| report.resident),
];

/// A server, and what starts it.
struct Peer {
    name: &'static str,
    role: Role,
    start: Start,
}

type Start = Box<dyn Fn() -> io::Result<Server>>;

fn peers() -> Vec<Peer> {
    let mut peers: Vec<_> = servers::SERVERS
        .into_iter()
        .map(|(name, _)| {
            let role = match name {
                "hand" => Role::Floor,
                "multitask" => Role::Ours,
                "multitask, recv" => Role::Shown,
                _ => Role::Peer,
            };
            Peer { name, role, start: Box::new(move || Server::start(name)) }
        })
        .collect();
    let others: [(_, Start); 3] = [
        ("Go", Box::new(|| Server::run(go().map_err(io::Error::other)?.arg("serve")))),
        ("Python asyncio", Box::new(|| Server::run(&mut python()))),
        ("Python uvloop", Box::new(|| Server::run(python().arg("uvloop")))),
    ];
    for (name, start) in others {
        match start() {
            Ok(_) => peers.push(Peer { name, role: Role::Peer, start }),
            Err(error) => println!("  {name}: left out, {error}"),
        }
    }
    peers
}

fn python() -> Command {
    let mut command = Command::new("python3");
    command.args(["-c", include_str!("servers/asyncio_server.py")]).stderr(Stdio::null());
    command
}

/// One server under one load.
fn round(peer: &Peer, load: Load) -> io::Result<Report> {
    let server = (peer.start)()?;
    on_core(1, || {
        let mut clients = Clients::connect(server.port, load)?;
        let work = || server.work().ok_or_else(|| io::Error::other("the system does not tell how long a process ran"));
        let before = work()?;
        let outcome = clients.run()?;
        let work = work()?.since(before);
        let each = |time: Duration| time.as_secs_f64() * 1e9 / outcome.requests as f64;
        let latency = |percent| percentile(&outcome.latencies, percent).expect("there were requests");
        Ok(Report {
            work: each(work.total),
            user: each(work.user),
            interval: each(outcome.took),
            median: latency(50.0),
            p99: latency(99.0),
            resident: server.resident().map_or(f64::NAN, |bytes| bytes as f64 / 1024.0),
        })
    })
}

/// All servers in turns.
fn compare(table: &mut Table, peers: &[Peer], load: Load) -> io::Result<()> {
    let mut reports: Vec<Vec<Report>> = peers.iter().map(|_| Vec::new()).collect();
    for _ in 0..table.few_rounds() {
        for (reports, peer) in reports.iter_mut().zip(peers) {
            let report = round(peer, load).map_err(|error| io::Error::other(format!("{}: {error}", peer.name)))?;
            reports.push(report);
        }
    }
    let size = if load.bytes < 1024 { format!("{} B", load.bytes) } else { format!("{} KiB", load.bytes / 1024) };
    let plural = if load.connections == 1 { "" } else { "s" };
    let variant = format!("{} connection{plural}, {size}", grouped(load.connections as u64));
    for (workload, unit, value) in METRICS {
        let row = |(peer, reports): (&Peer, &Vec<Report>)| {
            let values: Vec<f64> = reports.iter().map(value).collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let mut spread = Spread::of(values);
            if workload == USER {
                // The system looks so seldom that only all rounds together say something.
                spread.median = mean;
            }
            Row {
                workload: workload.into(),
                variant: variant.clone(),
                peer: peer.name.into(),
                role: peer.role,
                spread,
                unit,
            }
        };
        table.add(peers.iter().zip(&reports).map(row).collect());
    }
    Ok(())
}

/// Raises the limit of descriptors as far as it goes, and tells it.
fn raise_limit() -> u64 {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    // Where it is refused, the old limit says how many connections there can be.
    let _ = setrlimit(Resource::Nofile, limit);
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

pub(crate) fn measure(table: &mut Table) {
    let limit = raise_limit();
    let peers = peers();
    for bytes in [64, 4096] {
        for connections in [1, 64, 1_000, 8_000] {
            if connections as u64 + 100 > limit {
                println!("\n{connections} connections: left out, a process may have {limit} descriptors");
                continue;
            }
            let load = Load { connections, bytes, requests: 500_000, time: Duration::from_millis(1_000) };
            if let Err(error) = compare(table, &peers, load) {
                println!("\n{connections} connections: left out, {error}");
            }
        }
    }
}
