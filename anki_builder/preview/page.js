"use strict";

// ---- What is shown, and what was chosen ---------------------------------------------------------------------------------------

const $ = (id) => document.getElementById(id);
const ROW = 56; // pixels, as in the style sheet
const HEIGHTS = { 360: 640, 420: 720, 768: 800, 1024: 640 };
const standalone = $("data").textContent.trim();
const frames = { q: $("front"), a: $("back") };
const words = JSON.parse($("words").textContent || "{}");
const SEVERITIES = { error: w("error"), warning: w("warning"), note: w("note") };
const cardStyle = $("card-style").content.textContent, cardScript = $("card-script").content.textContent;

let data = { notes: [], diagnostics: [], css: "" };
let cards = []; // all cards in reading order: { note, number, ord, name, due, problems }
let elsewhere = []; // what is wrong outside the files that have cards
let found = []; // those that match the search
let chosen = -1; // index in found
let shown = null; // the card on the page, with its sides
let typed = "";
let asked = 0;
let runCount = 0;

// A text in the language of the page; `{name}` is a place for a value.
function w(english, values = {}) {
  return (words[english] ?? english).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// ---- The list: only the rows in sight exist ------------------------------------------------------------------------------------

function arrange() {
  const at = new Map();
  for (const problem of data.diagnostics) {
    const place = problem.path + ":" + problem.line;
    at.set(place, [...(at.get(place) || []), problem]);
  }
  cards = data.notes.flatMap((note, number) => {
    const problems = at.get(note.path + ":" + note.line) || [];
    return note.cards.map(([ord, name, due]) => ({ note, number, ord, name, due, problems }));
  });
  const paths = new Set(data.notes.map((note) => note.path));
  elsewhere = data.diagnostics.filter((problem) => !paths.has(problem.path)).slice(0, 200);
  const names = [...new Set(cards.map((card) => card.name))];
  const before = $("kind").value;
  $("kind").replaceChildren(element("option", { value: "", textContent: w("All cards") }),
    ...names.map((name) => element("option", { value: name, textContent: name })),
    element("option", { value: "!", textContent: w("With remarks") }));
  $("kind").value = before === "!" || names.includes(before) ? before : "";
}

function search() {
  const wanted = $("search").value.toLowerCase().normalize().split(/\s+/).filter(Boolean);
  const kind = $("kind").value;
  const has = (note, word) => (note.lower ??= `${note.search} ${note.path}:${note.line}`.toLowerCase()).includes(word);
  found = cards.filter((card) =>
    (!kind || (kind === "!" ? card.problems.length : card.name === kind)) && wanted.every((word) => has(card.note, word)));
  const number = (count) => count.toLocaleString("en");
  const cut = data.total > cards.length ? w("; the other {count} are not in this file", { count: number(data.total - cards.length) }) : "";
  $("count").textContent = (found.length === cards.length ? w("{all} cards", { all: number(cards.length) })
    : w("{count} of {all} cards", { count: number(found.length), all: number(cards.length) })) + cut;
  $("rows").style.height = found.length * ROW + "px";
}

function draw() {
  const list = $("list");
  const first = Math.max(0, Math.floor(list.scrollTop / ROW) - 5);
  const last = Math.min(found.length, Math.ceil((list.scrollTop + list.clientHeight) / ROW) + 5);
  const rows = [];
  for (let i = first; i < last; i++) {
    const { note, name, problems } = found[i];
    const worst = ["error", "warning", "note"].find((severity) => problems.some((problem) => problem.severity === severity));
    const small = element("small", {}, element("b", { textContent: name }),
      element("span", { className: "place", textContent: `${note.path.replace(/.*\//, "")}:${note.line}` }));
    if (worst) small.append(element("span", { className: "flag " + worst, textContent: SEVERITIES[worst] }));
    const row = element("div", { className: "row", id: "row-" + i }, element("div", { className: "label", lang: note.lang, dir: "auto", textContent: note.label }), small);
    row.style.top = i * ROW + "px";
    row.setAttribute("role", "option");
    row.setAttribute("aria-selected", i === chosen);
    row.setAttribute("aria-setsize", found.length);
    row.setAttribute("aria-posinset", i + 1);
    rows.push(row);
  }
  $("rows").replaceChildren(...rows);
  if (chosen >= first && chosen < last) list.setAttribute("aria-activedescendant", "row-" + chosen);
  else list.removeAttribute("aria-activedescendant");
}

function intoSight() {
  const list = $("list"), top = chosen * ROW;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (top + ROW > list.scrollTop + list.clientHeight) list.scrollTop = top + ROW - list.clientHeight;
}

function choose(index) {
  if (!found.length) return nothing();
  chosen = Math.max(0, Math.min(found.length - 1, index));
  intoSight();
  draw();
  return show();
}

function findProblem(step) {
  for (let i = chosen + step; i >= 0 && i < found.length; i += step) if (found[i].problems.length) return choose(i);
}

// ---- One card: two frames, where it comes from ----------------------------------------------------------------------------------

async function show() {
  const card = found[chosen], ask = ++asked;
  let sides;
  try {
    sides = standalone ? data.content[card.number + "/" + card.ord] : await get(`card/${card.number}/${card.ord}`);
  } catch {
    return; // the server is gone, or another compile came between: its event follows
  }
  if (ask !== asked) return;
  const same = shown && shown.note.key === card.note.key && shown.ord === card.ord;
  if (!same || shown.expected !== sides.expected) typed = "";
  shown = { ...card, ...sides };
  $("sides").hidden = $("origin").hidden = false;
  $("nothing").hidden = true;
  $("scripts").hidden = !sides.scripts;
  if (!runs()) for (const frame of Object.values(frames)) frame.removeAttribute("src");
  $("name").textContent = `${card.name}: ${card.note.label}`;
  location.replace("#" + encodeURIComponent(`${card.note.path}:${card.note.line}:${card.name}`));
  paint();
  origin();
}

function nothing() {
  chosen = -1;
  shown = null;
  asked++;
  draw();
  $("sides").hidden = $("origin").hidden = true;
  $("nothing").hidden = false;
  $("nothing").textContent = cards.length ? w("No card matches the search.") : w("There are no cards yet. Save a note, and its cards appear here.");
  if (!cards.length && data.diagnostics.length) {
    $("origin").hidden = false;
    $("origin").replaceChildren(problems(data.diagnostics.slice(0, 100)));
  }
}

function look() {
  const form = new FormData($("looks"));
  return { mode: form.get("mode"), client: form.get("client"), width: form.get("width") };
}

function paint() {
  const { mode, client, width } = look();
  $("sides").style.setProperty("--width", width + "px");
  $("sides").style.setProperty("--height", Math.max(360, Math.min(HEIGHTS[width], innerHeight - 330)) + "px");
  if (!shown) return;
  const night = mode !== "day";
  const html = {
    desktop: platform() + " chrome" + (night ? " night-mode" : ""),
    android: "mobile android linux js",
    ios: "mobile iphone ios safari",
  }[client];
  const body = `card card${shown.ord + 1}` + {
    desktop: ` ${{ win: "isWin", mac: "isMac", linux: "isLin" }[platform()]}${night ? " nightMode night_mode" : ""} fancy`,
    android: night ? " night_mode nightMode" + (mode === "night" ? " ankidroid_dark_mode" : "") : "",
    ios: night ? " nightMode night_mode" : "",
  }[client];
  const untyped = compare("");
  for (const [side, text] of [["q", shown.front], ["a", shown.back.replace("<code id=typeans></code>", () => untyped)]]) {
    const qa = `<div id="qa" class="${side === "q" ? "question" : "answer"}" dir="auto">${text}</div>`;
    const page = `<!doctype html><html class="${html}"${night && client === "desktop" ? ' data-bs-theme="dark"' : ""}><head>`
      + `<meta charset="utf-8"><meta name="viewport" content="width=device-width">`
      + `<style>${cardStyle}</style><style>${(data.css[shown.note.pair] || "").replace(/<\/(?=style)/gi, "<\\/")}</style></head>`
      + `<body class="${body}">${client === "android" ? `<div id="content">${qa}</div>` : qa}<script>${cardScript}<\/script></body></html>`;
    const whole = standalone ? inlined(page) : page;
    if (runs()) run(frames[side], whole);
    else if (frames[side].srcdoc !== whole) frames[side].srcdoc = whole;
  }
}

// Scripts of a template run in a frame that the server gives another policy: it has no origin, and reaches nothing but this server's media.
function runs() { return !standalone && shown.scripts && $("run").checked; }

function run(frame, whole) {
  if (frame.dataset.page === whole && frame.getAttribute("src")) return;
  frame.dataset.page = whole;
  frame.removeAttribute("srcdoc");
  frame.src = `run?${++runCount}`;
}

function platform() {
  return /Win/.test(navigator.userAgent) ? "win" : /Mac/.test(navigator.userAgent) ? "mac" : "linux";
}

function inlined(page) {
  for (const [name, url] of Object.entries(data.media)) if (page.includes(name)) page = page.replaceAll(name, url);
  return page;
}

function origin() {
  const { note, name, deck, tags, due, source, fields } = shown;
  const here = shown.problems;
  const others = data.diagnostics.filter((problem) => problem.path === note.path && problem.line !== note.line);
  const lines = element("div", { className: "source" });
  for (const { line, text, role } of source) {
    const other = line === note.line ? "" : " other";
    lines.append(element("span", { className: "number", textContent: line }), element("span", { className: "text" + other, dir: "auto", textContent: text }),
      element("span", { className: "role", textContent: role }));
  }
  const list = element("dl", { className: "fields" });
  for (const [field, text] of fields) list.append(element("dt", { textContent: field }), element("dd", { dir: "auto", textContent: text }));
  $("origin").replaceChildren(
    element("p", { className: "facts" },
      element("span", { className: "place", id: "place", textContent: `${note.path}:${note.line}` }),
      element("button", { type: "button", textContent: w("copy"), title: w("Copy the place (y)"), onclick: copy }),
      element("span", { textContent: name }), element("span", { textContent: w("new card no. {number}", { number: due }) }),
      element("span", { textContent: deck }), element("span", { textContent: tags.join(" ") })),
    lines);
  if (here.length) $("origin").append(problems(here));
  if (others.length) $("origin").append(element("details", {}, element("summary", { textContent: w("{count} more about this file", { count: others.length }) }), problems(others.slice(0, 200))));
  if (elsewhere.length) $("origin").append(element("details", { open: true }, element("summary", { textContent: w("About settings, templates and files without cards") }), problems(elsewhere)));
  $("origin").append(element("details", {}, element("summary", { textContent: w("Fields") }), list));
}

function problems(list) {
  const items = list.map(({ rule, severity, message, hint, path, line, column, fixes, excerpt: [before, marked, after] }) => {
    const item = element("li", {},
      element("div", {}, element("span", { className: "rule " + severity, textContent: `${SEVERITIES[severity]}[${rule}] ` }),
        message, element("span", { className: "hint", textContent: `  ${path}${line ? `:${line}:${column}` : ""}` })));
    if (before || marked || after) item.append(element("div", { className: "excerpt" }, before, element("mark", { textContent: marked }), after));
    if (hint) item.append(element("div", { className: "hint", textContent: hint }));
    for (const [at, old, right] of fixes) {
      item.append(element("div", { className: "fix" }, w("Correction of line {line}:", { line: at }) + " ", element("del", { textContent: old }), " → ",
        element("ins", { textContent: right }), element("span", { className: "hint", textContent: "  " + w("`anki-builder check --fix` writes it") })));
    }
    return item;
  });
  return element("ul", { className: "problems" }, ...items);
}

function copy() {
  const place = $("place").textContent;
  navigator.clipboard?.writeText(place).then(() => say(w("copied {place}", { place })), () => say(place));
}

// ---- Sound ---------------------------------------------------------------------------------------------------------------------

let playing = null;

function play(what) {
  const [, side, number] = what.split(":");
  const sound = shown?.sounds[side]?.[Number(number)];
  if (!sound) return;
  globalThis.speechSynthesis?.cancel();
  playing?.pause();
  if (sound.file) {
    playing = new Audio(standalone ? data.media[sound.file] : encodeURIComponent(sound.file));
    playing.play().catch(() => say(w("“{file}” cannot be played", { file: sound.file })));
    return;
  }
  if (!globalThis.speechSynthesis) return say(w("this browser cannot speak"));
  const spoken = new SpeechSynthesisUtterance(sound.text);
  spoken.lang = sound.locale;
  spoken.rate = sound.speed;
  const voices = speechSynthesis.getVoices(), bare = (name) => name.toLowerCase().replace(/^(apple|microsoft|google)_/, "").replaceAll("_", " ");
  const voice = sound.voices.map((wanted) => voices.find(({ name }) => name.toLowerCase().includes(bare(wanted)))).find(Boolean);
  if (voice) spoken.voice = voice;
  spoken.onerror = ({ error }) => error === "canceled" || error === "interrupted" || say(w("the browser has no voice for {language}", { language: sound.locale }));
  speechSynthesis.speak(spoken);
  say(w("speaking {language}: {text}", { language: sound.locale, text: sound.text }));
}

// ---- Typing: the comparison as Anki shows it (difflib's, by characters) ----------------------------------------------------------

function compare(given) {
  if (shown.expected === null) return "";
  const expected = shown.expected;
  const text = (html) => html.replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" })[c]);
  const code = (html) => `<code id=typeans>${html}</code>`;
  if (!given) return code(text(expected));
  const marks = /\p{M}/u;
  const fold = (string) => shown.combining ? string.normalize("NFC") : [...string.normalize("NFKD")].filter((c) => !marks.test(c)).join("");
  const typedChars = [...fold(given)];
  let wanted = [...expected.normalize("NFC")], pieces = wanted;
  if (!shown.combining) {
    pieces = [];
    for (const c of expected.normalize("NFKD")) marks.test(c) && pieces.length ? (pieces[pieces.length - 1] += c) : pieces.push(c);
    wanted = pieces.map((piece) => [...piece][0]);
  }
  if (typedChars.join("") === wanted.join("")) return code(`<span class=typeGood>${text(shown.combining ? expected.normalize("NFC") : expected)}</span>`);
  const span = (kind, string) => string ? `<span class=${kind}>${text((marks.test([...string][0]) ? "\u00a0" : "") + string)}</span>` : "";
  let above = "", below = "";
  for (const [tag, a, b, c, d] of opcodes(typedChars, wanted)) {
    const mine = typedChars.slice(a, b).join(""), theirs = pieces.slice(c, d).join("");
    if (tag === "equal") { above += span("typeGood", mine); below += span("typeGood", theirs); }
    else if (tag === "insert") { above += span("typeMissed", "-".repeat(d - c)); below += span("typeMissed", theirs); }
    else { above += span("typeBad", mine); below += span("typeMissed", theirs); }
  }
  return code(`${above}<br><span id=typearrow>&darr;</span><br>${below}`);
}

function opcodes(a, b) {
  const places = new Map();
  b.forEach((c, j) => places.set(c, [...(places.get(c) || []), j]));
  // Of long texts the Rust port of difflib, which Anki uses, keeps the frequent characters where Python's keeps the rare ones.
  if (b.length >= 200) for (const [c, at] of places) if (at.length <= Math.floor(b.length / 100) + 1) places.delete(c);
  const blocks = [], queue = [[0, a.length, 0, b.length]];
  while (queue.length) {
    const [alo, ahi, blo, bhi] = queue.pop();
    let [i, j, size] = [alo, blo, 0], lengths = new Map();
    for (let x = alo; x < ahi; x++) {
      const next = new Map();
      for (const y of places.get(a[x]) || []) {
        if (y < blo) continue;
        if (y >= bhi) break;
        const k = (lengths.get(y - 1) || 0) + 1;
        next.set(y, k);
        if (k > size) [i, j, size] = [x - k + 1, y - k + 1, k];
      }
      lengths = next;
    }
    while (i > alo && j > blo && a[i - 1] === b[j - 1]) { i--; j--; size++; }
    while (i + size < ahi && j + size < bhi && a[i + size] === b[j + size]) size++;
    if (!size) continue;
    blocks.push([i, j, size]);
    queue.push([alo, i, blo, j], [i + size, ahi, j + size, bhi]);
  }
  blocks.sort((x, y) => x[0] - y[0] || x[1] - y[1]);
  const codes = [];
  let [i, j] = [0, 0];
  const push = (tag, a, b, c, d) => {
    const last = codes[codes.length - 1];
    if (tag === "equal" && last && last[0] === tag) { last[2] = b; last[4] = d; } else codes.push([tag, a, b, c, d]);
  };
  for (const [x, y, size] of [...blocks, [a.length, b.length, 0]]) {
    if (i < x && j < y) push("replace", i, x, j, y);
    else if (i < x) push("delete", i, x, j, j);
    else if (j < y) push("insert", i, i, j, y);
    if (size) push("equal", x, x + size, y, y + size);
    [i, j] = [x + size, y + size];
  }
  return codes;
}

// ---- Keys, clicks, messages of the frames ----------------------------------------------------------------------------------------

function cycle(name) {
  const inputs = [...$("looks").elements[name]];
  inputs[(inputs.findIndex((input) => input.checked) + 1) % inputs.length].checked = true;
  changedLook(name);
}

function changedLook(name) {
  const form = $("looks").elements;
  if (name === "mode" && form.mode.value === "black") form.client.value = "android"; // the others have no black
  if (name === "client" && form.client.value !== "android" && form.mode.value === "black") form.mode.value = "night";
  try { sessionStorage.setItem("look", JSON.stringify(look())); } catch { /* a page from a file may have no storage */ }
  paint();
}

const KEYS = {
  j: () => choose(chosen + 1), ArrowDown: () => choose(chosen + 1),
  k: () => choose(chosen - 1), ArrowUp: () => choose(chosen - 1),
  PageDown: () => choose(chosen + 10), PageUp: () => choose(chosen - 10),
  g: () => choose(0), Home: () => choose(0), G: () => choose(found.length - 1), End: () => choose(found.length - 1),
  n: () => findProblem(1), p: () => findProblem(-1),
  "/": () => { $("search").focus(); $("search").select(); },
  r: () => play("play:q:0"), R: () => play("play:a:0"),
  t: () => { frames.q.focus(); frames.q.contentWindow.postMessage({ focus: true }, "*"); },
  m: () => cycle("mode"), c: () => cycle("client"), w: () => cycle("width"),
  y: copy,
  "?": () => $("help").showModal(),
  Escape: () => { $("list").focus(); },
};

addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || $("help").open) return;
  if (event.target === $("search")) {
    if (event.key === "Escape") { $("search").value = ""; again(); $("list").focus(); }
    else if (event.key === "Enter" || event.key === "ArrowDown") { event.preventDefault(); $("list").focus(); }
    return;
  }
  const moves = /^(Arrow|Page|Home|End)/.test(event.key);
  if (moves && event.target !== $("list") && event.target !== document.body) return; // radio buttons and the like keep theirs
  const act = event.target !== $("kind") && Object.hasOwn(KEYS, event.key) && KEYS[event.key];
  if (act) { event.preventDefault(); act(); }
});

addEventListener("message", (event) => {
  const message = event.data;
  const side = Object.keys(frames).find((name) => frames[name].contentWindow === event.source);
  if (!side || typeof message !== "object" || !shown) return;
  if (message.ready && runs()) event.source.postMessage({ page: frames[side].dataset.page }, "*");
  else if (typeof message.play === "string") play(message.play);
  else if (typeof message.typed === "string") {
    typed = message.typed;
    frames.a.contentWindow.postMessage({ compared: compare(typed) }, "*");
  } else if (typeof message.open === "string" && /^https?:/i.test(message.open)) open(message.open, "_blank", "noopener,noreferrer");
  else if (typeof message.key === "string") {
    if (message.key === "Escape") $("list").focus();
    else if (!message.typing && Object.hasOwn(KEYS, message.key)) KEYS[message.key]();
  }
});

function again() {
  const before = found[chosen];
  search();
  const same = before ? found.findIndex((card) => card.note.key === before.note.key && card.ord === before.ord) : -1;
  choose(same < 0 ? 0 : same);
}

$("search").addEventListener("input", again);
$("kind").addEventListener("change", again);
$("looks").addEventListener("change", (event) => changedLook(event.target.name));
$("looks").addEventListener("submit", (event) => event.preventDefault());
$("list").addEventListener("scroll", draw, { passive: true });
$("rows").addEventListener("click", (event) => {
  const row = event.target.closest(".row");
  if (row) choose(Number(row.id.slice(4)));
});
$("help-button").addEventListener("click", () => $("help").showModal());
$("run").addEventListener("change", () => {
  for (const frame of Object.values(frames)) { frame.removeAttribute("src"); frame.removeAttribute("srcdoc"); frame.dataset.page = ""; }
  paint();
});
addEventListener("resize", () => { draw(); paint(); });

// ---- Loading, and loading again when something was saved ---------------------------------------------------------------------------

function say(text) { $("status").textContent = text; }

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(path);
  return answer.json();
}

function place(before) {
  if (!before) {
    const wanted = decodeURIComponent(location.hash.slice(1));
    return Math.max(0, found.findIndex((card) => `${card.note.path}:${card.note.line}:${card.name}` === wanted));
  }
  const same = found.findIndex((card) => card.note.key === before.note.key && card.ord === before.ord);
  if (same >= 0) return same;
  // The note is another one now that its text was edited: the card of this kind nearest to where it was.
  let best = Math.min(chosen, found.length - 1), distance = Infinity;
  found.forEach((card, i) => {
    const away = card.note.path === before.note.path && card.name === before.name ? Math.abs(card.note.line - before.note.line) : Infinity;
    if (away < distance) [best, distance] = [i, away];
  });
  return best;
}

async function load() {
  const before = shown, list = $("list"), top = list.scrollTop, offset = chosen * ROW - top;
  data = standalone ? JSON.parse(standalone) : await get("index.json");
  document.title = w("{title} · preview", { title: data.title });
  $("title").textContent = data.title;
  arrange();
  search();
  if (!found.length) return nothing();
  const index = place(before);
  if (before) list.scrollTop = index * ROW - offset; // what is chosen stays where it was on the screen
  await choose(index);
}

// A frame that was painted anew (another width, night) still has what was typed.
frames.q.addEventListener("load", () => typed && frames.q.contentWindow.postMessage({ value: typed }, "*"));
frames.a.addEventListener("load", () => typed && frames.a.contentWindow.postMessage({ compared: compare(typed) }, "*"));

try {
  const saved = JSON.parse(sessionStorage.getItem("look") || "{}");
  for (const [name, value] of Object.entries(saved)) $("looks").elements[name].value = value;
} catch { /* no storage */ }
$("run").parentElement.hidden = Boolean(standalone);
if (standalone) $("scripts-why").textContent = w("They do not run in this file.");
if (standalone) load();
else {
  let version = 0, loading = Promise.resolve();
  const events = new EventSource("events");
  events.onmessage = (event) => {
    const news = JSON.parse(event.data);
    if (news.version === version) return say("");
    version = news.version;
    $("problem").hidden = !news.problem;
    $("problem").textContent = news.problem || "";
    loading = loading.then(load).then(() => say(news.said || ""), () => {});
  };
  events.onerror = () => say(w("the preview was ended; this page shows what was last"));
  addEventListener("pagehide", () => events.close());
}
