// What was typed compared with what is to be typed, as Anki shows it (difflib's, by characters).

// Returns the place of the comparison on a back: what is to be typed for a card, beside what was typed.
export function comparison({ expected, combining }, given) {
  if (expected === null) return "";
  const text = (html) => html.replace(/[&<>"']/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;" })[c]);
  const code = (html) => `<code id=typeans>${html}</code>`;
  if (!given) return code(text(expected));
  const marks = /\p{M}/u;
  const fold = (string) => combining ? string.normalize("NFC") : [...string.normalize("NFKD")].filter((c) => !marks.test(c)).join("");
  const typedChars = [...fold(given)];
  let wanted = [...expected.normalize("NFC")], pieces = wanted;
  if (!combining) {
    pieces = [];
    for (const c of expected.normalize("NFKD")) marks.test(c) && pieces.length ? (pieces[pieces.length - 1] += c) : pieces.push(c);
    wanted = pieces.map((piece) => [...piece][0]);
  }
  if (typedChars.join("") === wanted.join("")) return code(`<span class=typeGood>${text(combining ? expected.normalize("NFC") : expected)}</span>`);
  const span = (kind, string) => string ? `<span class=${kind}>${text((marks.test([...string][0]) ? "\u00a0" : "") + string)}</span>` : "";
  let above = "", below = "";
  for (const [tag, a, b, c, d] of opcodes(typedChars, wanted)) {
    const mine = typedChars.slice(a, b).join(""), theirs = pieces.slice(c, d).join("");
    if (tag === "equal") { above += span("typeGood", mine); below += span("typeGood", theirs); }
    else if (tag === "insert") { above += span("typeMissed", "-".repeat(d - c)); below += span("typeMissed", theirs); }
    else { above += span("typeBad", mine); below += span("typeMissed", theirs); }
  }
  return code(`${above}<br><span id=typearrow>&darr;</span><br>${below}`);
}

function opcodes(a, b) {
  const places = new Map();
  b.forEach((c, j) => places.set(c, [...(places.get(c) || []), j]));
  // Of long texts the Rust port of difflib, which Anki uses, keeps the frequent characters where Python's keeps the rare ones.
  if (b.length >= 200) for (const [c, at] of places) if (at.length <= Math.floor(b.length / 100) + 1) places.delete(c);
  const blocks = [], queue = [[0, a.length, 0, b.length]];
  while (queue.length) {
    const [alo, ahi, blo, bhi] = queue.pop();
    let [i, j, size] = [alo, blo, 0], lengths = new Map();
    for (let x = alo; x < ahi; x++) {
      const next = new Map();
      for (const y of places.get(a[x]) || []) {
        if (y < blo) continue;
        if (y >= bhi) break;
        const k = (lengths.get(y - 1) || 0) + 1;
        next.set(y, k);
        if (k > size) [i, j, size] = [x - k + 1, y - k + 1, k];
      }
      lengths = next;
    }
    while (i > alo && j > blo && a[i - 1] === b[j - 1]) { i--; j--; size++; }
    while (i + size < ahi && j + size < bhi && a[i + size] === b[j + size]) size++;
    if (!size) continue;
    blocks.push([i, j, size]);
    queue.push([alo, i, blo, j], [i + size, ahi, j + size, bhi]);
  }
  blocks.sort((x, y) => x[0] - y[0] || x[1] - y[1]);
  const codes = [];
  let [i, j] = [0, 0];
  const push = (tag, a, b, c, d) => {
    const last = codes[codes.length - 1];
    if (tag === "equal" && last && last[0] === tag) { last[2] = b; last[4] = d; } else codes.push([tag, a, b, c, d]);
  };
  for (const [x, y, size] of [...blocks, [a.length, b.length, 0]]) {
    if (i < x && j < y) push("replace", i, x, j, y);
    else if (i < x) push("delete", i, x, j, j);
    else if (j < y) push("insert", i, i, j, y);
    if (size) push("equal", x, x + size, y, y + size);
    [i, j] = [x + size, y + size];
  }
  return codes;
}
