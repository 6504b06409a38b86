"use strict";
// The page is whole without this. It filters the matrix and the rows below it, puts chosen columns
// side by side, moves between cells by key, and copies a command.
const matrix = document.querySelector("table.matrix");
const form = document.querySelector("form.filter");
if (matrix && form) {
  const lines = [...matrix.querySelectorAll("tr.line")];
  const details = new Map([...document.querySelectorAll("#rows > details")].map((one) => [one.dataset.row, one]));
  const names = [...form.querySelectorAll("[name=column]")].map((box) => box.parentElement.textContent.trim());
  const texts = lines.map((line) => `${line.querySelector("th.row").textContent} ${line.querySelector(".groups").textContent}`.toLowerCase());
  const count = form.querySelector("output");
  const field = (name) => form.elements[name];
  const shownColumns = () => {
    const boxes = [...form.querySelectorAll("[name=column]")];
    return boxes.length ? boxes.map((box) => box.checked) : [true];
  };

  const chooseColumns = (shown) => {
    const targets = new Map();
    form.querySelectorAll("[name=column]").forEach((box, number) => {
      targets.set(box.dataset.target, (targets.get(box.dataset.target) || 0) + (shown[number] ? 1 : 0));
    });
    for (const head of matrix.querySelectorAll("thead [data-column]")) head.hidden = !shown[head.dataset.column];
    for (const line of lines) [...line.querySelectorAll(".cell")].forEach((cell, number) => { cell.hidden = !shown[number]; });
    for (const one of matrix.querySelectorAll("[data-target]")) {
      if (!targets.has(one.dataset.target)) continue;
      one.hidden = targets.get(one.dataset.target) === 0;
      if (one.colSpan > 1) one.colSpan = targets.get(one.dataset.target) + 1;
    }
    const every = shown.every(Boolean);
    for (const outcome of matrix.querySelectorAll(".groups [data-columns]")) {
      const left = outcome.dataset.columns.split(" ").filter((number) => shown[number]);
      outcome.hidden = left.length === 0;
      const words = outcome.querySelector(":scope > small");
      words.dataset.all = words.dataset.all || words.textContent;
      words.textContent = every ? words.dataset.all : left.map((number) => names[number]).join(", ");
    }
    // With fewer columns there is room for words earlier.
    const left = shown.filter(Boolean).length;
    matrix.dataset.layout = matrix.dataset.layout || matrix.className;
    matrix.className = every ? matrix.dataset.layout : `matrix glyphs-${left <= 12 ? 45 : left <= 25 ? 75 : 110} words-${left <= 4 ? 45 : left <= 7 ? 60 : left <= 12 ? 90 : "inf"}`;
  };

  const update = () => {
    const shown = shownColumns();
    const wanted = form.querySelector("[type=search]").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const [verdict, evidence, section] = ["verdict", "evidence", "section"].map((name) => field(name).value);
    let number = 0;
    lines.forEach((line, place) => {
      const cells = [...line.querySelectorAll(".cell")].filter((_, column) => shown[column]);
      const fits = wanted.every((word) => texts[place].includes(word))
        && (!verdict || cells.some((cell) => cell.dataset.v === verdict && (!evidence || cell.dataset.e === evidence)))
        && (!evidence || cells.some((cell) => cell.dataset.e === evidence))
        && (!section || line.parentElement.dataset.section === section)
        && (!field("problems").checked || cells.some((cell) => cell.matches(".bad, .warning")))
        && (!field("differences")?.checked || new Set(cells.filter((cell) => !cell.matches(".absent")).map((cell) => cell.dataset.v)).size > 1);
      line.hidden = !fits;
      number += fits ? 1 : 0;
      const below = details.get(line.dataset.row);
      if (below) below.hidden = !fits;
    });
    for (const body of matrix.tBodies) body.hidden = ![...body.querySelectorAll("tr.line")].some((line) => !line.hidden);
    count.textContent = number === lines.length ? "" : `${number} of ${lines.length} rows`;
  };

  form.addEventListener("input", (event) => {
    if (event.target.name === "target") {
      for (const box of form.querySelectorAll(`[name=column][data-target="${event.target.value}"]`)) box.checked = event.target.checked;
    }
    if (["target", "column"].includes(event.target.name)) chooseColumns(shownColumns());
    update();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;

  const visible = (element) => element && element.offsetParent !== null;
  const linksOf = (line) => [...line.querySelectorAll("a")].filter(visible);
  const focusIn = (line, place) => { const links = linksOf(line); links[Math.min(place, links.length - 1)]?.focus(); };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target.closest?.("input, select, textarea");
    if (event.key === "Escape" && typing) { form.querySelector("[type=search]").value = ""; update(); event.target.blur(); return; }
    if (typing) return;
    const here = document.activeElement?.closest?.("tr.line");
    const at = here ? linksOf(here).indexOf(document.activeElement) : 0;
    const left = lines.filter((line) => !line.hidden);
    const place = left.indexOf(here);
    const moves = {
      "/": () => form.querySelector("[type=search]").focus(),
      j: () => focusIn(left[Math.min(place + 1, left.length - 1)], Math.max(at, 0)),
      k: () => focusIn(left[Math.max(place - 1, 0)], Math.max(at, 0)),
      b: () => { matrix.scrollIntoView(); focusIn(here || left[0], 0); },
    };
    if (here) {
      moves.ArrowDown = moves.j;
      moves.ArrowUp = moves.k;
      moves.ArrowRight = () => focusIn(here, at + 1);
      moves.ArrowLeft = () => focusIn(here, Math.max(at - 1, 0));
    }
    if (moves[event.key] && left.length) { event.preventDefault(); moves[event.key](); }
  });
}

// A link into what is folded away unfolds it, also where the browser does not.
const unfold = () => {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let one = target; one; one = one.parentElement) if (one.matches("details")) one.open = true;
  if (target && target.closest("#rows")) target.scrollIntoView();
};
addEventListener("hashchange", unfold);
if (location.hash) unfold();
addEventListener("beforeprint", () => { for (const one of document.querySelectorAll("details")) one.open = true; });

for (const command of document.querySelectorAll("pre.command")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    getSelection().selectAllChildren(command);
    try { await navigator.clipboard.writeText(command.textContent); button.textContent = "Copied"; } catch { button.textContent = "Selected"; }
  });
  command.before(button);
}
