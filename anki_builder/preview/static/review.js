// How the notes are learned in Anki: what is due and forgotten, and the hard notes with the way to their article.

import { cardName } from "./cards.js";
import { button, element, fill } from "./dom.js";
import { act, view } from "./requests.js";
import { number, several, w } from "./words.js";

export async function review(place, page) {
  const body = element("section", { "aria-live": "polite" });
  place.replaceChildren(element("div", { className: "sheet" }, element("section", {}, element("h2", { textContent: w("How it is learned") }),
    element("p", { className: "hint", textContent: w("Anki must be running, with the add-on AnkiConnect (code 2055492159). Reviews are read; nothing is changed.") }),
    element("p", { className: "row-of-buttons" }, button(w("Read the reviews"), () => page.try(() => act("review")), { id: "read", className: "main" }))), body));

  async function report() {
    const found = page.news.result.name === "review" && page.news.result.problem ? null : await view("reviewed").catch(() => null);
    if (found?.total) draw(found);
    else fill(body);
  }

  function draw({ total, articles, cards, notes, more }) {
    const numbers = [[w("Cards"), total.cards], [w("seen"), total.seen], [w("learned well"), total.mature], [w("due today"), total.due[0]], [w("due in a week"), week(total)], [w("forgotten"), total.lapses]];
    fill(body, element("div", { className: "summary" },
      element("ul", { className: "numbers" }, ...numbers.map(([name, value]) => element("li", {}, element("b", { textContent: number(value) }), " ", name)),
        element("li", {}, element("b", { textContent: percent(total.retention) }), " ", w("remembered")))),
    element("h3", { textContent: w("Hard, marked and flagged notes") }),
    notes.length ? element("table", { className: "articles" },
      element("thead", {}, element("tr", {}, ...[w("Note"), w("Why")].map((name) => element("th", { scope: "col", textContent: name })))),
      element("tbody", {}, ...notes.map((note) => element("tr", {}, element("th", { scope: "row" }, link(note.name, note.text, note.line), element("small", { dir: "auto", textContent: `${note.path}:${note.line}` })),
        element("td", {}, ...signs(note)))))) : element("p", { className: "hint", textContent: w("There are none.") }),
    more ? element("p", { className: "hint", textContent: several("{count} more is not shown.", "{count} more are not shown.", more) }) : null,
    sums(w("Articles"), articles), sums(w("Cards"), cards));
  }

  function link(name, text, line = 0) {
    return name ? element("a", { className: "name", href: `#/article/${encodeURIComponent(name)}${line ? `/${line}` : ""}`, dir: "auto", textContent: text }) : element("span", { dir: "auto", textContent: text });
  }

  function signs({ lapses, leech, marked, flags, reviews, passed }) {
    const badge = (text, kind = "state") => element("span", { className: `badge ${kind}`, textContent: text });
    return [leech ? badge(w("leech"), "error") : "", marked ? badge(w("marked")) : "", ...flags.map((flag) => badge(w("flag {flag}", { flag }))),
      lapses ? badge(several("{count} time forgotten", "{count} times forgotten", lapses), "warning") : "", reviews ? badge(w("{passed} of {reviews} remembered", { passed, reviews })) : ""];
  }

  function sums(heading, list) {
    const columns = [[w("Cards"), "cards"], [w("seen"), "seen"], [w("learned well"), "mature"], [w("forgotten"), "lapses"]];
    return list.length ? element("div", {}, element("h3", { textContent: heading }), element("table", { className: "articles sums" },
      element("thead", {}, element("tr", {}, ...[w("Name"), ...columns.map(([name]) => name), w("remembered"), w("due in a week")].map((textContent) => element("th", { scope: "col", textContent })))),
      element("tbody", {}, ...list.map((one) => element("tr", {}, element("th", { scope: "row" }, link(one.article, one.article ? one.name : cardName(one.name))),
        ...columns.map(([name, key]) => element("td", { className: "amount", "data-name": name, textContent: number(one[key]) })),
        element("td", { className: "amount", "data-name": w("remembered"), textContent: percent(one.retention) }),
        element("td", { className: "amount", "data-name": w("due in a week"), textContent: number(week(one)) })))))) : null;
  }

  await report();
  return { report, refresh: report };
}

function week({ due }) { return due.slice(0, 7).reduce((all, one) => all + one, 0); }

function percent(share) { return share === null ? "–" : `${Math.round(100 * share)} %`; }
