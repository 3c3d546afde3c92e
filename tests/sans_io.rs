//! A mail server that does no I/O: a coroutine that takes lines and hands out replies, driven by a table.

use multitask::{
    Coroutine,
    CoroutineState::{Complete, Yielded},
    task, yield_, yield_from,
};

#[derive(Debug, Clone, PartialEq, Default)]
struct Envelope {
    from: String,
    to: Vec<String>,
    body: Vec<String>,
}

#[derive(Debug, PartialEq)]
enum Reply {
    Line(u16, String),
    /// Nothing is said: the next line, please.
    More,
    Deliver(Envelope),
}

#[derive(Debug, PartialEq)]
enum End {
    Quit,
    TooManyErrors(u32),
}

fn line(code: u16, text: impl Into<String>) -> Reply {
    Reply::Line(code, text.into())
}

/// `<name>`
fn path(text: &str) -> Option<&str> {
    text.trim().strip_prefix('<')?.strip_suffix('>')
}

/// The text of a message up to a dot, or how much too long it is.
#[task(yields = Reply, resumes = String)]
fn text(limit: usize) -> Result<Vec<String>, usize> {
    let (mut lines, mut size) = (Vec::new(), 0);
    let mut next = yield_!(line(354, "go ahead"));
    while next != "." {
        let text = next.strip_prefix('.').unwrap_or(&next);
        size += text.len();
        if size <= limit {
            lines.push(text.to_owned());
        }
        next = yield_!(Reply::More);
    }
    if size > limit { Err(size - limit) } else { Ok(lines) }
}

#[task(yields = Reply, resumes = String)]
fn session<'a>(host: &'a str, users: &'a [&'a str]) -> End {
    let mut reply = line(220, format!("{host} ready"));
    let (mut errors, mut greeted, mut envelope) = (0, None, None::<Envelope>);
    loop {
        let command = yield_!(reply);
        let (verb, rest) = command.split_once(' ').unwrap_or((&command, ""));
        reply = match (verb.to_ascii_uppercase().as_str(), &mut envelope) {
            ("QUIT", _) => {
                yield_!(line(221, "bye"));
                return End::Quit;
            }
            ("HELO", _) | ("EHLO", None) => {
                greeted = Some(rest.to_owned());
                line(250, format!("hello {rest}"))
            }
            _ if greeted.is_none() => line(503, "who are you?"),
            ("RSET", slot) => {
                *slot = None;
                line(250, "ok")
            }
            ("MAIL", slot @ None) => match rest.strip_prefix("FROM:").and_then(path) {
                Some(from) => {
                    *slot = Some(Envelope { from: from.to_owned(), ..Envelope::default() });
                    line(250, "ok")
                }
                None => line(501, "from whom?"),
            },
            ("RCPT", Some(envelope)) => match rest.strip_prefix("TO:").and_then(path) {
                Some(to) if users.contains(&to) => {
                    envelope.to.push(to.to_owned());
                    line(250, "ok")
                }
                Some(to) => line(550, format!("no {to} here")),
                None => line(501, "to whom?"),
            },
            ("DATA", Some(open)) if !open.to.is_empty() => match yield_from!(text(20)) {
                Ok(body) => {
                    let mut sent = envelope.take().unwrap_or_default();
                    sent.body = body;
                    yield_!(Reply::Deliver(sent));
                    line(250, "queued")
                }
                Err(excess) => {
                    envelope = None;
                    line(552, format!("{excess} too many"))
                }
            },
            (other, _) => {
                errors += 1;
                if errors == 3 {
                    return End::TooManyErrors(errors);
                }
                line(500, format!("{other}?"))
            }
        };
    }
}

/// What the server says to these lines, and how it ends if it does.
fn dialogue(lines: &[&str]) -> (Vec<Reply>, Option<End>) {
    let mut server = session("mx", &["ann", "bob"]);
    let mut replies = Vec::new();
    let mut state = server.start();
    for text in lines {
        match state {
            Yielded(reply) => replies.push(reply),
            Complete(end) => return (replies, Some(end)),
        }
        state = server.resume((*text).to_owned());
    }
    match state {
        Yielded(reply) => replies.push(reply),
        Complete(end) => return (replies, Some(end)),
    }
    (replies, None)
}

#[test]
fn a_message_is_delivered() {
    let (replies, end) = dialogue(&[
        "EHLO me",
        "MAIL FROM:<eve>",
        "RCPT TO:<joe>",
        "DATA",
        "RCPT TO:<bob>",
        "data",
        "hi",
        "..there",
        ".",
        "",
        "QUIT",
        "",
    ]);
    let envelope = Envelope { from: "eve".into(), to: vec!["bob".into()], body: vec!["hi".into(), ".there".into()] };
    let expected = [
        line(220, "mx ready"),
        line(250, "hello me"),
        line(250, "ok"),
        line(550, "no joe here"),
        line(500, "DATA?"),
        line(250, "ok"),
        line(354, "go ahead"),
        Reply::More,
        Reply::More,
        Reply::Deliver(envelope),
        line(250, "queued"),
        line(221, "bye"),
    ];
    assert_eq!((replies.as_slice(), end), (expected.as_slice(), Some(End::Quit)));
}

#[test]
fn what_is_too_long_is_forgotten() {
    let long = "x".repeat(15);
    let (replies, end) =
        dialogue(&["HELO me", "MAIL FROM:<eve>", "RCPT TO:<ann>", "DATA", &long, &long, ".", "RCPT TO:<bob>"]);
    assert_eq!(replies[7..], [line(552, "10 too many"), line(500, "RCPT?")]);
    assert_eq!(end, None);
}

#[test]
fn the_impatient_are_told_to_go() {
    let (replies, end) = dialogue(&["MAIL FROM:<eve>", "HELO me", "RSET", "A", "B", "C"]);
    assert_eq!(replies.len(), 6);
    assert_eq!(end, Some(End::TooManyErrors(3)));
}
