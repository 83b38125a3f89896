//! What is understood of a page.

use super::*;

fn ticks(html: &str) -> String {
    let ticks = read(html).ticks;
    let shown = ticks.iter().map(|tick| {
        let mark = if tick.ticked == Some(true) { "x" } else { " " };
        format!("[{mark}] {}", tick.label.join(" | "))
    });
    shown.collect::<Vec<_>>().join("\n")
}

fn cells(grid: &Grid) -> Vec<Vec<&str>> {
    let lines = grid.lines.iter();
    lines
        .map(|line| line.cells.iter().map(|cell| cell.text.as_str()).collect())
        .collect()
}

#[test]
fn a_table_is_read_with_entities_and_without_scripts() {
    let page = read(
        "<h2>Users</h2><table><tr><th>Name<th>Email<tr><td>Zo&euml; <b>O&rsquo;N</b>eill\n\
         <script>document.write('<td>evil')</script><td>z&#64;oakfield.example</table>\
         <p>Showing 1 to 1 of 1 entries</p>",
    );
    let grid = page.grids.first().unwrap();
    assert_eq!(grid.heading, "Users");
    assert_eq!(
        cells(grid),
        [
            vec!["Name", "Email"],
            vec!["Zoë O’Neill", "z@oakfield.example"]
        ]
    );
    assert_eq!(page.stated, Some(1));
}

#[test]
fn a_table_in_a_table_is_a_table_of_its_own() {
    let page =
        read("<table><tr><td>menu<table><tr><td>Name<td>Email</tr></table></td><td>side</td></tr>");
    let found: Vec<_> = page.grids.iter().map(cells).collect();
    assert_eq!(
        found,
        [vec![vec!["Name", "Email"]], vec![vec!["menu", "side"]]]
    );
}

#[test]
fn every_way_of_labelling_a_tick_is_understood() {
    insta::assert_snapshot!(
        ticks(
            "<table><tr><th><input type=checkbox>All</th></tr>\
             <tr><td>Sam Evans</td><td>s@x.example</td><td><input type='CheckBox' CHECKED></td></tr></table>\
             <ul><li><input type=checkbox checked> Ravi Patel<li><input type=checkbox>Kit Osei</ul>\
             <label>Ann Lee <input type=checkbox checked=''></label>\
             <p><input id=b type=checkbox><label for=b>Bo Lind</label>\
             <input id=c type=checkbox checked><label for=c>Cy Dale</label></p>\
             <input type=checkbox> Plain one <input type=checkbox checked> Plain two<br>\
             <div role=checkbox aria-checked=true aria-label='Di Moss'></div>"
        ),
        @r"
    [x] Sam Evans | s@x.example
    [x] Ravi Patel
    [ ] Kit Osei
    [x] Ann Lee
    [ ] Bo Lind
    [x] Cy Dale
    [ ] Plain one
    [x] Plain two
    [x] Di Moss
    "
    );
}
