//! What is put where a text is expected.

use crate::promises::count::is_full;

/// Each payload by itself, for a full run.
pub(super) const PAYLOADS: &[&str] = &[
    "</details>@live-team",
    "</x-live><script>live()</script><img src=x onerror=live()>",
    "\" x-live=\"1",
    "' x-live='1",
    "javascript:live()",
    "[x](javascript:live()) https://live.example",
    "`live`|live|",
    "=cmd('live')",
    "@SUM(live)",
    "+live",
    "\u{1b}[2Jlive\u{7}",
    "\u{9b}31mlive",
    "first\n::error::live\n",
    "first\r\n  ::add-mask::live\r\n",
    "::add-mask::live",
    "##[error]live",
    "##vso[task.setvariable variable=x]live",
    "%0A::error::live%0D%0A",
    "\u{202e}evil\u{2066}",
    "\u{200b}live\u{feff}\u{2028}",
    "\"},\"x-live\":{\"x\":\"",
    "x\nx-live: injected\n",
    "\",=cmd();=cmd()\t=cmd()",
];

/// The same together, for the share: what works at the beginning stands there.
pub(super) const TOGETHER: &[&str] = &[
    "=cmd()\u{1b}[2J\r\n  ::error::live\n##[error]##vso[x]%0A::live\u{202e}\u{200b}\u{feff}\u{9b}\n@live-team\n",
    "::add-mask::live</x-live><script>live()</script>\" x-live=\"1' x-live='2 ](javascript:x) `live`|@live-team ##[error]x ##vso[x",
    "\"},\"x-live\":{\"x\":\"',;=cmd()",
];

/// As [`payloads`], for what needs a process each.
pub(super) fn asked() -> Vec<&'static str> {
    let all = payloads();
    let some = if is_full() { all.len() } else { 1 };
    all.into_iter().take(some).collect()
}

pub(super) fn payloads() -> Vec<&'static str> {
    let alone = if is_full() { PAYLOADS } else { &[] };
    TOGETHER.iter().chain(alone).copied().collect()
}
