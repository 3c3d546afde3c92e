//! In a process of its own: other tests would work for the same one, and their time would count.

use std::time::Duration;

use peers::time;

#[test]
fn what_sleeps_takes_no_time() {
    let sample = time(1, || {
        std::thread::sleep(Duration::from_millis(200));
        7
    });
    assert!(sample.value < 100e6, "{sample:?}");
    assert_eq!(sample.sum, 7);
}
