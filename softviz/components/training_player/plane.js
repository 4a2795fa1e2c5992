// The picture in the middle: who wins where, as hue; how surely, as lightness; the examples on top.

const MOVING_COST = 2.5e6, STILL_COST = 4e7;   // multiplications a picture may take while it moves, and at rest
const FRAME_SHARE = 6;                           // milliseconds of a frame that they may take: a slow machine gets larger cells
const SPRITES = 220;                             // little digit images on the plane; the other examples stay dots

function makePlane({ onFollow }) {
  const ground = element("canvas", { class: "ground", "aria-hidden": "true" });
  const marks = element("canvas", { class: "marks", "aria-hidden": "true" });
  const names = element("div", { class: "names", "aria-hidden": "true" });
  const across = element("span", { class: "across muted" }), up = element("span", { class: "up muted" });
  const frame = element("div", { class: "frame", role: "img" }, ground, marks, names);
  const node = element("figure", { class: "plane" }, frame, element("div", { class: "axes" }, across, up));
  const regions = makeRegions(), cells = document.createElement("canvas"), labels = [];
  const p = { data: null, followed: -1, hues: [], paper: [255, 255, 255], size: 0, affordable: MOVING_COST };
  marks.addEventListener("click", (event) => { const row = nearest(event); if (row >= 0) onFollow(row); });
  new ResizeObserver(() => { if (resized()) { drawMarks(); p.redraw?.(); } }).observe(frame);

  function setData(data) {
    p.data = data;
    across.textContent = `→ ${data.axes[0]}`;
    up.textContent = `↑ ${data.axes[1]}`;
    labels.length = 0;
    names.replaceChildren(...data.classes.map((name) => (labels.push(element("span", { text: name })), labels.at(-1))));
    drawMarks();
  }

  function setColors(root) {
    const style = getComputedStyle(root);
    p.hues = Array.from({ length: HUES + 1 }, (_, i) => rgb(style.getPropertyValue(`--hue-${i}`).trim(), root));
    p.paper = rgb(style.getPropertyValue("--st-background-color").trim(), root);
    p.ink = style.getPropertyValue("--st-text-color").trim();
    p.accent = style.getPropertyValue("--st-primary-color").trim();
    drawMarks();
  }

  function resized() {
    const size = Math.round(frame.clientWidth * Math.min(2, devicePixelRatio || 1));
    if (!size || size === p.size) return false;
    p.size = size;
    for (const canvas of [ground, marks]) canvas.width = canvas.height = size;
    return true;
  }

  // Returns what is seen, for the words beside the picture.
  function draw(run, row, moving) {
    const { data } = p;
    if (!data || !p.hues.length) return null;
    if (resized()) drawMarks();
    const net = onPlane(run, row.weights, data.plane, data.features.length);
    const budget = moving ? p.affordable : STILL_COST, most = moving ? 72 : 160;
    const side = Math.max(20, Math.min(most, Math.floor(Math.sqrt(budget / costOf(net.layers)))));
    const begin = performance.now(), seen = regions.compute(net, data.window, side);
    if (moving) afford(performance.now() - begin);
    paint(seen);
    return nameRegions(seen);
  }

  function afford(took) {
    const change = took > FRAME_SHARE ? 0.9 : took < FRAME_SHARE / 2 ? 1.05 : 1;
    p.affordable = Math.max(MOVING_COST / 16, Math.min(MOVING_COST, p.affordable * change));
  }

  function paint({ side, winners, confidences, classes }) {
    if (cells.width !== side) cells.width = cells.height = side;
    const context = cells.getContext("2d"), image = context.createImageData(side, side), floor = 1 / classes;
    for (let i = 0; i < winners.length; i++) {
      const hue = p.hues[Math.min(winners[i], HUES)], depth = 0.1 + 0.55 * (confidences[i] - floor) / (1 - floor);
      for (let c = 0; c < 3; c++) image.data[4 * i + c] = p.paper[c] + (hue[c] - p.paper[c]) * depth;
      image.data[4 * i + 3] = 255;
    }
    context.putImageData(image, 0, 0);
    const target = ground.getContext("2d");
    target.imageSmoothingEnabled = true;
    target.drawImage(cells, 0, 0, p.size, p.size);
  }

  // A region's name stands on the cell of its class that is nearest to the middle of them all.
  function nameRegions({ side, winners, confidences, classes }) {
    const x = new Float64Array(classes), y = new Float64Array(classes), count = new Float64Array(classes);
    for (let i = 0; i < winners.length; i++) { const k = winners[i]; x[k] += i % side; y[k] += Math.floor(i / side); count[k]++; }
    const best = new Int32Array(classes).fill(-1), far = new Float64Array(classes).fill(Infinity);
    for (let i = 0; i < winners.length; i++) {
      const k = winners[i], d = (i % side - x[k] / count[k]) ** 2 + (Math.floor(i / side) - y[k] / count[k]) ** 2 - confidences[i];
      if (d < far[k]) { far[k] = d; best[k] = i; }
    }
    labels.forEach((label, k) => {
      label.hidden = count[k] < 0.01 * winners.length;
      if (label.hidden) return;
      label.style.left = `${100 * (best[k] % side + 0.5) / side}%`;
      label.style.top = `${100 * (Math.floor(best[k] / side) + 0.5) / side}%`;
    });
    return Array.from(count, (cells) => cells / winners.length);
  }

  function place(row) {
    const [left, right, low, high] = p.data.window;
    return [(p.data.positions[2 * row] - left) / (right - left) * p.size, (high - p.data.positions[2 * row + 1]) / (high - low) * p.size];
  }

  function drawMarks() {
    if (!p.data || !p.size || !p.hues.length) return;
    const context = marks.getContext("2d"), scale = p.size / Math.max(1, frame.clientWidth);
    context.clearRect(0, 0, p.size, p.size);
    const sprites = p.data.image ? SPRITES : 0, radius = (p.data.labels.length > 700 ? 2.2 : 3) * scale;
    for (let row = p.data.labels.length - 1; row >= 0; row--) {
      if (row < sprites) drawDigit(context, row, scale);
      else drawDot(context, row, radius, scale);
    }
    if (p.followed >= 0) drawFollowed(context, radius, scale);
  }

  // Training rows are filled, held-out rows are rings; a label that noise moved wears a cross.
  function drawDot(context, row, radius, scale) {
    const [x, y] = place(row), hue = css(p.hues[Math.min(p.data.labels[row], HUES)]), held = row >= p.data.train[0];
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = held ? css(p.paper) : hue;
    context.strokeStyle = held ? hue : css(p.paper);
    context.lineWidth = (held ? 1.4 : 0.9) * scale;
    context.fill();
    context.stroke();
    if (p.data.moved[row]) {
      context.strokeStyle = p.ink;
      context.lineWidth = scale;
      context.beginPath();
      context.moveTo(x - radius, y - radius); context.lineTo(x + radius, y + radius);
      context.moveTo(x - radius, y + radius); context.lineTo(x + radius, y - radius);
      context.stroke();
    }
  }

  function drawDigit(context, row, scale) {
    const [x, y] = place(row), size = 14 * scale;
    context.drawImage(digitImage(p.data, row, p.hues[Math.min(p.data.labels[row], HUES)]), x - size / 2, y - size / 2, size, size);
  }

  function drawFollowed(context, radius, scale) {
    const [x, y] = place(p.followed);
    context.strokeStyle = p.accent;
    context.lineWidth = 3 * scale;
    context.beginPath();
    context.arc(x, y, radius + 5 * scale, 0, 2 * Math.PI);
    context.stroke();
  }

  function nearest(event) {
    if (!p.data) return -1;
    const box = marks.getBoundingClientRect(), x = (event.clientX - box.left) / box.width * p.size, y = (event.clientY - box.top) / box.height * p.size;
    let best = -1, distance = Infinity;
    for (let row = 0; row < p.data.labels.length; row++) {
      const [px, py] = place(row), d = (px - x) ** 2 + (py - y) ** 2;
      if (d < distance) { distance = d; best = row; }
    }
    return best;
  }

  function follow(row) { p.followed = row; drawMarks(); }
  function say(words) { frame.setAttribute("aria-label", words); }
  return { node, setData, setColors, draw, follow, say, get hues() { return p.hues; }, get paper() { return p.paper; }, set redraw(redraw) { p.redraw = redraw; } };
}

const css = ([r, g, b]) => `rgb(${r} ${g} ${b})`;

// Any CSS colour as three numbers: the browser itself reads it.
function rgb(color) {
  const context = new OffscreenCanvas(1, 1).getContext("2d");
  context.fillStyle = color || "#888";
  context.fillRect(0, 0, 1, 1);
  return Array.from(context.getImageData(0, 0, 1, 1).data.slice(0, 3));
}

// One example as a picture in its class's hue; ink is opacity.
function digitImage(data, row, hue) {
  const [height, width] = data.image, features = data.features.length, canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d"), image = context.createImageData(width, height);
  let low = Infinity, high = -Infinity;
  for (let i = 0; i < features; i++) { const v = data.points[row * features + i]; if (v < low) low = v; if (v > high) high = v; }
  for (let i = 0; i < features; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = hue[c];
    image.data[4 * i + 3] = 255 * (data.points[row * features + i] - low) / Math.max(1e-9, high - low);
  }
  context.putImageData(image, 0, 0);
  return canvas;
}
