//! Measures several implementations of one piece of work in turns, and reports how they compare.
//!
//! A [`Workload`] has a floor (what one writes by hand for that job alone), peers, and ours. Its [`Row`]s go to a
//! [`Table`], which is printed and written as JSON.

mod external;
mod format;
mod json;
mod process;
mod sample;
mod table;
mod workload;

pub use external::{External, Missing};
pub use format::grouped;
pub use process::{Work, processor_time_of_children, resident};
pub use sample::{Sample, Spread, percentile, processor_time, time};
pub use table::Table;
pub use workload::{Role, Row, Workload};
