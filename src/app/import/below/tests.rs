//! An authority and its schools, at a portal made up here that fails where a test wants it.

use async_trait::async_trait;

use super::*;
use crate::app::Progress;
use crate::model::diagnostic::{Diagnostic, Sources};
use crate::model::live::{Listing, LiveAccount};
use crate::model::plan::Write;
use crate::model::rules::{LoginForm, Rules};
use crate::portal::PortalErrorKind;

struct Authority;

#[async_trait]
impl PortalRead for Authority {
    async fn list(&self, organisation: &PortalOrganisation) -> Result<Live, PortalError> {
        let id = organisation.as_str();
        if id == "6702003" {
            return Err(PortalError {
                portal: "p".into(),
                organisation: organisation.clone(),
                call: "GET /x".to_owned(),
                kind: PortalErrorKind::Forbidden(None),
            });
        }
        let mut listing = Listing::begin(organisation.clone());
        let account = LiveAccount {
            id: format!("u-{id}").into(),
            login: format!("head@s{id}.example").as_str().into(),
            name: "Sam Evans".into(),
            email: Some(format!("head@s{id}.example").into()),
            expires: None,
            active: true,
            locked: false,
            upstream: false,
            admin: false,
            areas: std::collections::BTreeSet::new(),
            last_sign_in: None,
        };
        listing.accounts_page(id, 1, vec![account]).unwrap();
        listing.catalogue_page(id, 0, Vec::new()).unwrap();
        Ok(listing.finish().unwrap())
    }

    async fn observe(
        &self,
        _: &PortalOrganisation,
        _: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        Ok(Vec::new())
    }

    async fn below(
        &self,
        _: &PortalOrganisation,
    ) -> Result<Vec<(PortalOrganisation, String)>, PortalError> {
        let schools = [
            ("6702001", "Ysgol y Bryn"),
            ("6702002", "YSGOL Y BRYN"),
            ("6702003", "Ysgol\u{1b}[2J Glan"),
            ("6702004", "../../etc: {passwd}"),
        ];
        let schools = schools.into_iter();
        Ok(schools
            .map(|(id, name)| (id.into(), name.to_owned()))
            .collect())
    }
}

#[derive(Default)]
struct Heard {
    out: Vec<u8>,
    lines: Vec<String>,
}

impl Screen for Heard {
    fn out(&mut self) -> &mut dyn std::io::Write {
        &mut self.out
    }
    fn say(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }
    fn warn(&mut self, line: &str) {
        self.lines.push(line.to_owned());
    }
    fn diagnostics(&mut self, _: &[Diagnostic], _: &Sources) {}
    fn confirm(&mut self, _: &str) -> std::io::Result<Option<bool>> {
        Ok(None)
    }
    fn progress(&mut self, _: u64) -> Box<dyn Progress> {
        unreachable!("an import has no progress to show")
    }
}

/// Rules by which a login id is an address, as it is at the portal made up here.
fn email_rules() -> &'static Rules {
    let drivers = crate::portal::drivers().iter();
    let by_email = |rules: &&'static Rules| rules.login.value == LoginForm::Email;
    let mut rules = drivers.map(|driver| driver.rules);
    rules.find(by_email).unwrap()
}

fn files(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// W11: an authority sees its schools, each with a file of its own.
#[tokio::test]
async fn each_school_gets_a_file_and_one_that_fails_does_not_lose_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let portal = PortalName::new("p");
    let place = Target {
        folder: folder.path(),
        portal: &portal,
        rules: email_rules(),
        today: jiff::civil::date(2026, 11, 22),
    };
    let origin = Origin {
        portal: None,
        driver: None,
        url: None,
        token_variable: None,
        portal_organisation: None,
        organisation: Some("county".to_owned()),
        name: Some("The county".to_owned()),
        snapshot: None,
        terms_accepted_by: None,
    };
    let mut heard = Heard::default();
    let adopted = adopt(&place, &Authority, "670".into(), &origin, &mut heard).await;
    let (tally, globs) = adopted.unwrap();
    assert_eq!((tally.written, tally.failed), (4, 1));
    assert_eq!(tally.exit(), Exit::Partial);
    assert_eq!(globs, ["authority.yaml", "schools/*.yaml"]);
    assert_eq!(files(folder.path()), ["authority.yaml", "schools"]);
    let schools = folder.path().join("schools");
    let expected = [
        "etc-passwd.yaml",
        "ysgol-y-bryn-6702002.yaml",
        "ysgol-y-bryn.yaml",
    ];
    assert_eq!(files(&schools), expected);
    let said = heard.lines.join("\n");
    assert!(
        said.contains("is not imported") && said.contains("6702003"),
        "{said}"
    );
    assert!(!said.contains('\u{1b}'), "{said}");
    let text = std::fs::read_to_string(schools.join("ysgol-y-bryn.yaml")).unwrap();
    insta::assert_snapshot!(text, @r##"
    # yaml-language-server: $schema=../schema/organisation.schema.json
    organisation: ysgol-y-bryn
    name: Ysgol y Bryn
    portals: { p: "6702001" }
    users:
      head@s6702001.example: { name: Sam Evans }
    "##);

    // Again: nothing that is there is written anew.
    let again = adopt(&place, &Authority, "670".into(), &origin, &mut heard).await;
    let (tally, _) = again.unwrap();
    assert_eq!((tally.written, tally.kept, tally.failed), (0, 4, 1));
}
