// The logit board: a slider a class for its score, the probabilities beside them in the same frame.
// Python sends {revision, labels, scores, positions, rest, temperature, mapping, parameters, positive, probabilities,
// handles}; the board answers with the trigger "edit" when something settles. It is redrawn from Python only when
// `revision` moves.

const MOST_EDITABLE = 50;
const boards = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".board");
  let board = boards.get(parentElement);
  if (!board) boards.set(parentElement, (board = makeBoard(root)));
  board.send = answerTo(data, "edit", setTriggerValue);
  board.receive(data);
  paintHues(root);
  return () => boards.delete(parentElement);
}

function makeBoard(root) {
  const s = { scores: [], labels: [], T: 1, rest: null, rows: [], fixed: false, revision: null };
  const rows = element("div", { class: "rows", role: "group", "aria-label": "Scores and probabilities" });
  const message = element("p", { class: "message", role: "alert" });
  const readout = element("p", { class: "readout" });
  const add = element("button", { type: "button", text: "Add a class", onclick: addClass });
  const order = element("button", { type: "button", text: "Sort by score", onclick: sortClasses });
  const temperature = temperatureControl({ onInput: (T) => { s.T = T; draw(); }, onSettle: commit });
  const rankPlot = makeRankPlot();
  root.replaceChildren(
    element("div", { class: "row titles", "aria-hidden": "true" },
      element("span", { text: "class" }), element("span", { class: "wide", text: "score (logit): drag" }),
      element("span", { class: "number", text: "score" }), element("span", { class: "wide", text: "probability" }),
      element("span", { class: "number", text: "p" }), element("span")),
    rows, message, temperature.node, readout, rankPlot.node, element("div", { class: "tools" }, add, order));

  function receive(data) {
    Object.assign(s, { mapping: data.mapping, parameters: data.parameters, positive: data.positive, settled: data.probabilities });
    s.fixed = !data.handles.classes || data.rest !== null;
    temperature.node.hidden = !data.handles.temperature;
    add.hidden = order.hidden = s.fixed;
    root.classList.toggle("fixed", s.fixed);
    if (data.revision !== s.revision) {
      s.revision = data.revision;
      Object.assign(s, { scores: [...data.scores], labels: [...data.labels], T: Number(data.temperature === "inf" ? Infinity : data.temperature), positions: data.positions });
      s.rest = data.rest ? decodeFloats(data.rest.values, data.rest.kind) : null;
      s.restLabel = data.rest?.label;
      message.textContent = "";
      build();
    }
    draw();
  }

  function build() {
    root.dataset.density = s.scores.length > 14 ? "tight" : "";
    s.rows = s.scores.map((_, i) => makeRow(i));
    settleReach();
    s.restRow = s.rest ? makeRestRow(s.restLabel) : null;
    rows.replaceChildren(...s.rows.map((row) => row.node), ...(s.restRow ? [s.restRow.node] : []));
    rankPlot.node.toggleAttribute("hidden", !s.rest);
    add.disabled = s.scores.length >= MOST_EDITABLE;
    add.title = add.disabled ? `The board edits up to ${MOST_EDITABLE} classes` : "";
  }

  // The axis keeps its length while a finger is down; it grows or shrinks only when the hand is off.
  function settleReach() {
    const reach = scoreReach(s.scores);
    for (const { handle } of s.rows) handle.setReach(reach);
  }

  function makeRow(i) {
    const label = element("input", { type: "text", class: "label", maxlength: 80, "aria-label": `Name of class ${i + 1}` });
    const handle = scoreHandle({
      onMove: (score) => { s.scores[i] = score; message.textContent = ""; draw(); },
      onSettle: commit,
      onRefuse: (sentence) => { message.textContent = sentence; },
    });
    const fill = element("div", { class: "fill" });
    const p = element("output", { class: "p number" });
    const remove = element("button", { type: "button", class: "remove", text: "×" });
    const node = element("div", { class: "row class" }, label, handle.slider, handle.exact, element("div", { class: "bar" }, fill), p, remove);

    handle.slider.addEventListener("keydown", (event) => { if (event.key === "Delete") { event.preventDefault(); removeClass(i); } });
    label.readOnly = s.fixed;
    label.addEventListener("change", () => rename(i, label));
    label.addEventListener("keydown", (event) => { if (event.key === "Enter") label.blur(); });
    remove.addEventListener("click", () => removeClass(i));
    return { node, label, handle, fill, p, remove };
  }

  function makeRestRow(text) {
    const fill = element("div", { class: "fill" }), p = element("output", { class: "p number" });
    const node = element("div", { class: "row rest" }, element("span", { class: "label", text }), element("span", { class: "wide muted", text: "gathered in one bar" }),
      element("span"), element("div", { class: "bar" }, fill), p, element("span"));
    return { node, fill, p };
  }

  function rename(i, field) {
    s.labels[i] = field.value.trim() || `class ${i + 1}`;
    draw();
    commit();
  }

  function addClass() {
    s.scores.push(0);
    s.labels.push(`class ${s.scores.length}`);
    rebuildAndCommit();
    s.rows.at(-1).label.focus();
    s.rows.at(-1).label.select();
  }

  function removeClass(i) {
    if (s.fixed) return;
    if (s.scores.length <= 2) { message.textContent = "Two classes is the fewest there can be. Nothing was removed."; return; }
    s.scores.splice(i, 1);
    s.labels.splice(i, 1);
    rebuildAndCommit();
    s.rows[Math.min(i, s.rows.length - 1)].handle.slider.focus();
  }

  function sortClasses() {
    const order = s.scores.map((_, i) => i).sort((a, b) => s.scores[b] - s.scores[a] || a - b);
    s.scores = order.map((i) => s.scores[i]);
    s.labels = order.map((i) => s.labels[i]);
    rebuildAndCommit();
  }

  function rebuildAndCommit() {
    message.textContent = "";
    build();
    draw();
    commit();
  }

  function commit() {
    s.send({ scores: [...s.scores], labels: [...s.labels], temperature: s.T === Infinity ? "inf" : s.T, positions: s.positions });
    settleReach();
    draw();
  }

  const isPositive = () => s.positive && s.T > 0;

  function probabilities() {
    if (!canPreview(s.mapping)) return s.settled;
    return mapAt(s.mapping, s.rest ? withRest() : s.scores, s.T, s.parameters);
  }

  function withRest() {
    const all = new Float64Array(s.scores.length + s.rest.length);
    all.set(s.scores);
    all.set(s.rest, s.scores.length);
    return all;
  }

  function draw() {
    const p = probabilities(), hues = hueOrder(s.scores);
    s.rows.forEach((row, i) => drawRow(row, i, p[i], hues[i]));
    if (s.restRow) {
      let mass = 0;
      for (let i = s.scores.length; i < p.length; i++) mass += p[i];
      drawShare(s.restRow, mass, { positive: isPositive() });
      rankPlot.draw(p, isPositive());
    }
    temperature.show(s.T);
    drawReadout(p);
  }

  function drawRow(row, i, p, hue) {
    const focused = row.node.getRootNode().activeElement, label = s.labels[i];
    row.node.style.setProperty("--hue", `var(--hue-${hue})`);
    if (focused !== row.label) row.label.value = label;
    row.label.title = label;
    row.handle.show(s.scores[i], label, `probability ${shareText(p, isPositive())}`);
    row.remove.setAttribute("aria-label", `Remove ${label}`);
    drawShare(row, p, { positive: isPositive() });
  }

  function drawReadout(p) {
    const total = sum(p);
    const H = entropy(p);
    readout.textContent = `entropy ${threeDigits(H)} nats · effective classes ${threeDigits(Math.exp(H))} of ${p.length.toLocaleString("en")} · sum ${threeDigits(total)}`;
    readout.dataset.entropy = H;
  }

  return { receive, set send(send) { s.send = send; } };
}

// Probability over rank on two log axes, for more classes than a board can list.
function makeRankPlot() {
  const W = 600, H = 150, LEFT = 44, BOTTOM = 24, TOP = 8, FLOOR = -12;
  const line = svgElement("path", { class: "curve" });
  const grid = svgElement("g", { class: "grid" });
  const svg = svgElement("svg", { viewBox: `0 0 ${W} ${H}`, role: "img" }, grid, line);
  const title = element("p", { class: "muted", text: "Probability over rank, both on log scales" });
  const node = element("div", { class: "ranks" }, title, svg, saveRow("softviz-ranks", () => [svg]));
  const y = (log10p) => TOP + (H - BOTTOM - TOP) * (log10p / FLOOR);
  let ranks = [], scale = () => 0;

  function layOut(count) {
    const decades = Math.log10(count);
    scale = (rank) => LEFT + (W - LEFT - 12) * Math.log10(rank) / decades;
    ranks = [...new Set(Array.from({ length: 160 }, (_, i) => Math.round(10 ** (decades * i / 159))))];
    grid.replaceChildren();
    for (let power = 0; power <= decades; power++) mark(scale(10 ** power), H - 6, (10 ** power).toLocaleString("en"), "middle");
    for (let power = 0; power >= FLOOR; power -= 3) {
      mark(LEFT - 6, y(power) + 4, power === 0 ? "1" : `1e−${-power}`, "end");
      grid.append(svgElement("line", { x1: LEFT, x2: W - 12, y1: y(power), y2: y(power) }));
    }
    node.dataset.count = count;
  }
  function mark(x, yAt, text, anchor) { grid.append(svgElement("text", { x, y: yAt, "text-anchor": anchor, text })); }

  function draw(p, positive) {
    if (+node.dataset.count !== p.length) layOut(p.length);
    const sorted = Float64Array.from(p).sort().reverse();
    line.setAttribute("d", ranks.map((rank, i) => `${i ? "L" : "M"}${scale(rank).toFixed(1)},${y(Math.max(FLOOR, Math.log10(sorted[rank - 1]))).toFixed(1)}`).join(""));
    describe(sorted, positive);
  }

  function describe(sorted, positive) {
    const told = [1, 10, 1000, sorted.length].filter((rank, i, all) => i === all.length - 1 || rank < sorted.length);
    const each = told.map((rank) => `rank ${rank.toLocaleString("en")} has ${shareText(sorted[rank - 1], positive)}`);
    svg.setAttribute("aria-label", `Probability over rank, both axes logarithmic: ${each.join(", ")}.`);
  }
  return { node, draw };
}
