//! Tests that cross floors.
