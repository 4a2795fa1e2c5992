// The loss board: click a class as the target, drag the scores, and p, y, p − y and the loss follow in the same frame.
// Python sends {revision, scores, labels, positions, rest, temperature, base, smoothing, classes}; `base` is the target
// before smoothing, one entry a row. The board answers with the trigger "edit" when something settles, and is redrawn
// from Python only when `revision` moves.

const boards = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".loss-board");
  let board = boards.get(parentElement);
  if (!board) boards.set(parentElement, (board = makeBoard(root)));
  board.send = answerTo(data, "edit", setTriggerValue);
  board.receive(data);
  paintHues(root);
  return () => boards.delete(parentElement);
}

let boardCount = 0;

function makeBoard(root) {
  const s = { scores: [], base: [], rows: [], revision: null };
  const group = `target-${++boardCount}`;   // radio buttons of one board belong together
  const rows = element("div", { class: "rows", role: "radiogroup", "aria-label": "The target: the class that is true" });
  const message = element("p", { class: "message", role: "alert" });
  const slope = element("span", { class: "wide", text: "p − y" });
  const soft = element("p", { class: "muted" });
  const smoothing = makeSmoothing();
  const readout = element("p", { class: "readout" });
  root.replaceChildren(
    element("div", { class: "row titles", "aria-hidden": "true" },
      element("span", { text: "target: click" }), element("span", { class: "wide", text: "score (logit): drag" }), element("span", { class: "number", text: "score" }),
      element("span", { class: "wide", text: "probability p" }), element("span", { class: "wide", text: "target y" }), slope),
    rows, message, soft, smoothing.node, readout);

  function receive(data) {
    s.slopeName = data.temperature === 1 ? "p − y" : "(p − y) / T";
    slope.textContent = `gradient ${s.slopeName}`;
    if (data.revision === s.revision) return;
    Object.assign(s, data, { scores: [...data.scores], base: [...data.base] });
    build();
    draw();
  }

  function build() {
    s.rows = s.labels.map((label, i) => (i < s.scores.length ? makeRow(label, i) : makeRestRow(label)));
    rows.replaceChildren(...s.rows.map((row) => row.node));
    root.dataset.density = s.labels.length > 8 ? "tight" : "";
    settleReach();
  }

  function settleReach() {
    const reach = scoreReach(s.scores);
    for (const { handle } of s.rows) handle?.setReach(reach);
  }

  function makeRow(label, i) {
    const radio = element("input", { type: "radio", name: group, value: i, onchange: () => choose(i) });
    const handle = scoreHandle({
      onMove: (score) => { s.scores[i] = score; message.textContent = ""; draw(); },
      onSettle: settle,
      onRefuse: (sentence) => { message.textContent = sentence; },
    });
    const name = element("label", { class: "label", title: label }, radio, element("span", { text: label }));
    return dressRow({ radio, handle }, element("div", { class: "row class" }, name, handle.slider, handle.exact));
  }

  function makeRestRow(label) {
    const name = element("span", { class: "label", text: label, title: label });
    return dressRow({}, element("div", { class: "row rest" }, name, element("span", { class: "score muted", text: "gathered in one" }), element("span", { class: "exact" })));
  }

  function dressRow(row, node) {
    const bars = ["p", "y", "slope"].map((name) => makeBar(name));
    node.append(...bars.map((bar) => bar.node));
    return Object.assign(row, { node, p: bars[0], y: bars[1], slope: bars[2] });
  }

  function choose(i) {
    s.base = s.base.map((_, j) => +(j === i));
    draw();
    settle();
  }

  function makeSmoothing() {
    const range = element("input", { type: "range", min: 0, max: 1, step: 0.01, "aria-label": "Label smoothing" });
    const value = element("output", { class: "value" });
    range.addEventListener("input", () => { s.smoothing = +range.value; draw(); });
    range.addEventListener("change", settle);
    const node = element("label", { class: "smoothing" }, element("span", { text: "Label smoothing" }), range, value);
    function show(epsilon) {
      range.value = epsilon;
      value.textContent = `ε = ${epsilon.toFixed(2)}`;
      range.setAttribute("aria-valuetext", value.textContent);
    }
    return { node, show };
  }

  function settle() {
    const chosen = s.base.slice(0, s.scores.length).indexOf(1);
    s.send({ scores: [...s.scores], positions: s.positions, target: chosen < 0 ? null : s.positions[chosen], smoothing: s.smoothing });
    settleReach();
    draw();
  }

  // The target after smoothing; a row that gathers many classes gets the share of each.
  function target() {
    const members = (i) => (i < s.scores.length ? 1 : s.classes - s.scores.length);
    return s.base.map((share, i) => (1 - s.smoothing) * share + s.smoothing * members(i) / s.classes);
  }

  function draw() {
    const z = Float64Array.from(s.rest === null ? s.scores : [...s.scores, s.rest], (score) => score / s.temperature);
    const p = softmax(z), y = target(), hues = hueOrder(s.scores);
    s.rows.forEach((row, i) => drawRow(row, i, p[i], y[i], hues[i]));
    smoothing.show(s.smoothing);
    soft.textContent = s.base.includes(1) ? "" : "The target is soft: shares of several classes. Click a class to go back to one.";
    drawLoss(z, p, y);
  }

  function drawRow(row, i, p, y, hue) {
    const gradient = (p - y) / s.temperature;
    if (row.handle) {
      row.node.style.setProperty("--hue", `var(--hue-${hue})`);
      row.handle.show(s.scores[i], s.labels[i], `probability ${threeDigits(p)}, gradient ${threeDigits(gradient)}`);
      row.radio.checked = s.base[i] === 1;
      row.radio.setAttribute("aria-label", `Target: ${s.labels[i]}`);
    }
    row.p.show(p);
    row.y.show(y);
    row.slope.show(gradient);
  }

  // Both ways, each as it is computed: where p underflows the first is infinite and the second is not.
  function drawLoss(z, p, y) {
    let surprise = 0, credit = 0;
    y.forEach((share, i) => { if (share > 0) { surprise -= share * Math.log(p[i]); credit += share * z[i]; } });
    const top = maximum(z), partition = top + Math.log(sum(z.map((v) => Math.exp(v - top))));
    const truth = y.indexOf(1), loss = threeDigits(partition - credit), scaled = s.temperature === 1 ? "z" : "z/T";
    const first = truth < 0 ? "−Σ y log p" : `−log p = −log ${threeDigits(p[truth])}`;
    const second = `logsumexp(${scaled}) − ${truth < 0 ? "Σ y " : ""}${scaled} = ${threeDigits(partition)} − ${threeDigits(credit)}`.replace("− −", "+ ");
    readout.textContent = `loss ${loss} nats:  ${first} = ${threeDigits(surprise)},  ${second} = ${loss}`;
    readout.dataset.loss = partition - credit;
    readout.dataset.surprise = surprise;
  }

  return { receive, set send(send) { s.send = send; } };
}

// A bar and its number. A slope's bar grows from the middle to either side.
function makeBar(name) {
  const fill = element("div", { class: "fill" }), number = element("output", { class: "number" });
  const node = element("div", { class: `measure ${name}` }, element("div", { class: "bar" }, fill), number);
  function show(value) {
    fill.style.transform = `scaleX(${Math.min(1, Math.abs(value))})`;
    node.classList.toggle("below", value < 0);
    number.textContent = threeDigits(value);
    number.dataset.value = value;
  }
  return { node, show };
}
