// The page that needs no server: a list of cards, and both sides of one.

import { cardName, faces, look, lookLists } from "./cards.js";
import { $, button, element, keysOf } from "./dom.js";
import { cardList, cardsOf } from "./list.js";
import { placeOf, problemItem } from "./problems.js";
import { number, several, w } from "./words.js";

const { title, total, notes, cards: sides, css, problems } = JSON.parse($("data").textContent);
const all = cardsOf(notes, problems);
const shown = faces((text) => { $("said").textContent = text; });
const looks = lookLists(() => list.pick(list.found.indexOf(list.chosen)));
const list = cardList((card) => {
  $("sides").hidden = $("place").hidden = $("remarks").hidden = !card;
  if (!card) return;
  $("sides").style.setProperty("--width", `${look.width || 420}px`);
  $("place").textContent = `${cardName(card.title)} · ${card.note.path}:${card.note.line}`;
  $("remarks").replaceChildren(...card.problems.map((problem) => problemItem("", problem)));
  shown.show(sides[`${card.index}/${card.ord}`], card.ord, css[card.note.pair], look);
});

function seek() {
  const wanted = $("search").value.toLowerCase().normalize().split(/\s+/).filter(Boolean);
  const has = (note, word) => `${note.search} ${note.path}:${note.line}`.toLowerCase().includes(word);
  const found = all.filter(({ note }) => wanted.every((word) => has(note, word)));
  list.fill(found, w("No card matches."));
  const cut = total > all.length ? w("; the other {count} are not in this file", { count: number(total - all.length) }) : "";
  $("count").textContent = (found.length === all.length ? w("{all} cards", { all: number(all.length) })
    : w("{count} of {all} cards", { count: number(found.length), all: number(all.length) })) + cut;
}

// All problems, also of lines that make no card; where one stands at a card, its place leads there.
function drawProblems() {
  $("problems").hidden = !problems.length;
  $("problems").append(element("summary", { textContent: several("{count} problem of the notes", "{count} problems of the notes", problems.length) }),
    element("ul", { className: "problems" }, ...problems.map((problem) => problemItem(element("div", {}, way(problem)), problem))));
}

function way(problem) {
  const there = all.find((card) => card.problems.includes(problem));
  if (!there) return element("span", { className: "hint", textContent: placeOf(problem) });
  return button(placeOf(problem), () => {
    $("search").value = "";
    seek();
    list.all();
    list.pick(list.found.indexOf(there));
  }, { className: "way" });
}

const isReported = (card) => card.problems.length > 0;
const KEYS = {
  j: [w("next card"), () => list.move(1)], k: [w("previous card"), () => list.move(-1)],
  n: [w("next card with something to report"), () => list.move(1, isReported)], p: [w("previous card with something to report"), () => list.move(-1, isReported)],
  g: [w("first card"), list.first], G: [w("last card"), list.last],
  "/": [w("search"), () => $("search").focus()],
  r: [w("play the sound of the front"), () => shown.play("q")], R: [w("play the sound of the back"), () => shown.play("a")],
  t: [w("type the answer"), shown.type],
  m: [w("other light"), () => looks.next("mode")], c: [w("other program"), () => looks.next("program")], w: [w("other width"), () => looks.next("width")],
  Escape: [w("back to the cards"), () => list.rows.focus()],
};
document.title = $("title").textContent = title;
$("looks").append(...looks.lists, element("button", { type: "button", id: "help-button", textContent: "?", title: w("Keys (?)") }));
$("find").append(list.kinds);
$("list").append(list.rows);
$("sides").append(...shown.figures);
$("search").addEventListener("input", seek);
$("search").addEventListener("keydown", ({ key }) => key === "Enter" && list.rows.focus());
keysOf($("help-button"), () => KEYS);
drawProblems();
seek();
