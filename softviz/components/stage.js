// What every stage shares: numbers as text, colours of classes, the temperature scale.

const HUES = 8;

// A board gives back the number of what it answers to: Python passes over one to scores that are gone.
const answerTo = ({ revision }, trigger, setTriggerValue) => (answer) => setTriggerValue(trigger, { ...answer, revision });

// Three significant digits, as softviz/numerals.py writes them; an exact zero is "0", a tiny value is not.
function threeDigits(value) {
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 ? "−" : "", size = Math.abs(value);
  if (size === 0) return "0";
  if (size === Infinity) return `${sign}∞`;
  if (size < 1e-3 || size >= 1e6) return sign + size.toExponential(2).replace("e+", "e").replace("e-", "e−");
  return sign + (size >= 100 ? String(Math.round(size)) : size.toPrecision(3));
}

// A map that is positive everywhere never gives zero at T > 0: its zeros are what floats round off, and are marked so.
const ROUNDED_OFF = "<5e−324";
const shareText = (p, positive) => (positive && p === 0 ? ROUNDED_OFF : threeDigits(p));

// A bar, its number, and the mark of an exact zero.
function drawShare({ node, fill, p: number }, p, { scale = 1, positive = false } = {}) {
  const rounded = positive && p === 0;
  fill.style.transform = `scaleX(${Math.min(1, p / scale) || 0})`;
  number.textContent = Number.isNaN(p) ? "…" : shareText(p, positive);
  number.title = rounded ? "Not zero: too small for a 64-bit number, which rounds it to 0." : "";
  number.dataset.value = p;
  node.classList.toggle("zero", p === 0 && !rounded);
}

const plain = (value) => String(+value.toPrecision(15)).replace("-", "−");   // all there is, for editing
const short = (value) => String(+value.toPrecision(5)).replace("-", "−");

function readNumber(text) {
  const cleaned = text.trim().replace("−", "-").replace(/^([+-]?\d+),(\d+)$/, "$1.$2");
  return cleaned === "" ? NaN : Number(cleaned);
}

// Up to eight classes keep their own hue; beyond, the eight largest scores have one and the others are grey.
function hueOrder(scores) {
  if (scores.length <= HUES) return Array.from(scores, (_, i) => i);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
  const hue = new Array(scores.length).fill(HUES);
  order.slice(0, HUES).forEach((position, rank) => { hue[position] = rank; });
  return hue;
}

function paintHues(root) {
  const style = getComputedStyle(root);
  style.getPropertyValue("--st-chart-categorical-colors").split(",").slice(0, HUES)
    .forEach((color, i) => root.style.setProperty(`--hue-${i}`, color.trim()));
  root.style.setProperty(`--hue-${HUES}`, style.getPropertyValue("--st-gray-color"));
}

// The temperature handle runs over log10 T from 0.01 to 100, in 400 places; 0 and infinity have buttons of their own.
const T_PLACES = 400;
const temperatureAt = (place) => +(10 ** (4 * place / T_PLACES - 2)).toPrecision(3);
const placeOf = (T) => Math.min(T_PLACES, Math.max(0, (Math.log10(T) + 2) / 4 * T_PLACES));

function temperatureControl({ onInput, onSettle }) {
  const value = element("output", { class: "t-value" });
  const range = element("input", { type: "range", class: "t-range", min: 0, max: T_PLACES, step: 1, "aria-label": "Temperature" });
  const limit = (T, text, name) => element("button", {
    type: "button", class: "t-limit", text, "aria-label": name, "aria-pressed": "false",
    onclick: () => { show(T); onInput(T); onSettle(); },
  });
  const cold = limit(0, "0", "Temperature zero, the limit argmax");
  const hot = limit(Infinity, "∞", "Infinite temperature, the uniform limit");
  const one = limit(1, "T = 1", "Reset the temperature to 1");
  function show(T) {
    if (document.activeElement !== range || placeOf(T) !== +range.value) range.value = placeOf(T);
    const text = `T = ${threeDigits(T)}`;
    value.textContent = text;
    range.setAttribute("aria-valuetext", text);
    cold.setAttribute("aria-pressed", T === 0);
    hot.setAttribute("aria-pressed", T === Infinity);
    one.hidden = T === 1;
  }
  range.addEventListener("input", () => { const T = temperatureAt(+range.value); show(T); onInput(T); });
  range.addEventListener("change", onSettle);
  const node = element("div", { class: "temperature" },
    element("span", { class: "t-name", text: "Temperature" }), cold, range, hot, value, one);
  return { node, show };
}

function decodeFloats(text, kind) {
  const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  return kind === "float32" ? new Float32Array(bytes.buffer) : new Float64Array(bytes.buffer);
}
