// Problems of the notes, each with what to do; where its hint names what the program can do, with a button for that.

import { SEVERITIES, button, element } from "./dom.js";
import { act } from "./requests.js";

export function problemItem(page, place, problem, ...more) {
  const { id, rule, severity, message, hint, button: label } = problem;
  const work = () => confirm(`${message}\n${hint}\n\n${label}?`) && page.try(() => act("carry-out", { id }));
  return element("li", {},
    element("div", {}, element("span", { className: `rule ${severity}`, textContent: `${SEVERITIES[severity]}[${rule}] ` }), message, place),
    hint ? element("div", { className: "hint", textContent: hint }) : null,
    label ? element("div", { className: "row-of-buttons" }, button(label, work, { className: "carry-out" })) : null, ...more);
}

// A list of problems with their places.
export function problems(page, list) {
  return element("ul", { className: "problems" }, ...list.map((problem) => {
    const { path, line, column } = problem;
    return problemItem(page, element("div", { className: "hint", textContent: `${path}${line ? `:${line}:${column}` : ""}` }), problem);
  }));
}
