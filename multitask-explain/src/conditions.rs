//! Which conditions of `#[cfg]` hold: those that `rustc` prints for this machine, and those that are given by `--cfg`.

use std::process::Command;

use quote::ToTokens;
use syn::{Meta, Token, parse::Parser, punctuated::Punctuated};

use crate::{cfg, item::Item};

/// Takes away from a function what `rustc` would, with the options `--cfg=given`.
pub(crate) fn resolve(item: &mut Item, given: &[String]) -> Result<(), String> {
    let mut known = None;
    while let Some(predicate) = cfg::first_predicate(item) {
        let known = match &mut known {
            Some(known) => known,
            none => none.insert(ask(given)?),
        };
        let holds = syn::parse2(predicate.clone()).is_ok_and(|condition| holds(&condition, known));
        cfg::resolve(item, &predicate, holds);
    }
    Ok(())
}

/// The conditions that hold, as `rustc` prints them.
fn ask(given: &[String]) -> Result<Vec<String>, String> {
    let options = given.iter().map(|condition| format!("--cfg={condition}"));
    let output = Command::new("rustc").args(["--print", "cfg"]).args(options).output();
    let output = output.map_err(|error| format!("`rustc --print cfg`: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect())
}

fn holds(condition: &Meta, known: &[String]) -> bool {
    match condition {
        Meta::Path(name) => name.is_ident("true") || known.contains(&name.to_token_stream().to_string()),
        Meta::NameValue(pair) => {
            let (name, value) = (pair.path.to_token_stream(), pair.value.to_token_stream());
            known.contains(&format!("{name}={value}"))
        }
        Meta::List(list) => {
            let parts = Punctuated::<Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone()).unwrap_or_default();
            let mut parts = parts.iter().map(|part| holds(part, known));
            match list.path.to_token_stream().to_string().as_str() {
                "all" => parts.all(|holds| holds),
                "any" => parts.any(|holds| holds),
                "not" => parts.all(|holds| !holds),
                _ => false,
            }
        }
    }
}
