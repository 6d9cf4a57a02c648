// How the cards look: themes, and the variables of the style as controls with live cards; saved as user.css.

import { cardName, faces } from "./cards.js";
import { checkbox, group, radios } from "./controls.js";
import { askToWrite, button, element, fill } from "./dom.js";
import { act, view } from "./requests.js";
import { w } from "./words.js";

const MODES = { day: w("Day"), night: w("Night"), black: w("Black (AnkiDroid)") };
const BEFORE = { day: ["day"], night: ["night", "day"], black: ["black", "night", "day"] }; // where a light has its values from
const LENGTHS = [["size", w("Size of the text"), 14, 40, 1, "px"], ["measure", w("Width of a line"), 18, 60, 1, "em"],
  ["gap", w("Distances"), 0.4, 2, 0.1, "em"], ["radius", w("Round corners"), 0, 24, 1, "px"]];
const COLOURS = { paper: w("Background"), ink: w("Text"), soft: w("Secondary text"), accent: w("Accent"), line: w("Lines"), mark: w("Marked words"),
  shade: w("Shaded parts"), good: w("Right"), bad: w("Wrong") };
const THEMES = { paper: w("paper"), minimal: w("minimal"), contrast: w("contrast") };
const PARTS = { "recognise-context": w("Recognise: the sentence"), "recall-part-of-speech": w("Recall: the part of speech"),
  "recall-context": w("Recall: the sentence with a gap"), "recall-hint": w("Recall: its letters as a hint"), "cloze-hint": w("Cloze: the translation as a hint"),
  word: w("base form, phonetics, part of speech"), note: w("remarks"), passage: w("the passage"), source: w("where it is from") };
const ON_BACKS = new Set(["word", "note", "passage", "source"]);
const UNFOLDED = { unfold_passages: [w("the passage on backs"), "passage"], unfold_hints: [w("hints on fronts"), "help"] }; // with the class of what is folded
const READ = { ink: 4.5, soft: 4.5, accent: 3, good: 4.5, bad: 4.5 }; // the contrast with the background that WCAG asks of text; of large text 3
const FONTS = { "": w("that of the theme"), 'Georgia, "Noto Serif", "Noto Serif CJK SC", serif': w("with serifs"),
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif': w("without serifs"),
  'ui-monospace, Menlo, Consolas, "Noto Sans Mono", monospace': w("of a typewriter") };

export async function look(place, page) {
  let data, theme, variables, cards = [];
  let mode = matchMedia("(prefers-color-scheme: dark)").matches ? "night" : "day", isPlain = false, isWide = false;
  let hidden = [], unfolded = {};
  const body = element("div", { className: "options" });
  const buttons = element("p", { className: "row-of-buttons" });
  const shown = element("section", { className: "pane" });
  place.replaceChildren(element("div", { className: "choice" },
    element("section", { className: "pane" }, body, element("p", { className: "hint", textContent: w("Looks reach Anki with the next build or push.") }),
      element("p", {}, element("a", { href: "#/templates", textContent: w("Edit the templates themselves …") })),
      element("div", { className: "footer" }, buttons)), shown));

  async function refresh() {
    const found = await page.try(() => view("looks"));
    if (!found) return;
    const isKept = data && isChanged(); // not saved yet
    data = found;
    theme = data.theme;
    unfolded = { ...data.unfolded };
    if (!isKept) [variables, hidden] = [structuredClone(data.chosen), [...data.hidden]];
    drawCards();
    draw();
  }

  function isChanged() {
    return JSON.stringify([clean(variables), hidden]) !== JSON.stringify([clean(data.chosen), data.hidden]);
  }

  // The value of a variable in a light: what was chosen, else that of the theme.
  function valueOf(name, inMode) {
    const values = BEFORE[inMode].map((one) => variables[one]?.[name] ?? data.themes[theme].variables[one]?.[name]);
    return values.find((value) => value !== undefined) ?? "";
  }

  function set(name, value, inMode) {
    variables[inMode] ??= {};
    if (value === "" || value === data.themes[theme].variables[inMode]?.[name]) delete variables[inMode][name];
    else variables[inMode][name] = value;
    show();
  }

  function css() {
    const rules = Object.entries(data.selectors).map(([one, selector]) =>
      `${selector} { ${Object.entries(variables[one] ?? {}).map(([name, value]) => `--${name}: ${value};`).join(" ")} }`);
    rules.push(...hidden.map((name) => `${data.parts[name]} { display: none; }`));
    return data.themes[theme].css + (isPlain ? "" : `\n${rules.join("\n")}`);
  }

  function draw() {
    fill(body, radios("theme", w("Theme"), Object.keys(data.themes).map((name) => [name, THEMES[name] ?? name]), theme, (name) => { theme = name; draw(); }),
      radios("mode", w("Light"), Object.entries(MODES), mode, (name) => { mode = name; draw(); }),
      group("sizes", w("Sizes"), ...LENGTHS.map(length), font()),
      parts("fronts", w("Shown on fronts"), Object.keys(PARTS).filter((name) => !ON_BACKS.has(name))),
      parts("backs", w("Shown on backs"), [...ON_BACKS]), folds(),
      group("colours", `${w("Colours")}: ${MODES[mode]}`, ...Object.entries(COLOURS).map(colour)));
    show();
  }

  function length([name, label, min, max, step, unit]) {
    const now = valueOf(name, "day");
    const bar = element("input", { type: "range", name, min, max, step });
    bar.value = parseFloat(now) || 0;
    const amount = element("span", { className: "amount", textContent: now });
    bar.addEventListener("input", () => { amount.textContent = bar.value + unit; set(name, bar.value + unit, "day"); });
    return element("label", {}, element("span", { className: "what", textContent: label }), bar, amount);
  }

  function parts(name, label, of) {
    return group(name, label, ...of.map((part) => checkbox(`show-${part}`, PARTS[part], !hidden.includes(part), (isOn) => {
      hidden = Object.keys(PARTS).filter((one) => (one === part ? !isOn : hidden.includes(one)));
      show();
    })));
  }

  function folds() {
    return group("folds", w("Unfolded"), ...Object.entries(UNFOLDED).map(([setting, [label]]) =>
      checkbox(setting, label, unfolded[setting], (isOn) => { unfolded[setting] = isOn; show(); })));
  }

  // A card with what is folded open or not, as it was chosen here.
  function folded(card) {
    const sides = {};
    for (const side of ["front", "back"]) {
      sides[side] = Object.entries(UNFOLDED).reduce((html, [setting, [, name]]) =>
        html.replace(new RegExp(`<details class="${name}"( open)?>`, "g"), `<details class="${name}"${unfolded[setting] ? " open" : ""}>`), card[side]);
    }
    return { ...card, ...sides };
  }

  function font() {
    const now = variables.day?.font ?? "";
    const list = element("select", { name: "font" }, ...Object.entries(FONTS).map(([value, label]) => element("option", { value, textContent: label })));
    if (!Object.hasOwn(FONTS, now)) list.append(element("option", { value: now, textContent: now }));
    list.value = now;
    list.addEventListener("change", () => set("font", list.value, "day"));
    return element("label", {}, element("span", { className: "what", textContent: w("Font") }), list);
  }

  function colour([name, label]) {
    const box = element("input", { type: "color", name });
    box.value = hex(valueOf(name, mode));
    box.addEventListener("input", () => set(name, box.value, mode));
    return element("label", {}, element("span", { className: "what" }, label, element("span", { className: "warned", "data-name": name })), box);
  }

  function drawCards() {
    cards = data.cards.map((card) => ({ card, ...faces() }));
    const plain = element("input", { type: "checkbox", id: "plain", checked: isPlain });
    plain.addEventListener("change", () => { isPlain = plain.checked; show(); });
    const wide = element("input", { type: "checkbox", id: "wide", checked: isWide });
    wide.addEventListener("change", () => { isWide = wide.checked; show(); });
    fill(shown, element("div", { className: "options row-of-buttons" }, element("label", {}, plain, w("Without my changes")), element("label", {}, wide, w("As wide as the page"))),
      cards.length ? null : element("p", { className: "hint", textContent: w("There are no cards yet.") }),
      ...cards.flatMap(({ card, figures }) => [element("h3", { textContent: cardName(card.name) }), element("div", { className: "sides" }, ...figures)]));
  }

  function show() {
    const style = css();
    shown.classList.toggle("phone", !isWide);
    for (const { card, show: paint } of cards) paint(folded(card), card.ord, style, { mode });
    for (const place of body.querySelectorAll(".warned")) {
      const wanted = READ[place.dataset.name];
      const ratio = contrast(hex(valueOf(place.dataset.name, mode)), hex(valueOf("paper", mode)));
      place.textContent = wanted && ratio < wanted ? ` ⚠ ${w("contrast {ratio} : 1, hard to read", { ratio: ratio.toFixed(1) })}` : "";
    }
    const isChosen = Object.keys(clean(variables)).length > 0 || hidden.length > 0;
    fill(buttons, button(w("Save …"), save, { id: "save-style", className: "main", disabled: !isChanged() && !Object.keys(settings()).length }),
      button(w("Back to the theme"), () => { [variables, hidden] = [{}, []]; draw(); }, { id: "reset", disabled: !isChosen }));
  }

  // What stands in the settings is asked about first, and then what stands in the style.
  function save() {
    const changes = settings();
    return Object.keys(changes).length ? saveSettings(changes) : saveStyle();
  }

  async function saveStyle() {
    const wanted = clean(variables);
    const found = await page.try(() => view("style-change", { variables: JSON.stringify(wanted), hidden: JSON.stringify(hidden) }));
    if (found) askToWrite(data.path, found.diff, "", () => page.try(() => act("style", { variables: wanted, hidden, digest: found.digest })));
  }

  // What was chosen here and stands in the settings: the theme, and what is folded.
  function settings() {
    const changed = Object.entries(unfolded).filter(([name, value]) => value !== data.unfolded[name]);
    return Object.fromEntries(theme === data.theme ? changed : [["theme", theme], ...changed]);
  }

  async function saveSettings(changes) {
    const now = await page.try(() => view("settings"));
    const found = now && await page.try(() => view("settings-change", { changes: JSON.stringify(changes) }));
    const isStyled = isChanged();
    if (found) askToWrite(now.path, found.diff, "", async () => {
      if (await page.try(() => act("choose", { changes, digest: found.digest })) && isStyled) saveStyle();
    });
  }

  await refresh();
  return { refresh };
}

// The lights in which something is chosen, in one order.
function clean(variables) {
  const modes = Object.keys(MODES).filter((mode) => Object.keys(variables[mode] ?? {}).length);
  return Object.fromEntries(modes.map((mode) => [mode, Object.fromEntries(Object.entries(variables[mode]).sort())]));
}

function hex(colour) {
  const short = /^#([0-9a-f])([0-9a-f])([0-9a-f])$/i.exec(colour);
  return short ? `#${short.slice(1).map((digit) => digit + digit).join("")}` : /^#[0-9a-f]{6}$/i.test(colour) ? colour : "#000000";
}

// As WCAG defines it.
function contrast(one, other) {
  const light = (colour) => {
    const parts = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255);
    const [r, g, b] = parts.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
  return (bright + 0.05) / (dark + 0.05);
}
