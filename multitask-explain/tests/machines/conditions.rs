//! Parameters, locals and waits that are there under a condition; which ones are shown is the command line's to say.

use std::io;
#[cfg(feature = "log")]
use std::io::Write;

use multitask::{net::TcpListener, task, yield_};

#[task]
fn serve(listener: TcpListener, #[cfg(feature = "log")] mut log: impl Write) -> io::Result<()> {
    let mut clients = 0;
    loop {
        let (mut socket, _address) = yield_!(listener.accept())?;
        clients += 1;
        #[cfg(feature = "log")]
        {
            yield_!();
            writeln!(log, "client {clients}")?;
        }
        #[cfg(all(not(feature = "log"), not(any())))]
        let greeting = format!("You are number {clients}.\n");
        #[cfg(any(feature = "log", false))]
        let greeting = b"welcome\n";
        yield_!(socket.write_all(greeting.as_ref()))?;
    }
}
