//! The program: parse, call, exit code. Everything else is in the library.

fn main() {}
