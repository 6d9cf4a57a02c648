// What all views need: elements, keys, dialogs.

import { w } from "./words.js";

export const SEVERITIES = { error: w("error"), warning: w("warning"), note: w("note") };

export const $ = (id) => document.getElementById(id);

export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in made && name !== "role") made[name] = value;
    else if (value !== false && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

// Puts children in the place of those there are; what is null is left out. The control that had the focus has it still.
export function fill(place, ...children) {
  const focused = place.contains(document.activeElement) ? nameOf(document.activeElement) : null;
  place.replaceChildren(...children.filter((child) => child !== null));
  if (focused) [...place.querySelectorAll("a, button, input, select")].find((one) => nameOf(one) === focused)?.focus({ preventScroll: true });
}

// By what a control is known again once it was drawn anew.
function nameOf(control) {
  const { tagName, id, name, type, value, href, textContent } = control;
  return [tagName, id, name, type === "radio" ? value : "", href, tagName === "BUTTON" ? textContent : "", control.getAttribute("aria-label")].join("\t");
}

export function button(label, onclick, properties = {}) {
  return element("button", { type: "button", textContent: label, onclick, ...properties });
}

// Opens a dialog whose heading is its first child; once it is closed it is gone.
export function openDialog(properties, heading, ...children) {
  heading.id = "dialog-title";
  const dialog = element("dialog", { "aria-labelledby": heading.id, ...properties }, heading, ...children);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

// Asks for a name; `then` is called with it once the button `label` is pressed.
export function askForName(heading, hint, label, then) {
  const title = element("h2", { textContent: heading });
  const name = element("input", { type: "text", id: "name", autocomplete: "off", "aria-labelledby": "dialog-title" });
  const dialog = openDialog({ className: "wide" }, title, element("form", { method: "dialog" }, name,
    hint ? element("p", { className: "hint", textContent: hint }) : null,
    element("p", { className: "row-of-buttons" }, element("button", { className: "main", id: "take-name", value: "yes", textContent: label }), element("button", { value: "", textContent: w("Cancel") }))));
  dialog.addEventListener("close", () => dialog.returnValue && then(name.value));
  name.focus();
}

// Lets keys act, and a button and the key `?` list them. `keys` returns them by name, each with what it does in words and in deed.
export function keysOf(help, keys) {
  const all = () => ({ ...keys(), "?": [w("this list"), show] });

  function show() {
    openDialog({ id: "help" }, element("h2", { textContent: w("Keys") }),
      element("dl", {}, ...Object.entries(all()).map(([key, [what]]) => element("div", {},
        element("dt", {}, element("kbd", { textContent: key === "Escape" ? "Esc" : key })), element("dd", { textContent: what })))),
      element("form", { method: "dialog" }, element("button", { textContent: w("Close") })));
  }

  help.addEventListener("click", show);
  addEventListener("keydown", (event) => {
    if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const isField = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName), known = all();
    if ((isField && event.key !== "Escape") || !Object.hasOwn(known, event.key)) return;
    if (!isField) event.preventDefault();
    known[event.key][1]();
  });
}

// The lines of a unified diff.
export function diffOf(lines) {
  const kind = (line) => (/^(\+\+\+|---) /.test(line) ? "file" : { "+": "added", "-": "taken", "@": "hint" }[line[0]] ?? "");
  return element("pre", { className: "diff", dir: "auto", tabIndex: 0 }, ...lines.map((line) => element("span", { className: kind(line), textContent: `${line}\n` })));
}

// Shows what would be written into a file, and writes it on request.
export function askToWrite(path, diff, hint, write) {
  const dialog = openDialog({ className: "wide" }, element("h2", { textContent: w("This is written into {path}:", { path }) }), diffOf(diff.slice(2)),
    hint ? element("p", { className: "hint", textContent: hint }) : null,
    element("p", { className: "row-of-buttons" },
      button(w("Write it"), () => { dialog.close(); write(); }, { className: "main", id: "write" }), button(w("Cancel"), () => dialog.close(), { id: "cancel" })));
}
