// The training player. Python sends an envelope of raw bytes (see __init__.py); the browser asks with the trigger "want"
// for what comes next while it plays, steps past the end, or is scrubbed there. One answer at a time is under way.

const ASK_AGAIN = 4_000;   // milliseconds after which an answer counts as lost
const REST = 150;          // milliseconds without a move after which the picture is drawn finely
const players = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".training-player");
  let player = players.get(parentElement);
  if (!player) players.set(parentElement, (player = makePlayer(root)));
  player.connect(setTriggerValue);
  paintHues(root);
  player.recolor();
  player.receive(readEnvelope(data));
  return () => { players.delete(parentElement); player.stop(); };
}

function makePlayer(root) {
  const s = { run: makeRun(), view: "", data: null, at: 0, goal: 0, followed: 0, playing: false, rate: 40, place: 0, last: 0, asked: 0, frame: 0, still: 0, info: {} };
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const plane = makePlane({ onFollow: follow }), curves = makeCurves(), errors = makeErrors(), norms = makeNorms(), weights = makeWeights();
  const followed = makeFollowed({ onFollow: follow });
  const story = element("div", { class: "story" }), message = element("p", { class: "message", role: "alert" });
  const live = element("p", { class: "visually-hidden", role: "status" });
  const transport = makeTransport({
    onPlay: () => (s.playing ? pause() : play()),
    onStep: (by) => { pause(); go(s.at + by); },
    onReset: () => { pause(); go(0); },
    onSeed: () => { pause(); s.send("seed", Date.now()); },
    onScrub: (to) => { s.playing = false; go(to); },
    onSpeed: (rate) => { s.rate = rate; s.place = s.at; },
  });
  root.replaceChildren(
    transport.node, message, live,
    element("div", { class: "board" },
      element("div", { class: "centre" }, plane.node),
      element("div", { class: "beside" }, story, curves.node, errors.node, norms.node)),
    element("div", { class: "below" }, followed.node, weights.node));
  plane.redraw = () => draw();
  marksKey(root);

  function receive(info) {
    s.asked = 0;
    if (info.run !== s.run.name) begin(info);
    Object.assign(s.run, { total: info.total, finished: false });
    s.info = info;
    for (const message of info.messages) {
      if (message.kind === "dataset") setData(message);
      else if (message.run === s.run.name) s.run.take(message);
    }
    s.run.finished = info.finished && s.run.have >= info.kept;
    s.view = s.data ? info.view : "";
    message.textContent = info.stopped;
    if (!s.run.have || !s.data) { ask(); return; }
    curves.load(s.run);
    if (s.run.rows[0] && s.built !== s.run.name) { s.built = s.run.name; norms.build(s.run.layers); }
    go(s.playing ? s.at : s.goal, true);
  }

  function begin(info) {
    s.run = Object.assign(makeRun(), { name: info.run });
    Object.assign(s, { at: 0, goal: 0, place: 0 });
  }

  function setData(data) {
    s.data = data;
    plane.setData(data);
    errors.build(data.classes);
    followed.setData(data);
    follow(Math.min(s.followed, data.labels.length - 1));
  }

  function follow(row) {
    s.followed = row;
    followed.setRow(row);
    plane.follow(row);
    if (s.run.have) followed.show(s.run, s.at, plane.hues);
  }

  // Ask for what comes after what is here, unless an answer is on its way.
  function ask() {
    const now = performance.now();
    if (s.run.finished || (s.asked && now - s.asked < ASK_AGAIN)) return;
    s.asked = now;
    const hurry = s.playing || s.goal > s.run.have + 8;   // a single step is not an order for more
    s.send("want", { view: s.view, kept: s.run.have, hurry, at: Date.now() });
  }

  const ahead = () => Math.max(64, Math.min(1_000, s.rate));

  function go(to, quiet = false) {
    s.goal = Math.max(0, Math.min(to, (s.run.finished ? s.run.have : s.run.total) - 1));
    s.at = Math.min(s.goal, s.run.have - 1);
    s.place = s.at;
    if (s.goal >= s.run.have) ask();
    if (s.playing && !quiet) return;
    drawSoon();
  }

  // Coarse at once, so that the picture keeps up with the handle; fine when the hand rests.
  function drawSoon() {
    draw(true);
    clearTimeout(s.still);
    s.still = setTimeout(() => { if (!s.playing) { draw(); announce(); } }, REST);
  }

  function play() {
    if (s.run.finished && s.at === s.run.have - 1) go(0);
    Object.assign(s, { playing: true, place: s.at, last: 0 });
    ask();
    draw();
    s.frame = requestAnimationFrame(tick);
  }

  function pause() {
    s.playing = false;
    s.goal = s.at;
    cancelAnimationFrame(s.frame);
    if (s.run.have) { draw(); announce(); }
  }

  // One frame. Under reduced motion the picture changes twice a second, by as much as has passed.
  function tick(now) {
    if (!s.playing) return;
    const passed = s.last ? now - s.last : 0;
    if (!s.last || passed >= (calm.matches ? 500 : 0)) {
      s.last = now;
      s.place = s.rate === Infinity ? s.run.have - 1 : Math.min(s.run.have - 1, s.place + s.rate * passed / 1000);
      const at = Math.floor(s.place);
      if (at !== s.at) { s.at = at; draw(true); }
      s.goal = s.at;
      if (s.run.have - s.at <= ahead()) ask();
      if (s.run.finished && s.at === s.run.have - 1) { pause(); return; }
    }
    s.frame = requestAnimationFrame(tick);
  }

  function draw(moving = false) {
    const row = s.run.rows[s.at];
    if (!row || !s.data) return;
    const shares = plane.draw(s.run, row, moving), words = summary(row, shares);
    plane.say(words.plane);
    curves.show(s.run, s.at);
    errors.show(row, s.info.loss === "squared_error");
    norms.show(row);
    weights.show(s.run, row, s.data, plane.hues, plane.paper);
    followed.show(s.run, s.at, plane.hues);
    tell();
    transport.show(s.run, s.at, s.playing, words.short);
    s.sentence = words.short;
  }

  function tell() {
    const sentences = tellStory(s.run, s.at, s.data, s.info);
    while (story.children.length < 3) story.append(element("p"));
    Array.from(story.children).forEach((p, i) => { p.textContent = sentences[i] ?? ""; });
  }

  function summary(row, shares) {
    const [train, held, , right] = row.curves;
    const short = `Step ${row.step}: train loss ${threeDigits(train)}, held-out loss ${threeDigits(held)}, ${percent(right)} of held-out rows right`;
    const area = shares ? s.data.classes.map((name, k) => `${name} ${percent(shares[k])}`).join(", ") : "";
    return { short, plane: `Decision regions over ${s.data.axes.join(" and ")}. ${short}. Share of the picture: ${area}.` };
  }

  const announce = () => { live.textContent = s.sentence ?? ""; };
  // An answer that was lost (a page run that came between) is asked for again.
  const watch = setInterval(() => { if (s.asked && performance.now() - s.asked > ASK_AGAIN) ask(); }, 1_000);

  return {
    receive,
    connect: (send) => { s.send = send; },
    recolor: () => { plane.setColors(root); draw(); },
    stop: () => { s.playing = false; cancelAnimationFrame(s.frame); clearInterval(watch); clearTimeout(s.still); },
  };
}

// What the marks on the plane mean, in words.
function marksKey(root) {
  root.querySelector(".plane").append(element("figcaption", { class: "muted", text: "Dots are training rows, rings are held-out rows, a cross is a moved label. Click one to follow it." }));
}
