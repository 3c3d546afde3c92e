//! A description as text: an outline of the function with what is kept, and a table of its states.

use crate::describe::{Description, How, Kept, Part, State};

/// The description of a task in `file`, in lines.
pub(crate) fn print(description: &Description, file: &str) -> String {
    let Description { name, line, parts, states } = description;
    let head = format!("{name} ({file}:{line})\n");
    match states.len() {
        0 => return format!("{head}\n  has no body\n"),
        1 => return format!("{head}\n  never waits\n"),
        _ => {}
    }
    let mut outline = Vec::new();
    push_outline(parts, states, 0, &mut outline);
    let mut table = vec![["at", "line", "holds", "leads to"].map(str::to_owned)];
    table.extend(states.iter().enumerate().map(|(number, state)| row(number, state)));
    format!("{head}\n{}\n{}", aligned(&outline), aligned(&table))
}

/// Lines of three columns: the number of the line, what is there, and a remark.
fn push_outline(parts: &[Part], states: &[State], depth: usize, out: &mut Vec<[String; 3]>) {
    let indent = "    ".repeat(depth);
    for part in parts {
        match part {
            Part::Construct(construct) => {
                out.push([construct.line.to_string(), format!("{indent}{}", construct.text), String::new()]);
                push_outline(&construct.parts, states, depth + 1, out);
            }
            Part::Kept(Kept { line, name, how }) => {
                let keeps = if matches!(how, How::BorrowsAgain | How::Lent) { "borrows" } else { "keeps" };
                out.push([number(*line), format!("{indent}{keeps} {name}"), remark(*how).to_owned()]);
            }
            Part::Wait(index) => {
                let state = &states[*index];
                out.push([number(state.line), format!("{indent}[{index}] {}", state.text), String::new()]);
            }
        }
    }
}

fn remark(how: How) -> &'static str {
    match how {
        How::AsItIs => "",
        How::Moved => "in an `Option`: it is moved",
        How::Later => "in an `Option`: it gets its value later",
        How::ToDrop => "for its destructor, unless it is `Copy`",
        How::AsItIsOrCopied => "as it is; a copy, if it is text that borrows",
        How::ToDropUnlessMoved => "for its destructor, in an `Option`: it may be moved",
        How::BorrowsAgain => "again, where it is used",
        How::Lent => "from its caller, whenever it runs",
    }
}

fn row(index: usize, state: &State) -> [String; 4] {
    let at = if index == 0 { "start".to_owned() } else { format!("[{index}]") };
    let mut holds = state.holds.join(", ");
    if !state.holds_to_drop.is_empty() {
        let separator = if holds.is_empty() { "" } else { "; " };
        holds.push_str(&format!("{separator}to drop: {}", state.holds_to_drop.join(", ")));
    }
    let returns = state.returns.then(|| "return".to_owned());
    let next: Vec<_> = state.next.iter().map(|index| format!("[{index}]")).chain(returns).collect();
    let leads_to = if next.is_empty() { "nowhere".to_owned() } else { next.join(", ") };
    [at, number(state.line), holds, leads_to]
}

fn number(line: Option<usize>) -> String {
    line.map_or_else(String::new, |line| line.to_string())
}

/// A table. A column is as wide as what stands in it, where something follows; numbers stand to the right of it.
fn aligned<const N: usize>(rows: &[[String; N]]) -> String {
    let width = |column: usize| {
        let followed = rows.iter().filter(|row| row[column + 1..].iter().any(|cell| !cell.is_empty()));
        followed.map(|row| row[column].chars().count()).max().unwrap_or_default()
    };
    let widths: [usize; N] = std::array::from_fn(width);
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(widths) {
            let is_number = !cell.is_empty() && cell.chars().all(|c| c.is_ascii_digit());
            let cell = if is_number { format!("  {cell:>width$}") } else { format!("  {cell:width$}") };
            line.push_str(&cell);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
