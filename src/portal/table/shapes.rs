//! What columns and ticks are called on the portals' pages and in a school's own lists: one list of
//! words for all of them. Data, and how a heading is compared with it; nothing is read here.
//!
//! Sources: HFL guide, list of sub accounts (Name, Email, Created, Edit, Delete) and Permissions
//! (Title, Permissions); Hampshire guide, Manage users (Name, Email, Phone, OTP, Delete user) and
//! Manage user access (Service, Access); Hwb guide, Manage Administrators (Promote, Demote).

use unicode_normalization::UnicodeNormalization;

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Column {
    /// The person's whole name.
    Name,
    /// Given name alone.
    Forename,
    /// Family name alone.
    Surname,
    /// Email address.
    Email,
    /// Login id.
    Login,
    /// Areas by name, several of them separated by `;`.
    Areas,
    /// What an area is called in a list of areas; in a list of people, `Mr` or `Dr`.
    Title,
    /// Whether the account is in the admin set.
    Admin,
    /// Last day of access.
    Expires,
    /// Whether the account is active.
    Active,
    /// Whether it is locked after wrong passwords.
    Locked,
    /// Whether another system keeps it (MIS).
    Upstream,
    /// Day of the last sign-in.
    LastSignIn,
    /// A phone number: never kept, whatever it holds.
    Phone,
    /// Buttons, and what is of no concern.
    Other,
}

/// Headings by what they mean, in the form that [`plain`] gives.
const HEADINGS: &[(Column, &[&str])] = &[
    (
        Column::Name,
        &[
            "name",
            "full name",
            "display name",
            "displayname",
            "person",
            "staff name",
            "staff member",
            "user",
            "user s name",
            "users name",
            "sub account",
            "employee",
            "member",
        ],
    ),
    (
        Column::Forename,
        &[
            "forename",
            "forenames",
            "first name",
            "firstname",
            "given name",
            "givenname",
        ],
    ),
    (
        Column::Surname,
        &[
            "surname",
            "last name",
            "lastname",
            "family name",
            "familyname",
        ],
    ),
    (
        Column::Email,
        &[
            "email",
            "e mail",
            "mail",
            "email address",
            "e mail address",
            "work email",
            "work email address",
            "school email",
            "contact email",
        ],
    ),
    (
        Column::Login,
        &[
            "username",
            "user name",
            "login",
            "login id",
            "login name",
            "user id",
            "userid",
            "education user id",
            "education userid",
            "hwb username",
            "account",
            "account name",
            "sign in name",
        ],
    ),
    (
        Column::Areas,
        &[
            "area",
            "areas",
            "product",
            "products",
            "service",
            "services",
            "groups",
            "subscription",
            "subscriptions",
            "web pages",
        ],
    ),
    (Column::Title, &["title"]),
    (
        Column::Admin,
        &[
            "admin",
            "administrator",
            "is admin",
            "admin rights",
            "admin user",
            "user administrator",
            "organisation admin",
            "organisation administrator",
            "hwb administrator",
            "promote",
            "demote",
            "promote demote",
        ],
    ),
    (
        Column::Expires,
        &[
            "expires",
            "expires on",
            "expiry",
            "expiry date",
            "account expiry",
            "expiration date",
            "until",
            "access until",
            "valid until",
            "end",
            "end date",
            "last day",
            "leaving date",
        ],
    ),
    (
        Column::Active,
        &[
            "active",
            "is active",
            "status",
            "account status",
            "enabled",
            "state",
        ],
    ),
    (Column::Locked, &["locked", "is locked", "locked out"]),
    (
        Column::Upstream,
        &[
            "mis",
            "mis account",
            "mis user",
            "from mis",
            "account type",
            "provisioned by mis",
        ],
    ),
    (
        Column::LastSignIn,
        &[
            "last sign in",
            "last signed in",
            "last login",
            "last log in",
            "last logged in",
            "last access",
        ],
    ),
    (
        Column::Phone,
        &[
            "phone",
            "phones",
            "phone number",
            "telephone",
            "telephone number",
            "tel",
            "mobile",
            "mobile number",
            "mobile phone",
            "mobile phone number",
            "contact number",
            "sms",
        ],
    ),
    (
        Column::Other,
        &[
            "",
            "otp",
            "created",
            "created on",
            "edit",
            "delete",
            "delete user",
            "action",
            "actions",
            "view",
            "view details",
            "details",
            "select",
            "access",
            "permissions",
            "edit permissions",
            "ticked",
            "tick",
        ],
    ),
];

/// What the tick or area that makes an administrator is called.
const ADMINISTRATION: &[&str] = &[
    "organisation admin",
    "organisation administrator",
    "organisation administration",
    "user administrator",
    "user administrators",
    "user administration",
];

/// The area that stands for the admin set where a list says who is in it and names no such area.
/// Joined with a posted key (OfS guide, joining the user administrator area).
pub(super) const ADMINISTRATION_AREA: (&str, &str) = ("user-administration", "User administration");

/// Headings above a table of administrators alone.
const ADMINISTRATORS: &[&str] = &[
    "administrators",
    "admins",
    "current administrators",
    "hwb administrators",
    "user administrators",
];

/// Ticks that are not about anybody.
const ALL: &[&str] = &["all", "select all", "tick all", "check all", "remember me"];

/// The form in which headings and titles are compared: lower case, letters and digits only, one
/// space between words.
pub(super) fn plain(text: &str) -> String {
    let folded: String = text.nfkc().collect::<String>().to_lowercase();
    let words = folded
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

/// What a column of this heading holds; none where nobody knows.
pub(super) fn column(heading: &str) -> Option<Column> {
    let heading = plain(heading);
    let known = HEADINGS
        .iter()
        .find(|(_, words)| words.contains(&heading.as_str()));
    known.map(|(column, _)| *column)
}

/// Whether a tick or an area of this title makes an administrator.
pub(super) fn is_administration(title: &str) -> bool {
    ADMINISTRATION.contains(&plain(title).as_str())
}

/// Whether a heading says that everybody below it is an administrator.
pub(super) fn heads_administrators(heading: &str) -> bool {
    ADMINISTRATORS.contains(&plain(heading).as_str())
}

/// Whether a tick is the one that ticks all others.
pub(super) fn is_select_all(label: &str) -> bool {
    ALL.contains(&plain(label).as_str())
}

/// An area's name made of its title: lower case, words joined by `-`. `None` where the title has
/// no letter or digit that such a name can have.
pub(super) fn area_name(title: &str) -> Option<String> {
    let lower = title.nfkd().collect::<String>().to_lowercase();
    let words = lower
        .split(|letter: char| !letter.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("-");
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_known_whatever_their_case_and_punctuation() {
        assert_eq!(column("E-mail  ADDRESS:"), Some(Column::Email));
        assert_eq!(column("User's name"), Some(Column::Name));
        assert_eq!(column("Education user id"), Some(Column::Login));
        assert_eq!(column("Delete user"), Some(Column::Other));
        assert_eq!(column("Mobile number"), Some(Column::Phone));
        assert_eq!(column("Shoe size"), None);
        assert!(is_administration("Organisation Admin"));
    }

    #[test]
    fn no_heading_means_two_things() {
        let words: Vec<&str> = HEADINGS
            .iter()
            .flat_map(|(_, words)| words.iter().copied())
            .collect();
        let distinct: std::collections::BTreeSet<&str> = words.iter().copied().collect();
        assert_eq!(words.len(), distinct.len());
        assert!(words.iter().all(|word| plain(word) == *word));
    }

    #[test]
    fn an_area_is_named_after_its_title() {
        assert_eq!(area_name("DMS portal"), Some("dms-portal".to_owned()));
        assert_eq!(
            area_name("Café – menus (2026)"),
            Some("cafe-menus-2026".to_owned())
        );
        assert_eq!(area_name("—"), None);
    }
}
