//! Owners of files, as code hosting services name them in CODEOWNERS. Form only: whether somebody of
//! that name is there, the service knows.

use super::name::is_email;

/// Whether a text names an owner: `@user`, `@organisation/team`, `@group/below/it`, `@@role`, or an
/// email address.
#[must_use]
pub fn is_owner(text: &str) -> bool {
    let Some(name) = text.strip_prefix('@') else {
        return is_email(text)
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'#');
    };
    let name = name.strip_prefix('@').unwrap_or(name);
    let part = |part: &str| {
        let mut bytes = part.bytes();
        !part.is_empty() && bytes.all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    name.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owners_are_users_teams_roles_and_addresses() {
        for good in [
            "@kosei",
            "@saltmarsh/oakfield",
            "@saltmarsh/schools/oak-field_1.x",
            "@@maintainer",
            "head@oakfield.example",
        ] {
            assert!(is_owner(good), "{good}");
        }
        for wrong in [
            "",
            "@",
            "@@",
            "kosei",
            "@a//b",
            "@a/",
            "@a b",
            "@a#b",
            "a#b@c.example",
            "@a/{organisation}",
            "@a\n* @b",
            "@ä",
        ] {
            assert!(!is_owner(wrong), "{wrong}");
        }
    }
}
