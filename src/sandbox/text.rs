//! Names and addresses as every portal of the sandbox checks them. How a portal words its refusal
//! is its dialect's business.

/// What is wrong with an email address, if anything.
pub(crate) fn wrong_address(address: &str) -> Option<&'static str> {
    let odd = |letter: char| letter.is_whitespace() || letter.is_control();
    let good = address.split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.contains('@')
            && domain.contains('.')
            && domain.split('.').all(|label| !label.is_empty())
    });
    if address.chars().count() > 254 {
        Some("it is longer than 254 characters")
    } else if address.contains(odd) {
        Some("it holds a space")
    } else if good {
        None
    } else {
        Some("an address is written as name@organisation.example")
    }
}

/// What is wrong with a name, if anything.
pub(crate) fn wrong_name(name: &str) -> Option<&'static str> {
    if name.trim().is_empty() {
        Some("it is empty")
    } else if name.chars().count() > 200 {
        Some("it is longer than 200 characters")
    } else if name.contains(char::is_control) {
        Some("it holds a character that cannot be seen")
    } else {
        None
    }
}
