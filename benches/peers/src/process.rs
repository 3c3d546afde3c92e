//! What the system tells of a process: on Linux, by files.

use std::{fs, time::Duration};

/// Fields of a process's `stat`, counted from its name on.
const USER: usize = 11;
const OF_CHILDREN: [usize; 2] = [13, 14];

/// The resident memory of a process in bytes; `"self"` is this one. `None` where the system does not tell.
pub fn resident(process: &str) -> Option<u64> {
    resident_in(&fs::read_to_string(format!("/proc/{process}/status")).ok()?)
}

fn resident_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// How long processors have worked for a process.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Work {
    /// In all of its threads.
    pub total: Duration,
    /// In user mode. The system finds this out by looking now and then.
    pub user: Duration,
}

impl Work {
    /// What it has been so far; `None` where the system does not tell.
    pub fn of(process: u32) -> Option<Work> {
        let user = time_in(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?, USER)?;
        let mut total = Duration::ZERO;
        for thread in fs::read_dir(format!("/proc/{process}/task")).ok()? {
            total += running_in(&fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?)?;
        }
        Some(Work { total, user })
    }

    pub fn since(self, earlier: Work) -> Work {
        let Work { total, user } = self;
        Work { total: total.saturating_sub(earlier.total), user: user.saturating_sub(earlier.user) }
    }
}

/// The time that processors have worked for processes that this one has started and waited for, and theirs; none where
/// the system does not tell.
pub fn processor_time_of_children() -> Duration {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    OF_CHILDREN.into_iter().filter_map(|field| time_in(&stat, field)).sum()
}

/// A time from a process's `stat`, by its place after the name, which is in brackets and may have anything in it.
fn time_in(stat: &str, field: usize) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(')')?;
    let hundredths: u64 = fields.split_whitespace().nth(field)?.parse().ok()?;
    Some(Duration::from_millis(hundredths * 10))
}

/// The time that a thread ran for, from its `schedstat`.
fn running_in(schedstat: &str) -> Option<Duration> {
    Some(Duration::from_nanos(schedstat.split_whitespace().next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resident_memory_is_in_kilobytes() {
        assert_eq!(resident_in("Name:\tpeers\nVmRSS:\t    2856 kB\nThreads:\t1\n"), Some(2856 * 1024));
        assert_eq!(resident_in("Name:\tpeers\n"), None);
    }

    #[test]
    fn a_name_may_have_brackets_and_blanks() {
        let stat = "2374 (a (b) c) S 1 2374 2374 0 -1 4194560 500 0 0 0 17 25 0 0 20 0 1 0 33 8048640 600";
        assert_eq!(time_in(stat, USER), Some(Duration::from_millis(170)));
        assert_eq!(time_in("2374", USER), None);
    }

    #[test]
    fn a_thread_ran_for_nanoseconds() {
        assert_eq!(running_in("87654321 1234 5\n"), Some(Duration::from_nanos(87_654_321)));
        assert_eq!(running_in(""), None);
    }

    #[test]
    fn work_since_an_earlier_time() {
        let [earlier, later] = [1, 3].map(|n| Work { total: Duration::from_secs(2 * n), user: Duration::from_secs(n) });
        assert_eq!(later.since(earlier), Work { total: Duration::from_secs(4), user: Duration::from_secs(2) });
    }
}
