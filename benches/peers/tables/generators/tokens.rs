//! A tokenizer: a generator with some work between the items.

use std::{hint::black_box, pin::pin};

use async_stream::stream;
use futures::Stream;
use genawaiter::stack::{Co, let_gen_using};
use multitask::{task, yield_};
use peers::{Table, Workload, time};

use super::{
    Items, Others,
    inputs::{BYTES, Token, digest, text, token},
    stackful::Stackful,
};

struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        while self.at < self.text.len() {
            let (token, end) = token(self.text, self.at);
            self.at = end;
            if token.is_some() {
                return token;
            }
        }
        None
    }
}

#[task(yields = Token<'a>)]
fn tokens<'a>(text: &'a str) {
    let mut at = 0;
    while at < text.len() {
        let (token, end) = token(text, at);
        at = end;
        if let Some(token) = token {
            yield_!(token);
        }
    }
}

fn token_stream(text: &str) -> impl Stream<Item = Token<'_>> {
    stream! {
        let mut at = 0;
        while at < text.len() {
            let (token, end) = token(text, at);
            at = end;
            if let Some(token) = token {
                yield token;
            }
        }
    }
}

async fn producer<'a>(co: Co<'_, Token<'a>>, text: &'a str) {
    let mut at = 0;
    while at < text.len() {
        let (token, end) = token(text, at);
        at = end;
        if let Some(token) = token {
            co.yield_(token).await;
        }
    }
}

fn stackful(text: &'static str) -> Stackful<Token<'static>> {
    Stackful::new(move |items| {
        let mut at = 0;
        while at < text.len() {
            let (token, end) = token(text, at);
            at = end;
            if let Some(token) = token {
                items.suspend(token);
            }
        }
    })
}

pub(super) fn measure(table: &mut Table, others: &Others) {
    // A stack of its own borrows nothing; the text lasts as long as the program.
    let text: &'static str = text(BYTES).leak();
    let count = Tokens { text, at: 0 }.count() as u64;
    table.measure(
        Workload::new("tokenizer", "static", "ns per item")
            .floor(|| time(count, || digest(Tokens { text, at: 0 })))
            .perhaps("nightly gen", others.nightly.runs("tokens_gen", count))
            .perhaps("nightly coroutine", others.nightly.runs("tokens_coroutine", count))
            .peer("genawaiter", || {
                let_gen_using!(tokens, |co| producer(co, text));
                time(count, || digest(tokens.into_iter()))
            })
            .peer("async-stream", || time(count, || digest(Items(pin!(token_stream(text))))))
            .peer("corosensei", || time(count, || digest(stackful(text))))
            .ours(|| time(count, || digest(tokens(text)))),
    );
    let boxed = |tokens: Box<dyn Iterator<Item = Token<'static>>>| time(count, || digest(black_box(tokens)));
    table.measure(
        Workload::new("tokenizer", "boxed", "ns per item")
            .floor(|| boxed(Box::new(Tokens { text, at: 0 })))
            .perhaps("nightly gen", others.nightly.runs("tokens_gen_boxed", count))
            .ours(|| boxed(Box::new(tokens(text)))),
    );
}
