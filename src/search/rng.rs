//! Random numbers that are the same on every machine.

use rand::SeedableRng;

/// The generator of all searches.
pub type Rng = rand_xoshiro::Xoshiro256PlusPlus;

/// The generator of one worker: streams of different workers or seeds are independent.
#[must_use]
pub fn rng(seed: u64, worker: u64) -> Rng {
    Rng::seed_from_u64(seed ^ worker.wrapping_mul(0x9E37_79B9_7F4A_7C15))
}
