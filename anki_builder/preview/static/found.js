// Single cards that hold some words, each with the way to it in its article.

import { cardName } from "./cards.js";
import { button, element, fill } from "./dom.js";
import { view } from "./requests.js";
import { several, w } from "./words.js";

const MOST = 100; // notes that are listed before the reader asks for more

// Fills a table with the notes whose cards hold the words; `isNow` says whether they are still looked for.
export async function foundCards(page, { words, state }, { count, table, pager }, isNow) {
  const body = element("tbody", {});
  let start = 0, notes = 0, cards = 0;

  async function go() {
    const until = notes + MOST;
    while (start !== null && notes < until) {
      const part = await page.try(() => view("cards", { words, state, start }));
      if (!part || !isNow()) return;
      if (part.reading) { count.textContent = w("Cards can be looked for once all notes are read."); break; }
      start = part.next;
      notes += part.notes.length;
      cards += part.notes.reduce((sum, note) => sum + note.cards.length, 0);
      body.append(...part.notes.map(row));
      draw();
    }
  }

  function draw() {
    const found = several("{count} card", "{count} cards", cards);
    count.textContent = start === null ? (cards ? found : w("No card matches.")) : w("{cards} so far", { cards: found });
    table.hidden = !notes;
    pager.hidden = start === null;
    fill(pager, button(w("Look for more"), go, { id: "more" }));
  }

  table.hidden = pager.hidden = true;
  count.textContent = "";
  fill(table, element("thead", {}, element("tr", {}, ...[w("Note"), w("Cards"), w("Article")].map((name) => element("th", { scope: "col", textContent: name })))), body);
  await go();
}

function row({ key, label, lang, answer, article, title, path, line, cards }) {
  const place = (ord) => `#/article/${[article, line, `${key}\t${ord}`].map(encodeURIComponent).join("/")}`;
  return element("tr", {},
    element("th", { scope: "row" }, element("a", { className: "name", href: place(cards[0][0]), lang, dir: "auto", textContent: label }), element("small", { dir: "auto", textContent: answer })),
    element("td", { "data-name": w("Cards") }, ...cards.flatMap(([ord, name]) => [element("a", { className: "badge state", href: place(ord), textContent: cardName(name) }), " "])),
    element("td", {}, element("span", { dir: "auto", textContent: title }), element("small", { dir: "auto", textContent: `${path}:${line}` })));
}
