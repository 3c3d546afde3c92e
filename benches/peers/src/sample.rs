//! What one run measured, and what several of them say together.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};

/// What one run of one implementation measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample {
    /// In the workload's unit.
    pub value: f64,
    /// How many items the run had: runs of as many must have the same sum.
    pub items: u64,
    /// What the work came to. It shows that all did the same.
    pub sum: u64,
}

impl Sample {
    /// The nanoseconds for each of so many items.
    pub fn per_item(took: Duration, items: u64, sum: u64) -> Sample {
        Sample { value: took.as_secs_f64() * 1e9 / items as f64, items, sum }
    }
}

/// The time for which processors have worked for this process, in all of its threads.
///
/// What else the machine does is not in it, nor is the time for which all threads sleep.
pub fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// Measures the processor's time that `work` takes for each of so many items; it returns a sum.
pub fn time(items: u64, work: impl FnOnce() -> u64) -> Sample {
    let start = processor_time();
    let sum = work();
    Sample::per_item(processor_time() - start, items, sum)
}

/// The median of several values, and the least and the greatest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub min: f64,
    pub max: f64,
}

impl Spread {
    /// # Panics
    ///
    /// If there are no values.
    pub fn of(mut values: Vec<f64>) -> Spread {
        values.sort_by(f64::total_cmp);
        let middle = values.len() / 2;
        let median =
            if values.len() % 2 == 1 { values[middle] } else { f64::midpoint(values[middle - 1], values[middle]) };
        Spread { median, min: values[0], max: values[values.len() - 1] }
    }
}

/// The value below which so many of a hundred values are, which are sorted; the next one if it falls between two.
pub fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    let index = (sorted.len() as f64 * percent / 100.0).ceil() as usize;
    sorted.get(index.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_of_an_odd_number_of_values() {
        assert_eq!(Spread::of(vec![3.0, 1.0, 10.0]), Spread { median: 3.0, min: 1.0, max: 10.0 });
    }

    #[test]
    fn spread_of_an_even_number_of_values() {
        assert_eq!(Spread::of(vec![4.0, 1.0, 2.0, 10.0]), Spread { median: 3.0, min: 1.0, max: 10.0 });
    }

    #[test]
    fn spread_of_one_value() {
        assert_eq!(Spread::of(vec![7.0]), Spread { median: 7.0, min: 7.0, max: 7.0 });
    }

    #[test]
    fn percentiles_of_a_hundred_values() {
        let values: Vec<f64> = (1..=100).map(f64::from).collect();
        let some = [0.0, 1.0, 50.0, 99.0, 99.9, 100.0].map(|percent| percentile(&values, percent));
        assert_eq!(some, [1.0, 1.0, 50.0, 99.0, 100.0, 100.0].map(Some));
        assert_eq!(percentile(&[], 50.0), None);
    }

    #[test]
    fn time_is_divided_among_the_items() {
        let sample = Sample::per_item(Duration::from_micros(3), 1_000, 5);
        assert!((sample.value - 3.0).abs() < 1e-9, "{sample:?}");
        assert_eq!((sample.items, sample.sum), (1_000, 5));
    }
}
