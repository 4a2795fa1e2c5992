// The map board: one column of score handles, and beside it one column of bars for each chosen map, all on one scale.
// Python sends {revision, scores, labels, positions, rest, temperature, chosen, parameters, catalogue, fewest, most,
// settled}; the board answers with the trigger "edit" when something settles. It is redrawn from Python only when
// `revision` moves; `settled` holds Python's own outputs, which a map without a browser version shows until release.

const boards = new WeakMap();
// The inks of the maps, by their place on the board, here and in the pictures below it (figures/map_inks.py).
const MAP_INKS = ["var(--st-text-color)", "var(--hue-5)", "var(--hue-4)", "var(--hue-3)", "var(--hue-6)", "var(--hue-7)"];

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".maps");
  let board = boards.get(parentElement);
  if (!board) boards.set(parentElement, (board = makeBoard(root)));
  board.send = answerTo(data, "edit", setTriggerValue);
  paintHues(root);
  board.receive(data);
  return () => boards.delete(parentElement);
}

function makeBoard(root) {
  const s = { scores: [], labels: [], T: 1, rest: null, chosen: [], parameters: {}, revision: null, scale: 1, columns: [], rows: [] };
  const grid = element("div", { class: "grid", role: "group", "aria-label": "Scores, and what each map makes of them" });
  const message = element("p", { class: "message", role: "alert" });
  const temperature = temperatureControl({ onInput: (T) => { s.T = T; draw(); }, onSettle: commit });
  const more = element("select", { class: "more", "aria-label": "Add a map", onchange: addMap });
  const scaleNote = element("span", { class: "muted" });
  root.replaceChildren(temperature.node, message, grid, element("div", { class: "tools" }, more, scaleNote));

  function receive(data) {
    Object.assign(s, { settled: data.settled, catalogue: data.catalogue, fewest: data.fewest, most: data.most });
    const moved = data.revision !== s.revision;
    if (moved) {
      Object.assign(s, { revision: data.revision, scores: [...data.scores], labels: data.labels, positions: data.positions });
      Object.assign(s, { T: Number(data.temperature), chosen: [...data.chosen], parameters: structuredClone(data.parameters) });
      s.rest = data.rest ? decodeFloats(data.rest.values, data.rest.kind) : null;
      s.restLabel = data.rest?.label;
      message.textContent = "";
      build();
    }
    if (moved || !s.chosen.every(canPreview)) settleScales();
    draw();
  }

  function build() {
    s.columns = s.chosen.map((key, place) => makeColumn(key, place));
    s.rows = s.labels.map((label, i) => makeRow(label, i));
    s.restRow = s.rest && makeRestRow(s.restLabel);
    root.style.setProperty("--columns", s.columns.length);
    root.dataset.columns = s.columns.length > 4 ? "many" : "";
    root.dataset.density = s.rows.length > 7 ? "tight" : "";
    const titles = element("div", { class: "row titles" },
      element("span", { class: "label", text: "class" }), element("span", { class: "drag", text: "score (logit): drag" }),
      element("span", { class: "number", text: "score" }), ...s.columns.map((column) => column.head));
    const sums = element("div", { class: "row sums" }, element("span", { class: "label wide", text: "sum" }), ...s.columns.map((column) => column.sum));
    grid.replaceChildren(titles, ...s.rows.map((row) => row.node), ...(s.restRow ? [s.restRow.node] : []), sums);
    offerMore();
  }

  function offerMore() {
    const free = s.catalogue.filter((map) => !s.chosen.includes(map.key));
    more.replaceChildren(element("option", { value: "", text: "Add a map…" }), ...free.map(option));
    more.disabled = s.chosen.length >= s.most || free.length === 0;
    more.title = more.disabled ? `Up to ${s.most} maps at once` : "";
  }

  const option = (map) => element("option", { value: map.key, text: map.name });
  const record = (key) => s.catalogue.find((map) => map.key === key);

  function makeColumn(key, place) {
    const map = record(key);
    const others = s.catalogue.filter((one) => one.key === key || !s.chosen.includes(one.key));
    const choice = element("select", { "aria-label": `Map in column ${place + 1}` }, ...others.map(option));
    choice.value = key;
    choice.addEventListener("change", () => putMap(place, choice.value));
    const remove = element("button", { type: "button", class: "remove", text: "×", "aria-label": `Remove ${map.name}`, onclick: () => removeMap(place) });
    remove.hidden = s.chosen.length <= s.fewest;
    const dials = map.parameters.map((parameter) => makeDial(map, parameter));
    const name = element("div", { class: "choice" }, element("span", { text: map.name, "aria-hidden": "true" }), choice);
    const head = element("div", { class: "head" }, element("div", { class: "name" }, remove, name), ...dials.map((dial) => dial.node));
    head.style.setProperty("--ink", MAP_INKS[place % MAP_INKS.length]);
    const total = element("span", { class: "total" }), remark = element("span", { class: "remark" });
    return { key, map, head, choice, dials, total, remark, sum: element("div", { class: "sum" }, element("span", { class: "map", text: `${map.name}, sum` }), total, remark) };
  }

  // A parameter: its range and steps come from the map's record.
  function makeDial(map, parameter) {
    const name = `${parameter.name} of ${map.name}`;
    const range = element("input", { type: "range", min: parameter.minimum, max: parameter.maximum, step: parameter.step, "aria-label": name });
    const exact = element("input", { type: "text", inputmode: "decimal", class: "exact", autocomplete: "off", "aria-label": `Exact ${name}` });
    const set = (value) => { s.parameters[map.key][parameter.key] = value; message.textContent = ""; draw(); };
    range.addEventListener("input", () => set(+range.value));
    range.addEventListener("change", commit);
    exact.addEventListener("keydown", (event) => { if (event.key === "Enter") exact.blur(); });
    exact.addEventListener("change", () => {
      const value = readNumber(exact.value), fits = value >= parameter.minimum && value <= parameter.maximum;
      if (fits && !(parameter.integer && (value - parameter.minimum) % parameter.step)) { set(value); commit(); return; }
      message.textContent = refusal(parameter, exact.value, s.parameters[map.key][parameter.key]);
      draw();
      exact.value = plain(s.parameters[map.key][parameter.key]);
    });
    function show() {
      const value = s.parameters[map.key][parameter.key];
      range.value = value;
      if (exact.getRootNode().activeElement !== exact) exact.value = plain(value);
    }
    const node = element("div", { class: "dial" }, element("span", { class: "muted", text: parameter.name }), exact, range);
    return { node, show };
  }

  function makeRow(label, i) {
    const handle = scoreHandle({
      onMove: (value) => { s.scores[i] = value; message.textContent = ""; draw(); },
      onSettle: commit,
      onRefuse: (sentence) => { message.textContent = sentence; },
    });
    const cells = s.columns.map((column) => makeCell(column));
    const node = element("div", { class: "row class" }, element("span", { class: "label", text: label, title: label }),
      handle.slider, handle.exact, ...cells.map((cell) => cell.node));
    return { node, handle, cells };
  }

  function makeRestRow(label) {
    const cells = s.columns.map((column) => makeCell(column));
    const node = element("div", { class: "row rest" }, element("span", { class: "label", text: label }),
      element("span", { class: "drag muted", text: "gathered" }), element("span"), ...cells.map((cell) => cell.node));
    return { node, cells };
  }

  function makeCell(column) {
    const fill = element("div", { class: "fill" }), p = element("span", { class: "p" });
    const node = element("div", { class: "cell" }, element("span", { class: "map", text: column.map.name }), element("div", { class: "bar" }, fill), p);
    return { node, fill, p };
  }

  function putMap(place, key) {
    s.chosen[place] = key;
    rebuildAndCommit();
    s.columns[place].choice.focus();
  }

  function removeMap(place) {
    s.chosen.splice(place, 1);
    rebuildAndCommit();
    s.columns[Math.min(place, s.columns.length - 1)].choice.focus();
  }

  function addMap() {
    if (more.value) putMap(s.chosen.length, more.value);
  }

  function rebuildAndCommit() {
    message.textContent = "";
    build();
    commit();
  }

  function commit() {
    s.send({ scores: [...s.scores], positions: s.positions, temperature: String(s.T), chosen: [...s.chosen], parameters: s.parameters });
    settleScales();
    draw();
  }

  // Axes keep their length while a finger is down; they change only when the hand is off.
  function settleScales() {
    const reach = scoreReach(s.scores);
    for (const row of s.rows) row.handle.setReach(reach);
    s.scale = 1;
    for (const outcome of outcomes()) for (const p of outcome.shown) if (Number.isFinite(p)) s.scale = Math.max(s.scale, p);
    scaleNote.textContent = `All bars share one scale, from 0 to ${plain(+s.scale.toPrecision(3))}. A hollow mark is an exact zero.`;
  }

  function withRest() {
    if (!s.rest) return s.scores;
    const all = new Float64Array(s.scores.length + s.rest.length);
    all.set(s.scores);
    all.set(s.rest, s.scores.length);
    return all;
  }

  function outcomes() {
    const all = withRest();
    return s.columns.map(({ key }) => (canPreview(key) ? outcomeOf(mapAt(key, all, s.T, s.parameters[key]), s.scores.length) : settledOutcome(key, s.scores.length)));
  }

  function settledOutcome(key, count) {
    const known = s.settled[key];
    if (!known) return { shown: new Array(count).fill(NaN), rest: NaN, sum: NaN, zeros: 0 };
    return { shown: known.shown.map(Number), rest: Number(known.rest), sum: Number(known.sum), zeros: known.zeros };
  }

  function draw() {
    const all = outcomes(), hues = hueOrder(s.scores);
    s.rows.forEach((row, i) => {
      row.node.style.setProperty("--hue", `var(--hue-${hues[i]})`);
      row.cells.forEach((cell, m) => drawCell(cell, s.columns[m], all[m].shown[i]));
      row.handle.show(s.scores[i], s.labels[i], s.columns.map((column, m) => `${column.map.name} ${shareText(all[m].shown[i], isPositive(column))}`).join(", "));
    });
    s.restRow?.cells.forEach((cell, m) => drawCell(cell, s.columns[m], all[m].rest));
    s.columns.forEach((column, m) => drawColumn(column, all[m]));
    temperature.show(s.T);
  }

  const isPositive = (column) => record(column.key).positive && s.T > 0;

  function drawCell(cell, column, p) {
    drawShare(cell, p, { scale: s.scale, positive: isPositive(column) });
    cell.node.classList.toggle("beyond", p > s.scale * (1 + 1e-9));
  }

  function drawColumn(column, outcome) {
    const whole = Math.abs(outcome.sum - 1) <= 1e-9;
    column.total.textContent = whole ? "1" : threeDigits(outcome.sum);
    column.total.dataset.value = outcome.sum;
    column.remark.textContent = whole ? zerosText(outcome.zeros, isPositive(column)) : "not a distribution";
    column.dials.forEach((dial) => dial.show());
  }

  return { receive, set send(send) { s.send = send; } };
}

function outcomeOf(p, count) {
  const shown = Array.from(p.subarray(0, count));
  return { shown, rest: sum(p.subarray(count)), sum: sum(p), zeros: p.reduce((zeros, v) => zeros + (v === 0), 0) };
}

function zerosText(count, rounded) {
  if (count === 0) return "";
  const many = count.toLocaleString("en");
  return rounded ? `${many} too small for a float` : `${many} exact ${count === 1 ? "zero" : "zeros"}`;
}

function refusal(parameter, text, kept) {
  const steps = parameter.integer ? `${plain(parameter.minimum)}, ${plain(parameter.minimum + parameter.step)}, … ${plain(parameter.maximum)}` : `a number between ${plain(parameter.minimum)} and ${plain(parameter.maximum)}`;
  return `Expected ${steps} for ${parameter.name}; got “${text.slice(0, 40)}”. It is still ${plain(kept)}.`;
}
