"use strict";
// Gathers what is chosen and typed, and saves it as a CSV for `beadle review apply`. Nothing is sent.
const bar = document.querySelector(".answers");
const fault = bar.querySelector("[role=alert]");
const rows = [...document.querySelectorAll("tr[data-check]")];
const signs = [...document.querySelectorAll(".sign")];
const columns = [
  "school", "person", "account", "name", "decision", "last_day", "take_areas", "note", "reviewer", "reviewed_on", "check",
];
let saved = true;
const chosen = (row) => row.querySelector("input[type=radio]:checked")?.value ?? "";
const ticked = (row) => [...row.querySelectorAll("input[type=checkbox]:checked")].map((one) => one.value);
const day = (place) => place.querySelector("input[type=date]");
const words = (place) => place.querySelector("input[type=text]");
const sign = (row) => row.closest("article").querySelector(".sign");
const decided = (row) => chosen(row) !== "" || ticked(row).length > 0;
// What somebody types may be no formula where a spreadsheet opens the file.
const typed = (place) =>
  (words(place)?.value ?? "").trim().replace(/\s+/g, " ").replace(/(^|[,;|"'])(\s*)(?=[=+\-@＝＋－＠])/g, "$1$2'");
const answer = (row) => ({
  ...row.dataset,
  decision: chosen(row),
  last_day: day(row)?.value ?? "",
  take_areas: ticked(row).join("; "),
  note: typed(row),
  reviewer: typed(sign(row)),
  reviewed_on: day(sign(row)).value,
});
const quoted = (text) => '"' + String(text ?? "").replaceAll('"', '""') + '"';
const csv = () =>
  [columns.map(quoted), ...rows.map((row) => columns.map((name) => quoted(answer(row)[name])))]
    .map((cells) => cells.join(",") + "\r\n")
    .join("");
// What `beadle review apply` would refuse, with the place to mend it.
const faults = () => {
  const found = [];
  for (const row of rows) {
    const last = day(row);
    if (chosen(row) !== "shorten") continue;
    if (last.validity.badInput || last.value === "") {
      found.push([last, `${row.dataset.name}: write the last day beside “until”, or choose another answer.`]);
    } else if (last.validity.rangeUnderflow) {
      found.push([last, `${row.dataset.name}: the last day has passed; choose “remove” to end access now.`]);
    } else if (last.validity.rangeOverflow) {
      found.push([last, `${row.dataset.name}: access ends before, on ${last.max}.`]);
    }
  }
  for (const place of signs) {
    if (!rows.some((row) => sign(row) === place && decided(row))) continue;
    const school = place.closest("article").querySelector("h1").textContent;
    if (typed(place) === "") found.push([words(place), `${school}: write your name and role where the review is signed.`]);
    if (day(place).value === "") found.push([day(place), `${school}: write the date where the review is signed.`]);
  }
  return found;
};
const tell = (found) => {
  const texts = found.length > 0 ? ["Not saved:", ...found.map(([, text]) => text)] : [];
  fault.replaceChildren(
    ...texts.map((text) => {
      const line = document.createElement("div");
      line.textContent = text;
      return line;
    }),
  );
  fault.hidden = found.length === 0;
  for (const input of document.querySelectorAll("[aria-invalid]")) input.removeAttribute("aria-invalid");
  for (const [input] of found) input.setAttribute("aria-invalid", "true");
};
const count = () => {
  const done = rows.filter(decided).length;
  bar.querySelector("output").textContent = `${done} of ${rows.length} decided`;
  for (const place of [...rows, ...signs]) place.classList.toggle("blank", !day(place)?.value);
};
document.addEventListener("input", (event) => {
  const { target } = event;
  const row = target.closest("tr[data-check]");
  if (row && target.type === "date" && target.value) row.querySelector("input[value=shorten]").checked = true;
  if (row && target.type === "radio" && target.value !== "shorten" && day(row)) day(row).value = "";
  saved = false;
  if (!fault.hidden) tell(faults());
  count();
});
// Of a page nothing is kept: whoever leaves it is asked first.
window.addEventListener("beforeunload", (event) => {
  if (!saved) event.preventDefault();
});
bar.querySelector("button").addEventListener("click", () => {
  const found = faults();
  tell(found);
  if (found.length > 0) {
    found[0][0].focus();
    return;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + csv()], { type: "text/csv" }));
  link.download = bar.dataset.file;
  link.click();
  URL.revokeObjectURL(link.href);
  saved = true;
});
bar.hidden = false;
count();
