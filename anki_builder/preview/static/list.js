// A list of cards with a choice of their kind.

import { cardName } from "./cards.js";
import { SEVERITIES, element } from "./dom.js";
import { w } from "./words.js";

const REPORTED = "!"; // instead of a kind: cards with something to report
let kind = ""; // stays while other articles are shown

// The cards of notes, each with the problems of its line.
export function cardsOf(notes, problems = []) {
  return notes.flatMap((note, index) => note.cards.map(([ord, title, due]) =>
    ({ note, index, ord, title, due, key: `${note.key}\t${ord}`, problems: problems.filter(({ path, line }) => line === note.line && path === note.path) })));
}

// Returns the choice, the list and what can be done with them. `shows` is called with a card that is chosen, null if there is none, and
// whether the reader chose it; `beyond` with the step past an end.
export function cardList(shows, beyond = () => {}) {
  const kinds = element("select", { id: "kind", title: w("Kind of card"), "aria-label": w("Kind of card") });
  const rows = element("div", { className: "cards", role: "listbox", tabIndex: 0, "aria-label": w("Cards") });
  const list = { kinds, rows, found: [], chosen: null, fill, pick, move, all: () => { kind = ""; draw(); }, first: () => pick(0), last: () => pick(list.found.length - 1) };
  let all = [], none = "";
  kinds.addEventListener("change", () => { kind = kinds.value; draw(); pick(0); });
  rows.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (step) { event.preventDefault(); move(step); }
  });
  rows.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) pick(Number(row.dataset.index));
  });

  // Puts other cards into the list, or says why there are none. What was chosen stays, or what is nearest to it now.
  function fill(cards, nothing) {
    const before = list.chosen;
    all = cards;
    none = nothing;
    draw();
    pick(before ? nearest(before) : 0, false);
  }

  function draw() {
    const names = [...new Set(all.map(({ title }) => title))];
    kinds.replaceChildren(element("option", { value: "", textContent: w("All cards") }),
      ...names.map((name) => element("option", { value: name, textContent: cardName(name) })),
      element("option", { value: REPORTED, textContent: w("With remarks") }));
    if (kind && kind !== REPORTED && !names.includes(kind)) kinds.append(element("option", { value: kind, textContent: cardName(kind) }));
    kinds.value = kind;
    list.found = all.filter(({ title, problems }) => !kind || (kind === REPORTED ? problems.length : title === kind));
    rows.replaceChildren(...list.found.map(row));
    if (!list.found.length) rows.replaceChildren(element("p", { className: "hint", textContent: all.length ? w("No card matches.") : none }));
  }

  function row({ note, title, problems }, index) {
    const worst = Object.keys(SEVERITIES).find((severity) => problems.some((problem) => problem.severity === severity));
    return element("div", { role: "option", id: `card-${index}`, "data-index": index, "aria-selected": "false" },
      element("span", { className: "label", lang: note.lang, dir: "auto", textContent: note.label }),
      element("small", {}, `${cardName(title)} · ${w("line {line}", { line: note.line })}`, worst ? element("span", { className: worst, textContent: ` · ${SEVERITIES[worst]}` }) : null));
  }

  // The same card, else that of its kind which is nearest to where it was.
  function nearest({ key, title, note }) {
    const same = list.found.findIndex((one) => one.key === key);
    if (same >= 0) return same;
    const away = (one) => (one.title === title ? Math.abs(one.note.line - note.line) : Infinity);
    return list.found.reduce((best, one, index) => (away(one) < away(list.found[best]) ? index : best), 0);
  }

  function pick(index, isWanted = true) {
    rows.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
    list.chosen = list.found[Math.max(0, Math.min(list.found.length - 1, index))] ?? null;
    if (list.chosen) {
      const row = rows.children[list.found.indexOf(list.chosen)];
      row.setAttribute("aria-selected", "true");
      row.scrollIntoView({ block: "nearest" });
      rows.setAttribute("aria-activedescendant", row.id);
    } else rows.removeAttribute("aria-activedescendant");
    return shows(list.chosen, isWanted);
  }

  // Goes to the next card in a direction that is wanted.
  function move(step, isWanted = () => true) {
    const start = list.found.indexOf(list.chosen);
    let at = start + step;
    if (Math.abs(step) > 1) at = Math.max(0, Math.min(list.found.length - 1, at));
    while (list.found[at] && !isWanted(list.found[at])) at += step;
    return list.found[at] ? pick(at) : beyond(step);
  }

  return list;
}
