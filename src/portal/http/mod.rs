//! The one HTTP client of all drivers. Here: TLS, the one origin, the token, limits on rate and
//! size, time-outs, retries, what an answer is allowed to be. Not here: any portal's paths or
//! words, and anything of what an organisation's accounts are.

mod answer;
mod base;
mod client;
mod connections;
mod cursor;
mod failure;
pub(super) mod fuzzing;
mod gate;
mod link;
mod login;
mod manner;
mod paging;
mod request;
mod retry;
mod wire;

pub use base::is_on_this_machine;
pub use wire::Answers;

pub(crate) use answer::Answer;
pub(crate) use client::Client;
pub(crate) use cursor::{Cursored, every_cursor};
pub(crate) use failure::{CallFailure, once_more};
pub(crate) use link::Linked;
pub(crate) use manner::Manner;
pub(crate) use paging::{Numbered, PageSays, every_page};
pub(crate) use request::{Request, SOMEBODY, Tag};
