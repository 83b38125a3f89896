//! The acts against a portal made up here, which keeps what it was asked for. Acts that no portal
//! of this version has by API are shown with it.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use secrecy::ExposeSecret;

use super::*;
use crate::app::Progress;
use crate::app::world::WallClock;
use crate::model::diagnostic::{Diagnostic, Sources};
use crate::model::live::{Listing, LiveAccount};
use crate::model::name::PortalOrganisation;
use crate::model::plan::Write;
use crate::portal::{PortalErrorKind, PortalRead, Written};
use crate::record::{Clock, Memory};

const MADE: &str = "Portal-made-1";

fn account(id: &str, login: &str, email: &str) -> LiveAccount {
    LiveAccount {
        id: id.into(),
        login: login.into(),
        name: "Sam {login} Evans".into(),
        email: Some(email.into()),
        expires: None,
        active: true,
        locked: true,
        upstream: false,
        admin: false,
        areas: std::collections::BTreeSet::new(),
        last_sign_in: None,
    }
}

struct Portal {
    accounts: Vec<LiveAccount>,
    asked: Mutex<Vec<String>>,
    /// The password that it makes; none where the call fails.
    answer: Result<Option<&'static str>, PortalErrorKind>,
}

impl Portal {
    fn new(answer: Result<Option<&'static str>, PortalErrorKind>) -> Self {
        Self {
            accounts: vec![
                account("1", "evanss17", "s.evans@oakfield.example"),
                account("2", "twin", "one@oakfield.example"),
                account("3", "TWIN", "two@oakfield.example"),
            ],
            asked: Mutex::default(),
            answer,
        }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn live(accounts: &[LiveAccount]) -> Live {
    let mut listing = Listing::begin("8502001".into());
    let count = accounts.len() as u64;
    listing
        .accounts_page("8502001", count, accounts.to_vec())
        .unwrap();
    listing.catalogue_page("8502001", 0, Vec::new()).unwrap();
    listing.finish().unwrap()
}

#[async_trait]
impl PortalRead for Portal {
    async fn list(&self, _: &PortalOrganisation) -> Result<Live, PortalError> {
        Ok(live(&self.accounts))
    }

    async fn observe(
        &self,
        _: &PortalOrganisation,
        _: &Write,
    ) -> Result<Vec<LiveAccount>, PortalError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl PortalWrite for Portal {
    async fn write(
        &self,
        _: &PortalOrganisation,
        _: &Write,
        _: &str,
    ) -> Result<Written, PortalError> {
        Ok(Written::now(None))
    }

    async fn act(
        &self,
        organisation: &PortalOrganisation,
        account: &AccountRef,
        act: &Act,
    ) -> Result<Option<SecretString>, PortalError> {
        let said = match act {
            Act::Unlock => "unlock".to_owned(),
            Act::ResetOtp => "otp".to_owned(),
            Act::ResetPassword(None) => "make".to_owned(),
            Act::ResetPassword(Some(chosen)) => format!("choose {}", chosen.expose_secret()),
        };
        self.asked
            .lock()
            .unwrap()
            .push(format!("{said} for {}", account.login));
        let made = self.answer.clone().map_err(|kind| PortalError {
            portal: "p".into(),
            organisation: organisation.clone(),
            call: "POST /x".to_owned(),
            kind,
        })?;
        Ok(made.map(SecretString::from))
    }
}

#[derive(Default)]
struct Heard {
    out: Vec<u8>,
    lines: Vec<String>,
    answer: Option<bool>,
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
    fn confirm(&mut self, question: &str) -> std::io::Result<Option<bool>> {
        self.lines.push(question.to_owned());
        Ok(self.answer)
    }
    fn progress(&mut self, _: u64) -> Box<dyn Progress> {
        unreachable!("an act has no progress to show")
    }
}

impl Heard {
    fn all(&self) -> String {
        format!(
            "{}{}",
            String::from_utf8_lossy(&self.out),
            self.lines.join("\n")
        )
    }
}

fn unit() -> Desired {
    Desired {
        organisation: "oakfield".into(),
        organisation_name: "Oakfield Primary School".into(),
        portal: "p".into(),
        portal_organisation: "8502001".into(),
        approved_by: None,
        source: crate::model::source::Source {
            file: "beadle.yaml".into(),
            line: 1,
            column: 1,
        },
        manages_accounts: false,
        accounts: std::collections::BTreeMap::new(),
        admins: crate::model::desired::DesiredAdmins::default(),
        delete: std::collections::BTreeMap::new(),
        creation: crate::model::desired::CreationSettings::default(),
        identity: None,
        policy: std::sync::Arc::default(),
    }
}

fn options(act: ActKind, user: &str) -> Options {
    Options {
        path: PathBuf::from("."),
        planning: PlanningOptions::default(),
        act,
        user: user.to_owned(),
        password_file: None,
        choose_from: None,
        yes: true,
        lock_wait: Duration::ZERO,
    }
}

fn book() -> Book {
    let clock: Arc<dyn Clock> = Arc::new(WallClock);
    Book {
        desk: Desk {
            command: "beadle account".to_owned(),
            day: jiff::civil::date(2026, 11, 22),
            configuration: "00".to_owned(),
            commit: None,
            keep_days: None,
            wait: Duration::ZERO,
            redact: Redact::Never,
            stop: crate::executor::Stop::new(),
        },
        records: Records {
            store: Arc::new(Memory::new(Arc::clone(&clock))),
            clock,
        },
    }
}

/// The log of a book: every line, and whom it touches.
async fn log_of(book: &Book) -> String {
    let store = book.records.store.as_ref();
    let mut text = String::new();
    for entry in store.list("audit/").await.unwrap() {
        let bytes = store.read(&entry.key).await.unwrap().unwrap();
        text.push_str(&String::from_utf8(bytes).unwrap());
    }
    let found = crate::record::audit::verify(store, None).await.unwrap();
    assert_eq!(found.faults, []);
    text
}

#[tokio::test]
async fn an_act_has_its_two_lines_and_no_line_has_a_password_or_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let mut options = options(ActKind::ResetPassword, "evanss17");
    options.password_file = Some(folder.path().join("password"));
    for (answer, outcome, call) in [
        (Ok(Some(MADE)), "\"done\"", true),
        (Err(PortalErrorKind::ConnectionLost), "\"unknown\"", true),
        (
            Err(PortalErrorKind::Answered {
                status: 400,
                said: "Sam Evans may not".to_owned(),
            }),
            "\"failed\",\"message\":\"the portal answers with 400\"",
            true,
        ),
    ] {
        let _ = std::fs::remove_file(folder.path().join("password"));
        let (portal, book) = (Portal::new(answer), book());
        let mut heard = Heard::default();
        let done = by_api(&options, &unit(), &portal, &book, &mut heard).await;
        let log = log_of(&book).await;
        assert_eq!(
            log.lines().count(),
            4,
            "start, call, outcome, end: {log}\n{done:?}"
        );
        assert!(log.contains("\"save\":\"reset-password\""), "{log}");
        assert!(log.contains(outcome), "{log}");
        assert_eq!(portal.asked().len(), usize::from(call));
        for secret in [MADE, "Evans", "evanss17"] {
            assert!(!log.contains(secret), "{secret}: {log}");
        }
        let people = crate::record::audit::People::read(book.records.store.as_ref());
        assert_eq!(people.await.unwrap().pseudonyms("evanss17").len(), 1);
    }
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_done_and_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("password");
    let mut options = options(ActKind::ResetPassword, "evanss17");
    options.password_file = Some(path.clone());
    let (portal, book) = (Portal::new(Ok(Some(MADE))), book());
    let store = book.records.store.as_ref();
    let mine = b"{\"format\":1}\n";
    store
        .create("audit/00000001-x/000001.jsonl", mine)
        .await
        .unwrap();
    let mut heard = Heard::default();
    let done = by_api(&options, &unit(), &portal, &book, &mut heard).await;
    assert!(done.is_err(), "{done:?}");
    assert!(portal.asked().is_empty() && !path.exists());
    // The lock was given back.
    let standing = crate::record::lock::standing(store).await.unwrap();
    assert!(
        standing
            .iter()
            .all(|one| one.turn.state == crate::record::lock::State::Released)
    );
}

async fn act(portal: &Portal, options: &Options) -> (Result<Exit, String>, Heard) {
    act_at(&unit(), portal, options).await
}

async fn act_at(
    unit: &Desired,
    portal: &Portal,
    options: &Options,
) -> (Result<Exit, String>, Heard) {
    let mut heard = Heard::default();
    let done = by_api(options, unit, portal, &book(), &mut heard).await;
    (done.map_err(|failure| failure.to_string()), heard)
}

#[tokio::test]
async fn a_made_password_goes_to_a_new_file_of_its_owner_and_nowhere_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("password");
    let portal = Portal::new(Ok(Some(MADE)));
    let mut options = options(ActKind::ResetPassword, "evanss17");
    let (refused, _) = act(&portal, &options).await;
    assert!(refused.unwrap_err().contains("--password-file"));
    assert!(portal.asked().is_empty(), "nothing was asked of the portal");

    options.password_file = Some(path.clone());
    let (done, heard) = act(&portal, &options).await;
    assert_eq!(done, Ok(Exit::Done));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), format!("{MADE}\n"));
    assert!(!heard.all().contains(MADE), "{}", heard.all());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let (again, _) = act(&portal, &options).await;
    assert!(again.unwrap_err().contains("name a new file"));
    assert_eq!(portal.asked(), ["make for evanss17"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_is_never_followed_to_where_it_leads() {
    let folder = tempfile::tempdir().unwrap();
    let (link, target) = (folder.path().join("link"), folder.path().join("target"));
    std::os::unix::fs::symlink(&target, &link).unwrap();
    let portal = Portal::new(Ok(Some(MADE)));
    let mut options = options(ActKind::ResetPassword, "evanss17");
    options.password_file = Some(link);
    assert!(act(&portal, &options).await.0.is_err());
    assert!(portal.asked().is_empty() && !target.exists());
}

/// `/dev/full` takes no byte: what a full disk is like.
#[cfg(target_os = "linux")]
#[test]
fn a_password_that_cannot_be_kept_is_said_plainly() {
    let file = NewFile::opened(
        "full".into(),
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap(),
    );
    let portal = Portal::new(Ok(None));
    let mut heard = Heard::default();
    let made = Ok(Some(SecretString::from(MADE)));
    let account = portal.accounts.first().unwrap();
    let options = options(ActKind::ResetPassword, "evanss17");
    let said = keep(&options, made, Some(file), account, &mut heard)
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("has a new password, but it could not be written"),
        "{said}"
    );
    assert!(
        said.contains("reset it again") && !said.contains(MADE),
        "{said}"
    );
}

#[tokio::test]
async fn no_file_stays_where_the_portal_refuses_or_makes_none() {
    let folder = tempfile::tempdir().unwrap();
    for answer in [
        Err(PortalErrorKind::NotFound),
        Err(PortalErrorKind::ConnectionLost),
        Ok(None),
    ] {
        let path = folder.path().join("password");
        let portal = Portal::new(answer.clone());
        let mut options = options(ActKind::ResetPassword, "evanss17");
        options.password_file = Some(path.clone());
        let (done, heard) = act(&portal, &options).await;
        assert_eq!(done.is_ok(), answer.is_ok());
        assert!(!path.exists());
        let unknown = heard.all().contains("may have been carried out");
        assert_eq!(unknown, answer == Err(PortalErrorKind::ConnectionLost));
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_chosen_password_is_read_from_a_file_of_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("chosen");
    std::fs::write(&path, "Longer-Than-8\n").unwrap();
    let portal = Portal::new(Ok(None));
    let mut options = options(ActKind::ResetPassword, "evanss17");
    options.choose_from = Some(path.clone());
    for mode in [0o644, 0o640, 0o604] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let said = act(&portal, &options).await.0.unwrap_err();
        assert!(said.contains("can be read by others"), "{said}");
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let (done, heard) = act(&portal, &options).await;
    assert_eq!(done, Ok(Exit::Done));
    assert_eq!(portal.asked(), ["choose Longer-Than-8 for evanss17"]);
    assert!(!heard.all().contains("Longer-Than-8"));
    for text in ["", "\n", "two\nlines\n"] {
        std::fs::write(&path, text).unwrap();
        assert!(act(&portal, &options).await.0.is_err(), "{text:?}");
    }
}

#[tokio::test]
async fn an_unknown_account_and_twins_are_refused() {
    let portal = Portal::new(Ok(None));
    let (unknown, _) = act(&portal, &options(ActKind::Unlock, "nobody")).await;
    assert!(
        unknown
            .unwrap_err()
            .contains("there is no account `nobody`")
    );
    let (twins, _) = act(&portal, &options(ActKind::Unlock, "twin")).await;
    assert!(twins.unwrap_err().contains("there are 2 accounts `twin`"));
    assert!(portal.asked().is_empty());
    // The address is the user's key in the YAML, and the login id is another text.
    let (done, _) = act(
        &portal,
        &options(ActKind::ResetOtp, "S.Evans@oakfield.example"),
    )
    .await;
    assert_eq!(done, Ok(Exit::Done));
    assert_eq!(portal.asked(), ["otp for evanss17"]);
}

/// S6: an administrator without a number is refused every call.
#[tokio::test]
async fn beadle_does_not_lock_itself_out() {
    let portal = Portal::new(Ok(None));
    let mut unit = unit();
    unit.identity = Some("EVANSS17".into());
    let (own, _) = act_at(&unit, &portal, &options(ActKind::ResetOtp, "evanss17")).await;
    insta::assert_snapshot!(own.unwrap_err(), @"`evanss17` is the account that beadle itself uses at `p` (`identity`): without its number the portal would refuse beadle every call; another administrator resets it there");
    assert!(portal.asked().is_empty());
    let (unlocked, _) = act_at(&unit, &portal, &options(ActKind::Unlock, "evanss17")).await;
    assert_eq!(unlocked, Ok(Exit::Done));
}

#[tokio::test]
async fn nothing_is_done_without_a_yes() {
    let portal = Portal::new(Ok(None));
    let mut options = options(ActKind::Unlock, "evanss17");
    options.yes = false;
    let (nobody, _) = act(&portal, &options).await;
    assert!(nobody.unwrap_err().contains("add `--yes`"));
    for (answer, asked) in [(false, 0), (true, 1)] {
        let mut heard = Heard {
            answer: Some(answer),
            ..Heard::default()
        };
        by_api(&options, &unit(), &portal, &book(), &mut heard)
            .await
            .unwrap();
        assert_eq!(portal.asked().len(), asked);
        assert!(heard.all().contains("Oakfield Primary School"));
    }
}

#[test]
fn clicks_are_filled_in_once() {
    let text = ActText {
        kind: ActKind::ResetOtp,
        by_api: false,
        clicks: &[
            "Manage users",
            "{name} ({login}) of {organisation}: Delete {otp}",
        ],
        source: "a test",
    };
    let rules = crate::portal::drivers().first().unwrap().rules;
    let mut heard = Heard::default();
    let account = account("1", "evanss17", "s.evans@oakfield.example");
    by_hand(&text, &account, &unit(), rules, &mut heard).unwrap();
    let said = heard.all();
    assert!(
        said.contains("Sam {login} Evans (evanss17) of Oakfield Primary School: Delete {otp}"),
        "{said}"
    );
}
