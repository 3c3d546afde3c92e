//! FIXME: what differs from a future in editions before 2024, and should not.

use oracle::{compare::compare, prelude::*};

/// The temporaries of a block's last expression are dropped before the block's locals, as since edition 2024.
#[test]
#[should_panic(expected = "`tail` differs")]
fn temporaries_of_the_tail_of_a_block() {
    compare("tail", as_task::body, as_future::body);
}

mod as_task {
    use super::*;
    use oracle::readings::as_task::*;

    #[task]
    pub(super) fn body() -> usize {
        let _local = loud("local");
        yield_!(op("x", ()));
        loud("temporary").touch()
    }
}

mod as_future {
    use super::*;
    use oracle::readings::as_future::*;

    pub(super) async fn body() -> usize {
        let _local = loud("local");
        yield_!(op("x", ()));
        loud("temporary").touch()
    }
}
