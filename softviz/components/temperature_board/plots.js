// The three pictures of the board: probabilities and entropy over temperature, and probability over rank.

const LABEL_ROOM = 104, NARROW_LABEL_ROOM = 78, NARROW = 440;

function makeSweepPlot(handlers) {
  const HEIGHT = 212;
  const grid = svgElement("g", { class: "grid" }), curves = svgElement("g"), names = svgElement("g", { class: "names" });
  const dots = svgElement("g", { class: "dots" });
  const svg = svgElement("svg", { class: "sweep", role: "img", height: HEIGHT });
  let axis = temperatureAxis(PLOT.left, 400);
  const marker = makeMarker(svg, { ...handlers, axis: () => axis });
  svg.append(grid, curves, names, marker.line, dots, marker.grip);
  const base = HEIGHT - PLOT.bottom, y = (p) => base - p * (base - PLOT.top);

  // lines: [{ label, hue, values }], a value for each of the temperatures
  function layOut({ width, temperatures, lines }) {
    const room = width < NARROW ? NARROW_LABEL_ROOM : LABEL_ROOM;
    axis = temperatureAxis(PLOT.left, width - room);
    svg.setAttribute("width", width);
    drawAxes(grid, { axis, height: HEIGHT, y, ticks: [[0, "0"], [0.5, "0.5"], [1, "1"]], title: "probability over temperature, log scale" });
    curves.replaceChildren(...lines.map((line) => drawCurve(temperatures, line.values, axis, y, hueOf(line))));
    nameEnds(lines.length > 12 ? lines.filter((line) => line.hue !== HUES) : lines, width < NARROW ? 10 : 13);
    dots.replaceChildren(...lines.map((line) => svgElement("circle", { r: 4, ...hueOf(line) })));
  }

  // Names stand apart by a line's height, from the lowest curve up; a thin leader joins the two.
  function nameEnds(lines, most) {
    const ends = [...lines].sort((a, b) => a.values.at(-2) - b.values.at(-2));
    const step = Math.min(14, (base - 8) / ends.length);
    let slot = base + step;
    names.replaceChildren();
    for (const line of ends) {
      const at = y(line.values.at(-1)), short = line.label.length > most ? `${line.label.slice(0, most - 1)}…` : line.label;
      slot = Math.min(slot - step, at);
      names.append(svgElement("path", { d: pathOf([[axis.right - 3, at], [axis.right + 10, slot]]), ...hueOf(line) }),
        svgElement("text", { x: axis.right + 13, y: slot + 4, text: short }));
    }
  }

  function moveTo(T, values) {
    const x = axis.x(T);
    marker.moveTo(x, PLOT.top - 4, base);
    values.forEach((p, i) => dress(dots.children[i], { cx: x, cy: y(p) }, []));
  }
  return { node: svg, layOut, moveTo, describe: (text) => svg.setAttribute("aria-label", text) };
}

const hueOf = ({ hue }) => ({ style: `--hue: var(--hue-${hue})`, class: hue === REST_HUE ? "curve rest" : "curve" });
const REST_HUE = "rest";

function makeEntropyPlot(handlers) {
  const HEIGHT = 140, REACH = 42;   // half the length of the tangent in pixels
  const grid = svgElement("g", { class: "grid" }), curve = svgElement("g"), tangent = svgElement("path", { class: "tangent" });
  const dot = svgElement("circle", { r: 4, class: "here" });
  const svg = svgElement("svg", { class: "entropy", role: "img", height: HEIGHT });
  let axis = temperatureAxis(PLOT.left, 400), top = 1;
  const marker = makeMarker(svg, { ...handlers, axis: () => axis });
  svg.append(grid, curve, marker.line, tangent, dot, marker.grip);
  const base = HEIGHT - PLOT.bottom, y = (H) => base - H / top * (base - PLOT.top);

  // entropies and the largest possible one in the unit that is named
  function layOut({ width, temperatures, entropies, most, unit, classes }) {
    axis = temperatureAxis(PLOT.left, width - (width < NARROW ? NARROW_LABEL_ROOM : LABEL_ROOM));
    top = most;
    svg.setAttribute("width", width);
    drawAxes(grid, { axis, height: HEIGHT, y, ticks: [[0, "0"], [top, threeDigits(top)]], title: `entropy in ${unit}; the dashed line is its slope` });
    const uniform = `${unit === "bits" ? "log₂" : "log"} ${classes.toLocaleString("en")}`;
    grid.append(svgElement("text", { x: axis.right + 6, y: y(top) + 4, text: uniform }));
    curve.replaceChildren(drawCurve(temperatures, entropies, axis, y, {}));
  }

  // The axis is log10 T, on which the slope is ln(10) T dH/dT.
  function moveTo(T, H, slope) {
    const x = axis.x(T);
    marker.moveTo(x, PLOT.top - 4, base);
    dress(dot, { cx: x, cy: y(H) }, []);
    const decade = axis.x(10) - axis.x(1);
    const rise = T > 0 && T < Infinity ? Math.LN10 * T * slope / top * (base - PLOT.top) / decade : 0;
    const reach = REACH / Math.hypot(1, rise), back = Math.min(reach, (base - y(H)) / rise || reach), on = Math.min(reach, (y(H) - 4) / rise || reach);
    tangent.setAttribute("d", pathOf([[x - back, y(H) + rise * back], [x + on, y(H) - rise * on]]));
  }
  return { node: svg, layOut, moveTo, describe: (text) => svg.setAttribute("aria-label", text) };
}

function makeRanksPlot() {
  const HEIGHT = 106, FLOOR = -12;
  const grid = svgElement("g", { class: "grid" }), line = svgElement("path", { class: "ranks" });
  const last = svgElement("circle", { class: "ranks", r: 2.5 });
  const svg = svgElement("svg", { role: "img", height: HEIGHT }, grid, line, last);
  const base = HEIGHT - PLOT.bottom, y = (log10p) => PLOT.top + (base - PLOT.top) * log10p / FLOOR;
  let x = () => 0;

  function layOut({ width, classes }) {
    const decades = Math.log10(classes);
    x = (rank) => PLOT.left + (width - PLOT.left - 24) * Math.log10(rank) / decades;
    svg.setAttribute("width", width);
    grid.replaceChildren(svgElement("text", { x: 2, y: 12, text: "probability over rank, both on log scales" }));
    for (let power = 0; power >= FLOOR; power -= 4) {
      grid.append(svgElement("line", { x1: PLOT.left, x2: width - 24, y1: y(power), y2: y(power) }));
      grid.append(svgElement("text", { x: PLOT.left - 6, y: y(power) + 4, "text-anchor": "end", text: power ? `1e−${-power}` : "1" }));
    }
    for (let power = 0; power <= decades; power++) {
      grid.append(svgElement("text", { x: x(10 ** power), y: base + 16, "text-anchor": "middle", text: (10 ** power).toLocaleString("en") }));
    }
  }

  function draw(ranks, p) {
    const points = ranks.map((rank, i) => [x(rank), Math.log10(p[i])]).filter(([, power]) => power >= FLOOR);
    line.setAttribute("d", pathOf(points.map(([at, power]) => [at, y(power)])));
    dress(last, { cx: points.at(-1)[0], cy: y(points.at(-1)[1]) }, []);   // where the curve leaves the picture, or all of it at T = 0
  }
  return { node: svg, layOut, draw, describe: (text) => svg.setAttribute("aria-label", text) };
}
