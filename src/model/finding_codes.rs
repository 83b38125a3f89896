//! What each code of a finding in the files means, and the way out in general: what tools list as
//! rules. A finding says more, with names and a place. A test holds the table to the checks.

/// A code, as [`super::diagnostic::Diagnostic::code`] has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingCode {
    /// The code.
    pub code: &'static str,
    /// What is wrong, in one sentence without its full stop.
    pub means: &'static str,
    /// What to do about it, in one sentence without its full stop.
    pub way_out: &'static str,
}

/// The meaning of a code; none of one that is not in the table.
#[must_use]
pub fn finding_code(code: &str) -> Option<&'static FindingCode> {
    let at = CODES.binary_search_by(|known| known.code.cmp(code));
    at.ok().and_then(|at| CODES.get(at))
}

const fn code(code: &'static str, means: &'static str, way_out: &'static str) -> FindingCode {
    FindingCode {
        code,
        means,
        way_out,
    }
}

/// Every code, in alphabetical order.
#[rustfmt::skip]
pub const CODES: &[FindingCode] = &[
    code("admin-group", "`admin_group` names no area of `groups`", "Name one of the areas under `groups`"),
    code("alias", "A YAML alias names no anchor, or stands inside its own", "Write the value out, or put what is shared into a bundle"),
    code("alias-bomb", "The aliases of a file stand for far more than the file holds", "Use fewer aliases"),
    code("bundle", "An area in a bundle has dates or a reason", "Write them where the bundle is given to somebody"),
    code("date", "A value is no date", "Write it as YEAR-MONTH-DAY, such as 2027-08-31"),
    code("dates", "An end is before its beginning", "Correct `from` or `until`"),
    code("declared-twice", "Somebody, or something, is declared twice", "Keep one of them; upper and lower case make no difference"),
    code("deleted-and-listed", "An account is named under `delete` and listed as well", "Remove one of them"),
    code("deletes-itself", "The login that beadle itself uses is named under `delete`", "Take it out of `delete`"),
    code("duplicate-key", "A key stands twice in one mapping", "Keep one of them"),
    code("email-domain", "An address is in no domain that `policy.email_domains` allows, or the policy names no domain", "Correct the address, or have the domain added to the policy"),
    code("empty", "A list that is managed is empty, which would take everything away", "Leave the key out where nothing is managed, or write `allow_empty: true` beside it"),
    code("empty-value", "A value is empty where something is needed", "Write the value, or leave the key out"),
    code("encoding", "A file is not in UTF-8", "Save the file as UTF-8"),
    code("file-name", "An id cannot be the name of a file", "Use letters, digits and `-`: snapshots are kept in files of this name"),
    code("group-once", "One group of a directory stands for two areas", "Give each area a group of its own"),
    code("groups", "A directory has no `groups`, so that no area can be given there", "Name each area and the display name of its group under `groups`"),
    code("ignored-and-listed", "An account is listed and matches `policy.ignore` as well", "Take it out of one of them"),
    code("key", "A key is no text", "Write a plain word as the key"),
    code("literal-secret", "A secret, a user name or a password stands in the file itself", "Replace it at once wherever it is used, and name an environment variable or a file here"),
    code("login-form", "A login id has not the form that its portal wants", "Write it as the portal shows it"),
    code("look-alike", "A name or an id holds characters that deceive the eye", "Type it again, in plain letters"),
    code("loosens", "The policy of one organisation is looser than that of all", "Make it stricter, or change the policy of the whole project"),
    code("merge-key", "The YAML merge key `<<` is used", "Write the keys out, or put what is shared into a bundle"),
    code("misplaced-key", "A key of the project file stands in an organisation's file", "Move it to the project file"),
    code("missing-key", "A key that is needed is missing", "Add it"),
    code("more", "There are more findings than are shown", "Mend those that are shown, and check again"),
    code("needs-portal", "A list does not say for which portal it is meant", "Write a map by portal"),
    code("never-begins", "A grant has no day within the days of its account", "Compare `from` and `until` of both"),
    code("never-deleted", "`delete` names an account at a portal where none is deleted", "End its access instead: let `until` pass, or take the user out"),
    code("no-account", "Somebody is given something at a portal where they have no account", "Add the portal to the user's `portals`"),
    code("no-admins", "`admins` is listed for a portal where only the main account administers", "Remove it"),
    code("no-areas", "Areas are given at a portal that has none", "Remove them"),
    code("no-directory", "A setting of directories stands at a portal that is none", "Leave it out"),
    code("no-end", "An account or a grant has no end where policy wants one", "Write an `until`"),
    code("no-match", "A pattern matches no file", "Correct it: paths are relative to the folder of the project file"),
    code("one-tenant", "Two organisations are one tenant of a portal", "Give each organisation a tenant, or a portal, of its own"),
    code("organisation-file", "The file of one organisation is given for a project", "Name the folder of the project, and the organisation with `--org`"),
    code("organisation-id", "An organisation's id has not the form that its portal wants", "Write the id that the portal uses"),
    code("out-of-range", "A number is too small or too large", "Write a number within the limits"),
    code("outside-project", "A path leads out of the project's folder", "Keep organisation files in the folder of the project file, or below it"),
    code("owner", "The owners of a file are no users, teams or addresses, or have no file to own", "Write `\"@user\"`, `\"@organisation/team\"` or an email address"),
    code("pattern", "A pattern cannot be understood", "Correct it: `*` stands for any characters within a name"),
    code("provisioning", "A way in which accounts come to be is not known, or need not be named", "Write one that the portal has, or leave it out"),
    code("records", "The place for records cannot be used, or holds a secret", "Name a folder or a bucket, and keep secrets in the environment"),
    code("renamed-and-listed", "The former key of somebody is still listed", "Remove the old entry: the new one takes its account over"),
    code("repeated-item", "A list names the same thing twice", "Keep one of them"),
    code("required-admin", "Somebody whom `policy.require_admins` wants is no administrator here", "Add them to `admins`"),
    code("schema", "Something is not as the schema says", "Compare it with the schema that the file's first line names"),
    code("selects-nothing", "An assignment selects no organisation", "Correct the selector"),
    code("sensitive-area", "A grant of a sensitive area lacks a reason or an end, or policy names an area that nobody has", "Write `reason` and `until`, or correct the area's name"),
    code("several-documents", "A file holds more than one YAML document", "Keep one document in a file"),
    code("shared-account", "One account is used by several people", "Give each of them an account of their own"),
    code("symbolic-link", "A file is reached through a symbolic link", "Put the file itself into the project's folder"),
    code("syntax", "The file is no YAML", "Correct the line: often an indentation, a colon or a quote is missing"),
    code("tab", "A tab is used for indentation", "Indent with spaces"),
    code("tag", "A YAML tag is used", "Remove the tag"),
    code("terms", "A portal wants its terms accepted, and nobody is named who has", "Name the person who has accepted them"),
    code("time-zone", "The time zone does not exist", "Write a name such as `Europe/London`"),
    code("token", "A token is named in a way in which it cannot be found, or in two ways", "Name one environment variable, or one file, and never the token itself"),
    code("too-deep", "A file is nested too deep", "Nothing in a project needs more than a few levels"),
    code("too-large", "A file is too large", "Split it: one file for each organisation"),
    code("too-long", "An account or a grant lasts longer than policy allows", "Write an earlier `until`"),
    code("too-many", "There is more of something than can be", "Make it fewer: one pattern names many files"),
    code("too-many-portals", "An organisation is on too many portals", "Split it into several organisations"),
    code("two-names", "Somebody has one name in the project file and another here", "Leave `name` out here"),
    code("unknown-bundle", "A bundle is not defined", "Define it under `bundles` in the project file, or correct its name"),
    code("unknown-driver", "There is no driver of this name", "Correct its name"),
    code("unknown-key", "A key is not known here", "Correct its name, or remove it"),
    code("unknown-organisation", "There is no organisation of this id", "Correct it"),
    code("unknown-portal", "There is no portal of this name here", "Correct it, or add the portal"),
    code("unknown-tag", "No organisation has this tag", "Correct it"),
    code("unknown-user", "Nobody of this key is listed", "Add the person, or correct the key"),
    code("unknown-value", "A value is none of those that can stand here", "Write one of them"),
    code("unquoted-text", "A text without quotes reads as something else", "Quote it"),
    code("unreadable", "A file cannot be read", "Check that it is there and may be read"),
    code("url", "An address is not safe to send a token to, or is no address", "Write an address that begins with `https://`"),
    code("user-key", "A user's key is no email address", "People are keyed by their work email address"),
    code("value", "A value cannot be understood", "Correct it"),
    code("waiver", "A waiver is of another kind of limit than it says, or gives no reason", "Correct it, and say in a sentence why the exception is right"),
    code("waiver-ended", "A waiver has ended", "Remove it"),
    code("wrong-type", "A value is of another kind than is wanted, such as a text for a list", "Write it in the form that is wanted"),
];
