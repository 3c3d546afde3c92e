//! A chat whose members have an outbox of a few lines each: who does not keep up is put out of the room, and so is who
//! gives no name in time.
#![cfg(unix)]

use std::{cell::RefCell, collections::BTreeMap, io, rc::Rc, time::Duration};

use multitask::{
    Group, any,
    combine::Any2,
    io::BufReader,
    net::UnixStream,
    queue::{Queue, TryPutError},
    sleep, task, yield_,
};

#[derive(Default)]
struct Room {
    members: RefCell<BTreeMap<String, Queue<Rc<str>>>>,
    kicked: RefCell<Vec<String>>,
}

impl Room {
    fn say(&self, from: &str, text: &str) {
        let line: Rc<str> = format!("{from}: {text}\n").into();
        self.members.borrow_mut().retain(|name, outbox| {
            if name == from {
                return true;
            }
            match outbox.try_put(line.clone()) {
                Ok(()) => true,
                Err(TryPutError::Full(_)) => {
                    self.kicked.borrow_mut().push(name.clone());
                    outbox.close();
                    false
                }
                Err(TryPutError::Closed(_)) => false,
            }
        });
    }
}

struct Leaves(Rc<Room>, String);
impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.members.borrow_mut().remove(&self.1);
        self.0.say("*", &format!("{} left", self.1));
    }
}

#[task]
fn member(sock: UnixStream, room: Rc<Room>) -> io::Result<&'static str> {
    let (reader, writer) = sock.into_split();
    let mut reader = BufReader::new(reader);
    let mut line = Vec::new();
    match yield_!(reader.read_line(&mut line).timeout(Duration::from_millis(500))) {
        Ok(read) => {
            read?;
        }
        Err(timeout) => {
            yield_!(writer.write_all(format!("{timeout}\n").as_bytes()))?;
            return Ok("no name");
        }
    }
    let name = String::from_utf8_lossy(&line).trim().to_owned();
    let outbox = Queue::bounded(3);
    room.members.borrow_mut().insert(name.clone(), outbox.clone());
    room.say(&name, "came");
    let _leaves = Leaves(room.clone(), name.clone());
    loop {
        line.clear();
        match yield_!(any((outbox.get(), reader.read_line(&mut line)))) {
            Any2::First(Ok(text)) => yield_!(writer.write_all(text.as_bytes()))?,
            Any2::First(Err(_closed)) => return Ok("kicked"),
            Any2::Second(n) => {
                if n? == 0 {
                    return Ok("gone");
                }
                let text = String::from_utf8_lossy(&line);
                room.say(&name, text.trim_end());
            }
        }
    }
}

#[task]
fn an_evening() -> io::Result<()> {
    let room = Rc::new(Room::default());
    let members = Group::new();
    let mut ends = vec![];
    for _ in 0..3 {
        let (ours, theirs) = UnixStream::pair()?;
        members.add(member(ours, room.clone()));
        ends.push(theirs);
    }
    let [ann, bob, mute] = <[_; 3]>::try_from(ends).ok().unwrap();
    yield_!(ann.write_all(b"ann\n"))?;
    while room.members.borrow().is_empty() {
        yield_!(sleep(Duration::from_millis(1)));
    }
    yield_!(bob.write_all(b"bob\nhello\n"))?;
    let mut got = BufReader::new(ann.clone());
    let mut line = vec![];
    yield_!(got.read_line(&mut line))?;
    yield_!(got.read_line(&mut line))?;
    assert_eq!(String::from_utf8_lossy(&line), "bob: came\nbob: hello\n");
    let said = yield_!(mute.recv(100))?;
    assert!(String::from_utf8_lossy(&said).contains("timed out"), "{said:?}");
    drop(bob);
    line.clear();
    yield_!(got.read_line(&mut line))?;
    assert_eq!(line, b"*: bob left\n");
    // More than her outbox takes, before she has a turn.
    for i in 0..5 {
        room.say("*", &i.to_string());
    }
    assert_eq!(*room.kicked.borrow(), ["ann"]);
    let mut ended: Vec<_> = yield_!(members.join_all()).into_iter().map(|r| r.unwrap().unwrap()).collect();
    ended.sort_unstable();
    assert_eq!(ended, ["gone", "kicked", "no name"]);
    assert!(room.members.borrow().is_empty());
    Ok(())
}

#[test]
fn nobody_waits_for_who_is_slow() {
    multitask::block_on(an_evening()).unwrap();
}
