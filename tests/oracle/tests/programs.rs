//! Small programs as they are written: parsers, games, stores; each is several constructs at once.
#![allow(clippy::all, dead_code, unused, unused_qualifications, reason = "the bodies are what is tested")]

use std::collections::{BTreeMap, VecDeque};

use oracle::{
    parser::{Parser, Tok},
    prelude::*,
};

#[derive(Debug)]
enum Cmd {
    Set { key: String, value: i32 },
    Get(String),
    Del(Vec<String>),
    Quit,
}

#[derive(Debug, Default)]
struct Game {
    players: Vec<Player>,
    turn: usize,
    log: Vec<String>,
}

#[derive(Debug, Default)]
struct Player {
    name: String,
    hp: i32,
    items: Vec<String>,
    pos: (i32, i32),
}

fn game() -> Game {
    let player = |name: &str, hp, items: &[&str], pos| {
        let items = items.iter().map(|item| item.to_string()).collect();
        Player { name: name.into(), hp, items, pos }
    };
    Game { players: vec![player("a", 3, &["x"], (0, 0)), player("b", 2, &[], (1, 1))], ..Game::default() }
}

case! {
    fn an_evaluator_of_expressions() -> i64 {
        let mut p = Parser { toks: vec![Tok::Num(1), Tok::Op('+'), Tok::Num(2), Tok::Op('*'), Tok::Num(3)], pos: 0 };
        let mut acc = match p.bump() { Tok::Num(n) => n, other => { yield_!(op("bad", ())); note(format!("{other:?}")); return -1 } };
        while let Tok::Op(c) = *p.peek() {
            p.bump();
            let rhs = match p.bump() { Tok::Num(n) => yield_!(op("n", n)), t => { yield_!(op("t", ())); panic!("{t:?}") } };
            acc = match c { '+' => acc + rhs, '*' => { yield_!(op("mul", ())); acc * rhs } _ => unreachable!() };
        }
        acc
    }
}

case! {
    fn a_game_in_turns() {
        let mut g = game();
        while g.players.iter().filter(|p| p.hp > 0).count() > 1 {
            let n = g.players.len();
            let (me, other) = (g.turn % n, (g.turn + 1) % n);
            let dmg = yield_!(op(format!("roll {}", g.players[me].name), 1));
            let target = &mut g.players[other];
            target.hp -= dmg;
            if target.hp <= 0 { g.log.push(format!("{} dies", target.name)); yield_!(op("dead", ())); }
            g.players[me].pos.0 += yield_!(op("move", 2));
            g.turn += 1;
        }
        note(format!("{g:?}"));
    }
}

case! {
    fn commands_by_reference() {
        let cmds = vec![Cmd::Set { key: "a".into(), value: 1 }, Cmd::Get("a".into()), Cmd::Del(vec!["a".into(), "b".into()])];
        for cmd in &cmds {
            match cmd {
                Cmd::Set { key, value } if *value > 0 => { yield_!(op("set", ())); note(key); note(value); }
                Cmd::Del(keys) if keys.len() > 1 => { for (i, k) in keys.iter().enumerate() { yield_!(op("k", i)); note(k); } }
                Cmd::Get(k) | Cmd::Set { key: k, .. } => { yield_!(op("g", ())); note(k); }
                other => { yield_!(op("o", ())); note(format!("{other:?}")); }
            }
        }
    }
}

case! {
    fn lines_that_are_parsed() -> Result<i32, String> {
        let lines = ["a=1", "b=x", "c"];
        let mut total = 0;
        for (no, line) in lines.iter().enumerate() {
            let (k, v) = line.split_once('=').ok_or_else(|| format!("line {no}: no ="))?;
            let v: i32 = match v.parse() { Ok(v) => v, Err(e) => { yield_!(op("err", ())); note(format!("{k}: {e}")); continue } };
            yield_!(op(k, ()));
            total += v;
        }
        Ok(total)
    }
}

case! {
    fn players_that_change() {
        let mut g = game();
        for p in g.players.iter_mut() {
            let Player { name, hp, items, .. } = p;
            yield_!(op("a", ()));
            *hp += items.len() as i32;
            if let Some(item) = items.first_mut() { yield_!(op("b", ())); item.push('!'); name.push_str(item); }
            let (x, y) = &mut p.pos;
            yield_!(op("c", ()));
            std::mem::swap(x, y);
        }
        let Game { players, log, turn } = &mut g;
        yield_!(op("d", ()));
        for p in players.iter() { yield_!(op("e", ())); log.push(p.name.clone()); *turn += 1; }
        let best = players.iter().enumerate().max_by_key(|(_, p)| p.hp).map(|(i, _)| i);
        yield_!(op("f", ()));
        if let Some(i) = best { players[i].hp = 0; }
        note(format!("{g:?}"));
    }
}

case! {
    fn an_inbox() {
        let mut inbox: VecDeque<(u32, String)> = VecDeque::from([(1, "x".to_string()), (2, "y".to_string())]);
        let mut seen = std::collections::BTreeSet::new();
        loop {
            let Some((id, body)) = inbox.pop_front() else { break };
            if !seen.insert(id) { continue; }
            let reply = { let mut s = body; s.push_str(yield_!(op("ack", "!"))); s };
            match (id, reply.as_str()) { (1, r) => { yield_!(op("one", ())); note(r); inbox.push_back((1, reply.clone())); } (_, "y!") => { yield_!(op("two", ())); } _ => {} }
        }
    }
}

case! {
    fn a_grid_that_is_filled() {
        let mut grid = [[0i32; 3]; 3];
        for y in 0..3 { for x in 0..3 { grid[y][x] = yield_!(op("v", (y * 3 + x) as i32)); if x == y { grid[y][x] *= 2; } } }
        let diag: i32 = (0..3).map(|i| grid[i][i]).sum();
        yield_!(op("d", diag));
        for row in &mut grid { row.reverse(); for cell in row.iter_mut() { *cell += yield_!(op("c", 1)); } }
        note(format!("{grid:?}"));
    }
}

case! {
    fn frames_of_bytes() {
        let data = vec![1u8, 3, b'a', b'b', b'c', 2, b'x', b'y'];
        let mut at = 0; let mut out = Vec::new();
        while at < data.len() {
            let kind = data[at]; at += 1;
            let frame = match kind {
                1 => { let len = data[at] as usize; at += 1; let f = &data[at..at + len]; at += len; yield_!(op("frame", f.len())); f.to_vec() }
                n => { let f = data[at..][..n as usize].to_vec(); at += n as usize; yield_!(op("raw", ())); f }
            };
            out.push(String::from_utf8(frame).unwrap());
        }
        note(format!("{out:?}"));
    }
}

case! {
    fn commands_that_are_carried_out() {
        let cmds = vec![Cmd::Set { key: "a".into(), value: 1 }, Cmd::Get("a".into()), Cmd::Del(vec!["a".into(), "b".into()]), Cmd::Quit];
        let mut db: BTreeMap<String, i32> = BTreeMap::new();
        for cmd in cmds {
            match cmd {
                Cmd::Set { key, value } if value > 0 => { yield_!(op("set", ())); db.insert(key, value); }
                Cmd::Set { key, .. } => { yield_!(op("neg", key.len())); }
                Cmd::Get(key) => { let v = db.get(&key).copied(); yield_!(op("get", ())); note(format!("{key}={v:?}")); }
                Cmd::Del(keys) => { for key in &keys { if db.remove(key).is_none() { yield_!(op("missing", ())); note(key); } } }
                Cmd::Quit => { yield_!(op("quit", ())); break; }
            }
        }
    }
}
