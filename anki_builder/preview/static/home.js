// The articles of the folder with their cards, problems and state; the numbers of the whole; and the package.

import { askForName, button, element, fill } from "./dom.js";
import { foundCards } from "./found.js";
import { problems } from "./remedies.js";
import { act, view } from "./requests.js";
import { trustQuestion } from "./trust.js";
import { LANGUAGE, number, several, w } from "./words.js";

const STATES = [["", w("All articles")], ["problems", w("With problems")], ["new", w("With new notes")], ["changed", w("With changed notes")],
  ["unchanged", w("Unchanged")], ["empty", w("Without cards")]];
const SEVERITIES = [["error", (count) => several("{count} error", "{count} errors", count)],
  ["warning", (count) => several("{count} warning", "{count} warnings", count)], ["note", (count) => several("{count} remark", "{count} remarks", count)]];
const STATUSES = [["new", (count) => w("{count} new", { count: number(count) })], ["changed", (count) => w("{count} changed", { count: number(count) })],
  ["returned", (count) => w("{count} returned", { count: number(count) })], ["removed", (count) => w("{count} removed", { count: number(count) })]];
const UNCHANGED = ["unchanged", (count) => w("{count} unchanged", { count: number(count) })];
const PAUSE = 1000; // milliseconds between two looks at what is being read
const wanted = { words: "", state: "", start: 0, what: "articles" }; // stays while other views are shown

export async function home(place, page) {
  const summary = element("section", { className: "summary" });
  const result = element("section", { className: "result", "aria-live": "polite" });
  const search = element("input", { type: "search", id: "search", value: wanted.words, placeholder: `${w("Search all notes")}  /`,
    autocomplete: "off", spellcheck: false, "aria-label": w("Search all notes") });
  const state = element("select", { id: "state", "aria-label": w("Which articles") },
    ...STATES.map(([value, label]) => element("option", { value, textContent: label })));
  state.value = wanted.state;
  const what = element("select", { id: "what", "aria-label": w("What is listed") },
    element("option", { value: "articles", textContent: w("Articles") }), element("option", { value: "cards", textContent: w("Cards") }));
  what.value = wanted.what;
  const count = element("p", { id: "count", className: "hint", "aria-live": "polite" });
  const table = element("table", { className: "articles", id: "articles" });
  const pager = element("nav", { className: "row-of-buttons" });
  const elsewhere = element("section", {});
  const note = element("p", { className: "place", role: "status", id: "written" });
  place.replaceChildren(element("div", { className: "sheet" }, summary, note, result, elsewhere,
    element("section", {}, element("div", { className: "find" }, search, what, state), count, table, pager)));

  let asked = 0, timer = 0, sought = 0;
  search.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => seek({ words: search.value, start: 0 }), 80); });
  state.addEventListener("change", () => seek({ state: state.value, start: 0 }));
  what.addEventListener("change", () => seek({ what: what.value, start: 0 }));

  async function seek(changes = {}) {
    Object.assign(wanted, changes);
    const ask = ++asked, { words, state, start } = wanted, isNow = () => ask === asked && table.isConnected;
    if (wanted.what === "cards") return foundCards(page, { words, state }, { count, table, pager }, isNow);
    const found = await page.try(() => view("articles", { words, state, start }));
    if (!found || !isNow()) return;
    wanted.start = found.start;
    list(found);
  }

  function list({ total, start, page: most, rows }) {
    const all = page.state.articles;
    count.textContent = total === all ? several("{count} article", "{count} articles", all)
      : w("{count} of {total} articles", { count: number(total), total: number(all) });
    const head = element("thead", {}, element("tr", {}, ...[w("Article"), w("Cards"), w("Problems"), w("State")].map((name, index) => element("th", { scope: "col", className: index === 1 ? "amount" : "", textContent: name }))));
    table.hidden = !rows.length;
    fill(table, head, element("tbody", {}, ...rows.map(line)));
    if (!total) count.textContent = all ? w("No article matches.") : w("There are no notes in this folder yet. “New note …” writes one to begin with; notes are text files whose names end in .md.");
    pager.hidden = total <= most;
    fill(pager,
      button(w("Previous"), () => seek({ start: start - most }), { disabled: start === 0 }),
      element("span", { textContent: w("{from} to {to}", { from: number(start + 1), to: number(start + rows.length) }) }),
      button(w("Next"), () => seek({ start: start + most }), { disabled: start + most >= total }));
  }

  function line({ name, path, title, is_read: isRead, is_saved: isSaved, is_gone: isGone, cards, notes, severities, statuses, found }) {
    const states = badges(STATUSES, statuses, "state");
    const plain = isSaved ? w("just saved …") : isReading() ? (isRead ? w("read") : w("not read yet")) : notes ? w("as built") : w("no cards");
    return element("tr", {},
      element("th", { scope: "row" }, 
        isGone ? element("span", { className: "name", dir: "auto", textContent: title }) : element("a", { className: "name", href: `#/article/${encodeURIComponent(name)}${found ? `/${found.line}` : ""}`, dir: "auto", textContent: title }),
        element("small", { dir: "auto", textContent: path }),
        isGone ? element("small", { textContent: w("The file is gone.") }) : null,
        found ? element("small", { className: "found", dir: "auto", textContent: `${w("line {line}", { line: found.line })} · ${found.text}` }) : null),
      element("td", { className: "amount", "data-name": w("Cards"), textContent: isRead ? number(cards) : "…" }),
      element("td", { "data-name": w("Problems") }, ...badges(SEVERITIES, severities)),
      element("td", { "data-name": w("State") }, ...(states.length ? states : [element("span", { className: "hint", textContent: plain })])));
  }

  function isReading() { return page.state.reading; }

  // Shows what was read meanwhile, now and then.
  function progress() {
    if (!isReading() || Date.now() - sought < PAUSE) return;
    sought = Date.now();
    seek();
  }

  function refresh() {
    const now = page.state;
    const isWaiting = isReading();
    const numbers = [[w("Articles"), now.articles], [w("Sentence pairs"), now.pairs], [w("Vocabulary entries"), now.entries], [w("Cards"), now.cards]];
    state.disabled = isWaiting;
    if (isWaiting) wanted.state = state.value = "";
    const plan = now.plan ? [...STATUSES, UNCHANGED].filter(([name]) => now.plan[name]) : [];
    fill(summary,
      element("ul", { className: "numbers" }, ...numbers.map(([name, value], index) => element("li", {}, element("b", { textContent: isWaiting && index ? "…" : number(value) }), " ", name))),
      isWaiting ? element("p", { className: "hint", id: "waiting", textContent: w("The notes are being read. Articles can be looked at meanwhile.") }) : element("dl", { className: "facts" },
        element("dt", { textContent: w("Since the last build") }),
        element("dd", { textContent: now.plan ? plan.map(([name, said]) => said(now.plan[name])).join(", ") || "–" : w("What was built last is not known: see the problems below.") }),
        element("dt", { textContent: w("Problems") }),
        element("dd", {}, ...(badges(SEVERITIES, now.severities).length ? badges(SEVERITIES, now.severities) : [w("nothing to report")]))),
      element("div", { className: "row-of-buttons" }, button(w("Build"), () => build(false), { id: "build", className: now.articles ? "main" : "", disabled: isWaiting || !now.articles }),
        button(w("New note …"), newNote, { id: "new", className: now.articles ? "" : "main" }),
        button(w("Send to Anki …"), sending, { disabled: isWaiting || !now.articles })));
    elsewhere.hidden = !now.elsewhere.length;
    fill(elsewhere, element("details", { open: true }, element("summary", { textContent: w("About settings, templates and the folder") }), problems(page, now.elsewhere)));
    report();
    return seek();
  }

  async function sending() {
    if (await page.try(() => act("plan"))) location.hash = "#/send";
  }

  function newNote() {
    const hint = w("A file is written with places for a text, its translation and its words. Fill it in here, or with any text editor: this page follows what you save.");
    askForName(w("Title of the new note"), hint, w("Write it"), async (title) => {
      const done = await page.try(() => act("new", { title, chinese: LANGUAGE === "zh" }));
      if (!done) return;
      note.textContent = w("It was written: {path}", { path: done.path });
      page.expect = `article/${encodeURIComponent(done.name)}/edit`;
    });
  }

  function build(force) { return page.try(() => act("build", { force })); }

  async function hand() {
    const done = await page.try(() => act("import"));
    if (done) result.append(element("p", { className: "hint", textContent: w("It was handed to Anki: choose Import in its window.") }));
  }

  async function report() {
    const done = page.news.result, now = page.state;
    const parts = [];
    if (done.untrusted) parts.push(await trustQuestion(page, () => build(false)) ?? element("p", { textContent: done.problem }));
    else if (done.name === "build" && done.stopped) parts.push(element("p", { textContent: w("It was stopped; the package is as it was.") }));
    else if (done.name === "build" && !done.problem) {
      parts.push(element("p", { className: done.written ? "good" : "bad", textContent: done.written ? w("The package was built:") : w("Nothing was built.") }));
      if (done.diagnostics.length) parts.push(problems(page, done.diagnostics));
      if (done.may_force) parts.push(button(w("Build all the same"), () => build(true), { id: "force" }));
    } else if (now.built) parts.push(element("p", { className: "hint", textContent: w("The package lies here:") }));
    if (now.built) {
      parts.push(element("p", { className: "place", id: "package", dir: "auto", textContent: now.package }),
        element("p", { className: "row-of-buttons" }, button(w("Import into Anki"), hand, { id: "import", className: done.written ? "main" : "" }), element("span", { className: "hint", textContent: w("Or in Anki: File → Import.") })));
    }
    result.hidden = !parts.length;
    fill(result, ...parts);
  }

  await refresh();
  return { refresh, saved: seek, report, progress, keys: { "/": [w("search"), () => { search.focus(); search.select(); }], Escape: [w("to the articles"), () => table.querySelector("a")?.focus()] } };
}

function badges(names, counts, kind = "") {
  return names.filter(([name]) => counts[name]).map(([name, said]) =>
    element("span", { className: `badge ${kind} ${name}`, textContent: said(counts[name]) }));
}
