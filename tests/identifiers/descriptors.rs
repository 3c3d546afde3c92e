//! Descriptors, sockets, processes.
