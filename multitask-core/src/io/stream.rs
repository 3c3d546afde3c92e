//! The methods that streams, and the halves of streams, have in common, as macros: each type has them of its own, so
//! that nobody needs a trait in scope. The operations themselves are in `transfer.rs`.

/// The methods that read from a type whose `channel()` is a `$channel`. In the examples, what is in `$setup` makes
/// `sock`, and `peer`, which is its other end.
macro_rules! reading_methods {
    ($channel:ty, $setup:expr) => {
        /// Reads what there is into `buf`, at least one byte: evaluates to how many. 0 is the end of the stream, or says
        /// that `buf` is empty.
        ///
        /// Dropping the operation loses no data.
        ///
        /// # Errors
        ///
        /// Those of the system; a peer that resets the connection is one.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// # yield_!(peer.write_all(b"hello"))?;
        /// // In a task:
        /// let mut buf = [0; 4096];
        /// let n = yield_!(sock.read(&mut buf))?;
        /// assert_eq!(&buf[..n], b"hello");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn read<'a>(&'a self, buf: &'a mut [u8]) -> $crate::io::Read<'a, &'a $channel> {
            $crate::io::Read { channel: self.channel(), buf }
        }

        /// Fills `buf`.
        ///
        /// Dropping the operation leaves in `buf` what has been read by then, and how much that was is not known.
        ///
        /// # Errors
        ///
        /// [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof) if the stream ends before, and those of the system.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// # yield_!(peer.write_all(b"hello, world"))?;
        /// // In a task:
        /// let mut greeting = [0; 5];
        /// yield_!(sock.read_exact(&mut greeting))?;
        /// assert_eq!(&greeting, b"hello");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn read_exact<'a>(&'a self, buf: &'a mut [u8]) -> $crate::io::ReadExact<'a, &'a $channel> {
            $crate::io::ReadExact { channel: self.channel(), buf }
        }

        /// Reads to the end of a line, and appends it to `line` with the `\n`: evaluates to how many bytes that were.
        ///
        /// The last line of a stream may lack the `\n`; 0 is the end of the stream. Nothing is read beyond the line, so
        /// other operations may follow. There is no limit to its length: set one by a timeout, or read pieces.
        ///
        /// Dropping the operation loses no data: what has been read by then is in `line`, and the next `read_line` goes
        /// on with it.
        ///
        /// # Errors
        ///
        /// Those of the system.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// # yield_!(peer.write_all(b"hello\nworld\n"))?;
        /// // In a task:
        /// let mut line = Vec::new();
        /// assert_eq!(yield_!(sock.read_line(&mut line))?, 6);
        /// assert_eq!(line, b"hello\n");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn read_line<'a>(&'a self, line: &'a mut Vec<u8>) -> $crate::io::ReadLine<'a, &'a $channel> {
            $crate::io::ReadLine { channel: self.channel(), line }
        }

        /// Reads what there is, at most `n` bytes: evaluates to them. It is empty at the end of the stream, or if `n` is
        /// 0.
        ///
        /// The buffer is allocated when there is something to read: a task that waits has none. `read` allocates nothing
        /// at all.
        ///
        /// Dropping the operation loses no data.
        ///
        /// # Errors
        ///
        /// Those of the system.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// # yield_!(peer.write_all(b"hello"))?;
        /// // In a task:
        /// let request = yield_!(sock.recv(1024))?;
        /// assert_eq!(request, b"hello");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn recv(&self, n: usize) -> $crate::io::Recv<$channel> {
            $crate::io::Recv::new(self.channel().clone(), n)
        }
    };
}

/// The methods that write, in the same way.
macro_rules! writing_methods {
    ($channel:ty, $setup:expr) => {
        /// Writes some of `data`: evaluates to how many bytes, which may be fewer than there are.
        ///
        /// Dropping the operation while it waits means that nothing was written.
        ///
        /// # Errors
        ///
        /// Those of the system; [`BrokenPipe`](std::io::ErrorKind::BrokenPipe) says that nobody reads any more.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// // In a task:
        /// let n = yield_!(sock.write(b"hello"))?;
        /// assert!((1..=5).contains(&n));
        /// # assert_eq!(yield_!(peer.recv(10))?, b"hello"[..n]);
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn write<'a>(&'a self, data: &'a [u8]) -> $crate::io::Write<'a, &'a $channel> {
            $crate::io::Write { channel: self.channel(), data }
        }

        /// Writes all of `data`.
        ///
        /// Dropping the operation leaves open how much has been written.
        ///
        /// # Errors
        ///
        /// [`WriteZero`](std::io::ErrorKind::WriteZero) if the system takes no more, and its own.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// // In a task:
        /// yield_!(sock.write_all(b"hello\n"))?;
        /// # assert_eq!(yield_!(peer.recv(10))?, b"hello\n");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn write_all<'a>(&'a self, data: &'a [u8]) -> $crate::io::WriteAll<'a, &'a $channel> {
            $crate::io::WriteAll { channel: self.channel(), data }
        }

        /// Like [`write`](Self::write), and takes the data by value as well: they then stay with the operation.
        ///
        /// # Errors
        ///
        /// Those of the system.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// # let (buf, n) = ([b'x'; 10], 3);
        /// // In a task:
        /// yield_!(sock.send(&buf[..n]))?;
        /// yield_!(sock.send(format!(": {n} bytes\n")))?;
        /// # let mut received = Vec::new();
        /// # while received.len() < 13 { received.extend(yield_!(peer.recv(100))?); }
        /// # assert_eq!(received, b"xxx: 3 bytes\n");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn send<D: $crate::io::Data>(&self, data: D) -> $crate::io::Send<$channel, D> {
            $crate::io::Send { channel: self.channel().clone(), data }
        }
    };
}

/// What a stream that is a socket has besides.
macro_rules! socket_methods {
    ($channel:ty, $setup:expr) => {
        /// Reads into `buf` what there is, and leaves it where it is for the next one that reads: evaluates to how many
        /// bytes. 0 is the end of the stream.
        ///
        /// # Errors
        ///
        /// Those of the system.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// # yield_!(peer.write_all(b"hello"))?;
        /// // In a task:
        /// let mut first = [0; 1];
        /// yield_!(sock.peek(&mut first))?;
        /// assert_eq!(&first, b"h");
        /// assert_eq!(yield_!(sock.recv(10))?, b"hello");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn peek<'a>(&'a self, buf: &'a mut [u8]) -> $crate::io::Peek<'a, &'a $channel> {
            $crate::io::Peek { channel: self, buf }
        }

        /// Shuts down reading, writing or both, at once and for all handles of the socket.
        ///
        /// # Errors
        ///
        /// Those of the system; [`NotConnected`](std::io::ErrorKind::NotConnected) is one.
        pub fn shutdown(&self, how: std::net::Shutdown) -> std::io::Result<()> {
            self.io.get().shutdown(how)
        }

        /// Splits the stream into one half that reads and one that writes, for two tasks.
        ///
        /// A clone of the stream does as well; but dropping the [`WriteHalf`](crate::io::WriteHalf) shuts writing down,
        /// so that the peer sees the end of the stream.
        ///
        /// # Examples
        ///
        /// ```
        #[doc = include_str!("../yield_in_docs.txt")]
        #[doc = $setup]
        /// // In a task:
        /// let (reader, writer) = sock.into_split();
        /// yield_!(writer.write_all(b"bye"))?;
        /// drop(writer);
        /// # assert_eq!(yield_!(peer.recv(10))?, b"bye");
        /// assert_eq!(yield_!(peer.recv(10))?, b"", "the end of the stream");
        /// yield_!(peer.write_all(b"see you"))?;
        /// assert_eq!(yield_!(reader.recv(10))?, b"see you");
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        pub fn into_split(self) -> ($crate::io::ReadHalf<Self>, $crate::io::WriteHalf<Self>) {
            $crate::io::split(self)
        }
    };
}

/// All the methods of a stream that is a socket.
macro_rules! stream_methods {
    ($channel:ty, $setup:expr) => {
        $crate::io::stream::reading_methods!($channel, $setup);
        $crate::io::stream::writing_methods!($channel, $setup);
        $crate::io::stream::socket_methods!($channel, $setup);
    };
}

/// A handle of a socket is made of one of the standard library's, besides what other handles are.
macro_rules! handle_of_socket {
    ($name:ident, $standard:ty) => {
        /// The socket is made non-blocking.
        impl TryFrom<$standard> for $name {
            type Error = std::io::Error;

            fn try_from(socket: $standard) -> std::io::Result<Self> {
                socket.set_nonblocking(true)?;
                Ok($name::new(mio::net::$name::from_std(socket)))
            }
        }

        $crate::io::stream::handle_of_descriptor!($name);
    };
}

/// A handle can be printed, and on Unix it lends its descriptor.
macro_rules! handle_of_descriptor {
    ($name:ident) => {
        impl core::fmt::Debug for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.io.fmt(f)
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsFd for $name {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                self.io.get().as_fd()
            }
        }

        #[cfg(unix)]
        impl std::os::fd::AsRawFd for $name {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                self.io.get().as_raw_fd()
            }
        }
    };
}

pub(crate) use {
    handle_of_descriptor, handle_of_socket, reading_methods, socket_methods, stream_methods, writing_methods,
};
