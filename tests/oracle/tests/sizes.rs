//! How large a suspended machine may be. Run it with `--nocapture` for the table.

use oracle::sizes::sizes;

#[test]
fn a_task_is_no_larger_than_the_future_of_the_same_body() {
    for sizes in sizes() {
        println!("{sizes:?}");
        assert!(sizes.task <= sizes.future, "{sizes:?}");
    }
}

#[test]
fn a_task_is_little_larger_than_the_smallest_enum() {
    for sizes in sizes() {
        assert!(sizes.task as f64 <= 1.1 * sizes.hand as f64, "{sizes:?}");
    }
}

/// The smallest enum has the sum, the range, what is waited for, the first value, and a tag.
#[test]
fn a_number_that_is_only_given_to_an_operation_is_not_kept() {
    let sizes = sizes().into_iter().find(|sizes| sizes.body == "a loop with three waits").expect("it is there");
    assert_eq!(sizes.task, 6 * size_of::<u32>());
}
