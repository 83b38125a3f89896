//! The other examples: administrators who see all, schools below an authority, a directory.

use insta::assert_snapshot;

use super::told;

#[test]
fn at_the_university_an_administrator_has_every_area() {
    assert_snapshot!(told("university", &["Aisha Khan", "hesa-student"]), @r"
    Aisha Khan  a.khan@northshire.example  on 2026-11-22

    University of Northshire at ofs  a.khan@northshire.example
      hesa-student (HESA student data): yes: administrators have every area
      account: yes
        by the user's own entry
          beadle.yaml:46: a.khan@northshire.example: { name: Aisha Khan }
      administrator: yes
        by the organisation's `admins`
          beadle.yaml:137: admins: [a.khan@northshire.example, j.oduya@northshire.example]
      administrators see every area of this portal without a grant
      last signed in on 2026-11-01
    ");
}

#[test]
fn at_the_university_a_posted_key_is_a_step_for_a_person() {
    assert_snapshot!(told("university", &["Olivia Bianchi", "recurrent-grant-tables"]), @r"
    Olivia Bianchi  o.bianchi@northshire.example  on 2026-11-22

    University of Northshire at ofs  o.bianchi@northshire.example
      recurrent-grant-tables (Recurrent grant tables): not yet: the YAML asks for it, and it is not live
        by the user's own entry
          beadle.yaml:58: areas: [annual-financial-return, recurrent-grant-tables]
        waits for a person: Olivia Bianchi activates the access key for area `Recurrent grant tables` (listed for this user)
          1) Ask the head of provider at University of Northshire for the access key for `Recurrent grant tables`: keys are posted, and no user administrator can give this area
          2) Olivia Bianchi signs in to the OfS portal as o.bianchi@northshire.example
          3) My account
          4) Activate an access key
          5) Enter the key for `Recurrent grant tables`
      account: yes
        by the user's own entry
          beadle.yaml:56: o.bianchi@northshire.example:
      last signed in on 2026-11-01
    ");
}

#[test]
fn a_grant_that_has_ended_within_an_account_that_has_not() {
    assert_snapshot!(told("university", &["Nadia Haddad", "transparency-return"]), @r"
    Nadia Haddad  n.haddad@northshire.example  on 2026-11-22

    University of Northshire at ofs  n.haddad@northshire.example
      transparency-return (Transparency information return): live, and the YAML does not ask for it
        by the user's own entry, until 2026-10-31, because: cover for the sign-off (not on this day)
          beadle.yaml:67: - { area: transparency-return, until: 2026-10-31, reason: cover for the sign-off }
        next plan: takes it away (the last day was 2026-10-31)
        the last day was 2026-10-31
      account: yes
        by the user's own entry
          beadle.yaml:63: n.haddad@northshire.example:
      last signed in on 2026-11-08
    ");
}

#[test]
fn at_the_authority_a_governor_of_a_school() {
    assert_snapshot!(told("authority", &["Tomos Elis"]), @r"
    Tomos Elis  t.elis@bryn-eirlys.example  on 2026-11-22
    The YAML asks for no area; an account, or somebody's right to administer, differs from the YAML.

    Ysgol Gynradd Bryn Eirlys at hwb  ellist4
      account: yes
        by the user's own entry, until 2029-11-30
          schools/bryn-eirlys.yaml:16: t.elis@bryn-eirlys.example: # Hwb ends this one on 20 December: kept until 31 August
        last day 2029-11-30
          schools/bryn-eirlys.yaml:19: until: 2029-11-30
        next plan: prolongs the account, or opens it again: term academic year (the term ends on 2026-12-20)
      last signed in on 2026-11-16
    ");
    assert_snapshot!(told("authority", &["Tomos Elis", "maths"]), @r"
    Tomos Elis  t.elis@bryn-eirlys.example  on 2026-11-22

    Ysgol Gynradd Bryn Eirlys at hwb  ellist4
      maths: no
        `hwb` has accounts and administrators, and no areas
      account: yes
        by the user's own entry, until 2029-11-30
          schools/bryn-eirlys.yaml:16: t.elis@bryn-eirlys.example: # Hwb ends this one on 20 December: kept until 31 August
        last day 2029-11-30
          schools/bryn-eirlys.yaml:19: until: 2029-11-30
        next plan: prolongs the account, or opens it again: term academic year (the term ends on 2026-12-20)
      last signed in on 2026-11-16
    ");
}

#[test]
fn in_the_directory_a_second_job_until_summer() {
    assert_snapshot!(told("scim", &["Idris Fofana"]), @r"
    Idris Fofana  i.fofana@southmere.example  on 2026-11-22
    The YAML asks for 2 areas; 1 not live yet.

    Southmere University at directory  i.fofana@southmere.example
      account: yes
        by the user's own entry
          beadle.yaml:68: i.fofana@southmere.example: # lends a hand until the summer
      library-systems (Library systems): yes
        by bundle `library` of the user's entry
          beadle.yaml:70: bundles: [library]
          beadle.yaml:28: directory: [library-systems]
      research-grants (Research grants): not yet: the YAML asks for it, and it is not live
        by the user's own entry, until 2027-07-31, because: two bids at once
          beadle.yaml:72: - { area: research-grants, until: 2027-07-31, reason: two bids at once }
        next plan: gives it (listed for this user)
    ");
    assert_snapshot!(told("scim", &["Bram Achter"]), @r"
    Bram Achter  b.achter@southmere.example  on 2026-11-22
    The YAML asks for 1 area; an account, or somebody's right to administer, differs from the YAML.

    Southmere University at directory  b.achter@southmere.example
      account: yes
        by the user's own entry
          beadle.yaml:49: b.achter@southmere.example: { name: Bram Achter, areas: [timetabling] } # out of `admins`
      administrator: live, and the YAML does not ask for it
        next plan: takes the right to administer away (not listed any more)
          beadle.yaml:91: admins: [a.whitlock@southmere.example, c.marchetti@southmere.example]
        `admins` does not name this person
      timetabling (Timetabling): yes
        by the user's own entry
          beadle.yaml:49: b.achter@southmere.example: { name: Bram Achter, areas: [timetabling] } # out of `admins`
    ");
}
