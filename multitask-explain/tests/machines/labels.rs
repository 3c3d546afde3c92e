//! `break` with a value, out of a labelled block and out of a loop; `continue` of an outer loop.

use multitask::{task, yield_};

#[task]
fn search(rows: Vec<Vec<u32>>, wanted: u32) -> Option<usize> {
    let mut turn = 0;
    let found = 'rows: loop {
        let Some(row) = rows.get(turn) else { break None };
        turn += 1;
        for index in 0..row.len() {
            yield_!();
            if rows[turn - 1][index] > wanted {
                continue 'rows;
            }
            if rows[turn - 1][index] == wanted {
                break 'rows Some(index);
            }
        }
    };
    'check: {
        if found.is_none() {
            break 'check;
        }
        yield_!();
    }
    found
}
