// Axes in real pixels: a picture is laid out anew when its width changes, so that letters keep their size.

const CAP = 30;   // room beside the log axis for each exact limit
const PLOT = { left: 46, bottom: 20, top: 20 };

// Temperature runs over log10 T from 0.01 to 100; the exact limits 0 and infinity stand apart at either end.
function temperatureAxis(left, right) {
  const from = left + CAP, to = right - CAP;
  const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
  const x = (T) => {
    if (T === 0) return left + 6;
    if (T === Infinity) return right - 6;
    return clamp(from + (Math.log10(T) + 2) / 4 * (to - from), from - CAP / 3, to + CAP / 3);
  };
  const at = (px) => {
    if (px < from - CAP / 2) return 0;
    if (px > to + CAP / 2) return Infinity;
    return temperatureAt(clamp(Math.round((px - from) / (to - from) * T_PLACES), 0, T_PLACES));
  };
  return { left, right, x, at };
}

const T_TICKS = [[0, "0"], [0.01, "0.01"], [0.1, "0.1"], [1, "1"], [10, "10"], [100, "100"], [Infinity, "∞"]];

// Lines across for values, letters below for temperatures.
function drawAxes(grid, { axis, height, y, ticks, title }) {
  const base = height - PLOT.bottom;
  grid.replaceChildren(svgElement("text", { x: 2, y: 12, text: title }));
  for (const [value, text] of ticks) {
    grid.append(svgElement("line", { x1: axis.left, x2: axis.right, y1: y(value), y2: y(value) }));
    grid.append(svgElement("text", { x: axis.left - 6, y: y(value) + 4, "text-anchor": "end", text }));
  }
  for (const [T, text] of T_TICKS) {
    grid.append(svgElement("line", { x1: axis.x(T), x2: axis.x(T), y1: base, y2: base + 4, class: "tick" }));
    grid.append(svgElement("text", { x: axis.x(T), y: base + 16, "text-anchor": "middle", text }));
  }
}

const pathOf = (points) => points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");

// A curve over the handle's temperatures: drawn between 0.01 and 100, dotted out to a dot at each limit.
function drawCurve(temperatures, values, axis, y, attributes) {
  const points = Array.from(values, (value, i) => [axis.x(temperatures[i]), y(value)]), last = points.length - 1;
  const dot = ([cx, cy]) => svgElement("circle", { cx, cy, r: 2.5, class: "limit" });
  return svgElement("g", { class: "curve", ...attributes },
    svgElement("path", { d: pathOf(points.slice(1, last)) }),
    svgElement("path", { d: pathOf(points.slice(0, 2)) + pathOf(points.slice(last - 1)), class: "gap" }),
    dot(points[0]), dot(points[last]));
}

// The marker: a line at the temperature on screen, with a grip on the axis. The whole picture can be dragged along.
function makeMarker(svg, { onInput, onSettle, temperature, axis }) {
  const line = svgElement("line", { class: "now" }), grip = svgElement("circle", { class: "grip", r: 6 });
  let start = null;
  const follow = (event) => onInput(axis().at(event.clientX - svg.getBoundingClientRect().left));
  svg.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    start = temperature();
    svg.setPointerCapture(event.pointerId);
    if (event.pointerType === "mouse") { event.preventDefault(); follow(event); }
  });
  svg.addEventListener("pointermove", (event) => { if (start !== null) follow(event); });
  svg.addEventListener("pointerup", (event) => {
    if (start === null) return;
    follow(event);
    start = null;
    onSettle();
  });
  svg.addEventListener("pointercancel", () => {   // the finger scrolls the page
    if (start !== null) onInput(start);
    start = null;
  });
  function moveTo(x, top, base) {
    dress(line, { x1: x, x2: x, y1: top, y2: base }, []);
    dress(grip, { cx: x, cy: base }, []);
  }
  return { line, grip, moveTo };
}
