// Into the running Anki: the plan before anything is sent, both versions of what is in conflict, the result; and back from it.

import { button, diffOf, element, fill } from "./dom.js";
import { act } from "./requests.js";
import { several, w } from "./words.js";

const OWN = new Set(["plan", "send", "pull", "pulled", "synchronise"]);
const choice = { ours: new Set(), delete: false };

export async function send(place, page) {
  const body = element("section", { "aria-live": "polite" });
  const head = element("section", {}, element("h2", { textContent: w("Send to Anki") }),
    element("p", { className: "hint", textContent: w("Anki must be running, with the add-on AnkiConnect (code 2055492159). Nothing is sent before you have seen what it will be. Without the add-on: build on the page of articles, and import into Anki there.") }),
    element("p", { className: "row-of-buttons" },
      button(w("Compare with Anki"), () => { choice.ours.clear(); plan(); }, { id: "compare", className: "main" }),
      button(w("Look what was changed in Anki …"), () => page.try(() => act("pull", {})), { id: "pull" })));
  place.replaceChildren(element("div", { className: "sheet" }, head, body));

  function plan() { return page.try(() => act("plan", { ours: [...choice.ours], delete: choice.delete })); }

  function report() {
    const result = page.news.result;
    if (!OWN.has(result.name) || result.problem || result.stopped) return fill(body);
    ({ plan: drawPlan, send: drawSent, pull: drawPull, pulled: drawPulled, synchronise: drawSynchronised })[result.name](result);
  }

  function amounts(counts) {
    if (!counts.length) return element("p", { className: "good", textContent: w("Anki has everything as it is here.") });
    return element("p", {}, ...counts.map(({ said, open }) => element("span", { className: `badge ${open ? "warning" : "state"}`, textContent: said })));
  }

  function drawPlan(found) {
    const remove = element("input", { type: "checkbox", id: "delete", checked: choice.delete });
    remove.addEventListener("change", () => { choice.delete = remove.checked; plan(); });
    fill(body, element("h3", { textContent: w("This would be sent") }), amounts(found.counts),
      found.removed.length ? element("p", {}, element("label", {}, remove, ` ${w("Delete in Anki what is gone from the notes, unless it was edited there; else it is tagged and suspended.")}`)) : null,
      found.does_something ? element("p", { className: "row-of-buttons" }, button(w("Send it"), () => page.try(() => act("send", { ours: [...choice.ours], delete: choice.delete, digest: found.digest })), { id: "send", className: "main" })) : null,
      ...conflicts(found), table(found));
  }

  function conflicts(found) {
    const notes = found.notes.filter((note) => note.conflicts.length);
    const types = found.note_types.filter((type) => type.conflict);
    if (!notes.length && !types.length) return [];
    return [element("h3", { textContent: w("Changed here and in Anki: neither is sent unless you choose") }),
      ...types.map((type) => element("div", { className: "conflict" }, element("p", {}, `${type.name}: `, w("its templates were changed in Anki and here")),
        button(w("Send the templates here"), () => choose("")))),
      ...notes.map((note) => element("div", { className: "conflict" },
        element("p", {}, element("b", { dir: "auto", textContent: note.text }), element("span", { className: "hint", textContent: `  ${note.path}:${note.line}` })),
        element("table", { className: "versions" },
          element("thead", {}, element("tr", {}, ...[w("Field"), w("Here"), w("In Anki")].map((name) => element("th", { scope: "col", textContent: name })))),
          element("tbody", {}, ...note.conflicts.map(({ field, here, anki }) => element("tr", {}, element("th", { scope: "row", textContent: field }),
            element("td", { dir: "auto", textContent: here }), element("td", { dir: "auto", textContent: anki }))))),
        element("p", { className: "row-of-buttons" },
          button(w("Send the version here"), () => choose(note.guid), { className: "ours" }),
          button(w("Take the version of Anki into the note …"), () => page.try(() => act("pull", { guids: [note.guid], theirs: true })), { className: "theirs" }))))];
  }

  function choose(guid) {
    if (choice.ours.has(guid)) choice.ours.delete(guid); else choice.ours.add(guid);
    return plan();
  }

  function table({ notes, removed, more }) {
    const rows = [...notes.filter((note) => !note.conflicts.length), ...removed.map((gone) => ({ ...gone, line: 0, fields: [], tags_added: [], tags_removed: [] }))];
    if (!rows.length) return null;
    return element("div", {}, element("table", { className: "articles" },
      element("thead", {}, element("tr", {}, ...[w("Note"), w("What happens"), w("State")].map((name) => element("th", { scope: "col", textContent: name })))),
      element("tbody", {}, ...rows.map((note) => element("tr", {},
        element("th", { scope: "row" }, element("span", { dir: "auto", textContent: note.text }), element("small", { textContent: note.line ? `${note.path}:${note.line}` : note.path })),
        element("td", {}, details(note), choice.ours.has(note.guid) ? button(w("Leave both as they are"), () => choose(note.guid)) : ""),
        element("td", {}, ...note.becomes.map(({ said, open }) => element("span", { className: `badge ${open ? "warning" : "state"}`, textContent: said }))))))),
      more ? element("p", { className: "hint", textContent: several("{count} more is not shown.", "{count} more are not shown.", more) }) : null);
  }

  function details({ fields, edited, tags_added: added, tags_removed: taken, cards_moved: moved, problem }) {
    return [problem, fields.join(", "), edited?.length ? w("{fields}: edited in Anki, where it stays", { fields: edited.join(", ") }) : "",
      [...added.map((tag) => `+${tag}`), ...taken.map((tag) => `-${tag}`)].join(" "), moved ? several("{count} card moves", "{count} cards move", moved) : ""].filter(Boolean).join("; ");
  }

  function drawSent({ counts, undone, left }) {
    choice.ours.clear();
    const isDone = !undone.length && !left.does_something;
    fill(body, element("p", { className: isDone ? "good" : "bad", id: "sent", textContent: isDone ? w("It was sent:") : w("It was sent, but not all of it arrived:") }), amounts(counts),
      undone.length ? element("ul", { className: "problems" }, ...undone.map((line) => element("li", { dir: "auto", textContent: line }))) : null,
      element("p", { className: "hint", textContent: w("To take it back: Anki keeps backups of your collection, under File → Switch Profile → Open Backup.") }),
      element("p", { className: "row-of-buttons" }, button(w("Let Anki synchronise"), () => page.try(() => act("synchronise")), { id: "synchronise" })),
      ...conflicts(left));
  }

  function drawPull(found) {
    fill(body, element("h3", { textContent: found.files ? w("This was changed in Anki, and can be written into your notes:") : w("Nothing was changed in Anki that your notes can hold.") }),
      found.files ? diffOf(found.diff) : null,
      found.files ? element("p", { className: "row-of-buttons" }, button(w("Write it"), () => page.try(() => act("pull-write", { digest: found.digest })), { id: "write", className: "main" })) : null,
      found.kept.length ? element("h3", { textContent: w("This stays in Anki alone:") }) : null,
      found.kept.length ? element("ul", { className: "problems" }, ...found.kept.map(({ path, line, text, what }) => element("li", {}, element("b", { dir: "auto", textContent: text }), `  ${what}`,
        element("span", { className: "hint", textContent: `  ${path}:${line}` })))) : null);
  }

  function drawPulled({ files }) {
    fill(body, element("p", { className: "good", id: "pulled", textContent: several("{count} note was written. Compare with Anki again to send what follows from it.",
      "{count} notes were written. Compare with Anki again to send what follows from it.", files) }));
  }

  function drawSynchronised() {
    fill(body, element("p", { className: "good", textContent: w("Anki was asked to synchronise: look there whether it did.") }));
  }

  report();
  return { report, refresh: report };
}
