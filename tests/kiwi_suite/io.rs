//! `TestIO`: waiting for descriptors.
#![cfg(unix)]

use std::io::{self, PipeReader, PipeWriter};

use multitask::{TaskManager, io::FdStream, readable, task, writable, yield_};

/// One byte passes through a pipe in non-blocking mode, between a task that waits until it can write and one that waits
/// until it can read.
#[test]
fn test_pipe() {
    #[task]
    fn write(writer: FdStream) -> io::Result<()> {
        assert!(yield_!(writable(&writer))?.is_writable());
        assert_eq!(yield_!(writer.write(b"1"))?, 1);
        Ok(())
    }
    #[task]
    fn read(reader: FdStream) -> io::Result<Vec<u8>> {
        assert!(yield_!(readable(&reader))?.is_readable());
        yield_!(reader.recv(1))
    }
    let (reader, writer): (PipeReader, PipeWriter) = io::pipe().unwrap();
    let manager = TaskManager::new();
    let received = manager.add(read(FdStream::new(reader).unwrap()));
    let written = manager.add(write(FdStream::new(writer).unwrap()));
    manager.run().unwrap();
    manager.block_on(written).unwrap().unwrap();
    assert_eq!(manager.block_on(received).unwrap().unwrap(), b"1");
    assert!(!manager.has_io_waits());
}
