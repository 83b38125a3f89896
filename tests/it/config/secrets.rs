//! Secrets and addresses: what is refused, and that it is never shown.

use super::{portal, shown, shown_of, trust, university};

#[test]
fn literal_secrets_are_refused_and_not_shown() {
    let text = shown(&portal(
        "driver: ofs, url: https://portal.example, token: s3cr3t-abc, plan_token: 'oth3r'",
    ));
    assert!(
        !text.contains("s3cr3t") && !text.contains("oth3r"),
        "{text}"
    );
    insta::assert_snapshot!(text, @r"
    error[literal-secret]: `token` must say where the secret is kept, never the secret itself
     --> beadle.yaml:3:52
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: https://portal.example, token: **********, plan_token: ******* }
      |                                                    ^^^^^ a secret does not belong here
    4 | organisations:
      |
      = help: write `token: { env: NAME_OF_A_VARIABLE }` or `token: { file: PATH }`; a secret that was ever committed must be replaced

    error[literal-secret]: `plan_token` must say where the secret is kept, never the secret itself
     --> beadle.yaml:3:71
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: https://portal.example, token: **********, plan_token: ******* }
      |                                                                       ^^^^^^^^^^ a secret does not belong here
    4 | organisations:
      |
      = help: write `plan_token: { env: NAME_OF_A_VARIABLE }` or `plan_token: { file: PATH }`; a secret that was ever committed must be replaced
    ");
    let text = shown(&portal(
        "driver: ofs, url: \"https://admin:hunter2@portal.example\", token: { env: T }",
    ));
    assert!(!text.contains("hunter2"), "{text}");
    insta::assert_snapshot!(text, @r"
    error[literal-secret]: `url` holds a user name or a password
     --> beadle.yaml:3:28
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: **************************************, token: { env: T } }
      |                            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
    4 | organisations:
      |
      = help: keep it out of the address: name it as `token: { env: NAME }`
    ");
    let text = shown(&university(
        "users: { a.khan@northshire.example: { name: A, password: hunter2 } }",
    ));
    assert!(!text.contains("hunter2"), "{text}");
    insta::assert_snapshot!(text, @r#"
    error[unknown-key]: unknown key `password`
     --> beadle.yaml:8:52
      |
    7 |     portals: { ofs: "10009999" }
    8 |     users: { a.khan@northshire.example: { name: A, password: ******* } }
      |                                                    ^^^^^^^^
      |
      = help: no password and no other secret belongs in these files
    "#);
}

#[test]
fn a_literal_secret_is_not_shown_beside_a_syntax_error() {
    let text = shown("version: 1\nportals:\n  ofs:\n    token: s3cr3t-abc\n   url: x\n");
    assert!(
        text.contains("error[syntax]") && !text.contains("s3cr3t"),
        "{text}"
    );
}

#[test]
fn a_secret_in_a_school_s_file_is_not_shown() {
    let text = shown_of(&trust("", "token: |\n  s3cr3t\n  lines\n"));
    assert!(
        text.contains("error[") && !text.contains("s3cr3t"),
        "{text}"
    );
}

#[test]
fn a_token_has_one_source() {
    insta::assert_snapshot!(
        shown(&portal("driver: ofs, url: https://portal.example, token: { env: A, file: b }, plan_token: { env: \"not a name\" }")),
        @r"
    error[token]: `token` must name either `env` or `file`
     --> beadle.yaml:3:59
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: https://portal.example, token: { env: A, file: b }, plan_token: { env: ************ } }
      |                                                           ^^^^^^^^^^^^^^^^^^^
    4 | organisations:
      |
      = help: write `token: { env: NAME }`

    error[token]: `env` is no name of an environment variable
     --> beadle.yaml:3:99
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: https://portal.example, token: { env: A, file: b }, plan_token: { env: ************ } }
      |                                                                                                   ^^^^^^^^^^^^
    4 | organisations:
      |
      = help: write the variable's name, never the token: letters, digits and `_`
    "
    );
}

#[test]
fn unsafe_urls() {
    for (url, what) in [
        ("http://portal.example", "must begin with `https://`"),
        ("https://portal.example/?key=x", "goes on after a `?`"),
        ("portal.example", "no address"),
        ("ftp://portal.example", "must begin with `https://`"),
    ] {
        let text = shown(&portal(&format!(
            "driver: ofs, url: \"{url}\", token: {{ env: T }}"
        )));
        assert!(
            text.contains("error[url]") && text.contains(what),
            "{url}: {text}"
        );
    }
    for url in [
        "http://127.0.0.1:8080",
        "http://localhost/x",
        "http://[::1]:1",
        "https://portal.example/api/",
    ] {
        assert_eq!(
            shown(&portal(&format!(
                "driver: ofs, url: \"{url}\", token: {{ env: T }}"
            ))),
            "",
            "{url}"
        );
    }
    insta::assert_snapshot!(
        shown(&portal("driver: ofs, url: http://portal.example, token: { env: T }")),
        @r"
    error[url]: `url` must begin with `https://`
     --> beadle.yaml:3:28
      |
    2 | portals:
    3 |   ofs: { driver: ofs, url: http://portal.example, token: { env: T } }
      |                            ^^^^^^^^^^^^^^^^^^^^^
    4 | organisations:
      |
      = help: a token must not travel in the clear; plain `http` is allowed to this machine only
    "
    );
}
