//! The bodies of the oracle, by the rules of edition 2021: see `Cargo.toml`.
