//! The program that runs on the simulated system: a server that sends back what it receives, in several ways, and
//! clients that compare.

use core::{cell::RefCell, time::Duration};
use std::{
    io::{self, ErrorKind},
    rc::Rc,
};

use multitask_macros::{task, yield_};

use super::{
    random::Random,
    sockets::{Address, SimListener, SimStream, System},
};
use crate::{
    TaskManager, add, all,
    io::{BufReader, split},
};

/// What fits on the way in one direction, so that one who sends need not receive at the same time.
const PIECE: usize = 50;

const LONGEST: usize = 400;

/// Errors that no fault explains.
type Oddities = Rc<RefCell<Vec<io::Error>>>;

/// Runs a server and some clients, to the end of the clients.
pub(super) fn run(manager: &TaskManager, system: &System) {
    let mut random = Random::new(system.borrow_mut().random.below(usize::MAX) as u64);
    let oddities = Oddities::default();
    let listener = SimListener::new(system);
    let address = listener.address();
    let server = manager.add(serve(listener, oddities.clone()));
    let [given_up_after, clients] = [random.below(40), 1 + random.below(3)];
    let mut start = || manager.add(client(address.clone(), plan(&mut random)));
    let given_up = start();
    let clients: Vec<_> = (0..clients).map(|_| start()).collect();
    // In the middle of whatever it does.
    for _ in 0..given_up_after {
        manager.run_next(Some(Duration::ZERO)).expect("the poller is simulated");
    }
    given_up.cancel();
    for client in clients {
        manager.block_on(client).expect("a client does not panic");
    }
    server.cancel();
    // Those who serve connections see the end of them.
    manager.run().expect("the poller is simulated");
    assert!(oddities.borrow().is_empty(), "{oddities:?}");
}

/// What a client does: for each message how, and the message.
type Plan = Rc<[(Manner, Vec<u8>)]>;

#[derive(Clone, Copy, Debug)]
enum Manner {
    Exact,
    Owned,
    Pieces,
    Lines,
    Buffered,
    BothAtOnce,
}

fn plan(random: &mut Random) -> Plan {
    use Manner::{BothAtOnce, Buffered, Exact, Lines, Owned, Pieces};
    const MANNERS: [Manner; 6] = [Exact, Owned, Pieces, Lines, Buffered, BothAtOnce];
    let message = |random: &mut Random| {
        let length = 1 + random.below(LONGEST);
        (MANNERS[random.below(MANNERS.len())], random.bytes(length))
    };
    (0..1 + random.below(4)).map(|_| message(random)).collect()
}

#[task(crate = crate)]
fn serve(listener: SimListener, oddities: Oddities) {
    let mut count = 0_usize;
    loop {
        match yield_!(listener.accept()) {
            Ok((conn, ())) => {
                count += 1;
                drop(add(serve_one(conn, count, oddities.clone())));
            }
            // No more descriptors, or a connection that is gone already.
            Err(_) => yield_!(),
        }
    }
}

#[task(crate = crate)]
fn serve_one(conn: SimStream, count: usize, oddities: Oddities) {
    let ended = if count.is_multiple_of(2) { yield_!(echo(conn)) } else { yield_!(echo_owned(conn)) };
    if let Err(error) = ended
        && !is_loss(&error)
    {
        oddities.borrow_mut().push(error);
    }
}

#[task(crate = crate)]
fn echo(conn: SimStream) -> io::Result<()> {
    let mut buf = [0; PIECE];
    loop {
        let n = match conn.patience() {
            None => yield_!(conn.read(&mut buf))?,
            Some(limit) => match yield_!(conn.read(&mut buf).timeout(limit)) {
                Ok(n) => n?,
                Err(_) => continue,
            },
        };
        if n == 0 {
            return Ok(());
        }
        yield_!(conn.write_all(&buf[..n]))?;
    }
}

#[task(crate = crate)]
fn echo_owned(conn: SimStream) -> io::Result<()> {
    loop {
        let mut data = yield_!(recv(conn.clone(), PIECE))?;
        if data.is_empty() {
            return Ok(());
        }
        while !data.is_empty() {
            let sent = yield_!(conn.send(data.clone()))?;
            data.drain(..sent);
        }
    }
}

/// Receives; now and then it gives up, and does it again.
#[task(crate = crate)]
fn recv(conn: SimStream, n: usize) -> io::Result<Vec<u8>> {
    while let Some(limit) = conn.patience() {
        if let Ok(received) = yield_!(conn.recv(n).timeout(limit)) {
            return received;
        }
    }
    yield_!(conn.recv(n))
}

/// The same with a line, whose parts come in several attempts then.
#[task(crate = crate)]
fn read_line(conn: SimStream, #[lend] line: &mut Vec<u8>) -> io::Result<()> {
    while let Some(limit) = conn.patience() {
        if let Ok(read) = yield_!(conn.read_line(line).timeout(limit)) {
            return read.map(drop);
        }
    }
    yield_!(conn.read_line(line)).map(drop)
}

/// Whether a connection may end like that, here.
fn is_loss(error: &io::Error) -> bool {
    use ErrorKind::{BrokenPipe, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionReset | UnexpectedEof)
}

/// Sends and compares; if it loses its connection, all over again.
#[task(crate = crate)]
fn client(address: Address, plan: Plan) {
    for _ in 0..1000 {
        let conn = yield_!(SimStream::connect(&address)).expect("somebody listens");
        match yield_!(talk(conn, plan.clone())) {
            Ok(()) => return,
            Err(error) => assert!(is_loss(&error), "{error}"),
        }
    }
    panic!("no connection lasts");
}

#[task(crate = crate)]
fn talk(conn: SimStream, plan: Plan) -> io::Result<()> {
    let other = conn.clone();
    for (manner, message) in plan.iter() {
        if let Manner::BothAtOnce = manner {
            let mut answer = vec![0; message.len()];
            let (sent, received) = yield_!(all((conn.write_all(message), other.read_exact(&mut answer))));
            sent?;
            received?;
            assert!(answer == *message, "it came back changed");
            continue;
        }
        for piece in message.chunks(PIECE) {
            let answer = yield_!(exchange(conn.clone(), *manner, piece.to_vec()))?;
            assert!(answer == *piece, "{manner:?}: it came back changed");
        }
    }
    let (reader, writer) = split(conn);
    drop(writer);
    let rest = yield_!(reader.recv(1))?;
    assert!(rest.is_empty(), "more came back than was sent");
    Ok(())
}

/// Sends so few bytes that they fit on the way, and evaluates to as many that come back.
#[task(crate = crate)]
fn exchange(conn: SimStream, manner: Manner, data: Vec<u8>) -> io::Result<Vec<u8>> {
    let mut answer = Vec::new();
    match manner {
        Manner::Exact | Manner::BothAtOnce => {
            yield_!(conn.write_all(&data))?;
            answer.resize(data.len(), 0);
            yield_!(conn.read_exact(&mut answer))?;
        }
        Manner::Owned => {
            let mut sent = 0;
            while sent < data.len() {
                sent += yield_!(conn.send(data[sent..].to_vec()))?;
            }
            while answer.len() < data.len() {
                let more = yield_!(recv(conn.clone(), data.len() - answer.len()))?;
                if more.is_empty() {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                answer.extend(more);
            }
        }
        Manner::Pieces => {
            for piece in data.chunks(7) {
                let mut sent = 0;
                while sent < piece.len() {
                    sent += yield_!(conn.write(&piece[sent..]))?;
                }
                let mut buf = [0; 7];
                let mut received = 0;
                while received < piece.len() {
                    let n = yield_!(conn.read(&mut buf[received..piece.len()]))?;
                    if n == 0 {
                        return Err(ErrorKind::UnexpectedEof.into());
                    }
                    received += n;
                }
                answer.extend(&buf[..received]);
            }
        }
        Manner::Lines => {
            for line in lines_of(&data) {
                yield_!(conn.write_all(&line))?;
                let mut back = Vec::new();
                // By turns one byte after the other, and by way of a buffer.
                if line.len().is_multiple_of(2) {
                    yield_!(read_line(conn.clone(), &mut back))?;
                } else {
                    let mut reader = BufReader::new(conn.clone());
                    yield_!(reader.read_line(&mut back))?;
                    assert!(reader.buffer().is_empty(), "more came back than was sent");
                }
                if !back.ends_with(b"\n") {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                assert!(back == line, "a line came back changed");
            }
            answer = data;
        }
        Manner::Buffered => {
            yield_!(conn.write_all(&data))?;
            let mut reader = BufReader::new(conn);
            let mut first = [0];
            yield_!(reader.read_exact(&mut first))?;
            reader.unread(&first);
            while answer.len() < data.len() {
                let mut piece = [0; 5];
                let n = yield_!(reader.read(&mut piece))?;
                if n == 0 {
                    return Err(ErrorKind::UnexpectedEof.into());
                }
                answer.extend(&piece[..n]);
            }
            assert!(reader.buffer().is_empty(), "more came back than was sent");
        }
    }
    Ok(answer)
}

fn lines_of(data: &[u8]) -> Vec<Vec<u8>> {
    let line = |part: &[u8]| part.iter().map(|byte| if *byte == b'\n' { b'.' } else { *byte }).chain(*b"\n").collect();
    data.split_inclusive(|byte| *byte % 16 == 0).map(line).collect()
}
