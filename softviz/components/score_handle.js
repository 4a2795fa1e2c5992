// One score's two handles: a slider to drag, and a field for the exact number.

const SCORE_LIMIT = 1e6;
const SCORE_KEYS = { ArrowRight: 0.1, ArrowUp: 0.1, ArrowLeft: -0.1, ArrowDown: -0.1, PageUp: 1, PageDown: -1 };
const within = (value, limit) => Math.min(limit, Math.max(-limit, value));

function scoreHandle({ onMove, onSettle, onRefuse }) {
  const slider = element("input", { type: "range", class: "score", step: "any" });
  const exact = element("input", { type: "text", inputmode: "decimal", class: "exact", autocomplete: "off" });
  let score = 0, reach = 6, keyed = false;

  function move(value) {
    score = within(value, SCORE_LIMIT) + 0;   // no minus zero
    onMove(score);
  }
  function settleKeys() {
    if (!keyed) return;
    keyed = false;
    onSettle();
  }
  slider.addEventListener("input", () => move(+(+slider.value).toFixed(reach > 200 ? 0 : 2)));
  slider.addEventListener("change", onSettle);
  slider.addEventListener("keydown", (event) => {
    const unit = reach > 200 ? reach / 100 : 1;
    const target = event.key === "Home" ? -reach : event.key === "End" ? reach : score + SCORE_KEYS[event.key] * unit;
    if (Number.isNaN(target)) return;
    event.preventDefault();
    keyed = true;
    move(+within(target, reach).toFixed(2));
  });
  slider.addEventListener("keyup", settleKeys);
  slider.addEventListener("blur", settleKeys);   // the key may come up where another element has the focus
  exact.addEventListener("focus", () => { exact.value = plain(score); exact.select(); });
  exact.addEventListener("blur", () => { exact.value = short(score); });
  exact.addEventListener("keydown", (event) => { if (event.key === "Enter") exact.blur(); });
  exact.addEventListener("change", () => {
    const value = readNumber(exact.value);
    if (Math.abs(value) <= SCORE_LIMIT) { move(value); onSettle(); return; }
    onRefuse(`Expected a number between −1,000,000 and 1,000,000; got “${exact.value.slice(0, 40)}”. The score is still ${plain(score)}.`);
    exact.value = plain(score);
  });

  // The axis keeps its length while a finger is down: call setReach only when the hand is off.
  function setReach(value) { reach = value; slider.min = -value; slider.max = value; }

  function show(value, label, said) {
    score = value;
    slider.value = value;
    slider.style.setProperty("--at", `${50 + 50 * within(value / reach, 1)}%`);
    if (exact.getRootNode().activeElement !== exact) exact.value = short(value);
    slider.setAttribute("aria-label", `Score of ${label}`);
    slider.setAttribute("aria-valuetext", `score ${plain(value)}, ${said}`);
    exact.setAttribute("aria-label", `Exact score of ${label}`);
  }
  return { slider, exact, show, setReach };
}

// A round number with room to drag beyond the largest score, up to the largest there can be; never less than 6.
function scoreReach(scores) {
  const largest = Math.max(...scores.map(Math.abs));
  if (largest <= 5.4) return 6;
  const size = 10 ** Math.floor(Math.log10(largest));
  return Math.min(SCORE_LIMIT, size * [1.2, 1.5, 2, 3, 4, 6, 8, 12].find((step) => step * size >= 1.15 * largest));
}
