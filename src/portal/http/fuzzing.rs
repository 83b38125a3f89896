//! The doors through which fuzzing tries what reads an answer before any driver does: status,
//! fields, size, the shape of the body, the pause that is asked for, the link to the next page.

use reqwest::{Response, Url};
use serde_json::Value;

use super::answer::{self, Limits};
use super::base::Base;
use super::link::next_cursor;
use super::manner::Manner;
use super::request::Expects;
use super::retry::asked_pause;

/// An answer that was given.
pub(crate) type Reply = ::http::Response<Vec<u8>>;

/// Reads an answer in every way that is agreed with any portal. Whether one of them takes it.
pub(crate) async fn answer(reply: &Reply) -> bool {
    let asked = Url::parse("https://portal.example/api/users?page=1");
    let _ = asked_pause(reply.headers());
    let mut taken = false;
    for manner in [Manner::Plain, Manner::Directory] {
        let limits = Limits {
            token: "canary-token-5f3a9c".into(),
            manner,
            max_body: 512,
            total: std::time::Duration::from_secs(30),
            connect: std::time::Duration::from_secs(10),
        };
        for expects in [
            Expects::Json,
            Expects::JsonOrLater,
            Expects::Nothing,
            Expects::Perhaps,
        ] {
            let read = answer::read(Response::from(reply.clone()), expects, &limits).await;
            let Ok(answer) = read else {
                continue;
            };
            taken |= answer.json::<Value>().is_ok();
            let _ = (answer.tag(), answer.is_empty(), answer.is_later());
            if let Ok(asked) = &asked {
                let _ = next_cursor(asked, answer.links());
            }
        }
    }
    taken
}

/// Whether a text is the address of a portal that would be used.
pub(crate) fn is_address(text: &str) -> bool {
    let Ok(base) = Base::parse(text) else {
        return false;
    };
    let segments = [text.to_owned(), "users".to_owned()];
    let _ = base.address(&segments, &[("search", text.to_owned())]);
    true
}
