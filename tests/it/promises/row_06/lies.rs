//! What a list can be that is not the list: each lie, told in place of one honest answer.

use serde_json::{Map, Value, json};

use super::told::Told;

/// Where a lie is told.
pub(super) struct Ground<'a> {
    /// The honest answer.
    pub(super) honest: &'a Told,
    /// The first page of the same list; the honest answer itself where it is that.
    pub(super) first: &'a Told,
    /// What the portal answers of another organisation in the same place.
    pub(super) other: &'a Told,
    /// Whether the list has more pages.
    pub(super) paged: bool,
    /// Whether it is the first of them.
    pub(super) is_first: bool,
    /// SCIM, whose servers are read as leniently as they write.
    pub(super) lenient: bool,
    /// Anything.
    pub(super) random: usize,
}

/// What is sent; none where there is nothing to lie about.
pub(super) type Lie = fn(&Ground<'_>) -> Option<Vec<u8>>;

/// The name of the first of these keys that an object has.
fn key(map: &Map<String, Value>, names: &[&'static str]) -> Option<&'static str> {
    names.iter().copied().find(|name| map.contains_key(*name))
}

const ROWS: [&str; 6] = [
    "users",
    "sub_accounts",
    "areas",
    "services",
    "products",
    "Resources",
];
const TOTAL: [&str; 2] = ["total", "totalResults"];
const WHOSE: [&str; 3] = ["provider", "school", "organisation"];

impl Ground<'_> {
    /// The honest object with something done to it.
    fn with(&self, change: impl FnOnce(&mut Map<String, Value>) -> Option<()>) -> Option<Vec<u8>> {
        let mut map = self.honest.object();
        change(&mut map)?;
        Some(self.honest.with_object(&map).wire())
    }

    /// With something in place of the total.
    fn total(&self, change: impl FnOnce(u64) -> Option<Value>) -> Option<Vec<u8>> {
        self.with(|map| {
            let name = key(map, &TOTAL)?;
            let total = change(map[name].as_u64()?);
            match total {
                Some(total) => map.insert(name.to_owned(), total),
                None => map.remove(name),
            };
            Some(())
        })
    }

    /// With something done to the rows; their number is stated as before.
    fn rows(&self, change: impl FnOnce(&mut Vec<Value>, usize) -> Option<()>) -> Option<Vec<u8>> {
        self.with(|map| {
            let name = key(map, &ROWS)?;
            let rows = map.get_mut(name)?.as_array_mut()?;
            if rows.is_empty() {
                return None;
            }
            let at = self.random % rows.len();
            change(rows, at)
        })
    }

    /// With something else where the rows stand.
    fn in_place_of_rows(&self, value: Option<Value>) -> Option<Vec<u8>> {
        self.with(|map| {
            let name = key(map, &ROWS)?;
            // Nothing lies about a list that is empty anyway.
            map[name].as_array().filter(|rows| !rows.is_empty())?;
            match value {
                Some(value) => map.insert(name.to_owned(), value),
                None => map.remove(name),
            };
            Some(())
        })
    }

    fn body(&self, body: impl Into<Vec<u8>>) -> Option<Vec<u8>> {
        Some(self.honest.saying(body).wire())
    }

    /// Somewhere within the body, never at its ends.
    fn within(&self) -> usize {
        1 + self.random % (self.honest.body.len() - 2)
    }
}

fn status(code: u16, kind: &str, body: &str) -> Option<Vec<u8>> {
    Some(Told::text(code, kind, body).wire())
}

fn problem(code: u16) -> Option<Vec<u8>> {
    let body = json!({"type": "https://portal.example/problems/no-such-place", "status": code});
    status(code, "application/problem+json", &body.to_string())
}

const LOGIN_PAGE: &str = "<!doctype html><title>Sign in</title><form method=post action=/login>\
    <input name=user><input name=password type=password></form>";

/// Lies about the bytes: what comes is no whole answer.
const BYTES: [(&str, Lie); 21] = [
    ("cut off", |ground| {
        let length = ground.honest.body.len() as u64;
        let cut = &ground.honest.body[..ground.within()];
        Some(ground.honest.saying(cut).wire_of_length(length))
    }),
    ("cut off in its chunks", |ground| {
        let cut = &ground.honest.body[..ground.within()];
        Some(ground.honest.saying(cut).wire_in_chunks(false))
    }),
    ("half of it, of that length", |ground| {
        ground.body(&ground.honest.body[..ground.within()])
    }),
    ("half of it, in whole chunks", |ground| {
        let cut = &ground.honest.body[..ground.within()];
        Some(ground.honest.saying(cut).wire_in_chunks(true))
    }),
    ("its last byte is missing", |ground| {
        ground.body(&ground.honest.body[..ground.honest.body.len() - 1])
    }),
    ("empty", |ground| ground.body("")),
    ("204", |_| status(204, "application/json", "")),
    ("206", |ground| {
        let told = Told {
            status: 206,
            ..ground.honest.clone()
        };
        Some(told.wire())
    }),
    ("`null`", |ground| ground.body("null")),
    ("`[]`", |ground| ground.body("[]")),
    ("`{}`", |ground| {
        // After the last row that says no less than an empty page.
        let no_lie = ground.lenient && !ground.is_first;
        (!no_lie).then(|| ground.body("{}")).flatten()
    }),
    ("`0`", |ground| ground.body("0")),
    ("a text", |ground| ground.body("\"ok\"")),
    ("something after the end", |ground| {
        ground.body([ground.honest.body.as_slice(), b"}"].concat())
    }),
    ("twice in one body", |ground| {
        ground.body([ground.honest.body.as_slice(), &ground.honest.body].concat())
    }),
    ("something before the beginning", |ground| {
        ground.body([b")]}',\n", ground.honest.body.as_slice()].concat())
    }),
    ("nested without end", |ground| {
        ground.body("[".repeat(100_000))
    }),
    ("no UTF-8", |ground| {
        let mut body = ground.honest.body.clone();
        let quote = body.iter().position(|byte| *byte == b'"')?;
        body.insert(quote + 1, 0xff);
        ground.body(body)
    }),
    ("ten gigabytes, it says", |ground| {
        Some(ground.honest.wire_of_length(10 * 1024 * 1024 * 1024))
    }),
    ("packed, which nobody asked for", |ground| {
        // Ten bytes of gzip's head: what would unpack is never unpacked.
        let packed = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
        let told = ground.honest.with_field("content-encoding", "gzip");
        Some(told.saying(packed).wire())
    }),
    ("larger than any list", |ground| {
        let mut body = ground.honest.body.clone();
        body.resize(17 * 1024 * 1024, b' ');
        Some(ground.honest.saying(body).wire_in_chunks(true))
    }),
];

/// Lies about what kind of answer it is.
const KINDS: [(&str, Lie); 16] = [
    ("404", |_| problem(404)),
    ("404 of another server", |_| {
        status(404, "text/html", "<h1>Not Found</h1>")
    }),
    ("410", |_| problem(410)),
    ("401", |_| problem(401)),
    ("403", |_| problem(403)),
    ("405", |_| problem(405)),
    ("422", |_| problem(422)),
    ("429 for a year", |_| {
        let told = Told::text(429, "application/problem+json", "{}");
        Some(told.with_field("retry-after", "31536000").wire())
    }),
    ("301", |_| {
        let told = Told::text(301, "text/html", "");
        Some(
            told.with_field("location", "http://169.254.169.254/latest/meta-data/")
                .wire(),
        )
    }),
    ("302 to a login", |_| {
        let told = Told::text(302, "text/html", LOGIN_PAGE);
        Some(told.with_field("location", "/login").wire())
    }),
    ("307", |_| {
        let told = Told::text(307, "application/json", "{}");
        Some(
            told.with_field("location", "https://portal.example/elsewhere")
                .wire(),
        )
    }),
    ("500", |_| problem(500)),
    ("503 of a gateway", |_| {
        status(503, "text/html", "<h1>Service Unavailable</h1>")
    }),
    ("a login page with status 200", |_| {
        status(200, "text/html; charset=utf-8", LOGIN_PAGE)
    }),
    ("a login page that says it is JSON", |ground| {
        ground.body(LOGIN_PAGE)
    }),
    ("the list, said to be text", |ground| {
        Some(
            ground
                .honest
                .with_field("content-type", "text/plain")
                .wire(),
        )
    }),
];

/// Lies about how many there are. Where rows come until there are none (SCIM), fewer than came is
/// no lie that loses anybody.
const TOTALS: [(&str, Lie); 9] = [
    ("one more than there are", |ground| {
        ground.total(|total| Some((total + 1).into()))
    }),
    ("many more than there are", |ground| {
        ground.total(|total| Some((total + 1 + ground.random as u64 % 1000).into()))
    }),
    ("a list without end", |ground| {
        ground.total(|_| Some(1_000_000_000_000_u64.into()))
    }),
    ("one fewer than came", |ground| {
        let fewer = |total: u64| Some(total.checked_sub(1).map_or(Value::Null, Into::into));
        (!ground.lenient).then(|| ground.total(fewer)).flatten()
    }),
    ("none at all, beside rows", |ground| {
        let rows = key(&ground.honest.object(), &ROWS)?;
        let empty = ground.honest.object()[rows].as_array()?.is_empty();
        (!ground.lenient && !empty)
            .then(|| ground.total(|_| Some(0.into())))
            .flatten()
    }),
    ("fewer than nothing", |ground| {
        (!ground.lenient)
            .then(|| ground.total(|_| Some((-1).into())))
            .flatten()
    }),
    ("a word for a number", |ground| {
        (!ground.lenient)
            .then(|| ground.total(|_| Some("many".into())))
            .flatten()
    }),
    ("no number", |ground| {
        (!ground.lenient).then(|| ground.total(|_| None)).flatten()
    }),
    ("one and a half", |ground| {
        (!ground.lenient)
            .then(|| ground.total(|_| Some(1.5.into())))
            .flatten()
    }),
];

/// Lies about who is in the list.
const WHO: [(&str, Lie); 14] = [
    // Without its last rows a page of a list that is read to its end is a smaller page.
    ("somebody is left out", |ground| {
        ground.rows(|rows, at| {
            rows.remove(at.min(rows.len().saturating_sub(2)));
            Some(())
        })
    }),
    ("half of them are left out", |ground| {
        ground.rows(|rows, _| {
            let half = rows.len().div_ceil(2);
            rows.drain(..half);
            Some(())
        })
    }),
    ("all of them are left out", |ground| {
        ground.in_place_of_rows(Some(json!([])))
    }),
    ("somebody is there twice", |ground| {
        ground.rows(|rows, at| {
            rows.push(rows[at].clone());
            Some(())
        })
    }),
    ("somebody stands in another's place", |ground| {
        ground.rows(|rows, at| {
            let next = (at + 1) % rows.len();
            (next != at).then(|| rows[at] = rows[next].clone())
        })
    }),
    ("somebody of the page before", |ground| {
        if ground.is_first {
            return None;
        }
        let first = ground.first.object();
        let before = first[key(&first, &ROWS)?].as_array()?.clone();
        ground.rows(|rows, at| {
            rows[at] = before[at % before.len()].clone();
            Some(())
        })
    }),
    ("nobody has an id", |ground| {
        ground.rows(|rows, _| {
            for row in rows {
                row.as_object_mut()?
                    .retain(|name, _| !["id", "user_id", "code"].contains(&name.as_str()));
            }
            Some(())
        })
    }),
    ("somebody's id is nothing", |ground| {
        ground.rows(|rows, at| {
            let row = rows[at].as_object_mut()?;
            let name = key(row, &["id", "user_id", "code"])?;
            row.insert(name.to_owned(), Value::Null);
            Some(())
        })
    }),
    ("somebody's id is empty", |ground| {
        ground.rows(|rows, at| {
            let row = rows[at].as_object_mut()?;
            let name = key(row, &["id", "user_id", "code"])?;
            row.insert(name.to_owned(), "".into());
            Some(())
        })
    }),
    ("numbers for people", |ground| {
        ground.rows(|rows, at| {
            rows[at] = 7.into();
            Some(())
        })
    }),
    ("lists for people", |ground| {
        ground.rows(|rows, at| {
            rows[at] = json!([]);
            Some(())
        })
    }),
    ("no list", |ground| ground.in_place_of_rows(None)),
    ("nothing for a list", |ground| {
        ground.in_place_of_rows(Some(Value::Null))
    }),
    ("a text for a list", |ground| {
        ground.in_place_of_rows(Some("nobody".into()))
    }),
];

/// Lies about whose list it is, and which page of it.
const WHOSE_PAGE: [(&str, Lie); 15] = [
    ("another organisation's", |ground| {
        let same = ground.other.body == ground.honest.body;
        (!same).then(|| ground.other.wire())
    }),
    ("another organisation's, by its name alone", |ground| {
        let other = ground.other.object();
        ground.with(|map| {
            let name = key(map, &WHOSE)?;
            map.insert(name.to_owned(), other[name].clone());
            Some(())
        })
    }),
    ("nobody's", |ground| {
        ground.with(|map| map.remove(key(map, &WHOSE)?).map(|_| ()))
    }),
    ("of an organisation that is nothing", |ground| {
        ground.with(|map| {
            map.insert(key(map, &WHOSE)?.to_owned(), Value::Null);
            Some(())
        })
    }),
    ("of an organisation that is a number", |ground| {
        ground.with(|map| {
            let number = map[key(map, &WHOSE)?].as_str()?.parse::<u64>().ok()?;
            map.insert(key(map, &WHOSE)?.to_owned(), number.into());
            Some(())
        })
    }),
    ("the first page again", |ground| {
        (!ground.is_first).then(|| ground.first.wire())
    }),
    ("the first page again, under this number", |ground| {
        let page = ground.honest.object().get("page")?.clone();
        let mut first = ground.first.object();
        first.insert("page".to_owned(), page);
        (!ground.is_first).then(|| ground.honest.with_object(&first).wire())
    }),
    ("the rows of the first page again", |ground| {
        let first = ground.first.object();
        (!ground.is_first)
            .then(|| ground.in_place_of_rows(first.get(key(&first, &ROWS)?).cloned()))
            .flatten()
    }),
    ("another page than was asked for", |ground| {
        ground.with(|map| {
            let page = map.get("page")?.as_u64()?;
            map.insert("page".to_owned(), (page + 1).into());
            Some(())
        })
    }),
    ("pages of no rows", |ground| {
        ground.with(|map| {
            map.get("per_page")?;
            map.insert("per_page".to_owned(), 0.into());
            Some(())
        })
    }),
    ("pages of another size", |ground| {
        if ground.is_first {
            return None;
        }
        ground.with(|map| {
            map.get("per_page")?;
            map.insert("per_page".to_owned(), 7.into());
            Some(())
        })
    }),
    ("the last page, it says", |ground| {
        if !ground.paged {
            return None;
        }
        let link = ground.honest.with_field("link", "");
        if link.fields.len() < ground.honest.fields.len() {
            return Some(link.wire());
        }
        ground.with(|map| {
            map.get("next").filter(|next| !next.is_null())?;
            map.insert("next".to_owned(), Value::Null);
            Some(())
        })
    }),
    ("no word on whether more follows", |ground| {
        ground.with(|map| map.remove("next").map(|_| ()))
    }),
    ("an empty cursor", |ground| {
        ground.with(|map| {
            map.get("next")?;
            map.insert("next".to_owned(), "".into());
            Some(())
        })
    }),
    ("the next page is elsewhere", |ground| {
        let linked = ground.honest.fields.iter().any(|(name, _)| name == "link");
        let elsewhere = "<https://other.example/users?cursor=after-50>; rel=\"next\"";
        linked.then(|| ground.honest.with_field("link", elsewhere).wire())
    }),
];

/// Every lie that takes the place of one answer.
pub(super) fn lies() -> Vec<(&'static str, Lie)> {
    let all = [&BYTES[..], &KINDS, &TOTALS, &WHO, &WHOSE_PAGE];
    all.concat()
}

/// A list that agrees with itself and is too short by so many of its hundredths: what only somebody
/// who knew it before can tell. Takes the place of its first page, and of all that follow.
pub(super) fn shortened(first: &Told, is_first: bool, percent: usize) -> Vec<u8> {
    let mut map = first.object();
    let (rows, total) = (key(&map, &ROWS).unwrap(), key(&map, &TOTAL).unwrap());
    let mut kept = map[rows].as_array().unwrap().clone();
    kept.truncate(kept.len() * (100 - percent) / 100);
    let count = kept.len();
    if !is_first {
        kept.clear();
    }
    map.insert(total.to_owned(), count.into());
    map.insert(rows.to_owned(), kept.into());
    if map.contains_key("next") {
        map.insert("next".to_owned(), Value::Null);
    }
    first.with_object(&map).with_field("link", "").wire()
}
