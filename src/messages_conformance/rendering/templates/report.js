"use strict";
// The page is whole without this: it only hides lines of the matrix that were not asked for.
for (const form of document.querySelectorAll("form.filter")) {
  const table = form.nextElementSibling.querySelector("table");
  const lines = [...table.querySelectorAll("tr.line")];
  const words = form.querySelector("input[type=search]");
  const problems = form.querySelector("input[type=checkbox]");
  const count = form.querySelector("output");
  const update = () => {
    const wanted = words.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const line of lines) {
      const text = `${line.textContent} ${[...line.cells].map((c) => c.dataset.of || "").join(" ")}`.toLowerCase();
      const fits = wanted.every((word) => text.includes(word));
      const bad = line.querySelector(".cell.bad, .cell.warning") !== null;
      line.hidden = !(fits && (bad || !problems.checked));
      shown += line.hidden ? 0 : 1;
    }
    for (const body of table.tBodies) {
      body.hidden = ![...body.querySelectorAll("tr.line")].some((line) => !line.hidden);
    }
    count.textContent = shown === lines.length ? "" : `${shown} of ${lines.length} rows`;
  };
  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
}
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest && event.target.closest("input");
  if (event.key === "/" && !typing) {
    event.preventDefault();
    document.querySelector("form.filter input").focus();
  }
});
