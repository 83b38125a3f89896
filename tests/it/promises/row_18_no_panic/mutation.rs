//! Mutations of inputs: a few cuts, copies and words at places that the seed decides.

use std::fs;

use proptest::test_runner::{RngAlgorithm, TestRng};

use proptest::prelude::Rng as _;

use super::super::count::seed;
use crate::support::repository;

/// Largest input, in bytes: what libFuzzer tries.
const LARGEST: usize = 8192;

/// What stands for the edge of something in any language.
const WORDS: [&[u8]; 24] = [
    b"",
    b"\n",
    b"\n\n",
    b"\n%%\n",
    b"\"",
    b"'",
    b"\\",
    b"{",
    b"}",
    b"[[[[[[[[",
    b"]",
    b": ",
    b"- ",
    b"&a ",
    b"*a",
    b"null",
    b"-1",
    b"18446744073709551616",
    b"9999-12-31",
    b"\xef\xbb\xbf",
    b"\xc3\x28",
    "\u{202e}\u{1f468}\u{200d}".as_bytes(),
    "İß".as_bytes(),
    b"\0",
];

/// An endless row of inputs.
pub(super) struct Mutations<'a> {
    random: TestRng,
    inputs: &'a [&'a [u8]],
    words: Vec<Vec<u8>>,
}

impl<'a> Mutations<'a> {
    /// Mutations of these inputs, from the seed of this run and with the words of the door.
    pub(super) fn of(door: &str, inputs: &'a [&'a [u8]]) -> Self {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed().to_le_bytes());
        for (byte, letter) in bytes[8..].iter_mut().zip(door.bytes()) {
            *byte = letter;
        }
        let path = format!("fuzz/dictionaries/{door}.dict");
        let dictionary = fs::read_to_string(repository().join(path)).unwrap();
        let quoted = dictionary.lines().filter_map(|line| {
            let inner = line.trim().strip_prefix('"')?.strip_suffix('"')?;
            let plain = inner.replace("\\\"", "\"").replace("\\x0a", "\n");
            Some(plain.replace("\\\\", "\\").into_bytes())
        });
        let words = WORDS.iter().map(|word| word.to_vec()).chain(quoted);
        Self {
            random: TestRng::from_seed(RngAlgorithm::ChaCha, &bytes),
            inputs,
            words: words.collect(),
        }
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.random.next_u64() % (end.max(1) as u64)).unwrap()
    }

    /// The next one.
    pub(super) fn next_input(&mut self) -> Vec<u8> {
        let first = self.below(self.inputs.len());
        let mut input = self.inputs[first].to_vec();
        for _ in 0..=self.below(5) {
            self.mutate(&mut input);
        }
        input.truncate(LARGEST);
        input
    }

    fn mutate(&mut self, input: &mut Vec<u8>) {
        let (one, other) = (self.below(input.len() + 1), self.below(input.len() + 1));
        let (start, end) = (one.min(other), one.max(other));
        let end_nearby = end.min(start + 24);
        match self.below(7) {
            0 => drop(input.drain(start..end_nearby)),
            1 => input.truncate(end),
            2 => {
                let word = self.below(self.words.len());
                input.splice(start..start, self.words[word].clone());
            }
            3 => {
                let word = self.below(self.words.len());
                input.splice(start..end_nearby, self.words[word].clone());
            }
            4 => {
                let copy = input[start..end_nearby].repeat(1 + self.below(40));
                input.splice(end..end, copy);
            }
            5 => {
                let other = self.inputs[self.below(self.inputs.len())];
                let from = self.below(other.len() + 1);
                input.truncate(end);
                input.extend_from_slice(&other[from..]);
            }
            _ => {
                let byte = 1 << self.below(8);
                if let Some(changed) = input.get_mut(start) {
                    *changed ^= byte;
                }
            }
        }
    }
}
