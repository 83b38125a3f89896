//! The twenty stories of the trust, in the order of its README: why each person has, or has not,
//! what the story is about.

use insta::assert_snapshot;

use super::{json, told};

fn trust(arguments: &[&str]) -> String {
    told("trust", arguments)
}

#[test]
fn story_01_a_product_that_the_school_has_bought() {
    assert_snapshot!(trust(&["Ellis Hart", "phonics-toolkit"]), @r"
    Ellis Hart  e.hart@alderbrook.example  on 2026-11-22

    Alderbrook Primary School at hfl  e.hart@alderbrook.example
      phonics-toolkit (Phonics toolkit (digital download)): not yet: the YAML asks for it, and it is not live
        by the organisation's `areas`
          schools/alderbrook.yaml:72: - e.hart@alderbrook.example
        next plan: gives it (listed under the area)
      account: yes
        by the user's own entry
          schools/alderbrook.yaml:12: e.hart@alderbrook.example:
    ");
    for name in [
        "Noor Sayed",
        "Milo Frayne",
        "Iris Calder",
        "Tom Ashby",
        "Zara Quill",
    ] {
        let unit = json("trust", &[name, "phonics-toolkit"])["units"][0].clone();
        let answer = &unit["areas"][0]["answer"];
        assert_eq!(answer["asked"], true, "{name}");
        assert_eq!(answer["live"], false, "{name}");
        assert_eq!(answer["why"][0]["door"], "area-view", "{name}");
        assert_eq!(answer["next"][0]["kind"], "grant", "{name}");
    }
}

#[test]
fn story_02_a_shared_login_whose_password_a_leaver_knows() {
    assert_snapshot!(trust(&["Alderbrook office"]), @r"
    Alderbrook office  8502001admin  on 2026-11-22
    The YAML asks for 1 area; an account, or somebody's right to administer, differs from the YAML.

    Alderbrook Primary School at hfl  8502001admin
      account: yes
        by the user's own entry
          schools/alderbrook.yaml:58: 8502001admin:
        waits for a person: Change the password of the shared account 8502001admin (the last day was 2026-10-16)
          1) Sign in to the HFL website as 8502001admin
          2) My account
          3) Change the password (the guide does not show where)
          4) Tell the new password to those who still use the account, and to nobody else
          5) Write the day under `password_changed` of 8502001admin
      dms-portal (DMS portal): yes
        by bundle `school-office` of the user's entry
          schools/alderbrook.yaml:65: bundles: [school-office]
          beadle.yaml:34: hfl: [dms-portal]
      several people use this login; it is answered for by: w.acton@alderbrook.example
      its password is known to: w.acton@alderbrook.example, p.dunmore@alderbrook.example
    ");
    assert_snapshot!(trust(&["Pat Dunmore"]), @r"
    Pat Dunmore  p.dunmore@alderbrook.example  on 2026-11-22
    The YAML asks for no area; live agrees.

    Alderbrook Primary School at hants  PDUNMORE
      account: no
        by the user's own entry, until 2026-10-16 (not on this day)
          schools/alderbrook.yaml:51: p.dunmore@alderbrook.example:
        the last day was 2026-10-16; the empty account stays there
          schools/alderbrook.yaml:55: until: 2026-10-16
    ");
}

#[test]
fn story_03_a_new_headteacher() {
    assert_snapshot!(trust(&["Amara Nwosu", "--portal", "hants"]), @r"
    Amara Nwosu  a.nwosu@birchmoor.example  on 2026-11-22
    The YAML asks for 2 areas; an account, or somebody's right to administer, differs from the YAML.

    Birchmoor Primary School at hants  ANWOSU6
      account: yes
        by the user's own entry
          schools/birchmoor.yaml:12: a.nwosu@birchmoor.example: # headteacher since this week: into `admins`
      administrator: not yet: the YAML asks for it, and it is not live
        by the organisation's `admins`
          schools/birchmoor.yaml:44: hants: [a.nwosu@birchmoor.example, l.peck@birchmoor.example]
        next plan: makes the person an administrator (listed under admins)
      inspection-advisory (Inspectorate and Advisory Service): yes
        by bundle `leadership` of the user's entry
          schools/birchmoor.yaml:15: bundles: [leadership]
          beadle.yaml:30: hants: [schools-intranet, inspection-advisory]
      schools-intranet (Schools Intranet): yes
        by bundle `leadership` of the user's entry
          schools/birchmoor.yaml:15: bundles: [leadership]
          beadle.yaml:30: hants: [schools-intranet, inspection-advisory]
    ");
}

#[test]
fn story_04_a_former_headteacher() {
    assert_snapshot!(trust(&["Graham Pell", "--portal", "hants"]), @r"
    Graham Pell  g.pell@birchmoor.example  on 2026-11-22
    The YAML asks for 2 areas; 1 not live yet; 1 live without being asked for; an account, or somebody's right to administer, differs from the YAML.

    Birchmoor Primary School at hants  GPELL2
      account: yes
        by the user's own entry
          schools/birchmoor.yaml:17: g.pell@birchmoor.example: { name: Graham Pell, accounts: { hants: GPELL2 }, bundles: [teaching] }
      administrator: live, and the YAML does not ask for it
        next plan: takes the right to administer away (not listed any more)
          schools/birchmoor.yaml:44: hants: [a.nwosu@birchmoor.example, l.peck@birchmoor.example]
        `admins` does not name this person
      inspection-advisory (Inspectorate and Advisory Service): live, and the YAML does not ask for it
        next plan: takes it away (not listed any more)
          schools/birchmoor.yaml:17: g.pell@birchmoor.example: { name: Graham Pell, accounts: { hants: GPELL2 }, bundles: [teaching] }
        no line gives it to this person: not the entry, a bundle, an assignment or the organisation's `areas`
      outdoor-learning (Outdoor Learning): not yet: the YAML asks for it, and it is not live
        by bundle `teaching` of the user's entry
          schools/birchmoor.yaml:17: g.pell@birchmoor.example: { name: Graham Pell, accounts: { hants: GPELL2 }, bundles: [teaching] }
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
        next plan: gives it (by bundle `teaching`)
      schools-intranet (Schools Intranet): yes
        by bundle `teaching` of the user's entry
          schools/birchmoor.yaml:17: g.pell@birchmoor.example: { name: Graham Pell, accounts: { hants: GPELL2 }, bundles: [teaching] }
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
    ");
}

#[test]
fn story_05_a_move_between_schools() {
    assert_snapshot!(trust(&["Leila Haddow", "assessment-tracker"]), @r"
    Leila Haddow  l.haddow@saltmarsh.example  on 2026-11-22

    Birchmoor Primary School at hfl  l.haddow@saltmarsh.example
      assessment-tracker (Assessment tracker): live, and the YAML does not ask for it
        by bundle `teaching` of the user's entry, until 2026-11-21 (not on this day)
          schools/birchmoor.yaml:33: l.haddow@saltmarsh.example: { until: 2026-11-21, bundles: [teaching] }
          beadle.yaml:37: hfl: [assessment-tracker]
        next plan: ends the account's access (the last day was 2026-11-21)
        the last day was 2026-11-21
      account: live, and the YAML does not ask for it
        by the user's own entry, until 2026-11-21 (not on this day)
          schools/birchmoor.yaml:33: l.haddow@saltmarsh.example: { until: 2026-11-21, bundles: [teaching] }
        next plan: ends the account's access (the last day was 2026-11-21)
        the last day was 2026-11-21

    Chalkdown Primary School at hfl  l.haddow@saltmarsh.example
      assessment-tracker (Assessment tracker): not yet: the YAML asks for it, and it is not live
        by bundle `teaching` of the user's entry, from 2026-11-16
          schools/chalkdown.yaml:35: l.haddow@saltmarsh.example: { from: 2026-11-16, bundles: [teaching] }
          beadle.yaml:37: hfl: [assessment-tracker]
        next plan: gives it (by bundle `teaching`)
      account: not yet: the YAML asks for it, and it is not live
        by the user's own entry, from 2026-11-16
          schools/chalkdown.yaml:35: l.haddow@saltmarsh.example: { from: 2026-11-16, bundles: [teaching] }
        next plan: creates the account (listed for this user)
    ");
}

#[test]
fn story_06_somebody_who_is_not_in_sims_yet() {
    assert_snapshot!(trust(&["Ivo Marsh", "outdoor-learning"]), @r"
    Ivo Marsh  i.marsh@chalkdown.example  on 2026-11-22

    Chalkdown Primary School at hants  IMARSH4
      outdoor-learning (Outdoor Learning): not yet: the YAML asks for it, and it is not live
        by bundle `teaching` of the user's entry
          schools/chalkdown.yaml:37: i.marsh@chalkdown.example: { name: Ivo Marsh, accounts: { hants: IMARSH4 }, bundles: [teaching] }
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
        held back (grant): it waits for a step that only a person can do
      account: not yet: the YAML asks for it, and it is not live
        by the user's own entry
          schools/chalkdown.yaml:37: i.marsh@chalkdown.example: { name: Ivo Marsh, accounts: { hants: IMARSH4 }, bundles: [teaching] }
        waits for a person: Set up the Education Account IMARSH4 of Ivo Marsh in SIMS (listed for this user)
          1) SIMS: add Ivo Marsh to the staff of Chalkdown Primary School, as for every new member of staff; AD provisioning makes the account
          2) SIMS: run the staff ADP list report; Ivo Marsh is in it with the user id IMARSH4
          3) EAMW: sign in as the school's EAMW administrator and set the job role of Ivo Marsh
          4) Services Portal: Organisation Admin
          5) Manage users
          6) Search for IMARSH4: once Ivo Marsh is listed, run beadle again and the services are ticked
    ");
    assert_snapshot!(trust(&["Ivo Marsh", "--portal", "hfl"]), @r"
    Ivo Marsh  i.marsh@chalkdown.example  on 2026-11-22
    The YAML asks for 1 area; 1 not live yet; an account, or somebody's right to administer, differs from the YAML.

    Chalkdown Primary School at hfl  i.marsh@chalkdown.example
      account: not yet: the YAML asks for it, and it is not live
        by the user's own entry
          schools/chalkdown.yaml:37: i.marsh@chalkdown.example: { name: Ivo Marsh, accounts: { hants: IMARSH4 }, bundles: [teaching] }
        next plan: creates the account (listed for this user)
      assessment-tracker (Assessment tracker): not yet: the YAML asks for it, and it is not live
        by bundle `teaching` of the user's entry
          schools/chalkdown.yaml:37: i.marsh@chalkdown.example: { name: Ivo Marsh, accounts: { hants: IMARSH4 }, bundles: [teaching] }
          beadle.yaml:37: hfl: [assessment-tracker]
        next plan: gives it (by bundle `teaching`)
    ");
}

#[test]
fn story_07_an_account_that_is_to_be_deleted() {
    assert_snapshot!(trust(&["Edna Marlow"]), @r"
    Edna Marlow  old.clerk@chalkdown.example  on 2026-11-22
    The YAML asks for no area; an account, or somebody's right to administer, differs from the YAML.

    Chalkdown Primary School at hfl  old.clerk@chalkdown.example
      account: live, and the YAML does not ask for it
        next plan: deletes the account, which cannot be undone (named under `delete`)
          schools/chalkdown.yaml:53: hfl: [old.clerk@chalkdown.example]
        the account is named under `delete`
    ");
}

#[test]
fn story_08_maternity_cover() {
    assert_snapshot!(trust(&["Jonas Lind", "--portal", "hfl"]), @r"
    Jonas Lind  j.lind@dunmarsh.example  on 2026-11-22
    The YAML asks for 1 area; 1 not live yet; an account, or somebody's right to administer, differs from the YAML.

    Dunmarsh Primary School at hfl  j.lind@dunmarsh.example
      account: not yet: the YAML asks for it, and it is not live
        by the user's own entry, from 2026-11-02, until 2027-07-23
          schools/dunmarsh.yaml:35: j.lind@dunmarsh.example:
        begins on 2026-11-02
          schools/dunmarsh.yaml:38: from: 2026-11-02
        last day 2027-07-23
          schools/dunmarsh.yaml:39: until: 2027-07-23
        next plan: creates the account (listed for this user)
      assessment-tracker (Assessment tracker): not yet: the YAML asks for it, and it is not live
        by bundle `teaching` of the user's entry, from 2026-11-02, until 2027-07-23
          schools/dunmarsh.yaml:40: bundles: [teaching]
          beadle.yaml:37: hfl: [assessment-tracker]
        begins on 2026-11-02
          schools/dunmarsh.yaml:38: from: 2026-11-02
        last day 2027-07-23
          schools/dunmarsh.yaml:39: until: 2027-07-23
        next plan: gives it (by bundle `teaching`)
    ");
}

#[test]
fn story_09_a_new_name_at_hfl() {
    assert_snapshot!(trust(&["Beth Ashdown"]), @r"
    Beth Ashdown  b.ashdown@dunmarsh.example  on 2026-11-22
    The YAML asks for 1 area; an account, or somebody's right to administer, differs from the YAML.

    Dunmarsh Primary School at hfl  b.carver@dunmarsh.example
      account: yes
        by the user's own entry
          schools/dunmarsh.yaml:42: b.ashdown@dunmarsh.example:
        next plan: changes the account: name Beth Carver → Beth Ashdown, email b.carver@dunmarsh.example → b.ashdown@dunmarsh.example (listed for this user)
      assessment-tracker (Assessment tracker): yes
        by bundle `teaching` of the user's entry
          schools/dunmarsh.yaml:46: bundles: [teaching]
          beadle.yaml:37: hfl: [assessment-tracker]
    ");
}

#[test]
fn story_10_a_business_manager_of_every_school() {
    assert_snapshot!(trust(&["Morgan Jones", "--org", "elmscombe"]), @r#"
    Morgan Jones  m.jones@saltmarsh.example  on 2026-11-22
    The YAML asks for 5 areas; 5 not live yet; an account, or somebody's right to administer, differs from the YAML.

    Elmscombe Primary School at hants  MJONES7
      account: yes
        by assignment 1, which selects the organisation by `*`
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
      administrator: not yet: the YAML asks for it, and it is not live
        by assignment 1, which selects the organisation by `*`
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
        next plan: makes the person an administrator (by an assignment)
      education-financial-services (Education Financial Services): not yet: the YAML asks for it, and it is not live
        by assignment 1, bundle `business`, which selects the organisation by `*`
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
          beadle.yaml:41: hants: [schools-intranet, education-financial-services, property]
        next plan: gives it (by an assignment of bundle `business`)
      property (Property): not yet: the YAML asks for it, and it is not live
        by assignment 1, bundle `business`, which selects the organisation by `*`
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
          beadle.yaml:41: hants: [schools-intranet, education-financial-services, property]
        next plan: gives it (by an assignment of bundle `business`)
      schools-intranet (Schools Intranet): not yet: the YAML asks for it, and it is not live
        by assignment 1, bundle `business`, which selects the organisation by `*`
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
          beadle.yaml:41: hants: [schools-intranet, education-financial-services, property]
        next plan: gives it (by an assignment of bundle `business`)
      beadle itself uses this account (`identity`): it is never demoted, ended or deleted

    Elmscombe Primary School at hfl  m.jones@saltmarsh.example
      account: not yet: the YAML asks for it, and it is not live
        by assignment 1, which selects the organisation by `*`
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
        next plan: creates the account (by an assignment)
      dms-portal (DMS portal): not yet: the YAML asks for it, and it is not live
        by assignment 1, bundle `business`, which selects the organisation by `*`
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
          beadle.yaml:42: hfl: [dms-portal, finance-toolkit]
        next plan: gives it (by an assignment of bundle `business`)
      finance-toolkit (Finance toolkit (subscription)): not yet: the YAML asks for it, and it is not live
        by assignment 1, bundle `business`, which selects the organisation by `*`
          beadle.yaml:59: - { users: [m.jones@saltmarsh.example], organisations: ["*"], bundles: [business], admin: [hants] }
          beadle.yaml:42: hfl: [dms-portal, finance-toolkit]
        next plan: gives it (by an assignment of bundle `business`)
    "#);
    let all = json("trust", &["m.jones@saltmarsh.example"]);
    let units = all["units"].as_array().unwrap();
    assert_eq!(units.len(), 16, "eight schools at two portals");
    for unit in units {
        let why = &unit["account"]["why"];
        assert_eq!(why.as_array().unwrap().len(), 1, "{unit:#}");
        assert_eq!(why[0]["assignment"], 1);
        assert_eq!(why[0]["selected_by"], "*");
    }
}

#[test]
fn story_11_a_governor() {
    assert_snapshot!(trust(&["Ruth Penhale"]), @r"
    Ruth Penhale  r.penhale@elmscombe.example  on 2026-11-22
    The YAML asks for 1 area; 1 not live yet; an account, or somebody's right to administer, differs from the YAML.

    Elmscombe Primary School at hfl  r.penhale@elmscombe.example
      account: not yet: the YAML asks for it, and it is not live
        by the user's own entry, until 2030-11-30
          schools/elmscombe.yaml:37: r.penhale@elmscombe.example: # four years from now
        last day 2030-11-30
          schools/elmscombe.yaml:40: until: 2030-11-30
        next plan: creates the account (listed for this user)
      governor-briefings (Governor briefings (subscription)): not yet: the YAML asks for it, and it is not live
        by bundle `governance` of the user's entry, until 2030-11-30
          schools/elmscombe.yaml:41: bundles: [governance]
          beadle.yaml:46: hfl: [governor-briefings]
        last day 2030-11-30
          schools/elmscombe.yaml:40: until: 2030-11-30
        next plan: gives it (by bundle `governance`)
    ");
}

#[test]
fn story_12_a_governor_whose_term_ends_soon() {
    assert_snapshot!(trust(&["Alan Firth"]), @r"
    Alan Firth  a.firth@elmscombe.example  on 2026-11-22
    The YAML asks for 1 area; live agrees.

    Elmscombe Primary School at hfl  a.firth@elmscombe.example
      account: yes
        by the user's own entry, until 2026-12-11
          schools/elmscombe.yaml:42: a.firth@elmscombe.example: # announced: ends soon
        last day 2026-12-11
          schools/elmscombe.yaml:45: until: 2026-12-11
      governor-briefings (Governor briefings (subscription)): yes
        by bundle `governance` of the user's entry, until 2026-12-11
          schools/elmscombe.yaml:46: bundles: [governance]
          beadle.yaml:46: hfl: [governor-briefings]
        last day 2026-12-11
          schools/elmscombe.yaml:45: until: 2026-12-11
    ");
}

#[test]
fn story_13_a_new_job_in_one_save() {
    assert_snapshot!(trust(&["Priya Raman"]), @r"
    Priya Raman  p.raman@fernhaven.example  on 2026-11-22
    The YAML asks for 4 areas; 3 not live yet; 2 live without being asked for.

    Fernhaven School at hants  PRAMAN5
      account: yes
        by the user's own entry
          schools/fernhaven.yaml:25: p.raman@fernhaven.example:
      education-financial-services (Education Financial Services): not yet: the YAML asks for it, and it is not live
        by the user's own entry
          schools/fernhaven.yaml:29: areas: [education-financial-services, governor-services, property, schools-intranet]
        next plan: gives it (listed for this user)
      governor-services (Governor Services): not yet: the YAML asks for it, and it is not live
        by the user's own entry
          schools/fernhaven.yaml:29: areas: [education-financial-services, governor-services, property, schools-intranet]
        next plan: gives it (listed for this user)
      music-service (Music Service): live, and the YAML does not ask for it
        next plan: takes it away (not listed any more)
          schools/fernhaven.yaml:25: p.raman@fernhaven.example:
        no line gives it to this person: not the entry, a bundle, an assignment or the organisation's `areas`
      outdoor-learning (Outdoor Learning): live, and the YAML does not ask for it
        next plan: takes it away (not listed any more)
          schools/fernhaven.yaml:25: p.raman@fernhaven.example:
        no line gives it to this person: not the entry, a bundle, an assignment or the organisation's `areas`
      property (Property): not yet: the YAML asks for it, and it is not live
        by the user's own entry
          schools/fernhaven.yaml:29: areas: [education-financial-services, governor-services, property, schools-intranet]
        next plan: gives it (listed for this user)
      schools-intranet (Schools Intranet): yes
        by the user's own entry
          schools/fernhaven.yaml:29: areas: [education-financial-services, governor-services, property, schools-intranet]
    ");
}

#[test]
fn story_14_a_leaver_at_hampshire() {
    assert_snapshot!(trust(&["Colin Drury"]), @r"
    Colin Drury  c.drury@fernhaven.example  on 2026-11-22
    The YAML asks for no area; 2 live without being asked for; an account, or somebody's right to administer, differs from the YAML.

    Fernhaven School at hants  CDRURY4
      account: live, and the YAML does not ask for it
        by the user's own entry, until 2026-10-31 (not on this day)
          schools/fernhaven.yaml:51: c.drury@fernhaven.example:
        next plan: ends the account's access (the last day was 2026-10-31)
        the last day was 2026-10-31
          schools/fernhaven.yaml:55: until: 2026-10-31
      outdoor-learning (Outdoor Learning): live, and the YAML does not ask for it
        by bundle `teaching` of the user's entry, until 2026-10-31 (not on this day)
          schools/fernhaven.yaml:56: bundles: [teaching]
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
        next plan: ends the account's access (the last day was 2026-10-31)
          schools/fernhaven.yaml:51: c.drury@fernhaven.example:
        the last day was 2026-10-31
          schools/fernhaven.yaml:55: until: 2026-10-31
      schools-intranet (Schools Intranet): live, and the YAML does not ask for it
        by bundle `teaching` of the user's entry, until 2026-10-31 (not on this day)
          schools/fernhaven.yaml:56: bundles: [teaching]
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
        next plan: ends the account's access (the last day was 2026-10-31)
          schools/fernhaven.yaml:51: c.drury@fernhaven.example:
        the last day was 2026-10-31
          schools/fernhaven.yaml:55: until: 2026-10-31
    ");
}

#[test]
fn story_15_an_officer_of_the_council_whom_no_file_names() {
    assert_snapshot!(trust(&["Rita Aldous"]), @r"
    Rita Aldous  r.aldous@county-council.example  on 2026-11-22
    The YAML asks for no area; 1 live without being asked for; an account, or somebody's right to administer, differs from the YAML.
    no file names this account: nothing in the YAML asks for it

    Fernhaven School at hants  r.aldous@county-council.example
      account: live, and the YAML does not ask for it
        neither `schools/fernhaven.yaml` nor an assignment names this person for Fernhaven School at `hants`
        no file names this account: `policy.unmanaged: report` has it listed in each plan and left alone
        this names the person, without any area
          in schools/fernhaven.yaml:
            users:
              r.aldous@county-council.example:
                name: Rita Aldous
                portals: [hants]
      inspection-advisory (Inspectorate and Advisory Service): live, and the YAML does not ask for it
    ");
}

#[test]
fn story_16_a_sensitive_area() {
    assert_snapshot!(trust(&["Kwame Boahen", "personnel-manual"]), @r"
    Kwame Boahen  k.boahen@gorsewick.example  on 2026-11-22

    Gorsewick Academy at hants  KBOAHEN
      personnel-manual (Manual of Personnel Practice), sensitive: not yet: the YAML asks for it, and it is not live
        by the user's own entry, until 2027-02-28, because: leads the staffing review
          schools/gorsewick.yaml:31: - { area: personnel-manual, until: 2027-02-28, reason: leads the staffing review }
        next plan: gives it (listed for this user)
      account: yes
        by the user's own entry
          schools/gorsewick.yaml:25: k.boahen@gorsewick.example:
    ");
}

#[test]
fn story_17_a_name_that_only_sims_can_change() {
    assert_snapshot!(trust(&["Nia Rowlands"]), @r"
    Nia Rowlands  n.rowlands@gorsewick.example  on 2026-11-22
    The YAML asks for 2 areas; an account, or somebody's right to administer, differs from the YAML.

    Gorsewick Academy at hants  NPROSSE
      account: yes
        by the user's own entry
          schools/gorsewick.yaml:35: n.rowlands@gorsewick.example:
        waits for a person: Have Nia Prosser renamed to Nia Rowlands (listed for this user)
          1) An Education Account: change it where it is kept, in SIMS (staff details) or in EAMW
          2) An email address that was registered here: ask the Services Portal's accounts team, since no screen changes it
          3) Services Portal: Organisation Admin, Manage users, search for Nia Rowlands: the list shows the change
      outdoor-learning (Outdoor Learning): yes
        by bundle `teaching` of the user's entry
          schools/gorsewick.yaml:39: bundles: [teaching]
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
      schools-intranet (Schools Intranet): yes
        by bundle `teaching` of the user's entry
          schools/gorsewick.yaml:39: bundles: [teaching]
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
    ");
}

#[test]
fn story_18_a_leaver_at_hfl() {
    assert_snapshot!(trust(&["Tess Albright"]), @r"
    Tess Albright  t.albright@gorsewick.example  on 2026-11-22
    The YAML asks for no area; 1 live without being asked for; an account, or somebody's right to administer, differs from the YAML.

    Gorsewick Academy at hfl  t.albright@gorsewick.example
      account: live, and the YAML does not ask for it
        by the user's own entry, until 2026-10-30 (not on this day)
          schools/gorsewick.yaml:64: t.albright@gorsewick.example:
        next plan: ends the account's access (the last day was 2026-10-30)
        the last day was 2026-10-30
          schools/gorsewick.yaml:67: until: 2026-10-30
      assessment-tracker (Assessment tracker): live, and the YAML does not ask for it
        by bundle `teaching` of the user's entry, until 2026-10-30 (not on this day)
          schools/gorsewick.yaml:68: bundles: [teaching]
          beadle.yaml:37: hfl: [assessment-tracker]
        next plan: ends the account's access (the last day was 2026-10-30)
          schools/gorsewick.yaml:64: t.albright@gorsewick.example:
        the last day was 2026-10-30
          schools/gorsewick.yaml:67: until: 2026-10-30
    ");
}

#[test]
fn story_19_somebody_new_by_eamw() {
    assert_snapshot!(trust(&["Sana Qadir", "schools-intranet"]), @r"
    Sana Qadir  s.qadir@hazelcroft.example  on 2026-11-22

    Hazelcroft School at hants  SQADIR2
      schools-intranet (Schools Intranet): not yet: the YAML asks for it, and it is not live
        by bundle `teaching` of the user's entry
          schools/hazelcroft.yaml:39: bundles: [teaching]
          beadle.yaml:36: hants: [schools-intranet, outdoor-learning]
        held back (grant): it waits for a step that only a person can do
      account: not yet: the YAML asks for it, and it is not live
        by the user's own entry
          schools/hazelcroft.yaml:35: s.qadir@hazelcroft.example: # new: EAMW first, then ticks
        waits for a person: Set up the Education Account SQADIR2 of Sana Qadir in EAMW (listed for this user)
          1) EAMW: sign in as the school's EAMW administrator
          2) Set up a new user account for Sana Qadir at Hazelcroft School; its user id is SQADIR2 (such a user does not exist in SIMS)
          3) Set the job role of Sana Qadir
          4) Services Portal: Organisation Admin
          5) Manage users
          6) Search for SQADIR2: once Sana Qadir is listed, run beadle again and the services are ticked
    ");
}

#[test]
fn story_20_somebody_who_begins_in_january() {
    assert_snapshot!(trust(&["Tom Vance", "--portal", "hfl"]), @r"
    Tom Vance  t.vance@hazelcroft.example  on 2026-11-22
    The YAML asks for no area; live agrees.

    Hazelcroft School at hfl  t.vance@hazelcroft.example
      account: no
        by the user's own entry, from 2027-01-04 (not on this day)
          schools/hazelcroft.yaml:40: t.vance@hazelcroft.example: # nothing happens before
        the first day is 2027-01-04
          schools/hazelcroft.yaml:43: from: 2027-01-04
      assessment-tracker (Assessment tracker): no
        by bundle `teaching` of the user's entry, from 2027-01-04 (not on this day)
          schools/hazelcroft.yaml:44: bundles: [teaching]
          beadle.yaml:37: hfl: [assessment-tracker]
        the first day is 2027-01-04
          schools/hazelcroft.yaml:43: from: 2027-01-04
    ");
}
