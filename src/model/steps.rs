//! How a person makes each kind of save at a portal: where to click, in the portal's own words, and
//! what must be seen afterwards. Data that each driver fills; what becomes of it is a worklist.

/// One thing that a person does at a portal. A save of a whole set is several of them on one page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StepKind {
    /// A new account.
    Create,
    /// Another name.
    EditName,
    /// Another email address.
    EditEmail,
    /// Another login id.
    EditLogin,
    /// Another last day of access, or none.
    EditExpires,
    /// Access to one area, alone or as one tick of a set.
    Give,
    /// One area's access taken away, likewise.
    Take,
    /// Into the admin set.
    Promote,
    /// Out of the admin set.
    Demote,
    /// Active again.
    Activate,
    /// Deactivated.
    Deactivate,
    /// A further term.
    Keep,
    /// Gone for good.
    Delete,
}

/// The words for one kind of step. `{name}`, `{login}`, `{email}`, `{area}` (its title), `{code}`
/// (its name in the YAML), `{organisation}`, `{before}`, `{after}`, `{term}`, `{expires}` and
/// `{terms_accepted_by}` are filled in, and so is `{known_by}`: the email address that lists show
/// beside a name, or the login id of somebody without one.
#[derive(Clone, Copy, Debug)]
pub struct StepText {
    /// Which step.
    pub kind: StepKind,
    /// What is to be done, in one line.
    pub title: &'static str,
    /// The page on which it is done. Steps whose page, once filled in, is the same are done
    /// together: that page is opened once and saved once.
    pub page: &'static str,
    /// The clicks that lead to the page, from the portal's first page after signing in.
    pub open: &'static [&'static str],
    /// What is clicked and typed on the page, one entry a click.
    pub clicks: &'static [&'static str],
    /// The clicks that save the page, once all steps on it are done; none where each step saves
    /// itself.
    pub save: &'static [&'static str],
    /// What must be seen afterwards.
    pub seen: &'static str,
    /// Why it cannot be undone; none where it can.
    pub irreversible: Option<&'static str>,
    /// Where it was read.
    pub source: &'static str,
}

/// The help-desk acts on one account: not state, so never planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ActKind {
    /// Unlocks an account that was locked after wrong passwords.
    Unlock,
    /// Gives it a new password.
    ResetPassword,
    /// Forgets the number that sign-in codes are sent to.
    ResetOtp,
}

impl ActKind {
    /// Its name as a command.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unlock => "unlock",
            Self::ResetPassword => "reset-password",
            Self::ResetOtp => "reset-otp",
        }
    }
}

/// The words for one help-desk act, with the same places to fill in.
#[derive(Clone, Copy, Debug)]
pub struct ActText {
    /// Which act.
    pub kind: ActKind,
    /// Whether the portal's API does it; otherwise only a person can, with these clicks.
    pub by_api: bool,
    /// Where to click, in the portal's words, from its first page after signing in.
    pub clicks: &'static [&'static str],
    /// Where it was read.
    pub source: &'static str,
}
