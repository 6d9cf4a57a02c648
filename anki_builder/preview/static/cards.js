// Both sides of a card, each in a frame with an origin of its own, as the programs that show cards do it.

import { $, element } from "./dom.js";
import { comparison } from "./typing.js";
import { w } from "./words.js";

const cardStyle = $("card-style").content.textContent, cardScript = $("card-script").content.textContent;
const FILES = JSON.parse($("data")?.textContent || "{}").media; // of a page alone: pictures and sounds by name
const system = matchMedia("(prefers-color-scheme: dark)");
const platform = /Win/.test(navigator.userAgent) ? "win" : /Mac/.test(navigator.userAgent) ? "mac" : "linux";
const NAMES = { read: w("Read"), produce: w("Produce"), listen: w("Listen"), recognise: w("Recognise"), recall: w("Recall"), cloze: w("Cloze"),
  spell: w("Spell"), hear: w("Hear"), picture: w("Picture") };
const SIDES = [w("Front"), w("Back")];
const LOOKS = {
  mode: [w("Light"), { "": w("As the system"), day: w("Day"), night: w("Night"), black: w("Black (AnkiDroid)") }],
  program: [w("Program"), { desktop: w("Desktop"), android: "AnkiDroid", ios: "AnkiMobile" }],
  width: [w("Width"), { "": w("As the page"), 360: "360", 420: "420", 768: w("Tablet"), 1024: w("Full") }],
};
const onPage = new Set(); // the pairs of frames that are shown
let runs = 0;

export const look = { mode: "", program: "desktop", width: "" }; // stays while other cards are shown

// The name of a card as Anki has it, with a word in the reader's language.
export function cardName(name) {
  return NAMES[name.toLowerCase()] ?? name;
}

// Lists to choose the light, the program and the width from; `change` is called after each choice.
export function lookLists(change) {
  const lists = Object.fromEntries(Object.entries(LOOKS).map(([name, [label, values]]) => {
    const list = element("select", { id: name, title: label, "aria-label": label }, ...Object.entries(values).map(([value, textContent]) => element("option", { value, textContent })));
    list.addEventListener("change", () => set(name, list.value));
    return [name, list];
  }));

  function draw() {
    for (const [name, list] of Object.entries(lists)) list.value = look[name];
  }

  function set(name, value) {
    look[name] = value;
    if (look.mode === "black" && look.program !== "android") { // the others have no black
      if (name === "mode") look.program = "android"; else look.mode = "night";
    }
    draw();
    change();
  }

  function next(name) {
    const values = Object.keys(LOOKS[name][1]);
    set(name, values[(values.indexOf(look[name]) + 1) % values.length]);
  }

  draw();
  return { lists: Object.values(lists), next };
}

// The classes that a program gives to the document of a card and to its body.
function classes(mode, program, isNight) {
  const night = isNight ? " nightMode night_mode" : "";
  return {
    desktop: [`${platform} chrome${isNight ? " night-mode" : ""}`, ` ${{ win: "isWin", mac: "isMac", linux: "isLin" }[platform]}${night} fancy`],
    android: ["mobile android linux js", night + (isNight && mode !== "black" ? " ankidroid_dark_mode" : "")],
    ios: ["mobile iphone ios safari", night],
  }[program];
}

// Returns two figures and what can be done with the card in them. `say` is called with what is spoken, and why it is not.
export function faces(say = () => {}) {
  const frames = SIDES.map((title) => element("iframe", { title, sandbox: "allow-scripts" }));
  const figures = frames.map((frame, index) => element("figure", {}, element("figcaption", { textContent: SIDES[index] }), frame));
  const pages = new Map();
  const own = { frames, hear, again: () => last && show(...last) };
  let last = null, typed = "", playing = null, isRunning = false;

  function show(card, ord, css, { mode = "", program = mode === "black" ? "android" : "desktop" } = {}) {
    if (last?.[0].front !== card.front) typed = "";
    last = [card, ord, css, { mode, program }];
    for (const one of onPage) if (!isShown(one)) onPage.delete(one);
    onPage.add(own);
    const isNight = mode ? mode !== "day" : system.matches;
    const [html, body] = classes(mode, program, isNight);
    const back = card.back.replace("<code id=typeans></code>", () => comparison(card, ""));
    [[card.front, "question"], [back, "answer"]].forEach(([text, side], index) => {
      const qa = `<div id="qa" class="${side}" dir="auto">${text}</div>`;
      put(frames[index], `<!doctype html><html class="${html}"${isNight && program === "desktop" ? ' data-bs-theme="dark"' : ""}><head>`
        + `<meta charset="utf-8"><meta name="viewport" content="width=device-width">`
        + `<style>${cardStyle}:root { color-scheme: ${isNight ? "dark" : "light"}; }</style><style>${(css || "").replace(/<\/(?=style)/gi, "<\\/")}</style></head>`
        + `<body class="card card${ord + 1}${body}">${program === "android" ? `<div id="content">${qa}</div>` : qa}<script>${cardScript}<\/script></body></html>`);
    });
  }

  function put(frame, page) {
    if (pages.get(frame) === page) return;
    pages.set(frame, page);
    if (isRunning && last[0].scripts) { // a frame that the server gives another policy: it reaches nothing but this server's media
      frame.removeAttribute("srcdoc");
      frame.src = `run?${++runs}`;
      return;
    }
    frame.removeAttribute("src");
    frame.srcdoc = Object.entries(FILES ?? {}).reduce((html, [name, url]) => html.replaceAll(name, url), page);
  }

  // Runs the scripts of templates, or does not.
  function run(isOn) {
    isRunning = isOn;
    pages.clear();
    own.again();
  }

  function post(index, message) { frames[index].contentWindow.postMessage(message, "*"); }

  function hear(data, source) {
    if (data.ready && isRunning) source.postMessage({ page: pages.get(frames.find((frame) => frame.contentWindow === source)) }, "*");
    else if (typeof data.play === "string") play(data.play);
    else if (typeof data.typed === "string") {
      typed = data.typed;
      post(1, { compared: comparison(last[0], typed) });
    } else if (typeof data.open === "string" && /^https?:/i.test(data.open) && !isRunning) open(data.open, "_blank", "noopener,noreferrer");
    else if (typeof data.key === "string" && (!data.typing || data.key === "Escape")) document.body.dispatchEvent(new KeyboardEvent("keydown", { key: data.key, bubbles: true }));
  }

  function play(what) {
    const [, side, number] = what.split(":");
    const sound = last?.[0].sounds[side]?.[Number(number)];
    if (!sound) return;
    globalThis.speechSynthesis?.cancel();
    playing?.pause();
    if (sound.file) {
      playing = new Audio(FILES ? FILES[sound.file] : encodeURIComponent(sound.file));
      playing.play().catch(() => say(w("“{file}” cannot be played", { file: sound.file })));
    } else if (globalThis.speechSynthesis) speak(sound);
    else say(w("this browser cannot speak"));
  }

  function speak({ text, locale, speed, voices }) {
    const spoken = Object.assign(new SpeechSynthesisUtterance(text), { lang: locale, rate: speed });
    const known = speechSynthesis.getVoices(), bare = (name) => name.toLowerCase().replace(/^(apple|microsoft|google)_/, "").replaceAll("_", " ");
    const voice = voices.map((wanted) => known.find(({ name }) => name.toLowerCase().includes(bare(wanted)))).find(Boolean);
    if (voice) spoken.voice = voice;
    spoken.onerror = ({ error }) => error === "canceled" || error === "interrupted" || say(w("the browser has no voice for {language}", { language: locale }));
    speechSynthesis.speak(spoken);
    say(w("speaking {language}: {text}", { language: locale, text }));
  }

  // A frame that was painted anew (another width, night) still has what was typed.
  frames[0].addEventListener("load", () => typed && post(0, { value: typed }));
  frames[1].addEventListener("load", () => typed && post(1, { compared: comparison(last[0], typed) }));
  return { figures, show, run, play: (side) => play(`play:${side}:0`), type: () => { frames[0].focus(); post(0, { focus: true }); } };
}

function isShown({ frames }) { return frames[0].isConnected; }

addEventListener("message", ({ data, source }) => {
  if (typeof data !== "object" || data === null) return;
  for (const one of onPage) if (one.frames.some((frame) => frame.contentWindow === source)) one.hear(data, source);
});
system.addEventListener("change", () => [...onPage].filter(isShown).forEach((one) => one.again()));
