// A Plotly figure that keeps its node: Plotly.react on the figure's JSON, so data change without a blink, and axes and
// zoom stay (uirevision). Figures come in the inks of the light page; on the dark one each ink has a counterpart. A figure
// is drawn when it comes near the screen: a long page opens, and answers, at the cost of what can be seen of it.

let loading;
function plotly(source) {
  if (window.Plotly) return Promise.resolve(window.Plotly);
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(source, document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      loading = undefined;   // the next figure asks again
      script.remove();
      reject(new Error("plotly.js could not be loaded"));
    };
    document.head.appendChild(script);
  });
  return loading;
}

const NEAR = "400px 0px";   // above and below the screen
const REST = 300;   // milliseconds
const figures = new WeakMap();
const AT_ONCE = { mode: "immediate", transition: { duration: 0 }, frame: { duration: 0, redraw: true } };

export default function ({ data, parentElement }) {
  const frame = parentElement.querySelector(".softviz-figure");
  let state = figures.get(parentElement);
  if (!state) figures.set(parentElement, (state = prepare(frame)));
  state.plot.setAttribute("aria-label", data.alt);
  state.caption.textContent = data.caption;   // learners' words are text, never markup
  const dark = isDark(frame);
  if (state.spec !== data.spec || state.dark !== dark) {
    Object.assign(state, { spec: data.spec, dark, name: data.name, source: data.source, waiting: true });
    frame.setAttribute("aria-busy", "true");   // what is seen is older than what is said
    state.figure = JSON.parse(dark ? inDarkInks(data.spec, data.inks) : data.spec);
    state.plot.style.minHeight = `${state.figure.layout.height}px`;
    drawWhenItCan(state);
  }
  return () => {
    clearTimeout(state.later);
    state.player.pause();
    state.resizer.disconnect();
    state.nearby.disconnect();
    state.seen.disconnect();
    removeEventListener("beforeprint", state.onPrint);
    window.Plotly?.purge(state.plot);
    figures.delete(parentElement);
  };
}

function prepare(frame) {
  const plot = frame.querySelector(".plot"), note = frame.querySelector(".note"), caption = frame.querySelector(".caption");
  const player = makePlayer((shown) => window.Plotly.animate(plot, [shown], AT_ONCE));
  frame.insertBefore(player.node, frame.querySelector(".save"));
  const state = { frame, plot, note, caption, player, spec: null, dark: null, near: false, visible: false, waiting: false };
  for (const button of frame.querySelectorAll(".save button")) button.addEventListener("click", () => save(state, button.dataset.kind));
  let width = plot.clientWidth;
  state.resizer = new ResizeObserver(() => {
    if (plot.clientWidth === width || !state.drawn) return;
    width = plot.clientWidth;
    window.Plotly?.Plots.resize(plot);
  });
  state.resizer.observe(plot);
  state.nearby = watch(state, "near", NEAR);
  state.seen = watch(state, "visible", "0px");
  state.onPrint = () => drawWaiting(state);
  addEventListener("beforeprint", state.onPrint);
  return state;
}

function watch(state, flag, rootMargin) {
  const root = state.plot.closest('[data-testid="stMain"]');   // a margin counts at the root's edge only
  const watcher = new IntersectionObserver((entries) => {
    state[flag] = entries.at(-1).isIntersecting;
    drawWhenItCan(state);
  }, { root, rootMargin });
  watcher.observe(state.plot);
  return watcher;
}

// What is on screen is drawn at once; what is near it, once the page has come to rest.
function drawWhenItCan(state) {
  clearTimeout(state.later);
  if (state.visible) drawWaiting(state);
  else if (state.near && state.waiting) state.later = setTimeout(drawWaiting, REST, state);
}

function drawWaiting(state) {
  if (!state.waiting) return;
  state.waiting = false;
  plotly(state.source).then((Plotly) => draw(Plotly, state, state.figure)).catch((error) => { state.note.textContent = error.message; });
}

async function draw(Plotly, state, figure) {
  await Plotly.react(state.plot, figure.data, figure.layout, { displayModeBar: false, responsive: false });
  state.player.load(figure.frames ?? []);
  state.drawn = true;
  state.plot.dataset.draws = +(state.plot.dataset.draws ?? 0) + 1;
  state.note.textContent = "";
  if (!state.waiting) state.frame.removeAttribute("aria-busy");
}

function isDark(node) {
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = getComputedStyle(node).getPropertyValue("--st-background-color").trim() || "#ffffff";
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(probe.fillStyle.slice(at, at + 2), 16));
  return 0.299 * r + 0.587 * g + 0.114 * b < 128;
}

const inDarkInks = (spec, inks) => spec.replace(/#[0-9A-Fa-f]{6}/g, (ink) => inks[ink.toUpperCase()] ?? ink);

async function save(state, kind) {
  const Plotly = window.Plotly;
  if (!Plotly || !state.drawn) return;
  const size = { width: state.plot.clientWidth, height: state.plot.clientHeight };
  if (kind === "html") return download(new Blob([await standalone(state)], { type: "text/html" }), `${state.name}.html`);
  await Plotly.downloadImage(state.plot, { format: kind, filename: state.name, scale: kind === "png" ? 2 : 1, ...size });
}

// One file that opens anywhere, offline: the figure and plotly.js itself.
async function standalone(state) {
  const library = await (await fetch(new URL(state.source, document.baseURI))).text();
  const { data, layout } = state.plot, { frames, ...handle } = playing(state);
  const figure = { data, layout: { ...layout, ...handle, width: undefined }, frames, config: { responsive: true } };
  const alt = state.plot.getAttribute("aria-label").replace(/&/g, "&amp;").replace(/"/g, "&quot;");
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${state.name}</title><div id="figure" role="img" aria-label="${alt}"></div>`
    + `<script>${library.replace(/<\/script/gi, "<\\/script")}</` + `script><script>Plotly.newPlot("figure", ${JSON.stringify(figure).replace(/</g, "\\u003c")});</` + "script></html>";
}

// The frames, and Plotly's own handle through them: the page's player does not go along.
function playing({ figure: { frames = [] }, plot, player }) {
  if (frames.length < 2) return { frames };
  const unseen = { color: "rgba(0,0,0,0)" }, ink = plot.layout.template?.layout?.font?.color;
  const steps = frames.map(({ name }, i) => ({ label: name, method: "animate", args: [[String(i)], AT_ONCE] }));
  const slider = { steps, active: player.place(), font: unseen, tickcolor: unseen.color, currentvalue: { prefix: "", font: { color: ink } } };
  return { frames: frames.map((frame, i) => ({ ...frame, name: String(i) })), sliders: [slider] };
}
