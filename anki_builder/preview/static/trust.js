// The question whether the command that makes the sound may run: it stands in settings that may come from somebody else.

import { button, element } from "./dom.js";
import { act, view } from "./requests.js";
import { w } from "./words.js";

// Returns the question; `then` is called once it is answered by yes.
export async function trustQuestion(page, then) {
  const settings = await page.try(() => view("settings"));
  if (!settings || settings.is_trusted) return null;
  return element("div", { className: "trust" },
    element("p", {}, w("{path} runs this command for each text that is spoken:", { path: settings.path })),
    element("pre", { className: "diff", dir: "ltr", tabIndex: 0, textContent: settings.command }),
    element("p", { className: "hint", textContent: w("Trust it if you wrote it, or know what it does. The answer holds until the settings change.") }),
    element("p", { className: "row-of-buttons" }, button(w("I trust it"), async () => {
      if (await page.try(() => act("trust", { digest: settings.digest }))) then();
    }, { id: "trust" })));
}
