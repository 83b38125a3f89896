//! Keeps secrets that somebody wrote into a file out of everything that is shown of that file.
//! Whether a secret is an error is decided elsewhere.

use super::tree::{Kind, NodeRef, Tree};

/// Words that name a secret, as a part of a key.
const SECRET_WORDS: [&str; 6] = ["token", "password", "passwd", "secret", "api_key", "apikey"];

/// Whether what stands under this key may be a secret.
pub(super) fn names_a_secret(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    // `password_changed` is a day, `token_url` an address.
    key != "password_changed"
        && key != "token_url"
        && SECRET_WORDS.iter().any(|word| key.contains(word))
}

/// The text with each literal secret replaced by as many bytes of `*`; nothing where there is
/// none, which is the rule.
pub(super) fn masked(text: &str, tree: Option<&Tree<'_>>) -> Option<String> {
    let mut ranges = Vec::new();
    match tree {
        Some(tree) => in_node(tree.root(), &mut ranges),
        None => in_lines(text, &mut ranges),
    }
    if ranges.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    for (start, end) in ranges {
        for byte in bytes.get_mut(start..end).into_iter().flatten() {
            if *byte != b'\n' && *byte != b'\r' {
                *byte = b'*';
            }
        }
    }
    String::from_utf8(bytes).ok()
}

fn in_node(node: NodeRef<'_>, ranges: &mut Vec<(usize, usize)>) {
    for (key, value) in node.entries() {
        if names_a_secret(key.characters()) {
            secret(value, ranges);
        } else if matches!(key.characters(), "url" | "token_url") && is_scalar(value) {
            in_url(value, ranges);
        } else {
            in_node(value, ranges);
        }
    }
    for item in node.items() {
        in_node(item, ranges);
    }
}

fn is_scalar(node: NodeRef<'_>) -> bool {
    !matches!(node.kind(), Kind::Sequence | Kind::Mapping)
}

/// All that stands under a key that names a secret, but for where the secret is kept.
fn secret(node: NodeRef<'_>, ranges: &mut Vec<(usize, usize)>) {
    if node.kind() != Kind::Mapping {
        ranges.push(range(node));
        return;
    }
    for (key, value) in node.entries() {
        let kept = match key.characters() {
            "env" => is_variable(value.characters()),
            "file" => is_scalar(value),
            _ => false,
        };
        if !kept {
            ranges.push(range(value));
        }
    }
}

/// Whether it can be the name of an environment variable.
pub(super) fn is_variable(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with(|first: char| first.is_ascii_digit())
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn range(node: NodeRef<'_>) -> (usize, usize) {
    let span = node.span();
    (span.start as usize, span.end as usize)
}

/// User name and password, and what follows a question mark.
fn in_url(node: NodeRef<'_>, ranges: &mut Vec<(usize, usize)>) {
    let url = node.characters();
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    if authority.contains('@') || url.contains('?') || url.contains('#') {
        ranges.push(range(node));
    }
}

/// Without a tree: on each line with a key that names a secret, all that follows the colon.
fn in_lines(text: &str, ranges: &mut Vec<(usize, usize)>) {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut from = 0;
        while let Some((key, rest)) = line.get(from..).and_then(|rest| rest.split_once(':')) {
            let after = from + key.len() + 1;
            let word = key
                .trim_end_matches(['"', '\'', ' '])
                .rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '-')
                .next()
                .unwrap_or("");
            if names_a_secret(word) && !rest.trim().is_empty() {
                ranges.push((start + after, start + line.len()));
                break;
            }
            from = after;
        }
        start += line.len();
    }
}
