// Which cards are made: switches with the numbers of cards and two examples of each kind; saved into the settings file.

import { cardName, faces } from "./cards.js";
import { checkbox, group, radios } from "./controls.js";
import { askToWrite, button, element, fill } from "./dom.js";
import { act, view } from "./requests.js";
import { trustQuestion } from "./trust.js";
import { number, several, w } from "./words.js";

const LABELS = {
  sentences: { "with-terms": w("Those with a term"), all: w("All"), none: w("None") },
  sentence_cards: { read: w("read the sentence"), produce: w("say it from its translation"), listen: w("hear it alone") },
  terms: { recognise: w("know the word in its sentence"), recall: w("say it from its gloss"), cloze: w("fill its gap in each sentence"), spell: w("spell it"),
    hear: w("hear the word alone"), picture: w("know it from its picture") },
  order: { reading: w("As you read"), frequency: w("Frequent words first"), "easy-first": w("Easy ones first") },
  audio: { tts: w("spoken by Anki"), off: w("none"), voice: w("packed, of the voice of this program"), command: w("packed, of a command of yours") },
};
const MORE = { cloze_typing: w("Type the gap of a cloze card"), readings_on_front: w("Show readings on fronts, too"),
  unfold_passages: w("Show the passage on backs unfolded"), unfold_hints: w("Show hints on fronts unfolded"),
  readings: w("Add readings where the note has none"), blur_translations: w("Blur translations until they are tapped") };
const FEW = 300; // articles that are counted without being asked
let isAsking = false; // also by another one of this view, which a look at the notes has replaced

export async function choice(place, page) {
  let saved, wanted, counted = null, kind = "read";
  const pairs = [faces(), faces()];
  const total = element("p", { className: "total", role: "status" });
  const body = element("div", { className: "options" });
  const trust = element("div", {});
  const title = element("h3", {});
  const none = element("p", { className: "hint", textContent: w("No note here makes this card.") });
  const shown = pairs.map(({ figures }) => element("div", { className: "sides" }, ...figures));
  const buttons = element("p", { className: "row-of-buttons" });
  place.replaceChildren(element("div", { className: "choice" }, element("section", { className: "pane" }, body,
    element("p", { className: "hint", textContent: w("Notes that choose for themselves keep their choice.") }),
    element("p", { className: "hint", textContent: w("Cards that are not wanted any more stay in Anki with their reviews until you delete them there.") }),
    element("div", { className: "footer" }, total, buttons)),
    element("section", { className: "pane", "aria-live": "polite" }, title, none, ...shown)));

  async function refresh() {
    const found = await page.try(() => view("settings"));
    if (!found) return;
    const isKept = saved && Object.keys(changes()).length > 0; // not saved yet
    const before = wanted;
    saved = found;
    wanted = isKept ? { ...structuredClone(saved.values), ...before } : structuredClone(saved.values);
    await report();
  }

  async function report() {
    if (page.news.result.name === "count" && !page.news.result.problem) counted = await view("counted").catch(() => null);
    draw();
    if (!counted && !page.news.task && page.state.articles && page.state.articles <= FEW && !page.news.result.stopped) await count();
  }

  async function count() {
    if (isAsking) return;
    isAsking = true;
    if (await page.try(() => act("count"))) page.news.task ??= { name: "count" }; // whose news may come later than the answer
    isAsking = false;
  }

  function amountOf(setting, card) {
    const row = counted?.rows.find((one) => one.setting === setting && one.card === card);
    return row ? row.counts[setting === "sentence_cards" ? wanted.sentences : "all"] ?? 0 : null;
  }

  function sum(values) {
    const of = (setting, by) => values[setting].reduce((all, card) => {
      const row = counted.rows.find((one) => one.setting === setting && one.card === card);
      return all + (row?.counts[by] ?? 0);
    }, 0);
    return (values.sentences === "none" ? 0 : of("sentence_cards", values.sentences)) + of("terms", "all");
  }

  function switches(setting, label) {
    return group(setting, label, ...saved.choices[setting].map((card) => {
      const box = element("input", { type: "checkbox", name: card, checked: wanted[setting].includes(card) });
      box.addEventListener("change", () => {
        wanted[setting] = saved.choices[setting].filter((one) => (one === card ? box.checked : wanted[setting].includes(one)));
        kind = card;
        update();
      });
      const row = element("label", {}, box, element("span", { className: "what" }, element("b", { textContent: cardName(card) }), ` – ${LABELS[setting][card]}`),
        element("span", { className: "amount", "data-setting": setting, "data-card": card }));
      const look = () => { kind = card; examples(); };
      row.addEventListener("mouseenter", look);
      box.addEventListener("focus", look);
      return row;
    }));
  }

  function one(setting, label) {
    const values = saved.choices[setting].map((value) => [value, LABELS[setting][value]]);
    return radios(setting, label, values, wanted[setting], (value) => { wanted[setting] = value; update(); }, (value) => reason(setting, value));
  }

  // Why a value cannot be chosen; what is chosen already can stay.
  function reason(setting, value) {
    if (value === "command" && !saved.command) return "";
    return saved.missing[setting] === value && saved.values[setting] !== value ? w("(not installed here)") : null;
  }

  // The command stands in the settings: it is not written here, and runs only once it is trusted.
  async function ask() {
    const question = saved.values.audio === "command" ? await trustQuestion(page, refresh) : null;
    fill(trust, saved.command ? null : element("p", { className: "hint", textContent: w("A command is named as audio_command in {path}.", { path: saved.path }) }), question);
  }

  function more() {
    const added = (isOn) => (isOn ? "added" : "written"); // the one setting here that is no switch
    return group("more", w("More"), ...Object.entries(MORE).map(([setting, label]) =>
      checkbox(setting, label, setting === "readings" ? wanted.readings === "added" : wanted[setting], (isOn) => {
        wanted[setting] = setting === "readings" ? added(isOn) : isOn;
        update();
      }, reason(setting, "added"))));
  }

  function draw() {
    fill(body, one("sentences", w("Sentences that make cards")), switches("sentence_cards", w("Cards of a sentence")), switches("terms", w("Cards of a term")),
      one("order", w("Order of new cards")), one("audio", w("Sound")), trust, more());
    ask();
    update();
  }

  function changes() {
    return Object.fromEntries(Object.entries(wanted).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(saved.values[name])));
  }

  function update() {
    for (const place of body.querySelectorAll("[data-card]")) {
      const amount = amountOf(place.dataset.setting, place.dataset.card);
      place.textContent = amount === null ? "" : number(amount);
    }
    const isChanged = Object.keys(changes()).length > 0;
    if (counted) total.textContent = isChanged ? w("{count} cards; now {now}", { count: number(sum(wanted)), now: number(sum(saved.values)) }) : several("{count} card", "{count} cards", sum(wanted));
    else total.textContent = w("The numbers come from reading all notes twice.");
    fill(buttons, button(w("Save …"), save, { id: "save", className: "main", disabled: !isChanged }),
      button(w("As it is saved"), () => { wanted = structuredClone(saved.values); draw(); }, { disabled: !isChanged }),
      counted ? null : button(w("Count the cards"), count, { id: "count-cards" }));
    examples();
  }

  function examples() {
    const found = counted?.examples[kind] ?? [];
    title.textContent = counted ? w("Examples: {card}", { card: cardName(kind) }) : "";
    none.hidden = !counted || found.length > 0;
    pairs.forEach(({ show }, index) => {
      shown[index].hidden = index >= found.length;
      if (index < found.length) show(found[index], found[index].ord, counted.css[found[index].pair]);
    });
  }

  async function save() {
    const asked = changes();
    const found = await page.try(() => view("settings-change", { changes: JSON.stringify(asked) }));
    if (found) askToWrite(saved.path, found.diff, "", () => page.try(() => act("choose", { changes: asked, digest: found.digest })));
  }

  await refresh();
  return { refresh, report };
}
