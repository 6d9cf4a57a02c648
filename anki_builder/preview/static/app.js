// The page: which view is shown, what the program is doing, and what it told.

import { article } from "./article.js";
import { choice } from "./choice.js";
import { $, button, element, keysOf } from "./dom.js";
import { folders } from "./folders.js";
import { home } from "./home.js";
import { look } from "./look.js";
import { Problem, act, view } from "./requests.js";
import { review } from "./review.js";
import { send } from "./send.js";
import { templates } from "./templates.js";
import { LANGUAGE, number, w } from "./words.js";

const VIEWS = { "": home, folders, article, choice, look, review, send, templates };
const DOING = { open: w("Reading the folder"), build: w("Building"), look: w("Reading what was saved"), plan: w("Comparing with Anki"),
  send: w("Sending to Anki"), pull: w("Reading from Anki"), pulled: w("Writing the notes"), count: w("Counting cards"),
  review: w("Reading from Anki"), synchronise: w("Waiting for Anki") };
const PLACE_OF = { article: "", templates: "look" }; // views that are reached from another one
const PATIENCE = 400; // milliseconds of work that is not worth a word
let shown = { name: null }, loading = Promise.resolve(), ended = false, returned = false, since = 0, timer = 0;

const page = {
  state: { folder: null, recent: [] },
  news: { task: null, look: -1, result: {} },
  expect: null, // the place that follows once the folder was read: what is looked for there is not known before
  tell(problem) {
    $("problem").hidden = !problem;
    $("problem").textContent = problem ? (problem instanceof Problem ? problem.message : String(problem)) : "";
  },
  crumb(text) { $("crumb").textContent = text; }, // of a view within another one
  async try(work) {
    try {
      return await work();
    } catch (problem) {
      page.tell(problem);
      return null;
    }
  },
};

async function route() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/").map(decodeURIComponent);
  const known = page.state.folder === null ? "folders" : Object.hasOwn(VIEWS, name) ? name : "";
  const place = $("view");
  const own = shown = { name: known };
  page.crumb("");
  for (const link of $("places").children) {
    if (link.dataset.name === (PLACE_OF[known] ?? known)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const made = (await VIEWS[known](place, page, rest)) ?? {};
  if (shown === own) Object.assign(own, made); // else another view has come meanwhile
}

async function refresh() {
  const before = page.state.folder;
  page.state = await view("state");
  const { folder, title } = page.state;
  if (returned && folder === null && before !== null) { // the program was started again: it opens the folder of this page
    returned = false;
    page.state.folder = before;
    return act("open", { folder: before });
  }
  returned = $("view").inert = false;
  document.title = folder === null ? "anki-builder" : `${title} · anki-builder`;
  $("title").textContent = folder === null ? "anki-builder" : title;
  $("where").textContent = folder ?? "";
  $("places").hidden = $("other").hidden = folder === null;
  if (page.expect !== null && folder !== null) {
    const place = `#/${page.expect}`;
    page.expect = null;
    if (location.hash === place) return route();
    location.hash = place; // which routes
    return null;
  }
  return shown.refresh && folder === before ? shown.refresh() : route();
}

function work(task) {
  clearTimeout(timer);
  if (!task) {
    $("task").hidden = true;
    since = 0;
    return;
  }
  since ||= Date.now();
  const waited = Date.now() - since;
  if (waited < PATIENCE && task.name === "look") timer = setTimeout(() => work(task), PATIENCE - waited);
  else draw(task);
}

function draw({ name, done, total }) {
  if ($("task").hidden) {
    $("task").replaceChildren(element("span", { className: "doing" }), element("progress", { max: 1 }),
      element("span", { className: "amount" }), button(w("Stop"), () => page.try(() => act("stop")), { id: "stop" }));
    $("task").hidden = false;
  }
  const [doing, bar, amount] = $("task").children;
  const text = DOING[name];
  if (doing.textContent !== text) doing.textContent = text; // read out once, not at every step
  bar.setAttribute("aria-label", text);
  if (total) { bar.value = done; bar.max = total; } else bar.removeAttribute("value");
  amount.textContent = total ? w("{done} of {total}", { done: number(done), total: number(total) }) : "";
}

function hear(news) {
  const before = page.news;
  page.news = news;
  work(news.task);
  const { problem, stopped, name } = news.result;
  if (problem && before.result.problem !== problem) page.tell(new Problem(problem));
  else if (stopped && name !== "build" && !before.result.stopped) page.tell(w("It was stopped."));
  else if (before.result.problem && !problem) page.tell("");
  if (news.saved !== before.saved && shown.saved) loading = loading.then(() => shown.saved?.());
  if (news.look !== before.look) loading = loading.then(refresh).catch(page.tell);
  else if (news.task) shown.progress?.();
  else if (shown.report) loading = loading.then(() => shown.report?.());
}

async function end() {
  await page.try(() => act("end"));
  ended = true;
  document.body.replaceChildren(element("p", { className: "sheet", id: "ended", role: "status", textContent: w("The program has ended. You can close this page.") }));
}

function begin() {
  $("skip").addEventListener("click", (event) => { event.preventDefault(); $("view").focus(); });
  $("places").append(element("a", { href: "#/", "data-name": "", textContent: w("Articles") }),
    element("a", { href: "#/choice", "data-name": "choice", textContent: w("Choice of cards") }),
    element("a", { href: "#/look", "data-name": "look", textContent: w("Looks") }),
    element("a", { href: "#/send", "data-name": "send", textContent: w("Send to Anki") }),
    element("a", { href: "#/review", "data-name": "review", textContent: w("Reviews") }));
  $("buttons").append(button("?", null, { id: "help-button", title: w("Keys (?)"), "aria-haspopup": "dialog" }), button(w("Other folder"), () => { location.hash = "#/folders"; }, { id: "other" }), button(w("End"), end, { id: "end" }));
  const events = new EventSource("events");
  events.onopen = () => act("speak", { language: LANGUAGE }).catch(page.tell);
  events.onmessage = (event) => {
    if ($("problem").dataset.gone) {
      page.tell("");
      delete $("problem").dataset.gone;
      returned = true;
      page.news.look = -1;
    }
    hear(JSON.parse(event.data));
  };
  events.onerror = () => {
    if (ended) return events.close();
    page.tell(w("The program was ended. Start it again; this page finds it."));
    $("problem").dataset.gone = "yes";
    $("view").inert = true;
  };
  // A problem is shown until the reader does something else: what the page reads again by itself leaves it there.
  addEventListener("click", () => $("problem").dataset.gone || page.tell(""), { capture: true });
  addEventListener("hashchange", () => {
    document.querySelector("dialog[open]")?.close(); // it is about what was shown before
    route().catch(page.tell);
  });
  addEventListener("pagehide", () => events.close());
  addEventListener("pageshow", (event) => event.persisted && location.reload());
  keysOf($("help-button"), () => shown.keys ?? {});
}

begin();
