// Controls with which one chooses: each is one of a group with a heading.

import { element } from "./dom.js";

export function group(name, label, ...children) {
  return element("div", { role: "group", "aria-labelledby": `of-${name}` }, element("h3", { id: `of-${name}`, textContent: label }), ...children);
}

// One of several values, each given with its label; `reason` returns why one cannot be chosen, nothing if it can.
export function radios(name, label, values, chosen, change, reason = () => null) {
  return group(name, label, ...values.map(([value, text]) => {
    const box = element("input", { type: "radio", name, value, checked: value === chosen, disabled: reason(value) !== null });
    box.addEventListener("change", () => change(value));
    return labelled(box, text, reason(value));
  }));
}

export function checkbox(name, label, checked, change, reason = null) {
  const box = element("input", { type: "checkbox", name, checked, disabled: reason !== null });
  box.addEventListener("change", () => change(box.checked));
  return labelled(box, label, reason);
}

function labelled(box, text, reason) {
  return element("label", {}, box, element("span", { className: "what", textContent: text }, reason ? element("small", { className: "hint", textContent: ` ${reason}` }) : null));
}
