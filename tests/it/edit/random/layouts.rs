//! One organisation with the same people, written in five ways.

const OTHER: &str = "  southshire:
    name: Southshire # the other one
    portals: { ofs: \"10008888\" }
    users:
      u0@x.example: { name: U Zero, areas: [a1] } # at the other one
";

const TOP: &str = "version: 1 # the first line
portals:
  ofs: { driver: ofs, url: https://portal.example/api, token: { env: OFS_TOKEN } }
bundles:
  finance: { ofs: [a9] } # for everybody
";

pub(super) fn block() -> String {
    format!(
        "{TOP}organisations:
{OTHER}
  northshire: # the edited one
    name: Northshire
    portals: {{ ofs: \"10009999\" }}
    users:
      # above u0
      u0@x.example: # beside u0
        name: U Zero # name of u0
        # areas of u0
        areas: # list of u0
          # a1 of u0
          - a1 # still a1 of u0
          - {{ area: a2, until: 2027-01-31, reason: r }} # a2 of u0
        # end of u0

      # above u1
      u1@x.example:
        name: U One
        until: 2027-06-30 # end of u1
        bundles: [finance] # role of u1
      # above u2
      u2@x.example: {{ name: U Two, areas: [a1, a2, a3] }} # line of u2
      # shared by two who are never asked about, and by one who is
      u3@x.example: {{ name: U Three, areas: &both [a1, a2] }}
      u4@x.example: {{ name: U Four, areas: *both }} # of u4
      u5@x.example: # above u5
        name: U Five
        areas: *both # of u5
    # the view
    areas:
      # a4 for u0 and u1
      a4:
        - u0@x.example # a4 of u0
        - u1@x.example # a4 of u1
      a5: [u1@x.example] # a5 of u1
    # who rules
    admins: [u0@x.example, u1@x.example, u2@x.example] # all of them
# the last line
"
    )
}

pub(super) fn braces() -> String {
    format!("{TOP}organisations:
{OTHER}  northshire: {{ name: Northshire, portals: {{ ofs: \"10009999\" }}, # the edited one
    users: {{ u0@x.example: {{ name: U Zero, areas: [ a1, {{ area: a2, until: 2027-01-31, reason: r }} ] }},
      u1@x.example: {{ name: U One, until: 2027-06-30, bundles: [finance] }},
      u2@x.example: {{name: U Two, areas: [a1, a2, a3]}} }},
    areas: {{ a4: [u0@x.example, u1@x.example], a5: [u1@x.example] }},
    admins: [u0@x.example, u1@x.example, u2@x.example] }} # its end
")
}

pub(super) fn several_lines() -> String {
    format!(
        "{TOP}organisations:
{OTHER}
  northshire:
    name: Northshire
    portals: {{ ofs: \"10009999\" }}
    users:
      u0@x.example: {{
        name: U Zero, # name of u0
        areas: [
          a1, # a1 of u0
          {{ area: a2, until: 2027-01-31, reason: r }} # a2 of u0
        ],
      }}
      u1@x.example: {{ name: U One,
        until: \"2027-06-30\", bundles: [finance] }} # end of u1
      u2@x.example:
        name: U Two
        areas: [ # list of u2
          # a1 of u2
          a1,
          a2, # a2 of u2
          a3,
        ]
    areas:
      a4: [
        u0@x.example, # a4 of u0
        u1@x.example
      ]
      a5:
      - u1@x.example # a5 of u1
    admins: [
      u0@x.example,
      u1@x.example, # rules: u1
      u2@x.example
    ]
"
    )
}

pub(super) fn windows() -> String {
    let text = block()
        .replace("          - ", "        - ")
        .replace("          #", "        #");
    format!("\u{feff}{}", text.trim_end().replace('\n', "\r\n"))
}

pub(super) fn school() -> [(&'static str, String); 2] {
    let project = format!(
        "{}organisations: [schools/*.yaml]\n",
        "version: 1 # the first line
portals:
  hants: { driver: hampshire, url: https://portal.example/hants, token: { env: HANTS_TOKEN } }
  hfl: { driver: hfl, via: worklist, terms_accepted_by: Morgan Jones }
bundles:
  finance: { hants: [a9] } # for everybody
"
    );
    let school = "organisation: northshire
name: Northshire School
portals: { hants: 8502001, hfl: 8502001 }
users:
  u0@x.example:
    name: U Zero
    accounts: { hants: UZERO } # login of u0
    areas:
      hants: [a1, { area: a2, until: 2027-01-31, reason: r }] # hants of u0
      hfl:
        # a1 of u0
        - a1
  u1@x.example: # beside u1
    name: U One
    accounts: { hants: UONE }
    until: 2027-06-30
    bundles: [finance]
  u2@x.example: { name: U Two, accounts: { hants: UTWO }, areas: { hants: [a1, a2, a3] } } # u2
areas:
  hants:
    a4: [u0@x.example, u1@x.example] # of u0, u1
    a5: [u1@x.example] # of u1
admins:
  # who rules
  hants: [u0@x.example, u1@x.example, u2@x.example]
";
    [
        ("beadle.yaml", project),
        ("schools/northshire.yaml", school.to_owned()),
    ]
}
