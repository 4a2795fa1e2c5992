// Play, pause, step, speed, reset, and the handle along the run.

const SPEEDS = [["Slow", 8], ["Normal", 40], ["Fast", 160], ["As fast as it trains", Infinity]];   // kept steps a second

function makeTransport({ onPlay, onStep, onReset, onSeed, onScrub, onSpeed }) {
  const button = (text, onclick, label) => element("button", { type: "button", text, "aria-label": label, onclick });
  const play = button("Play", onPlay), back = button("Step back", () => onStep(-1)), step = button("Step", () => onStep(1), "One step");
  const reset = button("Reset", onReset, "Reset: back to the same initial weights"), seed = button("New seed", onSeed, "New seed: other initial weights");
  const speed = element("select", { "aria-label": "Speed" }, ...SPEEDS.map(([name], i) => element("option", { text: name, value: i })));
  speed.value = 1;
  speed.addEventListener("change", () => onSpeed(SPEEDS[+speed.value][1]));
  const range = element("input", { type: "range", min: 0, max: 1, step: 1, "aria-label": "Place in the run" });
  range.addEventListener("input", () => onScrub(+range.value));
  const said = element("output", { class: "where" });
  const node = element("div", { class: "transport" }, play, back, step, reset, seed, speed, element("div", { class: "scrub" }, range, said));

  function show(run, at, playing, words) {
    const last = Math.max(1, (run.finished ? run.have : run.total) - 1);
    play.textContent = playing ? "Pause" : "Play";
    if (+range.max !== last) range.max = last;
    if (+range.value !== at) range.value = at;
    range.style.setProperty("--track", `linear-gradient(90deg, var(--trained) ${100 * (run.have - 1) / last}%, transparent 0)`);
    said.textContent = `step ${run.rows[at].step.toLocaleString("en-US")}`;
    said.dataset.step = run.rows[at].step;
    said.dataset.have = run.have;
    range.setAttribute("aria-valuetext", words);
    back.disabled = at === 0;
    step.disabled = run.finished && at === run.have - 1;
    reset.disabled = at === 0 && !playing;
  }
  return { node, show };
}
