// The words of the page, in the reader's language: English stands in the code, the server gives the rest. `{name}` is a place for a value.

const WORDS = JSON.parse(document.getElementById("words").textContent);

export const LANGUAGE = document.documentElement.lang.split("-")[0];

export const number = (value) => value.toLocaleString();

export function w(english, values = {}) {
  return (WORDS[english] ?? english).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

// The text for one and that for several of something.
export function several(one, many, count, values = {}) {
  return w(count === 1 ? one : many, { ...values, count: number(count) });
}
