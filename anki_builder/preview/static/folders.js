// The choice of a folder: those opened before, and a look around in the home.

import { askForName, button, element, fill } from "./dom.js";
import { act, view } from "./requests.js";
import { several, w } from "./words.js";

export async function folders(place, page) {
  const listed = element("section", { "aria-live": "polite" });
  const recent = page.state.recent;
  const before = element("section", { hidden: !recent.length }, element("h2", { textContent: w("Folders opened before") }),
    element("ul", { className: "folders" }, ...recent.map((folder) => element("li", {}, button(folder, () => open(folder), { dir: "auto" })))));
  place.replaceChildren(element("div", { className: "sheet narrow" }, before,
    element("h2", { textContent: w("Choose the folder of your notes") }),
    element("p", { className: "hint", textContent: w("Notes are text files whose names end in .md, with texts, their translations and words. The program makes Anki cards of them; they stay as they are.") }), listed));
  await look(page.state.folder ?? "");

  async function look(folder, isMoved = false) {
    let found;
    try {
      found = await view("folders", { in: folder });
    } catch (problem) {
      if (folder) return look("", isMoved);
      return page.tell(problem);
    }
    const name = element("h3", { className: "place", dir: "auto", textContent: found.folder, tabIndex: -1 });
    const notes = found.notes ? several("{count} note (.md) lies directly in this folder.", "{count} notes (.md) lie directly in this folder.", found.notes)
      : w("No notes (.md) lie directly in this folder; those in its subfolders count, too.");
    fill(listed, name,
      element("p", { className: "hint", textContent: notes }),
      element("p", { className: "row-of-buttons" },
        found.above === null ? null : button(`↑ ${w("Up")}`, () => look(found.above, true)),
        found.can_open ? button(w("Open this folder"), () => open(found.folder), { className: "main" }) : null,
        button(w("New folder …"), () => make(found.folder), { id: "new-folder" })),
      found.can_open ? null : element("p", { className: "hint", textContent: w("This folder holds far more than notes: choose one below, or make one for them.") }),
      found.folders.length
        ? element("ul", { className: "folders", "aria-label": w("Folders in {folder}", { folder: found.folder }) },
          ...found.folders.map(({ name, folder }) => element("li", {}, button(name, () => look(folder, true), { dir: "auto" }))))
        : element("p", { className: "hint", textContent: w("There are no folders in it.") }),
      found.more ? element("p", { className: "hint", textContent: several("{count} more is not shown.", "{count} more are not shown.", found.more) }) : null);
    if (isMoved) name.focus();
  }

  function make(folder) {
    askForName(w("Name of the new folder"), "", w("Make it"), async (name) => {
      const made = await page.try(() => act("new-folder", { folder, name }));
      if (made) await look(made.folder, true);
    });
  }

  async function open(folder) {
    page.expect = "";
    await page.try(() => act("open", { folder }));
  }
}
