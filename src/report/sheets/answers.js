"use strict";
// Gathers what is ticked and typed, and saves it as a CSV for `beadle review apply`. Nothing is sent.
const bar = document.querySelector(".answers");
const rows = [...document.querySelectorAll("tr[data-check]")];
const columns = ["school", "person", "name", "decision", "last_day", "take_areas", "check"];
const chosen = (row) => row.querySelector("input[type=radio]:checked")?.value ?? "";
const ticked = (row) => [...row.querySelectorAll("input[type=checkbox]:checked")].map((one) => one.value);
const day = (row) => row.querySelector("input[type=date]");
const decided = (row) => chosen(row) !== "" || ticked(row).length > 0;
const answer = (row) => ({
  ...row.dataset,
  decision: chosen(row),
  last_day: day(row)?.value ?? "",
  take_areas: ticked(row).join("; "),
});
const quoted = (text) => '"' + String(text ?? "").replaceAll('"', '""') + '"';
const csv = () =>
  [columns.map(quoted), ...rows.map((row) => columns.map((name) => quoted(answer(row)[name])))]
    .map((cells) => cells.join(",") + "\r\n")
    .join("");
const count = () => {
  const done = rows.filter(decided).length;
  bar.querySelector("output").textContent = `${done} of ${rows.length} people decided`;
  for (const row of rows) row.classList.toggle("blank", !(day(row)?.value));
};
document.addEventListener("input", (event) => {
  const row = event.target.closest("tr[data-check]");
  if (row && event.target.type === "date" && event.target.value) {
    row.querySelector("input[value=shorten]").checked = true;
  }
  count();
});
bar.querySelector("button").addEventListener("click", () => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob(["\ufeff" + csv()], { type: "text/csv" }));
  link.download = bar.dataset.file;
  link.click();
  URL.revokeObjectURL(link.href);
});
bar.hidden = false;
count();
