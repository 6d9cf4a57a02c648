// A problem of the notes, with what to do.

import { SEVERITIES, element } from "./dom.js";

export function problemItem(place, { rule, severity, message, hint }, ...more) {
  return element("li", {},
    element("div", {}, element("span", { className: `rule ${severity}`, textContent: `${SEVERITIES[severity]}[${rule}] ` }), message, place),
    hint ? element("div", { className: "hint", textContent: hint }) : null, ...more);
}

export function placeOf({ path, line, column }) { return `${path}${line ? `:${line}:${column}` : ""}`; }
