//! The programs in `ui-tests`: those that are refused, with the words they are refused with, and those that are not.
//!
//! After a change of the words: `TRYBUILD=overwrite cargo test --test ui`, and read the difference.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("ui-tests/*/*.rs");
    cases.pass("ui-tests/*/ok/*.rs");
}
