//! The page's frame: what a browser must know, the heading, and where to go from it; the end.

use super::context::{Context, counted, long_day};
use super::policy::{page_script, page_style, policy};
use super::{PageOptions, put};
use crate::report::escape::html;

/// Digits of a digest that fit beside other words; the whole one stands in full as well.
const SHORT: usize = 12;

/// From the first byte to the main part's beginning.
pub(super) fn head(context: &Context<'_>, out: &mut String) {
    let title = title(context);
    put!(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n");
    put!(out, "<meta charset=\"utf-8\">\n");
    put!(
        out,
        "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n",
        policy()
    );
    put!(
        out,
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n"
    );
    put!(out, "<title>{}</title>\n", html(&title));
    put!(out, "<style>{}</style>\n</head>\n", page_style());
    put!(
        out,
        "<body>\n<a class=skip href=\"#changes\">To the changes</a>\n"
    );
    put!(out, "<header class=top>\n<div class=wide>\n");
    put!(out, "<p class=kicker>Access plan</p>\n");
    put!(out, "<h1>{}</h1>\n", html(&scope(context)));
    facts(context, out);
    put!(
        out,
        "<nav aria-label=\"Parts of this page\"><ul>\
         <li><a href=\"#first\">Look here first</a><li><a href=\"#changes\">Changes and who has what</a>\
         <li><a href=\"#calendar\">What ends when</a></ul></nav>\n"
    );
    put!(out, "</div>\n</header>\n<main>\n");
}

/// The rest, with the script: all of the page is there when it begins.
pub(super) fn foot(context: &Context<'_>, out: &mut String) {
    put!(out, "</main>\n<footer class=wide>\n");
    put!(
        out,
        "<p>Made by beadle {} for {}. This page is whole: it holds what the plan holds and asks no \
         network for anything.</p>\n",
        env!("CARGO_PKG_VERSION"),
        long_day(context.plan.day)
    );
    if let Some(digest) = &context.options.digest {
        put!(
            out,
            "<p>Digest of the plan <code class=digest>{}</code></p>\n",
            html(digest)
        );
    }
    put!(out, "</footer>\n<script>{}</script>\n", page_script());
    put!(out, "</body>\n</html>\n");
}

fn title(context: &Context<'_>) -> String {
    let day = long_day(context.plan.day);
    format!("Access plan for {day}: {}", scope(context))
}

/// Which organisations it is about.
fn scope(context: &Context<'_>) -> String {
    let organisations = context.organisations();
    match organisations.as_slice() {
        [] => "No organisation".to_owned(),
        [one] => one.name.to_owned(),
        many => counted(many.len() as u64, "organisation", "organisations"),
    }
}

/// Day, part, digest, and until when it holds.
fn facts(context: &Context<'_>, out: &mut String) {
    let PageOptions {
        digest,
        until,
        by_hand: _,
        unread: _,
        authors_unknown: _,
        redacted,
    } = context.options;
    put!(out, "<dl class=facts>\n");
    let mut fact = |what: &str, value: &str| {
        put!(out, "<div><dt>{what}</dt><dd>{value}</dd></div>\n");
    };
    fact("Planned for", &long_day(context.plan.day));
    if let Some(shard) = context.plan.shard {
        fact("Part", &html(&shard.to_string()));
    }
    if let Some(digest) = digest {
        let short = digest.get(..SHORT).unwrap_or(digest);
        fact("Digest", &format!("<code>{}…</code>", html(short)));
    }
    match until {
        Some(until) => fact(
            "Can be applied until",
            &html(&until.strftime("%-d %B %Y, %H:%M UTC").to_string()),
        ),
        None => fact("Holds", "on that day only"),
    }
    if *redacted {
        fact("People", "shown as pseudonyms");
    }
    put!(out, "</dl>\n");
}
