//! What YAML 1.2 core takes plain characters for, with one exception that keeps identifiers whole:
//! digits with a leading zero are text.

use super::Kind;

/// The kind of an unquoted scalar.
pub(in crate::config) fn resolve(characters: &str) -> Kind {
    let Some(first) = characters.bytes().next() else {
        return Kind::Null;
    };
    match first {
        b'~' | b'n' | b'N' => match characters {
            "~" | "null" | "Null" | "NULL" => Kind::Null,
            _ => Kind::Text,
        },
        b't' | b'T' | b'f' | b'F' => match characters {
            "true" | "True" | "TRUE" | "false" | "False" | "FALSE" => Kind::Boolean,
            _ => Kind::Text,
        },
        b'0'..=b'9' | b'+' | b'-' | b'.' => number(characters),
        _ => Kind::Text,
    }
}

fn number(characters: &str) -> Kind {
    let unsigned = characters.strip_prefix(['+', '-']).unwrap_or(characters);
    if unsigned.is_empty() {
        return Kind::Text;
    }
    if let Some(digits) = characters.strip_prefix("0o") {
        return integer_if(
            !digits.is_empty() && digits.bytes().all(|b| (b'0'..=b'7').contains(&b)),
        );
    }
    if let Some(digits) = characters.strip_prefix("0x") {
        return integer_if(!digits.is_empty() && digits.bytes().all(|b| b.is_ascii_hexdigit()));
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        return integer_if(unsigned.len() == 1 || !unsigned.starts_with('0'));
    }
    if matches!(unsigned, ".inf" | ".Inf" | ".INF")
        || matches!(characters, ".nan" | ".NaN" | ".NAN")
        || is_float(unsigned)
    {
        return Kind::Float;
    }
    Kind::Text
}

fn integer_if(holds: bool) -> Kind {
    if holds { Kind::Integer } else { Kind::Text }
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(unsigned: &str) -> bool {
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let exponent_is_number = exponent.is_none_or(|exponent| {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        !exponent.is_empty() && digits(exponent)
    });
    digits(whole)
        && digits(fraction)
        && !(whole.is_empty() && fraction.is_empty())
        && exponent_is_number
}

/// The number that an integer's characters stand for, where it fits.
pub(in crate::config) fn integer(characters: &str) -> Option<i64> {
    if let Some(digits) = characters.strip_prefix("0o") {
        return i64::from_str_radix(digits, 8).ok();
    }
    if let Some(digits) = characters.strip_prefix("0x") {
        return i64::from_str_radix(digits, 16).ok();
    }
    characters.parse().ok()
}

/// The number that a scalar's characters stand for, as closely as a float can.
pub(in crate::config) fn float(characters: &str) -> f64 {
    if let Some(whole) = integer(characters) {
        #[expect(clippy::cast_precision_loss, reason = "as closely as a float can")]
        return whole as f64;
    }
    match characters.trim_start_matches(['+', '-']) {
        ".inf" | ".Inf" | ".INF" if characters.starts_with('-') => f64::NEG_INFINITY,
        ".inf" | ".Inf" | ".INF" => f64::INFINITY,
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        _ => characters.parse().unwrap_or(f64::NAN),
    }
}
