// The temperature board. Python sends the scores' distances from the top and, for every place of the handle, four
// numbers: top probability, mass of the rest, entropy in nats, slope dH/dT. A class at distance d then has the
// probability top * exp(-d / T). The board answers with the trigger "edit" when something settles.

const COLUMNS = 4, GLIDE = 200;
const NATS = { nats: 1, bits: Math.LN2 };
const TEMPERATURES = [0, ...Array.from({ length: T_PLACES + 1 }, (_, place) => temperatureAt(place)), Infinity];
const boards = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".heat");
  let board = boards.get(parentElement);
  if (!board) boards.set(parentElement, (board = makeBoard(root)));
  board.send = answerTo(data, "edit", setTriggerValue);
  paintHues(root);
  board.receive(data);
  return () => { board.resizer.disconnect(); boards.delete(parentElement); };
}

const share = (top, depth, T) => (depth === 0 ? top : T === 0 ? 0 : top * Math.exp(-depth / T));

function makeBoard(root) {
  const s = { T: 1, shown: 1, unit: "nats", revision: null, width: 0 };
  const handlers = { onInput: turn, onSettle: commit, temperature: () => s.T };
  const control = temperatureControl({ onInput: turn, onSettle: commit });
  const exact = element("input", { type: "text", class: "exact", inputmode: "decimal", autocomplete: "off", "aria-label": "Exact temperature" });
  const message = element("p", { class: "message", role: "alert" });
  const rows = element("div", { class: "rows", role: "group", "aria-label": "Probabilities at this temperature" });
  const sweep = makeSweepPlot(handlers), entropyPlot = makeEntropyPlot(handlers), ranks = makeRanksPlot();
  const readout = makeReadout((unit) => { s.unit = unit; layOut(); draw(); commit(); });
  const range = control.node.querySelector(".t-range");
  control.node.querySelector(".t-value").replaceWith(element("label", { class: "t-exact" }, "T = ", exact));
  const saved = saveRow("softviz-temperature", () => [sweep.node, entropyPlot.node, ...(s.ranks ? [ranks.node] : [])]);
  const plots = element("div", { class: "plots" }, sweep.node, entropyPlot.node, saved);
  const bars = element("div", { class: "bars" }, rows, readout.node, ranks.node);
  root.replaceChildren(control.node, message, element("div", { class: "sides" }, bars, plots));

  exact.addEventListener("change", setExactly);
  exact.addEventListener("keydown", (event) => { if (event.key === "Enter") exact.blur(); });
  const resizer = new ResizeObserver(() => { if (s.labels && plots.clientWidth !== s.width) { layOut(); draw(); } });
  resizer.observe(plots);

  function receive(data) {
    const before = s.places, T = readTemperature(data.here.temperature);
    Object.assign(s, { labels: data.labels, depths: data.depths, rest: data.rest, classes: data.classes, ranks: data.ranks, places: data.places });
    s.table = decodeFloats(data.places);
    s.here = { T, values: decodeFloats(data.here.columns) };
    const anew = before !== data.places || rows.children.length === 0;
    if (anew) build();
    if (data.revision !== s.revision) {
      s.revision = data.revision;
      const unit = s.unit;
      s.unit = data.unit;
      if (anew || unit !== s.unit) layOut();
      glideTo(T, anew);
    } else if (anew) layOut();
    draw();
    describe();
  }

  function build() {
    const hues = hueOrder(s.depths.map((depth) => -depth));
    s.rows = s.labels.map((label, i) => makeBar(label, hues[i]));
    if (s.rest) s.rows.push(makeBar(s.rest, REST_HUE));
    rows.replaceChildren(...s.rows.map((row) => row.node));
    root.dataset.density = s.ranks || s.rows.length > 10 ? "tight" : s.rows.length < 6 ? "roomy" : "";
    s.lines = s.rows.map((row, i) => ({
      label: row.hue === REST_HUE ? "others" : row.text, hue: row.hue,
      values: TEMPERATURES.map((T, at) => (i < s.depths.length ? share(s.table[COLUMNS * at], s.depths[i], T) : s.table[COLUMNS * at + 1])),
    }));
    ranks.node.toggleAttribute("hidden", !s.ranks);
  }

  function layOut() {
    const width = s.width = plots.clientWidth, per = NATS[s.unit];
    if (!width) return;
    sweep.layOut({ width, temperatures: TEMPERATURES, lines: s.lines });
    const entropies = TEMPERATURES.map((_, at) => s.table[COLUMNS * at + 2] / per);
    entropyPlot.layOut({ width, temperatures: TEMPERATURES, entropies, most: Math.log(s.classes) / per, unit: s.unit, classes: s.classes });
    if (s.ranks) ranks.layOut({ width: bars.clientWidth, classes: s.classes });
  }

  function turn(T) {
    cancelAnimationFrame(s.gliding);
    s.T = s.shown = T;
    message.textContent = "";
    draw();
  }

  function commit() {
    s.send({ temperature: s.T === Infinity ? "inf" : s.T, unit: s.unit });
    describe();
  }

  function setExactly() {
    const T = readTemperature(exact.value);
    if (!(T >= 0)) {
      message.textContent = `Expected a temperature of 0 or more, or ∞; got “${exact.value.slice(0, 40)}”. The temperature is still ${plainTemperature(s.T)}.`;
      exact.value = plainTemperature(s.T);
      return;
    }
    turn(T);
    commit();
  }

  // What the program decides moves for a moment, place by place, unless motion is not wanted.
  function glideTo(T, atOnce) {
    cancelAnimationFrame(s.gliding);
    const from = nearest(s.shown), to = nearest(T), begin = performance.now();
    s.T = T;
    if (atOnce || from === to || matchMedia("(prefers-reduced-motion: reduce)").matches) { s.shown = T; return; }
    const step = (now) => {
      const part = Math.min(1, Math.max(0, (now - begin) / GLIDE));
      s.shown = part === 1 ? T : TEMPERATURES[Math.round(from + (to - from) * part * (2 - part))];
      draw();
      if (part < 1) s.gliding = requestAnimationFrame(step);
    };
    s.shown = TEMPERATURES[from];
    s.gliding = requestAnimationFrame(step);
  }

  function valuesAt(T) {
    if (T === s.here.T) return s.here.values;
    const at = nearest(T);
    return TEMPERATURES[at] === T ? s.table.subarray(COLUMNS * at, COLUMNS * at + COLUMNS) : null;
  }

  function draw() {
    control.show(s.T);
    if (root.getRootNode().activeElement !== exact) exact.value = plainTemperature(s.T);
    const values = valuesAt(s.shown);
    if (!values) return;   // a temperature between two places: Python is on its way with its numbers
    const [top, rest, H, slope] = values, per = NATS[s.unit];
    const p = s.depths.map((depth) => share(top, depth, s.shown));
    if (s.rest) p.push(rest);
    s.rows.forEach((row, i) => drawShare(row, p[i], { positive: s.shown > 0 }));
    sweep.moveTo(s.shown, p);
    entropyPlot.moveTo(s.shown, H / per, slope / per);
    if (s.ranks) ranks.draw(s.ranks.ranks, s.ranks.depths.map((depth) => share(top, depth, s.shown)));
    readout.draw({ T: s.shown, H: H / per, slope: slope / per, effective: Math.exp(H), classes: s.classes, unit: s.unit });
    range.setAttribute("aria-valuetext", `T = ${threeDigits(s.T)}, largest probability ${threeDigits(top)}, entropy ${threeDigits(H / per)} ${s.unit}`);
  }

  // Words for what the pictures show, written when the hand is off.
  function describe() {
    const values = valuesAt(s.T);
    if (!values) return;
    const [top, rest, H, slope] = values, at = `At T = ${threeDigits(s.T)}`, per = NATS[s.unit];
    const each = s.labels.map((label, i) => `${label} ${shareText(share(top, s.depths[i], s.T), s.T > 0)}`);
    if (s.rest) each.push(`${s.rest} ${shareText(rest, s.T > 0)}`);
    sweep.describe(`Probability of each class over temperature, from argmax at T = 0 to ${threeDigits(1 / s.classes)} each at infinity. ${at}: ${each.join(", ")}.`);
    entropyPlot.describe(`Entropy over temperature, rising from ${threeDigits(s.table[2] / per)} to ${threeDigits(Math.log(s.classes) / per)} ${s.unit}. ${at} it is ${threeDigits(H / per)} with slope ${threeDigits(slope / per)} per unit of T.`);
    if (s.ranks) ranks.describe(`Probability over rank on log axes. ${at} rank 1 has ${threeDigits(top)} and rank ${s.classes.toLocaleString("en")} has ${shareText(share(top, s.ranks.depths.at(-1), s.T), s.T > 0)}.`);
  }

  return { receive, resizer, set send(send) { s.send = send; } };
}

const readTemperature = (given) => (/^\s*(inf|infinity|∞)\s*$/i.test(given) ? Infinity : readNumber(String(given)));
const plainTemperature = (T) => (T === Infinity ? "∞" : short(T));

function nearest(T) {
  return T === 0 ? 0 : T === Infinity ? T_PLACES + 2 : 1 + Math.round(placeOf(T));
}

function makeBar(text, hue) {
  const fill = element("div", { class: "fill" }), p = element("output", { class: "p" });
  const node = element("div", { class: "row", style: `--hue: var(--hue-${hue})` },
    element("span", { class: "label", text, title: text }), element("div", { class: "bar" }, fill), p);
  node.classList.toggle("rest", hue === REST_HUE);
  return { node, fill, p, text, hue };
}

function makeReadout(onUnit) {
  const entropyValue = element("output"), effective = element("output"), slope = element("output"), of = element("span"), fraction = element("span"), rule = element("span");
  const unit = (name) => element("button", { type: "button", text: name, "aria-label": `Entropy in ${name}`, onclick: () => onUnit(name) });
  const units = ["nats", "bits"].map((name) => [name, unit(name)]);
  const line = (name, ...parts) => element("div", {}, element("dt", {}, name), element("dd", {}, ...parts));
  const node = element("dl", { class: "readout" },
    line("Entropy H", entropyValue, ...units.map(([, button]) => button)),
    line("Effective classes", effective, of),
    line(rule, fraction, slope));

  function draw({ T, H, slope: rise, effective: count, classes, unit: chosen }) {
    for (const [name, button] of units) button.setAttribute("aria-pressed", name === chosen);
    write(entropyValue, H);
    write(effective, count);
    write(slope, rise);
    of.textContent = ` of ${classes.toLocaleString("en")}`;
    const cube = chosen === "bits" ? `${threeDigits(T)}³ / ln 2` : `${threeDigits(T)}³`;
    const variance = rise * NATS[chosen] * T ** 3;
    fraction.textContent = T > 1e-90 && T < 1e90 ? `${threeDigits(variance)} / ${cube} = ` : "in the limit ";
    rule.textContent = chosen === "bits" ? "Slope, Var(z)/T³/ln 2" : "Slope, Var(z)/T³";
  }
  function write(output, value) {
    output.textContent = threeDigits(value);
    output.dataset.value = value;
  }
  return { node, draw };
}
