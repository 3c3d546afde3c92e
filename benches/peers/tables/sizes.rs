//! How large a suspended machine is: as a task, as the future of the `async fn` with the same body, and as the smallest
//! enum that one would write.

use oracle::sizes::sizes;
use peers::{Sample, Table, Workload};

pub(crate) fn measure(table: &mut Table) {
    for sizes in sizes() {
        let size = |bytes: usize| move || Sample { value: bytes as f64, items: 1, sum: 0 };
        let workload = Workload::new("size", sizes.body, "bytes")
            .floor(size(sizes.hand))
            .peer("async fn", size(sizes.future))
            .ours(size(sizes.task));
        table.measure(workload);
    }
}
