// What the page asks of the program, and what it lets it do.

import { w } from "./words.js";

export class Problem extends Error {}

async function answer(response) {
  if (response.ok) return response.json();
  const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
  throw new Problem(isJson ? (await response.json()).problem : response.status === 404 ? w("This is not there any more.") : w("The program does not answer."));
}

async function asked(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Problem(w("The program was ended. Start it again; this page finds it."));
  }
  return answer(response);
}

export function view(name, values = {}) {
  return asked(`view/${name}?${new URLSearchParams(values)}`);
}

export function act(name, values = {}) {
  return asked(`do/${name}`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(values) });
}
