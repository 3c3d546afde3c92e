// Methods, and those of traits, too: there is one error, and none for those who call them.
use multitask::{Task, task, yield_};

trait Count {
    fn count(&self) -> impl Task<Output = usize>;
}

struct Words(Vec<String>);

impl Count for Words {
    #[task]
    fn count(&self) -> usize {
        self.0.iter().map(|_| yield_!()).count()
    }
}

fn main() {
    println!("{}", multitask::block_on(Words(Vec::new()).count()));
}
