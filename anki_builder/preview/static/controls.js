// Controls with which one chooses: each is one of a group with a heading.

import { element } from "./dom.js";

export function group(name, label, ...children) {
  return element("div", { role: "group", "aria-labelledby": `of-${name}` }, element("h3", { id: `of-${name}`, textContent: label }), ...children);
}

// One of several values, each given with its label; what `disabled` names cannot be chosen.
export function radios(name, label, values, chosen, change, disabled = "") {
  return group(name, label, ...values.map(([value, text]) => {
    const box = element("input", { type: "radio", name, value, checked: value === chosen, disabled: value === disabled });
    box.addEventListener("change", () => change(value));
    return element("label", {}, box, element("span", { className: "what", textContent: text }));
  }));
}

export function checkbox(name, label, checked, change) {
  const box = element("input", { type: "checkbox", name, checked });
  box.addEventListener("change", () => change(box.checked));
  return element("label", {}, box, element("span", { className: "what", textContent: label }));
}
