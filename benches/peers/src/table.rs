//! All that was measured of one table.

use std::{fs, io, path::Path};

use crate::{Role, Row, Workload, format::rounded, json};

/// All that was measured of one table.
pub struct Table {
    name: &'static str,
    rounds: usize,
    rows: Vec<Row>,
}

impl Table {
    pub fn new(name: &'static str, rounds: usize) -> Table {
        Table { name, rounds, rows: Vec::new() }
    }

    /// Measures a workload and prints how it went.
    pub fn measure(&mut self, workload: Workload<'_>) {
        self.measure_rounds(workload, self.rounds);
    }

    /// The same in fewer rounds, for what takes seconds.
    pub fn measure_less(&mut self, workload: Workload<'_>) {
        self.measure_rounds(workload, self.few_rounds());
    }

    /// How often to measure what takes seconds.
    pub fn few_rounds(&self) -> usize {
        self.rounds.div_ceil(3)
    }

    fn measure_rounds(&mut self, workload: Workload<'_>, rounds: usize) {
        let missing = workload.missing().join("\n  ");
        self.add(workload.measure(rounds));
        if !missing.is_empty() {
            println!("  {missing}");
        }
    }

    /// Prints the rows of one workload, and keeps them.
    pub fn add(&mut self, rows: Vec<Row>) {
        print!("{}", section(&rows));
        self.rows.extend(rows);
    }

    /// Writes the rows to `<directory>/<name>.json`.
    pub fn write(&self, directory: &Path) -> io::Result<()> {
        fs::create_dir_all(directory)?;
        let path = directory.join(self.name).with_extension("json");
        fs::write(&path, json::array(&self.rows))?;
        println!("\n{}", path.display());
        Ok(())
    }
}

/// The rows of one workload: each with how many times ours it is.
fn section(rows: &[Row]) -> String {
    let Some(first) = rows.first() else { return String::new() };
    let mut text = format!("\n{}, {}: {}\n", first.workload, first.variant, first.unit);
    let ours = rows.iter().find(|row| row.role == Role::Ours);
    for row in rows {
        let [median, min, max] = [row.spread.median, row.spread.min, row.spread.max].map(rounded);
        let ratio = ours.map_or(String::new(), |ours| ratio(row.spread.median, ours.spread.median));
        text += &format!("  {:<32} {median:>10}   {:>21}   {ratio:>7}\n", row.peer, format!("{min} .. {max}"));
    }
    if let Some(ours) = ours {
        let least = |role| {
            rows.iter().filter(|row| row.role == role).min_by(|a, b| a.spread.median.total_cmp(&b.spread.median))
        };
        for other in [least(Role::Floor), least(Role::Peer)].into_iter().flatten() {
            let medians = ratio(ours.spread.median, other.spread.median);
            let minima = ratio(ours.spread.min, other.spread.min);
            text += &format!("  ours is {medians} of {} ({minima} by the best rounds)\n", other.peer);
        }
    }
    text
}

fn ratio(value: f64, base: f64) -> String {
    if base > 0.0 { format!("{:.2}", value / base) } else { "-".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Spread;

    fn row(peer: &str, role: Role, median: f64) -> Row {
        let spread = Spread { median, min: median / 2.0, max: median * 2.0 };
        Row { workload: "work".into(), variant: "at 1".into(), peer: peer.into(), role, spread, unit: "ns" }
    }

    #[test]
    fn ours_is_compared_with_the_floor_and_the_best_peer() {
        let rows = [
            row("hand", Role::Floor, 2.0),
            row("slow", Role::Peer, 100.0),
            row("fast", Role::Peer, 10.0),
            row("multitask", Role::Ours, 5.0),
            row("other", Role::Shown, 1.0),
        ];
        let text = section(&rows);
        assert!(text.contains("ours is 2.50 of hand (2.50 by the best rounds)"), "{text}");
        assert!(text.contains("ours is 0.50 of fast"), "{text}");
        assert!(!text.contains("of slow") && !text.contains("of other"), "{text}");
    }

    #[test]
    fn nothing_is_a_multiple_of_nothing() {
        let text = section(&[row("hand", Role::Floor, 0.0), row("multitask", Role::Ours, 5.0)]);
        assert!(text.contains("ours is - of hand (- by the best rounds)"), "{text}");
    }

    #[test]
    fn nothing_is_compared_without_ours() {
        assert!(!section(&[row("hand", Role::Floor, 2.0)]).contains("ours"));
        assert_eq!(section(&[]), "");
    }
}
