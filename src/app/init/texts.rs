//! The files of a new project, with comments that teach. Nobody is in them: whatever would name
//! somebody is a comment, of people who do not exist.

use jiff::civil::Date;

use super::answers::{Answers, NewPortal};
use super::forge::Forge;
use crate::app::{Failure, schema, snapshots};
use crate::model::rules::{AdminSet, Create, LoginForm, Mail, Rules};
use crate::model::snapshot::{Snapshot, SnapshotArea, SnapshotEvidence};
use crate::report::{escape, schema_line, snapshot_yaml, yaml_text};

/// Where git is told what is not to be kept.
pub(super) const GITIGNORE_FILE: &str = ".gitignore";

/// What is not to be kept in git: it names people, and is of one machine or one run.
pub(super) const GITIGNORE: &str = "\
# What beadle keeps of its runs on this machine: the run lock, the audit log, what can be undone.
# In CI, `records.url` in beadle.yaml names a bucket instead.
/.beadle/
# Steps for a person, and saved plans: they name people, and are of one run.
/worklists/
/plan*.json
";

/// Folder of the organisations' files.
const FOLDER: &str = "organisations";

/// Folder of the snapshots of portals without an API. Not that of the sandbox's: what is rehearsed
/// there must never be taken for what a portal holds.
const SNAPSHOTS: &str = "snapshots";

/// Schemas that editors ask for.
const SCHEMAS: [&str; 3] = ["organisation", "project", "snapshot"];

/// The files of every project, by path from its folder.
///
/// # Errors
/// When the organisation's id cannot be a file's name.
pub(super) fn project(
    answers: &Answers,
    today: Date,
    readme: &str,
) -> Result<Vec<(String, String)>, Failure> {
    let id = snapshots::one_step(&answers.organisation)?;
    let mut files = vec![
        (readme.to_owned(), read_me(answers)),
        (format!("{FOLDER}/{id}.yaml"), organisation_file(answers)),
    ];
    for name in SCHEMAS {
        let path = format!("schema/{name}.schema.json");
        files.push((path, schema::known(name)?));
    }
    for portal in &answers.portals {
        let path = format!("{}/{}/{id}.yaml", snapshots::FOLDER, portal.rules.driver);
        files.push((path, seed(answers, portal, today)));
    }
    // The last: without it, nothing takes the folder for a project.
    files.push(("beadle.yaml".to_owned(), project_file(answers)));
    Ok(files)
}

/// Prose within a comment: one line, and nothing hidden in it.
fn comment(text: &str) -> String {
    escape::terminal(text).replace(['\n', '\r'], " ")
}

fn project_file(answers: &Answers) -> String {
    let mut text = schema_line("schema/project.schema.json");
    text.push_str(&format!(
        "#
# {}: the project file. What is the same everywhere stands here: portals, job roles, limits. Each
# organisation has a file of its own under {FOLDER}/. `beadle validate` checks all of it.
version: 1
timezone: Europe/London # where days begin and end
",
        comment(&answers.name)
    ));
    if answers.owners.is_empty() {
        text.push_str("# owners: [\"@TRUST/TEAM\"] # who is asked before this file changes: `beadle init --codeowners`\n");
    } else {
        let owners: Vec<String> = answers.owners.iter().map(|one| yaml_text(one)).collect();
        text.push_str(&format!(
            "owners: [{}] # who is asked before this file changes\n",
            owners.join(", ")
        ));
    }
    text.push_str("\nportals:\n");
    for portal in &answers.portals {
        text.push_str(&portal_entry(portal));
    }
    text.push_str(&bundles(answers));
    text.push_str(REST);
    text.push_str(&format!("\norganisations: [{FOLDER}/*.yaml]\n"));
    text
}

/// What holds whatever the portals are.
const REST: &str = r#"
# Anyone who appears in more than one organisation, by work email address. Being listed here gives no
# access; an assignment does, in every organisation that it selects.
# people:
#   j.doe@trust.example: { name: Jo Doe }
# assignments:
#   - { users: [j.doe@trust.example], organisations: ["*"], bundles: [office] }

policy:
  min_admins: 2 # where a portal has administrators: never fewer, not even for a moment
  max_removals: { percent: 20, count: 2 } # of one kind in one organisation: over both is refused
  unmanaged: report # live accounts that no file names are listed and left alone
  escalations: report # who changes their own rights stands first; `refuse` refuses them as well
  expiry: { warn_days: 30 } # what ends within these days is announced
  # email_domains: [trust.example] # nobody else gets an account

# Who may apply now, and what was done. CI throws its folders away: name a bucket there.
# records: { url: "s3://trust-records/beadle" }
"#;

fn portal_entry(portal: &NewPortal) -> String {
    let Rules {
        driver,
        title,
        create,
        mail,
        directory,
        provisioning,
        ..
    } = portal.rules;
    let mut text = format!("  {driver}: # {title}\n    driver: {driver}\n");
    if let Some((writes, reads)) = portal.tokens() {
        text.push_str(&format!(
            "    url: https://portal.example/{driver} # its address
    token: {{ env: {writes} }} # only `apply` uses this one; never a token itself here
    plan_token: {{ env: {reads} }} # it may read and nothing else
"
        ));
    } else {
        text.push_str(&format!(
            "    # It has no API: `apply` writes numbered steps for a person, and snapshots say what is live.
    # They come from its saved pages or lists: `beadle import --table`.
    via: worklist
    snapshots: {SNAPSHOTS}/{driver}
    # With something that speaks beadle's contract in front of it, in place of these two:
    # url: https://portal.example/{driver}
    # token: {{ env: {upper}_TOKEN }}
    # plan_token: {{ env: {upper}_READ_TOKEN }}
",
            upper = driver.to_ascii_uppercase()
        ));
    }
    if create.value == Create::WithTerms {
        text.push_str(
            "    # Nothing is created there until somebody has accepted its terms; write who.\n    \
             # terms_accepted_by: head@school.example\n",
        );
    }
    if mail.value == Mail::AtCreation {
        text.push_str(
            "    notify: false # `true`: it mails the login to the holder of a new account\n",
        );
    }
    if let Some(first) = provisioning.first() {
        let names: Vec<&str> = provisioning.iter().map(|way| way.name).collect();
        text.push_str(&format!(
            "    provisioning: {} # where its accounts come from: {}\n",
            first.name,
            names.join(", ")
        ));
    }
    if *directory {
        text.push_str(
            "    # Each area, with the display name of the group that stands for it.
    groups:
      example-area: Example area
      administrators: Administrators
    admin_group: administrators # whoever is in it administers the directory
",
        );
    }
    text
}

fn bundles(answers: &Answers) -> String {
    let with_areas = answers.portals.iter().map(|portal| portal.rules);
    let lines = with_areas
        .filter(|rules| rules.has_areas.value)
        .map(|rules| format!("#     {}: [example-area]\n", rules.driver));
    let lines: String = lines.collect();
    if lines.is_empty() {
        return String::new();
    }
    format!(
        "
# Job roles, defined once. Whoever has the role has its areas, no more and no fewer.
# bundles:
#   office:
{lines}"
    )
}

fn organisation_file(answers: &Answers) -> String {
    let mut text = schema_line("../schema/organisation.schema.json");
    text.push_str(&format!(
        "#
# {}: who has an account, what each may use, who administers. Nobody is named yet, and so
# nothing is managed: what is live is left alone. Take the marks away, or let `beadle import` print
# what is live.
organisation: {}
name: {}
portals:
",
        comment(&answers.name),
        yaml_text(&answers.organisation),
        yaml_text(&answers.name)
    ));
    for portal in &answers.portals {
        let form = portal.rules.organisation_id.value;
        let hint = match portal.organisation {
            Some(_) => format!("the {}", form.name),
            None => format!("its {} there: write it here", form.name),
        };
        text.push_str(&format!(
            "  {}: {} # {hint}\n",
            portal.rules.driver,
            quoted(&portal_organisation(answers, portal))
        ));
    }
    text.push_str(
        "# approved_by: Ada Park, headteacher # who says that this list is right
# owners: [\"@TRUST/SCHOOL\"] # who is asked before this file changes

# users:
#   k.osei@school.example: # the work email address
#     name: Kit Osei
",
    );
    text.push_str(&logins(answers, "KOSEI4"));
    text.push_str(&areas(answers));
    text.push_str("#   l.hart@school.example:\n#     name: Lena Hart\n");
    text.push_str(&logins(answers, "LHART"));
    text.push_str("#   r.shah@school.example:\n#     name: Ravi Shah\n");
    text.push_str(&logins(answers, "RSHAH2"));
    text.push_str(
        "#     from: 2027-01-04 # first day of access
#     until: 2027-07-31 # last day: leavers stay here for a while, with the day
",
    );
    text.push_str(&admins(answers));
    text
}

/// An example of a login id, for the portals where it cannot be the address.
fn logins(answers: &Answers, login: &str) -> String {
    let with = answers.portals.iter().map(|portal| portal.rules);
    let with = with.filter(|rules| rules.login.value == LoginForm::UserId);
    let each: Vec<String> = with
        .map(|rules| format!("{}: {login}", rules.driver))
        .collect();
    if each.is_empty() {
        return String::new();
    }
    format!(
        "#     accounts: {{ {} }} # the login id, where it is not the address\n",
        each.join(", ")
    )
}

/// An example of areas for one user: a map by portal, where there are several portals.
fn areas(answers: &Answers) -> String {
    let with: Vec<&NewPortal> = answers.portals.iter().collect();
    let with_areas = with.iter().filter(|portal| portal.rules.has_areas.value);
    let maps: Vec<String> = with_areas
        .map(|portal| format!("{}: [example-area]", portal.rules.driver))
        .collect();
    match (maps.as_slice(), with.len()) {
        ([], _) => String::new(),
        ([_], 1) => {
            "#     areas: [example-area] # exactly these, no more and no fewer\n".to_owned()
        }
        (maps, _) => format!(
            "#     areas: {{ {} }} # exactly these, no more and no fewer\n",
            maps.join(", ")
        ),
    }
}

fn admins(answers: &Answers) -> String {
    let has = |portal: &&NewPortal| portal.rules.admin.value != AdminSet::None;
    let names = answers.portals.iter().filter(has);
    let names: Vec<&str> = names.map(|portal| portal.rules.driver).collect();
    let list = "[k.osei@school.example, l.hart@school.example]";
    let line = match (names.as_slice(), answers.portals.len()) {
        ([], _) => return String::new(),
        ([_], 1) => format!("# admins: {list}\n"),
        (names, _) => {
            let each: Vec<String> = names.iter().map(|name| format!("{name}: {list}")).collect();
            format!("# admins: {{ {} }}\n", each.join(", "))
        }
    };
    format!("\n# The whole admin set: whoever is not in this list does not stay in it.\n{line}")
}

/// In quotes even where it need not be: digits that somebody edits keep their zeros.
fn quoted(id: &str) -> String {
    let written = yaml_text(id);
    if written == id {
        format!("\"{id}\"")
    } else {
        written
    }
}

/// The organisation's id at a portal, or what has its form and is nobody's.
fn portal_organisation(answers: &Answers, portal: &NewPortal) -> String {
    match (
        &portal.organisation,
        portal.rules.organisation_id.value.digits,
    ) {
        (Some(id), _) => id.clone(),
        (None, Some(digits)) => "0".repeat(digits.into()),
        (None, None) => answers.organisation.clone(),
    }
}

/// What the sandbox's portal begins with: nobody, and an area or two to try things on.
fn seed(answers: &Answers, portal: &NewPortal, today: Date) -> String {
    let area = |code: &str, title: &str, administration| SnapshotArea {
        code: code.to_owned(),
        title: title.to_owned(),
        access_key_required: false,
        administration,
    };
    let rules = portal.rules;
    let mut areas = Vec::new();
    if rules.has_areas.value {
        areas.push(area("example-area", "Example area", false));
    }
    if rules.admin.value == AdminSet::Area {
        areas.push(area("administrators", "Administrators", true));
    }
    let snapshot = Snapshot {
        format: 1,
        driver: rules.driver.to_owned(),
        organisation: portal_organisation(answers, portal),
        name: Some(answers.name.clone()),
        taken: today,
        evidence: SnapshotEvidence {
            accounts: 0,
            areas: areas.len() as u64,
            pages: 1,
        },
        areas,
        accounts: Vec::new(),
    };
    let text = snapshot_yaml(&snapshot, snapshots::SCHEMA);
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    format!(
        "{first}\n#\n# What `--sandbox` begins with: an empty portal to rehearse on. It is not what {} holds.\n{rest}",
        rules.title
    )
}

fn read_me(answers: &Answers) -> String {
    let title = escape::markdown(&answers.name).replace(['\n', '\r'], " ");
    let id = &answers.organisation;
    let mut text = format!(
        "# Access of {title}

Who has an account on which portal, who administers it and which areas each person may use, in YAML,
checked and applied by beadle. `beadle.yaml` holds what is the same everywhere; each organisation has
a file under `{FOLDER}/`.

```sh
beadle validate            # every error, with its line and the way out
beadle plan --sandbox      # a rehearsal on embedded portals that hold what is in `live/`
```

## Next

1. Write the organisation's id at each portal into `{FOLDER}/{id}.yaml`.
"
    );
    let mut step = 1;
    let mut add = |line: String| {
        step += 1;
        text.push_str(&format!("{step}. {line}\n"));
    };
    for portal in &answers.portals {
        let (driver, title) = (portal.rules.driver, portal.rules.title);
        add(match portal.tokens() {
            Some((writes, reads)) => format!(
                "{title}: write its address into `beadle.yaml`, put its tokens into the environment \
                 variables `{writes}` (only `apply` uses it) and `{reads}`, and let \
                 `beadle import --portal {driver}` print what is live."
            ),
            None => format!(
                "{title}: save its list of users, and make a snapshot of it: `beadle import --table \
                 LIST --portal {driver}`. `beadle import --portal {driver} --help` says what a list \
                 may be. Then `beadle import --portal {driver}` prints the YAML of who is there: put \
                 it into `{FOLDER}/{id}.yaml`."
            ),
        });
    }
    add(format!(
        "Write who should have what into `{FOLDER}/{id}.yaml`, and look: `beadle plan`. Adopt first \
         what is there: a plan that finds nothing to do is the right start."
    ));
    add(format!(
        "For each further school, copy `{FOLDER}/{id}.yaml` under the school's own id and change what \
         is in it: `beadle.yaml` finds every file of that folder."
    ));
    if answers.forge != Forge::None && answers.owners.is_empty() {
        add(
            "Write `owners` into `beadle.yaml` and into each organisation's file, then \
             `beadle init --codeowners`: until then no code owner is asked for a review."
                .to_owned(),
        );
    }
    match answers.forge {
        Forge::Github => add(
            "Commit, push, and set the repository up as beadle's `docs/ci.md` says: the environments \
             `portals-read` and `portals`, their secrets, and a rule that `main` needs the check \
             `validate` and a review by code owners. The repository must be private."
                .to_owned(),
        ),
        Forge::Gitlab => add(
            "Commit, push, and set the project up as beadle's `docs/ci.md` says: the environments \
             `portals-read` and `portals`, their variables, a protected branch and a schedule. The \
             project must be private."
                .to_owned(),
        ),
        Forge::None => add("Commit. `beadle plan --out plan.json` saves a plan for somebody to \
                            read, `beadle apply plan.json` does no more than it says."
            .to_owned()),
    }
    text
}
