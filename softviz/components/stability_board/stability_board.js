// The stability board: a handle that moves the scores to a size, six forms in four types at that size, and every step of
// the chosen one. Python sends {revision, scores, labels, hues, size, move, type, form, edges, types, forms, moves}; the
// board answers with the trigger "choice" when something settles.

const PLACES = 500, LARGEST_SIZE = 1e300;
const boards = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".stability");
  let board = boards.get(parentElement);
  if (!board) boards.set(parentElement, (board = makeBoard(root, data)));
  board.send = answerTo(data, "choice", setTriggerValue);
  board.receive(data);
  paintHues(root);
  return () => boards.delete(parentElement);
}

function makeBoard(root, { types, forms, moves, range }) {
  const s = { revision: null, edges: {}, edgesOf: null };
  const [low, high] = range.map(Math.log10);
  const sizeAt = (place) => +(10 ** (low + (high - low) * place / PLACES)).toPrecision(3);
  const placeOf = (size) => Math.max(0, Math.min(PLACES, (Math.log10(size) - low) / (high - low) * PLACES));

  const moveButtons = choiceOf(moves, "How the scores are moved", (key) => { s.move = key; s.edges = {}; settle(); });
  const handle = element("input", { type: "range", class: "size", min: 0, max: PLACES, step: 1 });
  const exact = element("input", { type: "text", inputmode: "decimal", class: "exact", autocomplete: "off" });
  const caption = element("span", { class: "caption" });
  const good = element("button", { type: "button", onclick: () => jump(0) }), bad = element("button", { type: "button", onclick: () => jump(1) });
  const holds = element("span", { class: "muted" });
  const message = element("p", { class: "message", role: "alert" });
  const grid = makeGrid(types, forms, (form, type) => { Object.assign(s, { form, type }); settle(); });
  const steps = makeSteps();
  root.replaceChildren(
    element("div", { class: "moving" }, moveButtons.node),
    element("div", { class: "moving" }, caption, handle, exact),
    element("div", { class: "moving edges" }, holds, good, bad), message,
    element("div", { class: "sides" }, grid.node, steps.node));

  handle.addEventListener("input", () => { s.size = sizeAt(+handle.value); message.textContent = ""; draw(); });
  handle.addEventListener("change", settle);
  exact.addEventListener("change", setExactly);
  exact.addEventListener("keydown", (event) => { if (event.key === "Enter") exact.blur(); });

  function receive(data) {
    Object.assign(s, { edges: data.edges, edgesOf: data.move });
    if (data.revision !== s.revision) {
      const { revision, scores, labels, hues, size, move, type, form } = data;
      Object.assign(s, { revision, scores, labels, hues, size, move, type, form });
      message.textContent = "";
    }
    draw();
  }

  function setExactly() {
    const size = readNumber(exact.value);
    if (!(size >= 0 && size <= LARGEST_SIZE)) {
      message.textContent = `Expected a number from 0 to 1e300; got “${exact.value.slice(0, 40)}”. The size is still ${plain(s.size)}.`;
      exact.value = plain(s.size);
      return;
    }
    message.textContent = "";
    s.size = size;
    settle();
  }

  function jump(side) {
    s.size = s.edges[s.form][s.type][side];
    message.textContent = "";
    settle();
  }

  function settle() {
    s.send({ size: s.size, move: s.move, type: s.type, form: s.form });
    draw();
  }

  function draw() {
    const moved = MOVES[s.move](s.scores, s.size), chosen = types.find(({ key }) => key === s.type);
    const traced = trace(s.form, chosen, moved);
    moveButtons.show(s.move);
    drawHandle();
    drawEdges();
    grid.draw(s, moved);
    steps.draw(traced, forms.find(({ key }) => key === s.form), s, moved);
  }

  function drawHandle() {
    const what = { scale: "Largest size of a score", add: "Largest score", subtract: "Minus the largest score" }[s.move];
    caption.textContent = what;
    if (root.getRootNode().activeElement !== exact) exact.value = plain(s.size);
    if (root.getRootNode().activeElement !== handle || sizeAt(+handle.value) !== s.size) handle.value = placeOf(s.size);
    handle.setAttribute("aria-label", what);
    handle.setAttribute("aria-valuetext", plain(s.size));
    exact.setAttribute("aria-label", `${what}, exactly`);
  }

  function drawEdges() {
    const edge = s.edgesOf === s.move ? s.edges[s.form]?.[s.type] : undefined;
    const name = `${forms.find(({ key }) => key === s.form).name} in ${s.type}`;
    good.hidden = bad.hidden = !edge;
    if (s.move === "scale" && s.scores.every((v) => v === 0)) holds.textContent = "All your scores are 0: multiplied, they stay 0.";
    else if (edge === undefined) holds.textContent = "Looking for where it breaks …";
    else holds.textContent = edge ? `${name}, found by halving:` : `${name} holds all the way to ${range[1].toLocaleString("en")}.`;
    if (!edge) return;
    good.textContent = `last that holds: ${plain(edge[0])}`;
    bad.textContent = `first that breaks: ${plain(edge[1])}`;
  }

  return { receive, set send(send) { s.send = send; } };
}

function choiceOf(options, label, choose) {
  const buttons = options.map(({ key, name }) => element("button", { type: "button", text: name, "data-key": key, onclick: () => choose(key) }));
  const node = element("div", { class: "choices", role: "group", "aria-label": label }, ...buttons);
  return { node, show(key) { for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.key === key); } };
}

// Six forms by four types: what the class with the largest score gets, or what has gone wrong.
function makeGrid(types, forms, choose) {
  const cells = [], exactly = {};
  const row = (form) => element("tr", {}, element("th", { scope: "row", text: form.name, title: form.formula }), ...types.map((type) => {
    const button = element("button", { type: "button", class: "cell", onclick: () => choose(form.key, type.key) });
    cells.push({ form, type, button });
    return element("td", {}, button);
  }));
  const group = (key, title) => {
    exactly[key] = element("span", { class: "truth" });
    return element("tr", { class: "group" }, element("th", { scope: "colgroup", colspan: types.length + 1 }, element("span", { text: title }), exactly[key]));
  };
  const node = element("table", { class: "grid" },
    element("caption", { text: "Six ways to write it, in four types" }),
    element("thead", {}, element("tr", {}, element("td"), ...types.map((type) => element("th", { scope: "col", text: type.key })))),
    element("tbody", {}, group("p", "Probability"), ...forms.filter((f) => !f.logarithmic).map(row),
      group("log p", "Log-probability"), ...forms.filter((f) => f.logarithmic).map(row)));

  function draw(s, moved) {
    const winner = moved.indexOf(Math.max(...moved)), logs = trace("log1p", EXACT_ENOUGH, moved).outputs;
    exactly.p.textContent = ` of ${s.labels[winner]}, in exact arithmetic ${threeDigits(Math.exp(logs[winner]))}`;
    exactly["log p"].textContent = ` of ${s.labels[winner]}, in exact arithmetic ${threeDigits(logs[winner])}`;
    for (const { form, type, button } of cells) {
      const traced = trace(form.key, type, moved), wrong = verdict(traced);
      const text = { nan: "nan", inf: "−∞" }[wrong] ?? threeDigits(traced.outputs[winner]);
      button.textContent = text;
      button.dataset.verdict = wrong;
      button.setAttribute("aria-pressed", form.key === s.form && type.key === s.type);
      button.setAttribute("aria-label", `${form.name} in ${type.key}: ${text}${wrong === "lost" ? ", no digit right" : ""}`);
    }
  }
  return { node, draw };
}

const HEADINGS = { z: "held as", max: "max", shifted: "z − max", sum: "sum", others: "exp, winner out", rest: "their sum" };

// Every number of the chosen form: a row a class; one number for all classes stands once.
function makeSteps() {
  const title = element("caption"), head = element("tr"), body = element("tbody");
  const story = element("p", { class: "story", "aria-live": "polite" });
  const table = element("table", { class: "steps" }, title, element("thead", {}, head), body);
  const node = element("div", { class: "story-and-steps" }, story, element("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Every step" }, table));

  function draw(traced, form, s, moved) {
    const marked = marks(traced, moved.length), names = Object.keys(traced.steps);
    title.textContent = `${form.name} in ${s.type}: ${form.formula}`;
    head.replaceChildren(...["class", "score", ...names.map((name) => HEADINGS[name] ?? name)].map((text) => element("th", { scope: "col", text })));
    body.replaceChildren(...s.labels.map((label, i) => element("tr", {},
      classCell(label, s.hues[i]), element("td", { text: asGiven(moved[i]) }),
      ...names.filter((name) => i === 0 || Array.isArray(traced.steps[name])).map((name) => numberCell(name, traced.steps[name], marked[name], i, moved.length)))));
    const told = tell(traced, marked, s.labels, moved);
    if (story.textContent !== told) story.textContent = told;
    node.dataset.verdict = verdict(traced);
  }
  return { node, draw };
}

const asGiven = (value) => (Math.abs(value) < 1e6 ? plain(+value.toPrecision(6)) : threeDigits(value));

function classCell(label, hue) {
  return element("th", { scope: "row", class: "label", text: label, title: label, style: `--hue: var(--hue-${Math.min(hue, HUES)})` });
}

function numberCell(name, values, mark, i, classes) {
  const shared = !Array.isArray(values), value = shared ? values : values[i], { kind, enters } = shared ? mark : mark[i];
  const left = name === "others" && kind === "" && value === 0;
  const cell = element("td", { text: left ? "left out" : ["z", "max", "running max"].includes(name) ? asGiven(value) : threeDigits(value),
    rowspan: shared && classes, "data-step": name, "data-value": String(value), "data-kind": kind, "data-enters": enters || null });
  if (enters) cell.append(element("small", { text: " enters" }));
  return cell;
}
