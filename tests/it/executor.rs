//! The executor over hand-built plans and a strict portal in memory: order, failures, lost
//! answers, interruption, verification.

mod appearance;
mod fake;
mod faults;
mod keys;
mod order;
mod plans;
mod properties;
mod read_back;
mod stop;
mod verify;
