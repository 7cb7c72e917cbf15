// SPDX-License-Identifier: MIT OR Apache-2.0
//! Numbers that look random and are the same in every run with the same seed.

/// SplitMix64: any seed will do, also two consecutive ones.
pub struct Random(u64);

impl Random {
    /// Starts the numbers for one mutation, which do not depend on those before it.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut random = Random(seed);
        let start = random.next();
        Random(start ^ number.wrapping_mul(0xd134_2543_de82_ef95))
    }

    /// Returns the next number.
    #[allow(clippy::should_implement_trait)] // It never ends.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Returns a number from 0 to `end`, exclusive; 0 if that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let number = self.next() % (end as u64).max(1);
        usize::try_from(number).expect("below a usize")
    }

    /// Returns a byte.
    pub fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }

    /// Returns true one time in `times`.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// Returns one of the choices.
    pub fn choose<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        &choices[self.below(choices.len())]
    }
}
