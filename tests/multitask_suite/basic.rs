//! Tasks, children, managers.
