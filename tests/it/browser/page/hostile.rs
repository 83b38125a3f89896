//! Names, titles, reasons and ids that would be obeyed if they could: the page shows them as what
//! they are. Nothing runs, nothing comes in, nothing is asked for.

use std::fs;

use serde_json::{Value, json};

use super::{page, said};
use crate::browser::driver::Browser;
use crate::support::{TODAY, beadle};

const PAYLOADS: [&str; 8] = [
    "</noscript><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)>",
    "' onmouseover='alert(1)",
    "</script><script>alert(1)</script><!--",
    "</style><link rel=stylesheet href=https://live.example/x.css>",
    "<tr data-k=\"x\"><th scope=row>x<td> data-p=1 data-k=\"grant\"><th scope=row>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &amp;lt;b&amp;gt; </template></textarea></title></table>",
];

fn project(folder: &std::path::Path) {
    let users: serde_json::Map<String, Value> = PAYLOADS
        .iter()
        .enumerate()
        .map(|(number, payload)| {
            let user = json!({
                "name": payload, "until": "2027-03-31",
                "areas": [{ "area": "a", "until": "2027-02-28", "reason": payload }, "b"],
            });
            (format!("p.{number}@school.example"), user)
        })
        .collect();
    let project = json!({
        "version": 1,
        "portals": { "ofs": { "driver": "ofs", "url": "https://portal.example/api", "token": { "env": "OFS_PORTAL_TOKEN" } } },
        "policy": { "min_admins": 0 },
        "organisations": { "school": {
            "name": PAYLOADS.concat(), "portals": { "ofs": "10000001" }, "approved_by": PAYLOADS[0], "users": users,
        }},
    });
    fs::write(folder.join("beadle.yaml"), project.to_string()).unwrap();
    // Half of them are live already, each under another name.
    let accounts: Vec<Value> = PAYLOADS
        .iter()
        .enumerate()
        .step_by(2)
        .map(|(number, payload)| {
            let login = format!("p.{number}@school.example");
            json!({
                "id": payload, "login": login, "email": login, "name": format!("{payload} before"), "areas": ["c"],
            })
        })
        .collect();
    let title = |number: usize| PAYLOADS[number];
    let live = json!({
        "format": 1, "driver": "ofs", "organisation": "10000001", "taken": TODAY,
        "evidence": { "accounts": accounts.len(), "areas": 3, "pages": 1 },
        "areas": [
            { "code": "a", "title": title(0) }, { "code": "b", "title": title(6) }, { "code": "c", "title": title(7) },
        ],
        "accounts": accounts,
    });
    fs::create_dir_all(folder.join("live/ofs")).unwrap();
    fs::write(folder.join("live/ofs/school.yaml"), live.to_string()).unwrap();
}

#[test]
fn what_comes_from_files_and_portals_is_shown_and_not_obeyed() {
    let Some(browser) = Browser::start("a hostile plan's page") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    project(folder.path());
    let mut command = beadle(folder.path());
    command.args(["plan", "--live", "live"]);
    let path = page(command, "hostile");
    browser.open_file(&path, "#person=%3Cimg%20src=x%20onerror=alert(1)%3E");
    browser.open_file(&path, "");
    let unfold = "document.querySelectorAll('details').forEach(one => { one.open = true; })";
    browser.run(unfold, &json!([]));
    let rows = browser.wait_for(|| {
        let rows = said(
            &browser,
            "return document.querySelectorAll('tbody tr').length",
        );
        if rows == "8" { Ok(()) } else { Err(rows) }
    });
    rows.unwrap();
    browser.printed();
    let came_in = "return document.querySelectorAll('img, svg, link, iframe, object, script:not(:last-of-type),\
                   [onerror], [onload], [onmouseover]').length + document.scripts.length";
    assert_eq!(said(&browser, came_in), "1");
    for payload in PAYLOADS {
        let shown = browser.run(
            "return [...document.querySelectorAll('tbody .name, .person .name')]\
             .filter(one => one.textContent === arguments[0]).length",
            &json!([payload]),
        );
        assert!(shown.as_u64().unwrap() >= 2, "{payload}: {shown}");
    }
    // Whoever wrote `data-k` into a name has no kind, and the columns are those that there are.
    let cells = "return [...new Set([...document.querySelectorAll('tbody tr')].map(row => row.cells.length))].join()";
    assert_eq!(
        said(&browser, cells),
        said(
            &browser,
            "return document.querySelector('thead tr').cells.length"
        )
    );
    // An alert would have stopped everything above; a refused script would have been complained of.
    assert_eq!(browser.complaints(), Vec::<String>::new());
    assert_eq!(browser.requests(), [format!("file://{}", path.display())]);
}
