//! Shared accounts: warned about, and their password changed when somebody has left.

use jiff::civil::Date;

use crate::model::desired::Shared;
use crate::model::plan::{ActionKind, Finding, ManualKind, Reason};
use crate::model::policy::SharedAccounts;

use super::context::Context;
use super::draft::Drafts;
use super::manual::{self, Step};
use super::subject::{Fate, Subject};

/// The warning, and the step, for a shared account that is in use.
pub(super) fn draft(context: &Context<'_>, subject: &Subject<'_>, drafts: &mut Drafts) {
    let Some(shared) = subject.wanted.and_then(|wanted| wanted.shared.as_ref()) else {
        return;
    };
    if !subject.is_present() {
        return;
    }
    if context.desired.policy.shared_accounts == SharedAccounts::Warn {
        let warning = subject.account().map(Finding::SharedAccount);
        drafts.findings.extend(warning);
    }
    // An account that is still to be made has a password that nobody has known.
    if let (Fate::Keep, Some(until)) = (subject.fate, last_leaver(shared, context.day)) {
        let step = Step::of(ManualKind::ChangePassword, ActionKind::Update);
        let source = subject.source().cloned();
        let reason = Reason::Ended { until, source };
        manual::require(context, step, subject, reason, drafts);
    }
}

/// The last day of whoever left last and may still know the password. One changed on a member's
/// last day is one that the member may know.
pub(super) fn last_leaver(shared: &Shared, day: Date) -> Option<Date> {
    let ends = shared.members.iter().filter_map(|(_, until)| *until);
    ends.filter(|until| *until < day)
        .filter(|until| {
            shared
                .password_changed
                .is_none_or(|changed| changed <= *until)
        })
        .max()
}
