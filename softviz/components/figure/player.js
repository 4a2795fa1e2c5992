// Steps through a figure's frames: start over, step, play, or drag the handle. What a frame holds is Plotly's business;
// its name is what is said while it is on screen. A figure without frames has no player.

const FRAME_MILLISECONDS = 140;

function makePlayer(show) {
  let frames = [], at = 0, timer = null;
  const first = element("button", { type: "button", text: "Start over", onclick: () => { pause(); go(0); } });
  const step = element("button", { type: "button", text: "Step", onclick: () => { pause(); go(at + 1); } });
  const play = element("button", { type: "button", text: "Play", onclick: () => (timer ? pause() : start()) });
  const range = element("input", { type: "range", min: 0, step: 1, "aria-label": "Place in the sequence" });
  const said = element("output", {});
  const node = element("div", { class: "player" }, first, step, play, range, said);
  node.hidden = true;
  range.addEventListener("input", () => { pause(); go(+range.value); });

  function load(given) {
    pause();
    frames = given;
    node.hidden = frames.length < 2;
    at = frames.length - 1;   // a figure is drawn as its last frame
    range.max = Math.max(0, at);
    tell();
  }

  function go(place) {
    at = Math.min(frames.length - 1, Math.max(0, place));
    show(frames[at]);
    tell();
  }

  function start() {
    if (at === frames.length - 1) go(0);
    play.textContent = "Pause";
    timer = setInterval(() => { go(at + 1); if (at === frames.length - 1) pause(); }, FRAME_MILLISECONDS);
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    play.textContent = "Play";
  }

  function tell() {
    if (frames.length === 0) return;
    range.value = at;
    range.setAttribute("aria-valuetext", frames[at].name);
    said.textContent = frames[at].name;
    step.disabled = at === frames.length - 1;
  }
  return { node, load, pause, place: () => at };
}
