//! A value that nothing mentions any more is kept for its destructor; a temporary too, to the end of its statement.

use std::cell::{Cell, RefCell};

use multitask::{task, yield_};

struct Enter<'a>(&'a Cell<u32>);

impl Drop for Enter<'_> {
    fn drop(&mut self) {
        self.0.set(self.0.get() - 1);
    }
}

#[task]
fn visit(visitors: &Cell<u32>, log: &RefCell<Vec<u32>>) {
    visitors.set(visitors.get() + 1);
    let _guard = Enter(visitors);
    yield_!();
    log.borrow_mut().push({
        yield_!();
        visitors.get()
    });
}
