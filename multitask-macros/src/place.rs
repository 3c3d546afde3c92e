//! Where something stands in the user's source: what the machine can tell of itself when it is run.

use proc_macro2::Span;

/// The file, as the compiler names it, and the line. A macro that is not being expanded does not know.
pub(crate) fn file_and_line(span: Span) -> (String, u32) {
    if !proc_macro::is_available() {
        return (String::new(), 0);
    }
    let span = span.unwrap();
    (span.file(), u32::try_from(span.line()).unwrap_or(u32::MAX))
}
