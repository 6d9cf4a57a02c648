// Both sides of a card, each in a frame with an origin of its own, as Anki on a desktop shows them.

import { element } from "./dom.js";
import { w } from "./words.js";

const [style, script] = await Promise.all(["card.css", "card.js"].map(async (name) => (await fetch(`static/${name}`)).text()));
const night = matchMedia("(prefers-color-scheme: dark)");

const NAMES = { read: w("Read"), produce: w("Produce"), listen: w("Listen"), recognise: w("Recognise"), recall: w("Recall"), cloze: w("Cloze"),
  spell: w("Spell"), hear: w("Hear"), picture: w("Picture") };
const SIDES = [w("Front"), w("Back")];

// The name of a card as Anki has it, with a word in the reader's language.
export function cardName(name) {
  return NAMES[name.toLowerCase()] ?? name;
}

// Returns two figures and a function that shows a card in them.
export function faces() {
  const frames = SIDES.map((title) => element("iframe", { title, sandbox: "allow-scripts" }));
  let last = null, playing = null;

  // `mode` is the light: day, night, or black, as AnkiDroid has it; without one that of the system.
  function show(card, ord, css, mode = "") {
    last = [card, ord, css, mode];
    const dark = mode ? mode !== "day" : night.matches, isBlack = mode === "black";
    const html = isBlack ? "mobile android linux js" : `chrome${dark ? ' night-mode" data-bs-theme="dark' : ""}`;
    const body = isBlack ? `card card${ord + 1} night_mode nightMode` : `card card${ord + 1}${dark ? " nightMode night_mode" : ""} fancy`;
    for (const [frame, text] of [[frames[0], card.front], [frames[1], card.back.replace("<code id=typeans></code>", () => escaped(card.expected ?? ""))]]) {
      const qa = `<div id="qa" dir="auto">${text}</div>`;
      const whole = `<!doctype html><html class="${html}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`
        + `<style>${style}:root { color-scheme: ${dark ? "dark" : "light"}; }</style><style>${(css || "").replace(/<\/(?=style)/gi, "<\\/")}</style></head>`
        + `<body class="${body}">${isBlack ? `<div id="content">${qa}</div>` : qa}<script>${script}<\/script></body></html>`;
      if (frame.srcdoc !== whole) frame.srcdoc = whole;
    }
  }

  night.addEventListener("change", () => last && frames[0].isConnected && show(...last));
  addEventListener("message", ({ data, source }) => {
    if (!frames.some((frame) => frame.contentWindow === source) || !last || typeof data !== "object") return;
    if (typeof data.open === "string" && /^https?:/i.test(data.open)) open(data.open, "_blank", "noopener,noreferrer");
    if (typeof data.play !== "string") return;
    const [, side, number] = data.play.split(":");
    const sound = last[0].sounds[side]?.[Number(number)];
    globalThis.speechSynthesis?.cancel();
    playing?.pause();
    if (sound?.file) (playing = new Audio(encodeURIComponent(sound.file))).play().catch(() => {});
    else if (sound && globalThis.speechSynthesis) {
      const spoken = new SpeechSynthesisUtterance(sound.text);
      Object.assign(spoken, { lang: sound.locale, rate: sound.speed });
      speechSynthesis.speak(spoken);
    }
  });
  const figures = frames.map((frame, index) => element("figure", {}, element("figcaption", { textContent: SIDES[index] }), frame));
  return { figures, show };
}

function escaped(text) {
  return text.replace(/[&<>]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[c]);
}
