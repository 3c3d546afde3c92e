//! `return` and `?` lead out of the task from within a branch, a loop, or an argument.

use std::num::ParseIntError;

use multitask::{task, yield_};

#[task]
fn parse(number: &str) -> Result<u32, ParseIntError> {
    yield_!();
    number.parse()
}

#[task]
fn sum(numbers: Vec<String>) -> Result<u32, ParseIntError> {
    let mut total = 0;
    for number in numbers {
        if number.is_empty() {
            return Ok(total);
        }
        let Some(digits) = number.strip_prefix('#') else { continue };
        let times: u32 = digits.parse()?;
        let Ok(value) = yield_!(parse("7")) else { break };
        total += times * value;
    }
    yield_!();
    Ok(total)
}
