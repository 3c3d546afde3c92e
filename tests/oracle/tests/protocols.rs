//! Servers and parsers: text that borrows from a local, or from a lent parameter, while it is needed across waits; frames,
//! commands and sessions of protocols.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::{
    collections::{BTreeMap, VecDeque},
    fmt,
};

use oracle::{exchange::Input, prelude::*};

case! { a_match_on_words() {
    #[derive(Debug, Clone, PartialEq)]
    enum State { Start, Mail { from: String }, Quit }
    #[task]
    fn body() -> u8 {
        let mut state = State::Start;
        for line in ["helo x", "rcpt y", "x"] {
            let line = line.to_string();
            let (verb, arg) = match line.split_once(' ') { Some((v, a)) => (v, a.trim()), None => (line.as_str(), "") };
            state = match (state, verb.to_uppercase().as_str()) {
                (State::Start, "HELO" | "EHLO") => {
                    yield_!(op("a", ()));
                    State::Mail { from: arg.to_string() }
                }
                (state, _) => {
                    yield_!(op("d", ()));
                    state
                }
            };
        }
        1
    }
} }
case! { parts_that_a_match_makes() {
    #[task]
    fn body() -> String {
        let line = "helo x".to_string();
        let (verb, arg) = match line.split_once(' ') { Some((v, a)) => (v, a.trim()), None => (line.as_str(), "") };
        yield_!(op("a", ()));
        arg.to_string()
    }
} }
case! { parts_or_others() {
    #[task]
    fn body() -> String {
        let line = "helo x".to_string();
        let (verb, arg) = line.split_once(' ').unwrap_or((&line, ""));
        yield_!(op("a", ()));
        arg.to_string()
    }
} }
case! { a_part_of_either() {
    #[task]
    fn body() -> String {
        let line = "helo x".to_string();
        let arg = match line.split_once(' ') { Some((v, a)) => a.trim(), None => line.as_str() };
        yield_!(op("a", ()));
        arg.to_string()
    }
} }
case! { a_part_or_nothing() {
    #[task]
    fn body() -> String {
        let line = "helo x".to_string();
        let arg = if line.len() > 3 { &line[3..] } else { "" };
        yield_!(op("a", ()));
        arg.to_string()
    }
} }
case! { parts_or_out() {
    #[task]
    fn body() -> String {
        let line = "helo x".to_string();
        let Some((a, b)) = line.split_once(' ') else { return line };
        yield_!(op("a", ()));
        format!("{a}{b}")
    }
} }
case! { parts_or_an_error() {
    #[task]
    fn body() -> Result<String, String> {
        let line = "helo x".to_string();
        let (a, b) = line.split_once(' ').ok_or_else(|| line.clone())?;
        yield_!(op("a", ()));
        Ok(format!("{a}{b}"))
    }
} }
case! { a_part_of_a_part() {
    #[task]
    fn body() -> Result<String, String> {
        let line = "helo x".to_string();
        let b = line.strip_prefix("helo").ok_or("bad")?.trim();
        yield_!(op("a", ()));
        Ok(format!("{b}"))
    }
} }
case! { tlv_records() {
    #[derive(Debug, Clone, Copy)]
    enum Record<'a> { Name(&'a str), Data(&'a [u8]), Number(u32) }
    #[task]
    fn body() -> Result<usize, String> {
        let packet = vec![1u8, 2, b'h', b'i', 2, 3, 9, 8, 7, 3, 4, 0, 0, 1, 0];
        let mut rest = &packet[..];
        let mut count = 0;
        while let [kind, len, tail @ ..] = rest {
            let len = *len as usize;
            if tail.len() < len { return Err(format!("short: {} < {len}", tail.len())); }
            let (value, next) = tail.split_at(len);
            let record = match kind {
                1 => Record::Name(std::str::from_utf8(value).map_err(|e| e.to_string())?),
                2 => Record::Data(value),
                3 => Record::Number(u32::from_be_bytes(value.try_into().map_err(|_| "len")?)),
                k => return Err(format!("kind {k}")),
            };
            note(format!("{record:?}"));
            yield_!(op("record", ()));
            count += 1;
            rest = next;
        }
        Ok(count)
    }
} }
case! { a_local_slice_is_advanced() {
    #[task]
    fn body() -> Result<usize, String> {
        let message = String::from("hello, world");
        let mut rest = message.as_bytes();
        let mut writes = 0;
        while !rest.is_empty() {
            let n = yield_!(op("write", 5usize)).min(rest.len());
            note(format!("{:?}", &rest[..n]));
            rest = &rest[n..];
            writes += 1;
        }
        Ok(writes)
    }
} }
case! { statements_of_a_text() {
    #[task]
    fn body() -> Vec<String> {
        let text = "set a 12; get  b;;del c d".to_string();
        let mut rest = text.as_str();
        let mut out = vec![];
        while !rest.is_empty() {
            let (stmt, tail) = match rest.find(';') {
                Some(i) => (&rest[..i], &rest[i + 1..]),
                None => (rest, ""),
            };
            rest = tail;
            let stmt = stmt.trim();
            if stmt.is_empty() { yield_!(op("empty", ())); continue; }
            for word in stmt.split_whitespace() {
                yield_!(op("w", ()));
                out.push(word.to_owned());
            }
        }
        out
    }
} }
case! { a_slice_that_is_read_from() {
    #[task]
    fn body() -> Vec<u8> {
        use std::io::Read;
        let data = vec![1u8, 2, 3, 4, 5, 6, 7];
        let mut input = &data[..];
        let mut out = vec![];
        let mut buf = [0; 3];
        loop {
            let n = input.read(&mut buf).unwrap();
            yield_!(op("r", ()));
            if n == 0 { break; }
            out.extend_from_slice(&buf[..n]);
            if !input.is_empty() { let (first, rest) = input.split_at(1); note(first[0]); input = rest; }
            yield_!(op("s", ()));
        }
        out
    }
} }
case! { twice_in_a_statement() {
    #[task]
    fn body() -> (usize, u8) {
        use std::io::Read;
        let data = vec![1u8, 2, 3, 4, 5, 6, 7];
        let mut input = &data[..];
        let (mut a, mut b) = ([0; 2], [0; 3]);
        let n = input.read(&mut a).unwrap() * 10 + input.read(&mut b).unwrap() + input.len() * 100;
        yield_!(op("r", ()));
        (_, input) = input.split_at(1);
        yield_!(op("s", ()));
        input = &input[..0];
        (n, b[0])
    }
} }
case! { write_all_of_a_slice() {
    struct Sink { out: Vec<u8>, most: usize }
    impl Sink {
        #[task(lend)]
        fn write(&mut self, bytes: &[u8]) -> Result<usize, String> {
            yield_!(op("w", ()));
            let n = bytes.len().min(self.most);
            self.out.extend_from_slice(&bytes[..n]);
            if self.out.len() > 20 { return Err("full".into()); }
            Ok(n)
        }
        #[task(lend)]
        fn write_all(&mut self, mut bytes: &[u8]) -> Result<(), String> {
            while !bytes.is_empty() {
                let n = yield_!(self.write(bytes))?;
                if n == 0 { return Err("zero".to_string()); }
                bytes = &bytes[n..];
            }
            Ok(())
        }
    }
    #[task]
    fn body() -> (Result<(), String>, Vec<u8>) {
        let mut sink = Sink { out: vec![], most: 3 };
        let r = yield_!(sink.write_all(b"hello, world"));
        yield_!(op("between", ()));
        let r = match r { Ok(()) => yield_!(sink.write_all(b"more and more")), e => e };
        (r, sink.out)
    }
} }
case! { text_arguments() {
    struct Store { log: Vec<String>, tag: String }
    impl Store {
        #[task(lend)]
        fn set(&mut self, key: &str, value: &str, n: usize) -> usize { yield_!(op("set", ())); self.log.push(format!("{key}={value}{n}")); self.log.len() }
        #[task(lend)]
        fn run(&mut self, line: &str) -> Result<usize, String> {
            let (cmd, args) = line.split_once(' ').ok_or_else(|| format!("bad {line}"))?;
            yield_!(op(cmd, ()));
            let (key, value) = args.split_once('=').unwrap_or((args, "none"));
            let n = yield_!(self.set(key, value, 1));
            if n > 2 { yield_!(op("many", ())); return Err(value.to_string()); }
            let m = yield_!(self.set(cmd, key, n));
            Ok(n + m + value.len())
        }
    }
    #[task]
    fn body() -> (Vec<Result<usize, String>>, Vec<String>) {
        let mut store = Store { log: vec![], tag: "t".into() };
        let mut all = vec![];
        for line in ["set a=b", "x", "put c", "z y=w"] { let r = yield_!(store.run(line)); all.push(r); }
        (all, store.log)
    }
} }

case! { http_request_head() {
    #[derive(Debug)]
    enum HttpError { Closed, BadLine(String), TooLarge(usize) }
    impl From<std::num::ParseIntError> for HttpError { fn from(e: std::num::ParseIntError) -> Self { HttpError::BadLine(e.to_string()) } }
    struct Conn { input: VecDeque<Vec<u8>>, buf: Vec<u8>, limit: usize }
    #[derive(Debug, Default)]
    struct Request { method: String, path: String, headers: Vec<(String, String)>, body: Vec<u8> }
    impl Conn {
        #[task(lend)]
        fn fill(&mut self) -> Result<usize, HttpError> {
            if self.buf.len() > self.limit { return Err(HttpError::TooLarge(self.buf.len())); }
            yield_!(op("fill", ()));
            let Some(chunk) = self.input.pop_front() else { return Err(HttpError::Closed) };
            self.buf.extend_from_slice(&chunk);
            Ok(chunk.len())
        }
        #[task(lend)]
        fn line(&mut self) -> Result<String, HttpError> {
            loop {
                if let Some(end) = self.buf.windows(2).position(|w| w == b"\r\n") {
                    let line = String::from_utf8_lossy(&self.buf[..end]).into_owned();
                    self.buf.drain(..end + 2);
                    return Ok(line);
                }
                yield_!(self.fill())?;
            }
        }
        #[task(lend)]
        fn request(&mut self) -> Result<Request, HttpError> {
            let first = yield_!(self.line())?;
            let mut parts = first.split(' ');
            let (Some(method), Some(path), Some("HTTP/1.1")) = (parts.next(), parts.next(), parts.next()) else {
                return Err(HttpError::BadLine(first));
            };
            let mut request = Request { method: method.to_string(), path: path.to_owned(), ..Default::default() };
            loop {
                let line = yield_!(self.line())?;
                if line.is_empty() { break; }
                let (name, value) = line.split_once(':').ok_or_else(|| HttpError::BadLine(line.clone()))?;
                request.headers.push((name.trim().to_ascii_lowercase(), value.trim().to_string()));
            }
            let length = request.headers.iter().find(|(n, _)| n == "content-length").map(|(_, v)| v.parse::<usize>()).transpose()?.unwrap_or(0);
            while self.buf.len() < length { yield_!(self.fill())?; }
            request.body = self.buf.drain(..length).collect();
            Ok(request)
        }
    }
    #[task]
    fn body() -> Result<Vec<Request>, HttpError> {
        let input = ["GET / HT", "TP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe", "lloPOST /x HTTP/1.1\r\n\r\n", "nonsense\r\n"];
        let mut conn = Conn { input: input.iter().map(|s| s.as_bytes().to_vec()).collect(), buf: vec![], limit: 1000 };
        let mut all = Vec::new();
        while let Ok(r) = yield_!(conn.request()) {
            note(format!("{r:?}"));
            all.push(r);
        }
        match yield_!(conn.request()) {
            Ok(r) => all.push(r),
            Err(HttpError::Closed) => return Ok(all),
            Err(e) => return Err(e),
        }
        Ok(all)
    }
} }

#[derive(Debug)]
struct Chunk(Vec<u8>);
impl Input for Chunk {
    fn input(turn: usize) -> Self {
        let all: &[&[u8]] =
            &[b"*2\r\n$3\r", b"\nGET\r\n", b"$1\r\na\r\n", b":42\r\n", b"-ERR x\r\n", b"$-1\r\n+OK\r", b"\n", b""];
        Chunk(all.get(turn - 1).copied().unwrap_or_default().to_vec())
    }
}

case_exchange! { resp() yields usize, resumes Chunk {
    #[derive(Debug, PartialEq)]
    enum Value { Simple(String), Error(String), Int(i64), Bulk(Option<Vec<u8>>), Array(Vec<Value>) }
    #[derive(Debug)]
    enum Bad { Eof, Type(u8), Int(std::num::ParseIntError), Utf8(std::string::FromUtf8Error) }
    impl From<std::num::ParseIntError> for Bad { fn from(e: std::num::ParseIntError) -> Bad { Bad::Int(e) } }
    impl From<std::string::FromUtf8Error> for Bad { fn from(e: std::string::FromUtf8Error) -> Bad { Bad::Utf8(e) } }
    #[derive(Default)]
    struct Input { buf: Vec<u8>, at: usize }
    impl Input {
        #[task(yields = usize, resumes = Chunk, lend)]
        fn line(&mut self) -> Result<String, Bad> {
            let end = loop {
                match self.buf[self.at..].iter().position(|&b| b == b'\n') {
                    Some(n) if n > 0 && self.buf[self.at + n - 1] == b'\r' => break self.at + n,
                    _ => {}
                }
                let Chunk(more) = yield_!(self.buf.len() - self.at);
                if more.is_empty() { return Err(Bad::Eof); }
                self.buf.extend(more);
            };
            let line = self.buf[self.at..end - 1].to_vec();
            self.at = end + 1;
            Ok(String::from_utf8(line)?)
        }
        #[task(yields = usize, resumes = Chunk, lend)]
        fn value(&mut self) -> Result<Value, Bad> {
            let line = yield_from!(self.line())?;
            let (kind, rest) = line.split_at(1);
            Ok(match kind.as_bytes()[0] {
                b'+' => Value::Simple(rest.to_string()),
                b'-' => Value::Error(rest.into()),
                b':' => Value::Int(rest.parse()?),
                b'$' => {
                    let n: i64 = rest.parse()?;
                    if n < 0 { return Ok(Value::Bulk(None)); }
                    let n = n as usize;
                    while self.buf.len() - self.at < n + 2 {
                        let Chunk(c) = yield_!(n);
                        if c.is_empty() { return Err(Bad::Eof); }
                        self.buf.extend_from_slice(&c);
                    }
                    let bytes = self.buf[self.at..][..n].to_vec();
                    self.at += n + 2;
                    Value::Bulk(Some(bytes))
                }
                b'*' => {
                    let n = rest.parse::<usize>()?;
                    let mut items = Vec::with_capacity(n);
                    for _ in 0..n { items.push(yield_from!(self.value())?); }
                    Value::Array(items)
                }
                other => return Err(Bad::Type(other)),
            })
        }
    }
    #[task(yields = usize, resumes = Chunk)]
    fn body() -> (usize, Vec<Value>, String) {
        let mut input = Input::default();
        let mut got = vec![];
        let err = loop {
            match yield_from!(input.value()) {
                Ok(Value::Error(e)) => { note(&e); got.push(Value::Error(e)); }
                Ok(v) => got.push(v),
                Err(e) => break format!("{e:?}"),
            }
        };
        (got.len(), got, err)
    }
} }

case! { smtp() {
    #[derive(Debug, Clone, PartialEq)]
    enum State { Start, Greeted { domain: String }, Mail { from: String, to: Vec<String> }, Data { from: String, to: Vec<String>, lines: Vec<String> }, Quit }
    struct Server { lines: std::vec::IntoIter<String>, sent: Vec<String>, delivered: Vec<(String, Vec<String>, String)> }
    impl Server {
        #[task(lend)]
        fn read_line(&mut self) -> Option<String> {
            yield_!(op("line", ()));
            self.lines.next()
        }
        #[task(lend)]
        fn reply(&mut self, code: u16, text: &str) {
            let line = format!("{code} {text}");
            yield_!(op(&line, ()));
            self.sent.push(line);
        }
        #[task(lend)]
        fn session(&mut self) -> Result<usize, String> {
            yield_!(self.reply(220, "ready"));
            let mut state = State::Start;
            while let Some(line) = yield_!(self.read_line()) {
                if let State::Data { from, to, lines } = &mut state {
                    if line == "." {
                        let mail = (std::mem::take(from), std::mem::take(to), lines.join("\n"));
                        self.delivered.push(mail);
                        yield_!(self.reply(250, "queued"));
                        state = State::Greeted { domain: "?".into() };
                    } else {
                        lines.push(line.strip_prefix('.').unwrap_or(&line).to_string());
                    }
                    continue;
                }
                let (verb, arg) = match line.split_once(' ') { Some((v, a)) => (v, a.trim()), None => (line.as_str(), "") };
                state = match (state, verb.to_uppercase().as_str()) {
                    (State::Start, "HELO" | "EHLO") => {
                        yield_!(self.reply(250, "hello"));
                        State::Greeted { domain: arg.to_string() }
                    }
                    (State::Greeted { .. }, "MAIL") => {
                        let Some(from) = arg.strip_prefix("FROM:") else {
                            yield_!(self.reply(501, "syntax"));
                            return Err(line);
                        };
                        yield_!(self.reply(250, "ok"));
                        State::Mail { from: from.to_owned(), to: vec![] }
                    }
                    (State::Mail { from, mut to }, "RCPT") => {
                        to.push(arg.trim_start_matches("TO:").to_string());
                        yield_!(self.reply(250, "ok"));
                        State::Mail { from, to }
                    }
                    (State::Mail { from, to }, "DATA") if !to.is_empty() => {
                        yield_!(self.reply(354, "go"));
                        State::Data { from, to, lines: Vec::new() }
                    }
                    (_, "QUIT") => { yield_!(self.reply(221, "bye")); break; }
                    (state, _) => {
                        yield_!(self.reply(503, "bad sequence"));
                        state
                    }
                };
            }
            Ok(self.delivered.len())
        }
    }
    #[task]
    fn body() -> (Result<usize, String>, Vec<String>) {
        let lines = "DATA\nHELO me\nMAIL FROM:<a>\nRCPT TO:<b>\nRCPT TO:<c>\nDATA\nhi\n..dot\n.\nQUIT\nNOOP";
        let mut server = Server { lines: lines.lines().map(String::from).collect::<Vec<_>>().into_iter(), sent: vec![], delivered: vec![] };
        let result = yield_!(server.session());
        note(format!("{:?}", server.delivered));
        (result, server.sent)
    }
} }

case! { websocket() {
    #[derive(Debug)]
    enum Frame { Text(String), Binary(Vec<u8>), Ping(Vec<u8>), Close(Option<u16>) }
    #[derive(Debug)]
    enum WsError { Eof, Opcode(u8), Utf8 }
    struct Wire { bytes: Vec<u8>, at: usize }
    impl Wire {
        #[task(lend)]
        fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), WsError> {
            for slot in buf.iter_mut() {
                if self.at % 3 == 0 { yield_!(op("r", ())); }
                *slot = *self.bytes.get(self.at).ok_or(WsError::Eof)?;
                self.at += 1;
            }
            Ok(())
        }
        #[task(lend)]
        fn frame(&mut self) -> Result<(bool, u8, Vec<u8>), WsError> {
            let mut head = [0u8; 2];
            yield_!(self.read_exact(&mut head))?;
            let fin = head[0] & 0x80 != 0;
            let opcode = head[0] & 0x0f;
            let masked = head[1] & 0x80 != 0;
            let len = match head[1] & 0x7f {
                126 => { let mut b = [0; 2]; yield_!(self.read_exact(&mut b))?; u16::from_be_bytes(b) as usize }
                127 => { let mut b = [0; 8]; yield_!(self.read_exact(&mut b))?; u64::from_be_bytes(b) as usize }
                n => n as usize,
            };
            let mask = if masked { let mut m = [0u8; 4]; yield_!(self.read_exact(&mut m))?; Some(m) } else { None };
            let mut payload = vec![0; len];
            yield_!(self.read_exact(&mut payload))?;
            if let Some(mask) = mask {
                for (byte, key) in payload.iter_mut().zip(mask.iter().cycle()) { *byte ^= key; }
            }
            Ok((fin, opcode, payload))
        }
        #[task(lend)]
        fn message(&mut self) -> Result<Frame, WsError> {
            let (mut fin, opcode, mut data) = yield_!(self.frame())?;
            while !fin {
                let (f, op, more) = yield_!(self.frame())?;
                if op != 0 { return Err(WsError::Opcode(op)); }
                data.extend(more);
                fin = f;
            }
            match opcode {
                1 => String::from_utf8(data).map(Frame::Text).map_err(|_| WsError::Utf8),
                2 => Ok(Frame::Binary(data)),
                8 => Ok(Frame::Close(data.get(..2).map(|b| u16::from_be_bytes([b[0], b[1]])))),
                9 => Ok(Frame::Ping(data)),
                other => Err(WsError::Opcode(other)),
            }
        }
    }
    #[task]
    fn body() -> usize {
        let mut wire = Wire { bytes: vec![0x01, 2, b'h', b'e', 0x80, 1, b'y', 0x89, 0x81, 1, 2, 3, 4, b'p' ^ 1, 0x88, 2, 3, 0xe8, 0x82, 126, 0, 1, 7, 0x85], at: 0 };
        let mut n = 0;
        loop {
            match yield_!(wire.message()) {
                Ok(Frame::Close(code)) => note(format!("close {code:?}")),
                Ok(frame) => { n += 1; note(format!("{frame:?}")) }
                Err(e) => { note(format!("{e:?}")); break n }
            }
        }
    }
} }

case_exchange! { handshake() yields Vec<u8>, resumes Chunk2 {
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    enum Role { Client, Server }
    #[derive(Debug)]
    struct Session { key: u64, transcript: Vec<u8>, role: Role }
    #[derive(Debug)]
    enum Alert { Unexpected { got: u8, wanted: u8 }, Short(usize), BadFinished }
    #[task(yields = Vec<u8>, resumes = Chunk2)]
    fn body() -> Result<Session, Alert> {
        let role = Role::Client;
        let mut transcript = Vec::new();
        let hello = { let mut m = vec![1, 0, 3]; m.extend_from_slice(b"abc"); m };
        transcript.extend_from_slice(&hello);
        let mut reply = yield_!(hello).0;
        let key = loop {
            let (&kind, rest) = reply.split_first().ok_or(Alert::Short(0))?;
            match kind {
                2 => {
                    let random: [u8; 8] = rest.get(..8).ok_or(Alert::Short(rest.len()))?.try_into().unwrap();
                    transcript.extend(&reply);
                    break u64::from_be_bytes(random);
                }
                6 => {
                    let cookie = rest.to_vec();
                    note(format!("retry {cookie:?}"));
                    let again = [&[1u8][..], &cookie].concat();
                    reply = yield_!(again).0;
                }
                got => return Err(Alert::Unexpected { got, wanted: 2 }),
            }
        };
        let sum = transcript.iter().fold(0u8, |a, b| a.wrapping_add(*b));
        let finished = yield_!(vec![20, sum]);
        match finished.0.as_slice() {
            [20, s] if *s == sum => Ok(Session { key, transcript, role }),
            [20, ..] => Err(Alert::BadFinished),
            [got, ..] => Err(Alert::Unexpected { got: *got, wanted: 20 }),
            [] => Err(Alert::Short(0)),
        }
    }
} }
#[derive(Debug)]
struct Chunk2(Vec<u8>);
impl Input for Chunk2 {
    fn input(turn: usize) -> Self {
        let all: &[&[u8]] = &[&[6, 9, 9], &[2, 0, 0, 0, 0, 0, 0, 0, 7], &[20, 44]];
        Chunk2(all.get(turn - 1).copied().unwrap_or_default().to_vec())
    }
}
case! { words_beside_a_state() {
    #[task]
    fn body() -> Option<u8> {
        let mut state = loud("s");
        for line in ["helo", "rcpt", "x"] {
            let line = line.to_string();
            let (verb, arg) = match line.split_once(' ') { Some((v, a)) => (v, a.trim()), None => (line.as_str(), "") };
            state = match (state, verb.to_uppercase().as_str()) {
                (s, "RCPT") => {
                    yield_!(op("a", ()));
                    s
                }
                (_, "QUIT") => { yield_!(op("c", ())); break; }
                (state, _) => {
                    yield_!(op("d", ()));
                    note(arg);
                    state
                }
            };
        }
        None
    }
} }
case! { a_value_beside_words() {
    #[task]
    fn body() -> Option<u8> {
        let mut state = loud("s");
        for line in ["helo", "rcpt", "x"] {
            let line = line.to_string();
            state = match (state, line.to_uppercase().as_str()) {
                (s, "RCPT") => {
                    yield_!(op("a", ()));
                    return Some(1);
                }
                (state, _) => {
                    yield_!(op("d", ()));
                    state
                }
            };
        }
        None
    }
} }

case! { text_that_lives_elsewhere_is_not_copied("GET /index") {
    #[task]
    fn body(line: &'static str) -> Vec<&'static str> {
        let mut seen = Vec::new();
        let (verb, path) = line.split_once(' ').unwrap_or((line, "/"));
        yield_!(op(verb, ()));
        seen.push(path);
        let mut rest = path;
        while let Some(c) = rest.chars().next() {
            yield_!(op(c, ()));
            rest = &rest[c.len_utf8() + 2..];
            seen.push(rest);
        }
        seen
    }
} }

case! { a_reference_to_what_is_copy() {
    #[task]
    fn body() -> (u32, String) {
        let table = vec![("a".to_string(), 3u32), ("b".to_string(), 5)];
        let (name, id) = table.iter().find(|(name, _)| name == "b").map(|(name, id)| (name.as_str(), id)).unwrap_or(("", &0));
        yield_!(op(name, ()));
        let best = table.iter().map(|(_, id)| id).max().unwrap();
        yield_!(op("best", ()));
        (id + best, name.to_string())
    }
} }

case! { parts_that_are_moved_on() {
    #[task]
    fn body() -> BTreeMap<usize, String> {
        let mut all = BTreeMap::new();
        for line in ["a: one", "b", "c: three: 3"] {
            let line = format!("{line} ");
            let mut parts = line.split(':');
            let name = parts.next().unwrap_or("none").trim();
            let value = parts.next().map(str::trim);
            yield_!(op(name, ()));
            if let Some(value) = value {
                yield_!(op(value, ()));
                let name = String::from(name);
                all.insert(all.len(), name + value);
            } else {
                yield_!(op("nothing", ()));
            }
        }
        all
    }
} }

case! { values_of_calls_are_kept_as_they_are() {
    struct Parsed { head: Loud, rest: Loud }
    fn parse(line: &Loud) -> Result<Parsed, Loud> {
        tell("parse");
        if line.touch() > 1 { Ok(Parsed { head: loud("head"), rest: loud("rest") }) } else { Err(loud("short")) }
    }
    #[task]
    fn body() -> Result<usize, Loud> {
        let line = loud("line");
        let parsed = parse(&line)?;
        yield_!(op("parsed", ()));
        let Parsed { head, rest } = parsed;
        yield_!(op("taken apart", ()));
        let n = head.into_name().len();
        let other = parse(&rest)?;
        yield_!(op("other", ()));
        drop(other);
        let short = parse(&loud("s"));
        yield_!(op("short", ()));
        match short { Ok(_) => Ok(n), Err(e) => { yield_!(op("error", ())); Err(e) } }
    }
} }

case! { what_lies_elsewhere_by_its_type_is_kept_itself() {
    fn kind(text: &str) -> &'static str {
        if text.len() > 2 { "long" } else { "short" }
    }
    #[task]
    fn body() -> Vec<&'static str> {
        let line = String::from("one");
        let mut all = Vec::new();
        let kind: &'static str = kind(&line);
        yield_!(op("kind", ()));
        all.push(kind);
        all
    }
} }

case! { a_value_of_a_function_that_is_assigned_to_is_changed_in_place() {
    fn lengths(text: &str) -> Vec<usize> {
        text.split(' ').map(str::len).collect()
    }
    #[task]
    fn body() -> Vec<usize> {
        let line = String::from("ab cd");
        let mut all = lengths(&line);
        yield_!(op("one", ()));
        all = lengths(&line[1..]);
        yield_!(op("two", ()));
        all.push(all.len());
        all.extend(lengths(&line));
        yield_!(op("three", ()));
        all
    }
} }
