//! Rows as JSON: an array of flat objects needs no library.

use std::fmt::Write;

use crate::Row;

/// An array with an object for each row.
pub(crate) fn array(rows: &[Row]) -> String {
    let objects: Vec<_> = rows.iter().map(object).collect();
    format!("[\n{}\n]\n", objects.join(",\n"))
}

fn object(row: &Row) -> String {
    let [workload, variant, peer, unit] = [&row.workload, &row.variant, &row.peer, row.unit].map(string);
    let [median, min, max] = [row.spread.median, row.spread.min, row.spread.max].map(number);
    format!(
        "  {{\"workload\": {workload}, \"variant\": {variant}, \"peer\": {peer}, \
         \"median\": {median}, \"min\": {min}, \"max\": {max}, \"unit\": {unit}}}"
    )
}

fn string(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            char if char < ' ' => write!(quoted, "\\u{:04x}", char as u32).expect("a string can be written"),
            char => quoted.push(char),
        }
    }
    quoted.push('"');
    quoted
}

/// JSON has no number that is none.
fn number(value: f64) -> String {
    if value.is_finite() { format!("{value:.4}") } else { "null".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Role, Spread};

    #[test]
    fn a_row_is_an_object() {
        let spread = Spread { median: 2.0, min: 1.5, max: 3.25 };
        let row = |peer: &str| Row {
            workload: "switch".into(),
            variant: "1,000 tasks".into(),
            peer: peer.into(),
            role: Role::Peer,
            spread,
            unit: "ns",
        };
        let expected = r#"[
  {"workload": "switch", "variant": "1,000 tasks", "peer": "tokio", "median": 2.0000, "min": 1.5000, "max": 3.2500, "unit": "ns"},
  {"workload": "switch", "variant": "1,000 tasks", "peer": "may", "median": 2.0000, "min": 1.5000, "max": 3.2500, "unit": "ns"}
]
"#;
        assert_eq!(array(&[row("tokio"), row("may")]), expected);
    }

    #[test]
    fn strings_are_escaped() {
        assert_eq!(string("a \"b\" \\ \n µ"), r#""a \"b\" \\ \u000a µ""#);
    }

    #[test]
    fn what_is_no_number_is_null() {
        assert_eq!(number(f64::NAN), "null");
        assert_eq!(number(f64::INFINITY), "null");
    }
}
