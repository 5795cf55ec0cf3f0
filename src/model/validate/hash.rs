//! The fingerprint of a scenario.

use crate::model::scenario::Scenario;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{self, BufWriter, Write};

/// SHA-256 of the scenario as compact JSON, in hexadecimal; the text is hashed as it is written, never held.
pub(super) fn input_hash(scenario: &Scenario) -> String {
    let mut writer = BufWriter::with_capacity(1 << 16, Hasher(Sha256::new()));
    serde_json::to_writer(&mut writer, scenario).expect("a scenario has no keys or values that JSON cannot hold");
    let hasher = writer.into_inner().unwrap_or_else(|_| unreachable!("hashing cannot fail"));
    let mut text = String::with_capacity(64);
    for byte in hasher.0.finalize() {
        write!(text, "{byte:02x}").expect("a string takes any text");
    }
    text
}

struct Hasher(Sha256);

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
