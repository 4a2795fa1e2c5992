// Small pictures beside the plane: loss curves, p − y by class, gradient norms, weights as images. Each is built once
// and moved afterwards.

const WIDE = 300, TALL = 100;

// Both losses over the whole run; the handle's place is a line. Axes are set by the start, so they hold still.
function makeCurves() {
  const train = svgElement("path", { class: "train" }), held = svgElement("path", { class: "held" }), now = svgElement("line", { class: "now", y1: 0, y2: TALL });
  const picture = svgElement("svg", { viewBox: `0 0 ${WIDE} ${TALL}`, preserveAspectRatio: "none", role: "img" }, train, held, now);
  const top = element("span", { class: "top muted" });
  const trainSaid = element("output", { class: "train" }), heldSaid = element("output", { class: "held" });
  const node = element("section", { class: "curves" }, element("h2", { text: "Loss" }),
    element("div", { class: "chart" }, picture, top), element("div", { class: "ends" }, trainSaid, heldSaid));
  let drawn = -1, ceiling = 1, total = 1;

  function load(run) {
    const top = run.rows[0] ? 1.5 * Math.max(run.rows[0].curves[0], run.rows[0].curves[1], 0.05) : 1;
    if (drawn === run.have && ceiling === top && total === run.total) return;
    drawn = run.have; ceiling = top; total = run.total;
    train.setAttribute("d", path(run, 0));
    held.setAttribute("d", path(run, 1));
  }

  const x = (i) => WIDE * i / Math.max(1, total - 1);
  const y = (loss) => TALL * (1 - Math.min(1.02, loss / ceiling));
  const path = (run, curve) => run.rows.map((row, i) => `${i ? "L" : "M"}${x(i).toFixed(1)} ${y(row.curves[curve]).toFixed(1)}`).join("");

  function show(run, at) {
    const [trainLoss, heldLoss, trainRight, heldRight] = run.rows[at].curves;
    now.setAttribute("x1", x(at)); now.setAttribute("x2", x(at));
    top.textContent = threeDigits(ceiling);
    trainSaid.textContent = `train ${threeDigits(trainLoss)}, right ${percent(trainRight)}`;
    heldSaid.textContent = `held-out ${threeDigits(heldLoss)}, right ${percent(heldRight)}`;
    trainSaid.dataset.value = trainLoss;
    heldSaid.dataset.value = heldLoss;
    picture.setAttribute("aria-label", `Loss over the run. At step ${run.rows[at].step}: ${trainSaid.textContent}; ${heldSaid.textContent}.`);
  }
  return { node, load, show };
}

const percent = (share) => `${(100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;

// Mean p − y over the training rows of each label: one row a label, one bar a class, from −1 to 1. Where the loss sends
// p − y through softmax's slopes, p − y is pale and what is left of it, the gradient on the logits, is full.
function makeErrors() {
  const title = element("h2"), grid = element("div", { class: "grid", role: "img" });
  const node = element("section", { class: "errors" }, title, grid);
  let bars = [], pale = [], classes = [];

  function build(names) {
    classes = names;
    bars = [];
    pale = [];
    grid.style.setProperty("--classes", names.length);
    grid.dataset.many = names.length > 6 ? "yes" : "no";
    const head = [element("span", { class: "corner muted", text: "rows of" }), ...names.map((name) => element("span", { class: "head", text: name }))];
    const body = names.flatMap((name) => [element("span", { class: "label", text: name }), ...names.map((_, k) => bar(k))]);
    grid.replaceChildren(...head, ...body);
  }

  function bar(k) {
    const fill = element("i"), behind = element("i", { class: "pale" }), cell = element("span", { class: "cell" }, behind, fill);
    cell.style.setProperty("--hue", `var(--hue-${Math.min(k, HUES)})`);
    bars.push(fill);
    pale.push(behind);
    return cell;
  }

  function show(row, bent) {
    title.textContent = bent ? "Gradient on the logits, by class; p − y is pale" : "Mean p − y, by class";
    const values = bent ? row.gradients : row.errors;
    bars.forEach((fill, i) => stretch(fill, values[i]));
    pale.forEach((fill, i) => stretch(fill, bent ? row.errors[i] : 0));
    grid.setAttribute("aria-label", `${title.textContent}. ${spoken(values)}`);
  }

  const stretch = (fill, value) => { fill.style.transform = `scaleX(${Math.max(-1, Math.min(1, value))})`; };

  const spoken = (values) => classes.slice(0, 6).map((label, l) =>
    `Rows of ${label}: ${classes.slice(0, 6).map((name, k) => `${name} ${threeDigits(values[l * classes.length + k])}`).join(", ")}.`).join(" ");
  return { node, build, show };
}

// Gradient norm by layer, on a logarithmic scale from 1e−5 to 10: that is where vanishing is seen.
const NORM_LOW = -5, NORM_HIGH = 1;

function makeNorms() {
  const list = element("div", { class: "list" });
  const node = element("section", { class: "norms" }, element("h2", { text: "Gradient norm by layer" }), list);
  let rows = [];

  function build(layers) {
    rows = layers.map((_, i) => {
      const fill = element("i"), value = element("output");
      const name = layers.length - 1 === i ? "head" : `hidden ${i + 1}`;
      return { fill, value, node: element("div", { class: "norm" }, element("span", { text: name }), element("span", { class: "track" }, fill), value) };
    });
    list.replaceChildren(...rows.map((row) => row.node));
  }

  function show(row) {
    rows.forEach(({ fill, value }, i) => {
      const norm = row.norms[i], size = norm > 0 ? (Math.log10(norm) - NORM_LOW) / (NORM_HIGH - NORM_LOW) : 0;
      fill.style.transform = `scaleX(${Math.max(0, Math.min(1, size))})`;
      value.textContent = threeDigits(norm);
      value.dataset.value = norm;
    });
  }
  return { node, build, show };
}

// The first layer's weights as images of what each unit looks for: blue adds, vermilion takes away.
const MOST_IMAGES = 32;

function makeWeights() {
  const canvas = element("canvas", { role: "img" }), title = element("h2");
  const node = element("section", { class: "weights" }, title, canvas);
  node.hidden = true;

  function show(run, row, data, hues, paper) {
    node.hidden = !data.image;
    if (node.hidden) return;
    const [height, width] = data.image, layer = run.layers[0], rows = Math.min(MOST_IMAGES, layer.units * layer.pieces);
    const columns = Math.min(rows, rows <= 10 ? 5 : 8), lines = Math.ceil(rows / columns);
    title.textContent = run.layers.length === 1 ? "Weights of each class, as images" : `Weights of the first layer, ${rows} of ${layer.units * layer.pieces} units`;
    const w = columns * (width + 1) - 1, h = lines * (height + 1) - 1;
    if (canvas.width !== w || canvas.height !== h) { canvas.width = w; canvas.height = h; canvas.style.aspectRatio = `${w} / ${h}`; }
    const context = canvas.getContext("2d"), image = context.createImageData(w, h);
    let most = 1e-9;
    for (let r = 0; r < rows; r++) for (let i = 0; i < layer.inputs; i++) most = Math.max(most, Math.abs(row.weights[r * (layer.inputs + 1) + i]));
    for (let r = 0; r < rows; r++) {
      const left = (r % columns) * (width + 1), top = Math.floor(r / columns) * (height + 1);
      for (let i = 0; i < layer.inputs; i++) {
        const value = row.weights[r * (layer.inputs + 1) + i], hue = hues[value < 0 ? 5 : 0], depth = Math.abs(value) / most;
        const at = 4 * ((top + Math.floor(i / width)) * w + left + i % width);
        for (let c = 0; c < 3; c++) image.data[at + c] = paper[c] + (hue[c] - paper[c]) * depth;
        image.data[at + 3] = 255;
      }
    }
    context.putImageData(image, 0, 0);
    canvas.setAttribute("aria-label", `${title.textContent}. Largest weight ${threeDigits(most)} in size: blue adds, vermilion takes away.`);
  }
  return { node, show };
}
