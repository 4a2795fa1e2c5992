// The online softmax, played: what each chunk does to the running maximum and the running sum. Python computes every
// number ({scores, labels, hues, steps, probabilities, chunk, order, revision}); here they are only shown, one place at a time:
// place 0 before the first score, place k after chunk k, and one more for the division at the end.

const BEAT = 1100;   // milliseconds a chunk: time to read two numbers
const ORDERS = [["rising", "smallest first"], ["given", "as given"], ["falling", "largest first"]];
const players = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".online");
  let player = players.get(parentElement);
  if (!player) players.set(parentElement, (player = makePlayer(root, data.most)));
  player.send = answerTo(data, "reading", setTriggerValue);
  player.receive(data);
  paintHues(root);
  return () => { player.pause(); players.delete(parentElement); };
}

function makePlayer(root, most) {
  const s = { place: 1, spec: null, timer: null };
  const play = element("button", { type: "button", class: "play", onclick: () => (s.timer ? pause() : start()) });
  const back = element("button", { type: "button", text: "Step back", onclick: () => step(-1) });
  const next = element("button", { type: "button", text: "Step", onclick: () => step(1) });
  const scrub = element("input", { type: "range", class: "scrub", min: 0, step: 1, "aria-label": "Place in the pass over the scores" });
  const where = element("output", { class: "where" });
  const chunks = segment("Scores at once", Array.from({ length: most }, (_, i) => [String(i + 1), String(i + 1)]), (chunk) => choose({ chunk: +chunk }));
  const orders = segment("Order", ORDERS, (order) => choose({ order }));
  const tiles = element("div", { class: "tiles", role: "list", "aria-label": "Scores in the order they are read" });
  const lines = Object.fromEntries(["maximum", "rescale", "total"].map((name) => [name, element("dd")]));
  const bar = element("div", { class: "terms", role: "img" });
  const note = element("p", { class: "note", "aria-live": "polite" });
  root.replaceChildren(
    element("div", { class: "row" }, chunks.node, orders.node),
    element("div", { class: "row" }, play, back, next, scrub, where), tiles,
    element("dl", {},
      element("dt", { text: "running maximum m" }), lines.maximum, element("dt", { text: "rescale, exp(old m − new m)" }), lines.rescale,
      element("dt", { text: "running sum d" }), lines.total),
    bar, note);
  scrub.addEventListener("input", () => { s.place = +scrub.value; pause(); });

  // Shown as chosen at once and sent whole: a second choice does not wait for the answer to the first.
  function choose(change) {
    Object.assign(s.reading, change);
    showReading();
    s.send({ ...s.reading });
  }

  function showReading() {
    chunks.show(String(s.reading.chunk));
    orders.show(s.reading.order);
  }

  function receive(data) {
    const spec = JSON.stringify(data);
    if (spec === s.spec) return;
    pause();
    if (data.revision !== s.revision) s.reading = { chunk: data.chunk, order: data.order };
    Object.assign(s, data, { spec, end: data.steps.length + 1 });
    s.place = Math.min(s.place, s.end);
    scrub.max = s.end;
    s.widest = Math.max(...data.steps.map((one) => one.total));
    build();
    draw();
  }

  function build() {
    showReading();
    s.tiles = s.scores.map((score, i) => element("div", { class: "tile", role: "listitem", style: `--hue: var(--hue-${Math.min(s.hues[i], HUES)})` },
      element("span", { class: "name", text: s.labels[i], title: s.labels[i] }), element("span", { text: plain(+score.toPrecision(6)) }), element("span", { class: "p" })));
    tiles.replaceChildren(...s.tiles);
    s.parts = s.labels.map((label, i) => element("div", { class: "part", title: label, style: `--hue: var(--hue-${Math.min(s.hues[i], HUES)})` }));
    bar.replaceChildren(...s.parts);
  }

  function start() {
    if (s.place >= s.end) s.place = 0;
    s.timer = setInterval(() => { if (s.place >= s.end) pause(); else { s.place += 1; draw(); } }, BEAT);
    draw();
  }
  function pause() { clearInterval(s.timer); s.timer = null; if (s.spec) draw(); }
  function step(by) { s.place = Math.max(0, Math.min(s.end, s.place + by)); pause(); }

  function draw() {
    const done = s.place === s.end, at = s.steps[Math.min(s.place, s.steps.length) - 1], before = s.steps[s.place - 2];
    play.textContent = s.timer ? "Pause" : "Play";
    back.disabled = s.place === 0;
    next.disabled = done;
    scrub.value = s.place;
    where.textContent = s.place === 0 ? "nothing read yet" : done ? "divided" : `chunk ${s.place} of ${s.steps.length}`;
    scrub.setAttribute("aria-valuetext", where.textContent);
    drawTiles(at, done);
    write("maximum", at ? at.maximum : -Infinity, at ? threeDigits(at.maximum) : "−∞");
    write("rescale", at?.rescale ?? NaN, !at ? "–" : before && !done ? `exp(${threeDigits(before.maximum)} − ${signed(at.maximum)}) = ${threeDigits(at.rescale)}` : done ? "–" : "0: there is no old sum");
    write("total", at?.total ?? 0, !at ? "0" : before && !done ? `${threeDigits(before.total)} × ${threeDigits(at.rescale)} + ${threeDigits(at.added)} = ${threeDigits(at.total)}` : threeDigits(at.total));
    drawTerms(at, done);
    note.textContent = said(at, before, done);
  }

  function drawTiles(at, done) {
    s.tiles.forEach((tile, i) => {
      tile.dataset.state = !at || i >= at.stop ? "ahead" : !done && i >= at.start ? "now" : "read";
      tile.lastChild.textContent = done ? `p ${threeDigits(s.probabilities[i])}` : "";
    });
  }

  function write(name, value, text) {
    lines[name].textContent = text;
    lines[name].dataset.value = value;
  }

  // Every term so far, in its colour: a new maximum shrinks the old ones all by the same factor.
  function drawTerms(at, done) {
    const whole = done ? s.steps.at(-1).total : s.widest;
    s.parts.forEach((part, i) => { part.style.width = `${100 * (at && i < at.stop ? at.terms[i] : 0) / whole}%`; });
    bar.setAttribute("aria-label", at ? `The running sum, ${threeDigits(at.total)}, made of ${at.stop} terms` : "The running sum, empty");
  }

  function said(at, before, done) {
    if (!at) return "Two numbers are all that is remembered: the largest score so far and the sum so far.";
    if (done) return "A second look at the scores divides: p = exp(z − m) / d. The order in which they came does not matter.";
    if (!before) return "The first scores set the maximum. Their exponentials are at most 1.";
    if (at.rescale < 1) return `A larger score arrived. Every old term is multiplied by the same ${threeDigits(at.rescale)}, so the sum is, and no old score is needed again.`;
    return "The maximum stays. The new terms are added.";
  }

  return { receive, pause, set send(send) { s.send = send; } };
}

const signed = (value) => (value < 0 ? `(${threeDigits(value)})` : threeDigits(value));

function segment(label, options, choose) {
  const buttons = options.map(([key, text]) => element("button", { type: "button", text, "data-key": key, onclick: () => choose(key) }));
  const node = element("div", { class: "segment", role: "group", "aria-label": label }, element("span", { class: "muted", text: label }), ...buttons);
  return { node, show(key) { for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.key === key); } };
}
