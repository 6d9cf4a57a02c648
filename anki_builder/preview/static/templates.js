// A card template: its text, what is wrong with it, and the learner's own cards in it, all before anything is written.

import { cardName, faces } from "./cards.js";
import { askToWrite, button, element, fill, openDialog } from "./dom.js";
import { problems } from "./remedies.js";
import { act, view } from "./requests.js";
import { w } from "./words.js";

const PAUSE = 300; // milliseconds without a key after which a text is tried
const drafts = new Map(); // texts that are not saved yet, by name; they stay while other views are shown

export async function templates(place, page, [given = "sentence/read.front.html"]) {
  let name = given, saved = null, found = null, timer = 0, asked = 0;
  const list = element("select", { id: "template", "aria-label": w("Template") });
  const state = element("p", { className: "hint" });
  const text = element("textarea", { id: "template-text", spellcheck: false, dir: "ltr", wrap: "off", autocapitalize: "off", "aria-label": w("Text of the template") });
  const wrong = element("div", { "aria-live": "polite" });
  const buttons = element("p", { className: "row-of-buttons" });
  const shown = element("section", { className: "pane" });
  place.replaceChildren(element("div", { className: "choice template" }, element("section", { className: "pane" },
    element("p", { className: "row-of-buttons" }, list, element("a", { href: "#/look", textContent: w("Back to the looks") })), state, text, wrong,
    element("div", { className: "footer" }, buttons)), shown));
  list.addEventListener("change", () => { location.hash = `#/templates/${encodeURIComponent(list.value)}`; });
  text.addEventListener("input", () => {
    drafts.set(name, text.value);
    clearTimeout(timer);
    timer = setTimeout(attempt, PAUSE);
  });

  async function refresh() {
    const all = await page.try(() => view("templates"));
    const one = all && await page.try(() => view("template", { name }));
    if (!one) return;
    fill(list, ...all.rows.map((row) => element("option", { value: row.name, textContent: row.is_own ? `${row.name} – ${row.state}` : row.name })));
    list.value = name;
    if (drafts.get(name) === one.text) drafts.delete(name);
    saved = one;
    const wanted = drafts.get(name) ?? one.text;
    if (text.value !== wanted) text.value = wanted;
    page.crumb(name);
    state.textContent = one.is_own ? w("Your own file: {path}", { path: one.path })
      : one.is_builtin ? w("Built into the program. Once you change it, {path} is your own, and new versions of the program leave it to you.", { path: one.path })
        : w("Not there yet: your own rules, after all others, in {path}.", { path: one.path });
    await attempt();
  }

  async function attempt() {
    const ask = ++asked;
    const answer = await page.try(() => act("try-template", { name, text: text.value }));
    if (!answer || ask !== asked) return;
    found = answer;
    const { is_own: isOwn, is_builtin: isBuiltin } = saved;
    fill(wrong, answer.problems.length ? problems(page, answer.problems) : element("p", { className: "good", textContent: w("nothing to report") }));
    fill(buttons, button(w("Save …"), save, { id: "save-template", className: "main", disabled: text.value === saved.text }),
      button(w("As it is saved"), () => { drafts.delete(name); text.value = saved.text; attempt(); }, { id: "undo-template", disabled: text.value === saved.text }),
      isOwn && isBuiltin ? button(w("Back to the built-in one …"), back, { id: "builtin-template" }) : null);
    const cards = answer.cards.map((card) => ({ card, ...faces() }));
    fill(shown, cards.length ? null : element("p", { className: "hint", textContent: w("No note here makes a card of this template.") }),
      ...cards.flatMap(({ card, figures }) => [element("h3", { textContent: cardName(card.name) }), element("div", { className: "sides" }, ...figures)]));
    for (const { card, show } of cards) show(card, card.ord, answer.css);
  }

  function save() {
    const written = text.value;
    const isRefused = found.problems.some(({ severity }) => severity === "error");
    askToWrite(saved.path, found.diff, isRefused ? w("It has errors: nothing is built until they are mended.") : "",
      () => page.try(() => act("save-template", { name, text: written, digest: found.digest })));
  }

  function back() {
    const dialog = openDialog({ className: "wide" }, element("h2", { textContent: w("Take {path} away, so that the built-in template holds again?", { path: saved.path }) }),
      element("p", { className: "hint", textContent: w("Your file is kept in the folder .backup beside it.") }),
      element("p", { className: "row-of-buttons" }, button(w("Take it away"), async () => {
        dialog.close();
        if (await page.try(() => act("builtin-template", { name, digest: saved.digest }))) drafts.delete(name);
      }, { className: "main", id: "take-back" }), button(w("Cancel"), () => dialog.close())));
  }

  await refresh();
  return { refresh };
}
