//! That `tests/README.md` and the tests agree.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// How many identifiers there are of each kind: those of the two systems are numbered with gaps, their defects without.
const IDENTIFIERS: [(&str, usize); 6] = [("M-", 42), ("Q-", 10), ("S-", 6), ("K-", 44), ("D-M", 25), ("D-K", 20)];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            found.push(path);
        }
    }
}

/// The names of the functions here that are named after an identifier.
fn tests() -> BTreeSet<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/identifiers");
    let mut files = Vec::new();
    sources(&folder, &mut files);
    let text: String = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
    let mut names = BTreeSet::new();
    let mut is_test = false;
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix("fn ").and_then(|rest| rest.split_once('(')).map(|(name, _)| name)
            && is_test
            && is_named_after_an_identifier(name)
        {
            names.insert(name.to_owned());
        }
        is_test = line == "#[test]" || is_test && line.starts_with("#[");
    }
    names
}

fn is_named_after_an_identifier(name: &str) -> bool {
    let name = name.strip_prefix("d_").unwrap_or(name);
    let mut characters = name.chars();
    characters.next().is_some_and(|kind| "mqsk".contains(kind)) && characters.next().is_some_and(|c| c.is_ascii_digit())
}

/// `M-4` as `m04_`, `D-M4` as `d_m4_`.
fn prefix(identifier: &str) -> String {
    match identifier.strip_prefix("D-") {
        Some(defect) => format!("d_{}_", defect.to_lowercase()),
        None => {
            let (kind, number) = identifier.split_once('-').unwrap();
            format!("{}{number:0>2}_", kind.to_lowercase())
        }
    }
}

#[test]
fn each_identifier_has_a_test_that_is_listed_or_a_reason() {
    let readme = include_str!("../README.md");
    let entries: Vec<_> = readme.lines().filter_map(|line| line.strip_prefix("* ")?.split_once(": ")).collect();
    for (kind, count) in IDENTIFIERS {
        let found: BTreeSet<_> = entries.iter().filter(|(identifier, _)| identifier.starts_with(kind)).collect();
        assert_eq!(found.len(), count, "of {kind}");
    }
    let mut listed = BTreeSet::new();
    for (identifier, what) in entries {
        if what.starts_with("none, because ") {
            continue;
        }
        for name in what.split(", ").map(|name| name.trim_matches('`').rsplit("::").next().unwrap()) {
            assert!(name.starts_with(&prefix(identifier)), "{name} is no test of {identifier}");
            listed.insert(name.to_owned());
        }
    }
    assert_eq!(listed, tests(), "what is listed, and what there is");
}
