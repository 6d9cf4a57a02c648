// A note's text beside its cards: each line coloured by what it was taken for, problems below their line, corrections with what they change.

import { cardName, faces, look, lookLists } from "./cards.js";
import { askToWrite, button, element, fill, openDialog } from "./dom.js";
import { cardList, cardsOf } from "./list.js";
import { problemItem } from "./problems.js";
import { remedy } from "./remedies.js";
import { act, view } from "./requests.js";
import { number, several, w } from "./words.js";

const drafts = new Map(); // texts of notes that are not saved yet, by name
const TONES = [["text", w("text")], ["translation", w("translation")], ["entry", w("vocabulary")], ["frame", w("no part of a card")], ["unread", w("makes no card")]];
const PAUSE = 300; // milliseconds after which the address follows the chosen card: browsers let it change some hundred times a minute
let wasFocused = false; // the list of cards, before the next article came

export async function article(place, page, [name, line, key]) {
  let data, cards = [], editor = null, isSaved = () => true, timer = 0;
  const said = element("p", { className: "hint", role: "status", id: "said" });
  const sides = faces((text) => { said.textContent = text; });
  const looks = lookLists(paint);
  const list = cardList(show, go);
  const text = element("section", { className: "text", "aria-label": w("The note") });
  const card = element("div", { className: "sides" }, ...sides.figures);
  const run = element("input", { type: "checkbox", id: "run" });
  const scripts = element("p", { className: "hint", hidden: true }, w("This template has scripts. They do not run here unless you say so."), " ",
    element("label", {}, run, " ", w("Run scripts, without network")));
  const shown = element("div", { className: "shown" }, list.kinds, ...looks.lists);
  const about = element("details", { className: "about" });
  const head = element("div", { className: "head" });
  place.replaceChildren(element("div", { className: "article" }, head, text,
    element("section", { className: "beside", "aria-label": w("Cards") }, card, said, scripts, shown, about, list.rows)));
  run.addEventListener("change", () => sides.run(run.checked));
  list.rows.addEventListener("mouseover", (event) => {
    const row = event.target.closest("[role=option]");
    mark(row ? list.found[Number(row.dataset.index)] : list.chosen);
  });
  list.rows.addEventListener("mouseleave", () => mark(list.chosen));

  async function refresh() {
    const found = await page.try(() => view("article", { name }));
    if (!found || !text.isConnected) return; // another view has come meanwhile
    const top = text.scrollTop;
    data = found;
    cards = cardsOf(data.notes, data.diagnostics);
    page.crumb(data.path);
    drawHead();
    if (!editor) drawText();
    fillList();
    text.scrollTop = top;
  }

  function fillList() {
    list.fill(cards, editor ? w("No card yet: put your text, its translation and its words into the note, and save.") : w("This note makes no card."));
  }

  function drawHead() {
    const curable = data.diagnostics.filter((problem) => problem.is_curable);
    fill(head, element("h2", { dir: "auto", textContent: data.path }),
      element("nav", { className: "steps", "aria-label": w("Articles") },
        button("←", () => go(-1), { id: "previous", title: w("Previous article"), "aria-label": w("Previous article"), disabled: !data.previous }),
        button("→", () => go(1), { id: "next", title: w("Next article"), "aria-label": w("Next article"), disabled: !data.next })),
      element("ul", { className: "legend", "aria-label": w("Colours of the lines") }, ...TONES.map(([tone, label]) => element("li", { className: tone, textContent: label }))),
      editor ? null : button(w("Edit the text"), edit, { id: "edit" }),
      data.lines.some(({ tone }) => tone === "unread") ? button(w("Patterns for what is not read …"), propose, { id: "propose" }) : null,
      curable.length > 1 ? button(w("Correct all {count} …", { count: number(curable.length) }), () => ask(curable), { id: "fix-all" }) : null);
  }

  function drawText() {
    const at = new Map();
    for (const problem of data.diagnostics) at.set(problem.line, [...(at.get(problem.line) ?? []), problem]);
    const of = new Map();
    for (const one of cards) if (!of.has(one.note.line)) of.set(one.note.line, one);
    const numbers = new Set(data.lines.map(({ line }) => line));
    const rest = data.diagnostics.filter((problem) => !numbers.has(problem.line));
    fill(text, rest.length ? element("ul", { className: "problems" }, ...rest.map(problemOf)) : null,
      element("ol", { className: "lines" }, ...data.lines.map(({ line, text, taken, tone }) => {
        const first = of.get(line);
        const label = first === undefined ? element("span", { className: "number", textContent: line })
          : button(String(line), () => { choose(first); list.rows.focus(); }, { className: "number", "aria-label": w("Cards of line {line}", { line }) });
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
    const { message, line, column, is_curable: isCurable } = problem;
    return problemItem(line ? element("span", { className: "hint", textContent: `  ${line}:${column}` }) : "", problem, remedy(page, problem),
      isCurable ? element("div", { className: "row-of-buttons" }, button(w("Correct …"), () => ask([problem]), { className: "fix", "aria-label": `${w("Correct …")} ${message}` })) : null,
      problem.pairs.length ? element("div", { className: "row-of-buttons" }, ...problem.pairs.map(({ pair, studied }) =>
        button(w("{language} is studied …", { language: studied }), () => ask([problem], pair), { className: "pair" }))) : null);
  }

  // Shows a card that was chosen in the list, or that there is none.
  async function show(chosen, isWanted) {
    card.hidden = about.hidden = !chosen;
    shown.hidden = !cards.length;
    said.textContent = "";
    mark(chosen);
    if (!chosen || !text.isConnected) return;
    const { note, index, ord } = chosen;
    if (isWanted) {
      clearTimeout(timer);
      timer = setTimeout(() => remember(note.line), PAUSE);
      text.querySelector(`[data-line="${note.line}"]`)?.scrollIntoView({ block: "nearest" });
    }
    const found = await page.try(() => view("card", { name, note: index, ord }));
    if (!found || chosen !== list.chosen) return;
    chosen.sides = found;
    scripts.hidden = !found.scripts;
    paint();
    drawAbout(chosen, found);
  }

  // Puts the line into the address, where a page that is loaded again finds it.
  function remember(line) {
    const own = `#/article/${encodeURIComponent(name)}`;
    if (location.hash === own || location.hash.startsWith(`${own}/`)) history.replaceState(null, "", `${own}/${line}`);
  }

  function paint() {
    card.classList.toggle("sized", Boolean(look.width));
    card.style.setProperty("--width", `${look.width}px`);
    const chosen = list.chosen;
    if (chosen?.sides) sides.show(chosen.sides, chosen.ord, data.css[chosen.note.pair], look);
  }

  function drawAbout({ note, title, due }, { deck, tags, fields }) {
    fill(about, element("summary", {}, element("span", { id: "place", textContent: `${data.path}:${note.line}` }), ` · ${cardName(title)}`),
      element("p", { className: "facts" }, button(w("Copy the place"), copy, { id: "copy" }),
        data.editor ? element("a", { href: data.editor.replace("{line}", note.line), textContent: w("Open in your editor") }) : null,
        element("span", { textContent: w("new card no. {number}", { number: number(due) }) }), element("span", { textContent: deck }), element("span", { textContent: tags.join(" ") })),
      element("dl", { className: "fields" }, ...fields.flatMap(([field, value]) => [element("dt", { textContent: field }), element("dd", { dir: "auto", textContent: value })])));
  }

  function copy() {
    const copied = `${data.path}:${list.chosen.note.line}`;
    navigator.clipboard.writeText(copied).then(() => { said.textContent = w("copied {place}", { place: copied }); }, page.tell);
  }

  // Chooses a card whatever kind is listed.
  function choose(one) {
    if (!list.found.includes(one)) list.all();
    return list.pick(list.found.indexOf(one));
  }

  // Goes to the article before or after this one: its last or its first card.
  function go(step) {
    const other = step < 0 ? data?.previous : data?.next;
    if (!other) return;
    wasFocused = document.activeElement === list.rows;
    location.hash = `#/article/${encodeURIComponent(other)}${step < 0 ? "/last" : ""}`;
  }

  // A card and its lines stand out together.
  function mark(one) {
    const lines = one ? new Set([one.note.line, ...(data.beside[one.note.line] ?? [])]) : new Set();
    for (const row of text.querySelectorAll(".line")) row.classList.toggle("on", lines.has(Number(row.dataset.line)));
  }

  function markLine(line) {
    list.found.forEach(({ note }, index) => list.rows.children[index].classList.toggle("on", line > 0 && (note.line === line || (data.beside[note.line] ?? []).includes(line))));
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
    fillList();
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
    fillList();
    list.rows.focus();
  }

  // Patterns that would read lines of which no card comes; one is written into the settings.
  async function propose() {
    const found = await page.try(() => view("layouts", { name }));
    if (!found) return;
    const dialog = openDialog({ className: "wide" }, element("h2", { textContent: w("Patterns for what is not read") }),
      found.layouts.length ? null : element("p", { textContent: w("No shape that holds both languages repeats among the lines that make no card.") }),
      ...found.layouts.map(({ pattern, records, line, example }) => element("section", { className: "proposal" },
        element("p", {}, several("It reads {count} record; the first one begins at line {line}:", "It reads {count} records; the first one begins at line {line}:", records, { line })),
        element("pre", { className: "diff", dir: "auto", tabIndex: 0, textContent: example.join("\n") }),
        element("p", { className: "hint", textContent: w("The pattern:") }),
        element("pre", { className: "diff pattern", dir: "ltr", tabIndex: 0, textContent: pattern.trim() }),
        element("p", { className: "row-of-buttons" }, button(w("Read them so …"), () => { dialog.close(); take(pattern); }, { className: "main take" })))),
      element("p", { className: "row-of-buttons" }, button(w("Cancel"), () => dialog.close())));
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
      if (await page.try(() => act("fix", { name, ids, pair, digest: found.digest }))) list.rows.focus();
    });
  }

  const isReported = ({ problems }) => problems.length > 0;
  await refresh();
  if (wasFocused) list.rows.focus();
  wasFocused = false;
  if (line === "edit" || drafts.has(name)) await edit();
  else if (line === "last") list.last();
  else if (line && data) { // the way came from a search, or from a hard note
    const there = cards.find((one) => one.key === key) ?? cards.find((one) => one.note.line === Number(line));
    if (there) choose(there);
    text.querySelector(`[data-line="${Number(line)}"]`)?.scrollIntoView({ block: "center" });
  }
  return { refresh, saved: refresh, keys: {
    j: [w("next card, also of the next article"), () => list.move(1)], k: [w("previous card"), () => list.move(-1)],
    n: [w("next card with something to report"), () => list.move(1, isReported)], p: [w("previous card with something to report"), () => list.move(-1, isReported)],
    g: [w("first card"), list.first], G: [w("last card"), list.last],
    r: [w("play the sound of the front"), () => sides.play("q")], R: [w("play the sound of the back"), () => sides.play("a")],
    t: [w("type the answer"), sides.type],
    m: [w("other light"), () => looks.next("mode")], c: [w("other program"), () => looks.next("program")], w: [w("other width"), () => looks.next("width")],
    y: [w("copy the place in the notes"), () => list.chosen && copy()], Escape: [w("back to the cards"), () => list.rows.focus()],
  } };
}
