//! What a save looks like when all is folded into it: its own order, and whom the portal mails.

use crate::model::plan::Write;
use crate::model::rules::Mail;

use super::context::Context;
use super::fold::Part;

/// Orders what is inside a save, and says whom it mails.
pub(super) fn finish(context: &Context<'_>, part: &mut Part) {
    match &mut part.write {
        Write::AreaSet {
            area: _,
            give,
            take,
        } => {
            give.sort_unstable();
            take.sort_unstable();
        }
        Write::AccountSet { give, take, .. } => {
            give.sort_unstable();
            take.sort_unstable();
        }
        _ => {}
    }
    part.mails = match (context.rules.mail.value, &part.write) {
        (Mail::None, _) | (Mail::EachSave, Write::Delete { .. }) => Vec::new(),
        (
            Mail::AtCreation,
            Write::Create {
                account,
                notify: Some(true),
                ..
            },
        ) => vec![account.login.clone()],
        (Mail::AtCreation, _) => Vec::new(),
        (Mail::EachSave, write) => {
            let accounts = write.accounts().into_iter();
            accounts.map(|account| account.login.clone()).collect()
        }
    };
}
