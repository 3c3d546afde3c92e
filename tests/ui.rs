//! The programs in `ui-tests`: those that are refused, with the words they are refused with, and those that are not.
//!
//! After a change of the words: `TRYBUILD=overwrite cargo test --test ui`, and read the difference.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui-tests/*/*.rs");
    cases.pass("ui-tests/*/ok/*.rs");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `ui-tests` that end with `.{extension}`.
fn files(extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("ui-tests")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found
}

#[test]
fn every_text_of_a_refusal_has_a_case() {
    let words: String = files("stderr").iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    let source = fs::read_to_string(root().join("multitask-macros/src/diag.rs")).unwrap();
    let mut texts = 0;
    for constant in source.split("const ").skip(1).filter(|constant| constant.contains(": &str")) {
        let name = constant.split(':').next().unwrap();
        let text = constant.split('"').nth(1).unwrap();
        assert!(words.contains(text), "there is no case in ui-tests for {name}: {text}");
        texts += 1;
    }
    assert!(texts > 10, "only {texts} texts were found in diag.rs");
}

#[test]
fn every_case_is_in_the_index() {
    let index = fs::read_to_string(root().join("ui-tests/README.md")).unwrap();
    let cases = files("rs");
    for path in &cases {
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(index.contains(&format!("`{name}`")), "{name} is not in ui-tests/README.md");
    }
    for name in index.split('|').skip(1).flat_map(|cell| cell.split(", ")).filter_map(|cell| {
        let name = cell.trim().strip_prefix('`')?.strip_suffix('`')?;
        (name.contains('-') && !name.contains(' ')).then_some(name)
    }) {
        assert!(cases.iter().any(|path| path.file_stem().unwrap() == name), "there is no {name} in ui-tests");
    }
}

#[test]
fn every_program_that_compiles_shows_the_way_out_of_one_that_does_not() {
    for path in files("rs") {
        let folder = path.parent().unwrap();
        let topic = folder.parent().unwrap();
        if folder.ends_with("ok") && !topic.ends_with("accepted") && !topic.ends_with("fixme-accepted") {
            assert!(topic.join(path.file_name().unwrap()).exists(), "{} has no twin", path.display());
        }
    }
}
