// A note's text beside its cards: each line coloured by what it was taken for, problems below their line, corrections with what they change.

import { cardName, faces } from "./cards.js";
import { SEVERITIES, act, askToWrite, button, element, fill, view } from "./dom.js";
import { number, several, w } from "./words.js";

const drafts = new Map(); // texts of notes that are not saved yet, by name
const TONES = [["text", w("text")], ["translation", w("translation")], ["entry", w("vocabulary")], ["frame", w("no part of a card")], ["unread", w("makes no card")]];

export async function article(place, page, [name, line]) {
  const sides = faces();
  let data, cards = [], chosen = null, editor = null, isSaved = () => true;
  const text = element("section", { className: "text", "aria-label": w("The note") });
  const list = element("div", { className: "cards", role: "listbox", tabIndex: 0, "aria-label": w("Cards") });
  const card = element("div", { className: "sides" }, ...sides.figures);
  const head = element("div", { className: "head" });
  place.replaceChildren(element("div", { className: "article" }, head, text,
    element("section", { className: "beside", "aria-label": w("Cards") }, card, list)));
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) { event.preventDefault(); move(step); }
  });
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) choose(Number(row.dataset.index), true);
  });
  list.addEventListener("mouseover", (event) => {
    const row = event.target.closest("[role=option]");
    mark(row ? cards[Number(row.dataset.index)] : chosen);
  });
  list.addEventListener("mouseleave", () => mark(chosen));

  async function refresh() {
    const found = await page.try(() => view("article", { name }));
    if (!found) return;
    const top = text.scrollTop, before = chosen;
    data = found;
    cards = data.notes.flatMap((note, index) => note.cards.map(([ord, title]) => ({ note, index, ord, title, key: `${note.key}\t${ord}` })));
    page.crumb(data.path);
    drawHead();
    if (!editor) drawText();
    drawCards();
    text.scrollTop = top;
    const same = before ? cards.findIndex((one) => one.key === before.key) : -1;
    if (cards.length) await choose(Math.max(0, same), false);
    else { chosen = null; card.hidden = true; }
  }

  function drawHead() {
    const curable = data.diagnostics.filter((problem) => problem.fixes.length);
    fill(head, element("h2", { dir: "auto", textContent: data.path }),
      element("ul", { className: "legend", "aria-label": w("Colours of the lines") }, ...TONES.map(([tone, label]) => element("li", { className: tone, textContent: label }))),
      editor ? null : button(w("Edit the text"), edit, { id: "edit" }),
      data.lines.some(({ tone }) => tone === "unread") ? button(w("Patterns for what is not read …"), propose, { id: "propose" }) : null,
      curable.length > 1 ? button(w("Correct all {count} …", { count: number(curable.length) }), () => ask(curable), { id: "fix-all" }) : null);
  }

  function drawText() {
    const at = new Map();
    for (const problem of data.diagnostics) at.set(problem.line, [...(at.get(problem.line) ?? []), problem]);
    const of = new Map();
    cards.forEach((one, index) => of.has(one.note.line) || of.set(one.note.line, index));
    const shown = new Set(data.lines.map(({ line }) => line));
    const rest = data.diagnostics.filter((problem) => !shown.has(problem.line));
    fill(text, rest.length ? element("ul", { className: "problems" }, ...rest.map(problemOf)) : null,
      element("ol", { className: "lines" }, ...data.lines.map(({ line, text, taken, tone }) => {
        const first = of.get(line);
        const label = first === undefined ? element("span", { className: "number", textContent: line })
          : button(String(line), () => { choose(first, false); list.focus(); }, { className: "number", "aria-label": w("Cards of line {line}", { line }) });
        return element("li", { className: `line ${tone}`, "data-line": line },
          label, element("span", { className: "words", dir: "auto", textContent: text }), element("span", { className: "role", textContent: taken }),
          at.has(line) ? element("ul", { className: "problems" }, ...at.get(line).map(problemOf)) : null);
      })),
      data.more ? element("p", { className: "hint", textContent: several("{count} more is not shown.", "{count} more are not shown.", data.more) }) : null);
    for (const row of text.querySelectorAll(".line")) {
      row.addEventListener("mouseenter", () => markLine(Number(row.dataset.line)));
      row.addEventListener("mouseleave", () => markLine(0));
    }
  }

  function problemOf(problem) {
    const { rule, severity, message, hint, line, column, fixes } = problem;
    return element("li", {},
      element("div", {}, element("span", { className: `rule ${severity}`, textContent: `${SEVERITIES[severity]}[${rule}] ` }), message,
        line ? element("span", { className: "hint", textContent: `  ${line}:${column}` }) : null),
      hint ? element("div", { className: "hint", textContent: hint }) : null,
      fixes.length ? element("div", { className: "row-of-buttons" }, button(w("Correct …"), () => ask([problem]), { className: "fix", "aria-label": `${w("Correct …")} ${message}` })) : null,
      problem.pairs.length ? element("div", { className: "row-of-buttons" }, ...problem.pairs.map(({ pair, studied }) =>
        button(w("{language} is studied …", { language: studied }), () => ask([problem], pair), { className: "pair" }))) : null);
  }

  function drawCards() {
    list.replaceChildren(...cards.map(({ note, title }, index) => element("div", { role: "option", id: `card-${index}`, "data-index": index, "aria-selected": "false" },
      element("span", { className: "label", lang: note.lang, dir: "auto", textContent: note.label }),
      element("small", { textContent: `${cardName(title)} · ${w("line {line}", { line: note.line })}` }))));
    card.hidden = !cards.length;
    if (!cards.length) list.replaceChildren(element("p", { className: "hint", textContent: w("This note makes no card.") }));
  }

  async function choose(index, isSeen) {
    chosen = cards[index];
    for (const row of list.querySelectorAll("[aria-selected=true]")) row.setAttribute("aria-selected", "false");
    const row = list.children[index];
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    list.setAttribute("aria-activedescendant", row.id);
    mark(chosen);
    if (isSeen) text.querySelector(`[data-line="${chosen.note.line}"]`)?.scrollIntoView({ block: "nearest" });
    const wanted = chosen;
    const found = await page.try(() => view("card", { name, note: wanted.index, ord: wanted.ord }));
    if (found && wanted === chosen) sides.show(found, wanted.ord, data.css[wanted.note.pair]);
  }

  function move(step) {
    if (cards.length) choose(Math.max(0, Math.min(cards.length - 1, cards.indexOf(chosen) + step)), true);
  }

  // A card and its lines stand out together.
  function mark(one) {
    const lines = one ? new Set([one.note.line, ...(data.beside[one.note.line] ?? [])]) : new Set();
    for (const row of text.querySelectorAll(".line")) row.classList.toggle("on", lines.has(Number(row.dataset.line)));
  }

  function markLine(line) {
    cards.forEach(({ note }, index) => list.children[index].classList.toggle("on", line > 0 && (note.line === line || (data.beside[note.line] ?? []).includes(line))));
  }

  // The text of the note in an editor, in the place of its lines; what is saved shows in the cards at once.
  async function edit() {
    const found = await page.try(() => view("text", { name }));
    if (!found) return;
    let { digest, text: saved } = found;
    editor = element("textarea", { id: "note-text", dir: "auto", spellcheck: false, "aria-label": w("Text of the note") });
    editor.value = drafts.get(name) ?? saved;
    const keep = button(w("Save"), save, { id: "save-note", className: "main" });
    isSaved = () => editor.value === saved;
    const update = () => { keep.disabled = isSaved(); };
    editor.addEventListener("input", () => { drafts.set(name, editor.value); update(); });
    editor.addEventListener("keydown", (event) => {
      if (event.key === "s" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); if (!keep.disabled) save(); }
    });
    fill(text, element("div", { className: "editor" }, editor, element("p", { className: "row-of-buttons" }, keep, button(w("Done"), done, { id: "done" }),
      element("span", { className: "hint", textContent: w("Save: Ctrl+S") }))));
    update();
    drawHead();
    editor.focus();

    async function save() {
      const written = editor.value;
      if (!await page.try(() => act("write", { name, text: written, digest }))) return;
      if (editor.value === written) drafts.delete(name);
      ({ digest, text: saved } = await page.try(() => view("text", { name })) ?? { digest, text: written });
      update();
      await refresh();
    }
  }

  function done() {
    if (!isSaved() && !confirm(w("Throw away what is not saved?"))) return;
    editor = null;
    drafts.delete(name);
    drawHead();
    drawText();
    list.focus();
  }

  // Patterns that would read lines of which no card comes; one is written into the settings.
  async function propose() {
    const found = await page.try(() => view("layouts", { name }));
    if (!found) return;
    const dialog = element("dialog", { className: "wide", "aria-labelledby": "layouts-title" },
      element("h2", { id: "layouts-title", textContent: w("Patterns for what is not read") }),
      found.layouts.length ? null : element("p", { textContent: w("No shape that holds both languages repeats among the lines that make no card.") }),
      ...found.layouts.map(({ pattern, records, line, example }) => element("section", { className: "proposal" },
        element("p", {}, several("It reads {count} record; the first one begins at line {line}:", "It reads {count} records; the first one begins at line {line}:", records, { line })),
        element("pre", { className: "diff", dir: "auto", tabIndex: 0, textContent: example.join("\n") }),
        element("p", { className: "hint", textContent: w("The pattern:") }),
        element("pre", { className: "diff pattern", dir: "ltr", tabIndex: 0, textContent: pattern.trim() }),
        element("p", { className: "row-of-buttons" }, button(w("Read them so …"), () => { dialog.close(); take(pattern); }, { className: "main take" })))),
      element("p", { className: "row-of-buttons" }, button(w("Cancel"), () => dialog.close())));
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  }

  async function take(pattern) {
    const found = await page.try(() => view("layout-change", { name, pattern }));
    if (!found) return;
    const hint = w("All notes are read with it. Its fields can be corrected in {path}.", { path: found.path });
    askToWrite(found.path, found.diff, hint, () => page.try(() => act("layout", { name, pattern, digest: found.digest })));
  }

  async function ask(problems, pair = "") {
    const ids = problems.map(({ id }) => id).join(",");
    const found = await page.try(() => view("differences", { name, ids, pair }));
    if (!found) return;
    const kept = w("The first time, the note as it was is kept beside it as {backup}.", { backup: `${data.path.replace(/.*\//, "")}.orig` });
    askToWrite(data.path, found.diff, kept, async () => {
      if (await page.try(() => act("fix", { name, ids, pair, digest: found.digest }))) list.focus();
    });
  }

  await refresh();
  if (line === "edit" || drafts.has(name)) await edit();
  else if (line && data) { // the way came from a search, or from a hard note
    const there = cards.findIndex((one) => one.note.line === Number(line));
    if (there >= 0) choose(there, true);
    text.querySelector(`[data-line="${Number(line)}"]`)?.scrollIntoView({ block: "center" });
  }
  return { refresh, saved: refresh, keys: { j: () => move(1), k: () => move(-1) } };
}
