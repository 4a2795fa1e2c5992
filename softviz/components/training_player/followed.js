// One example on its way through the run: its logits, probabilities and p − y at this step, and with three classes its
// path on the simplex.

const CORNERS = [[4, 88], [100, 88], [52, 5]];   // of the triangle, for the first, second and third class

function makeFollowed({ onFollow }) {
  const choose = element("input", { type: "range", min: 0, step: 1, "aria-label": "Which example to follow" });
  const said = element("p", { class: "said" });
  const table = element("tbody"), picture = element("canvas", { class: "digit", "aria-hidden": "true" });
  const simplex = makeSimplex();
  const head = element("tr", {}, ...["class", "logit", "p", "y", "p − y"].map((text) => element("th", { text, scope: "col" })));
  const node = element("section", { class: "followed" },
    element("h2", { text: "One example through the run" }),
    element("label", { class: "choose" }, element("span", { text: "Example" }), choose),
    said,
    element("div", { class: "row" }, picture, element("table", {}, element("thead", {}, head), table), simplex.node));
  const f = { data: null, row: 0, cells: [], path: null };
  choose.addEventListener("input", () => onFollow(+choose.value));

  function setData(data) {
    f.data = data;
    choose.max = data.labels.length - 1;
    f.cells = data.classes.map((name, k) => makeRow(name, k));
    table.replaceChildren(...f.cells.map((row) => row.node));
    simplex.setData(data.classes);
    picture.hidden = !data.image;
  }

  function makeRow(name, k) {
    const cells = { logit: element("td"), p: element("td"), y: element("td"), error: element("td") };
    const label = element("th", { scope: "row", text: name });
    label.style.setProperty("--hue", `var(--hue-${Math.min(k, HUES)})`);
    return Object.assign(cells, { node: element("tr", {}, label, cells.logit, cells.p, cells.y, cells.error) });
  }

  function setRow(row) {
    f.row = row;
    f.path = null;
    choose.value = row;
  }

  const inputs = () => f.data.points.subarray(f.row * f.data.features.length, (f.row + 1) * f.data.features.length);

  function show(run, at, hues) {
    const { data } = f, logits = logitsOf(run, run.rows[at].weights, inputs()), p = MAPS[run.mapping](logits);
    const label = data.labels[f.row], K = data.classes.length;
    f.cells.forEach((cells, k) => {
      const y = (1 - run.smoothing) * (k === label) + run.smoothing / K;
      for (const [cell, value] of [[cells.logit, logits[k]], [cells.p, p[k]], [cells.y, y], [cells.error, p[k] - y]]) {
        cell.textContent = threeDigits(value);
        cell.dataset.value = value;
      }
    });
    said.textContent = words(run, at, p, label);
    choose.setAttribute("aria-valuetext", said.textContent);
    if (data.image) drawDigitLarge(hues);
    simplex.show(run, at, f, p, inputs);
  }

  function words(run, at, p, label) {
    const held = f.row >= f.data.train[0], wears = f.data.moved[f.row] ? ", a label that noise moved" : "";
    const kind = held ? "held-out row" : "training row";
    return `${held ? "Held-out" : "Training"} row ${f.data.rows[f.row]}, label ${f.data.classes[label]}${wears}: at step ${run.rows[at].step} it is given p = ${threeDigits(p[label])} for its label`
      + (held ? "; a held-out row teaches nothing." : ".");
  }

  function drawDigitLarge(hues) {
    const [height, width] = f.data.image;
    if (picture.width !== width) { picture.width = width; picture.height = height; }
    const context = picture.getContext("2d");
    context.clearRect(0, 0, width, height);
    context.drawImage(digitImage(f.data, f.row, hues[Math.min(f.data.labels[f.row], HUES)]), 0, 0);
  }
  return { node, setData, setRow, show, get row() { return f.row; } };
}

// The path so far is bright; what is still to come on the recording is faint.
function makeSimplex() {
  const triangle = svgElement("polygon", { class: "edge", points: CORNERS.map((corner) => corner.join()).join(" ") });
  const whole = svgElement("path", { class: "whole" }), past = svgElement("path", { class: "past" }), now = svgElement("circle", { class: "now", r: 2.6 });
  const names = CORNERS.map(([x, y], i) => svgElement("text", { x, y: i < 2 ? y + 9 : y - 1, "text-anchor": ["start", "end", "middle"][i] }));
  const node = svgElement("svg", { class: "simplex", viewBox: "0 0 104 100", role: "img" }, triangle, whole, past, now, ...names);
  let points = [], key = null, classes = [];

  function setData(given) {
    classes = given;
    node.style.display = classes.length === 3 ? "" : "none";
    if (classes.length === 3) names.forEach((text, i) => { text.textContent = classes[i].slice(0, 12); text.style.fill = `var(--hue-${i})`; });
    key = null;
  }

  const spot = (p) => [0, 1].map((axis) => CORNERS.reduce((total, corner, k) => total + p[k] * corner[axis], 0));
  const line = (from) => from.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(2)} ${y.toFixed(2)}`).join("");

  function show(run, at, followed, p, inputs) {
    if (classes.length !== 3) return;
    const wanted = `${run.name} ${followed.row}`;
    if (key !== wanted) { key = wanted; points = []; }
    if (points.length < run.have) {
      for (let i = points.length; i < run.have; i++) points.push(spot(MAPS[run.mapping](logitsOf(run, run.rows[i].weights, inputs()))));
      whole.setAttribute("d", line(points));
    }
    past.setAttribute("d", line(points.slice(0, at + 1)));
    const [x, y] = points[at];
    now.setAttribute("cx", x); now.setAttribute("cy", y);
    node.setAttribute("aria-label", `Path of this example on the simplex. Now ${classes.map((name, k) => `${name} ${threeDigits(p[k])}`).join(", ")}.`);
  }
  return { node, setData, show };
}
