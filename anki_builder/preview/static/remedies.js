// What the program can do about a problem: what its hint names, by a button.

import { button, element } from "./dom.js";
import { placeOf, problemItem } from "./problems.js";
import { act } from "./requests.js";

export function remedy(page, { id, message, hint, button: label }) {
  const work = () => confirm(`${message}\n${hint}\n\n${label}?`) && page.try(() => act("carry-out", { id }));
  return label ? element("div", { className: "row-of-buttons" }, button(label, work, { className: "carry-out" })) : null;
}

// A list of problems with their places.
export function problems(page, list) {
  return element("ul", { className: "problems" }, ...list.map((problem) =>
    problemItem(element("div", { className: "hint", textContent: placeOf(problem) }), problem, remedy(page, problem))));
}
