//! Numbers as they are read.

/// With commas between thousands.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// With as many decimals as say something.
pub(crate) fn rounded(value: f64) -> String {
    match value.abs() {
        size if size < 10.0 => format!("{value:.2}"),
        size if size < 100.0 => format!("{value:.1}"),
        _ => grouped(value.round() as u64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        let texts = [0, 12, 999, 1_000, 12_345, 1_234_567].map(grouped);
        assert_eq!(texts, ["0", "12", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn large_numbers_need_no_decimals() {
        let texts = [0.123, 9.994, 12.34, 123.4, 12_345.6].map(rounded);
        assert_eq!(texts, ["0.12", "9.99", "12.3", "123", "12,346"]);
    }
}
