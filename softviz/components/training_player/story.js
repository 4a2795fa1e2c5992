// What the gradient is doing now, in one to three sentences computed from the recording.

const WINDOW = 20;   // kept steps whose median is a curve's level: one batch's jump is not yet a story

function tellStory(run, at, data, { loss, pinned }) {
  const row = run.rows[at], sentences = [pull(row, data.classes, loss, pinned), strength(run, at)];
  const extra = warning(run, at, loss);
  return extra ? [...sentences, extra] : sentences;
}

// The largest mean p − y off and on the diagonal: which logit is pushed where.
function pull(row, classes, loss, pinned) {
  const K = classes.length;
  let label = 0, worst = 0;
  for (let l = 0; l < K; l++) if (-row.errors[l * K + l] > worst) { worst = -row.errors[l * K + l]; label = l; }
  if (worst < 0.005) return "Every class is given nearly all of its probability: p − y is close to 0, and little is left to pull.";
  let rival = label === 0 ? 1 : 0;
  for (let k = 0; k < K; k++) if (k !== label && row.errors[label * K + k] > row.errors[label * K + rival]) rival = k;
  const said = `Rows of ${classes[label]} are given ${threeDigits(worst)} too little ${classes[label]} and ${threeDigits(row.errors[label * K + rival])} too much ${classes[rival]}`;
  return loss === "squared_error" && stalled(row) ? `${said}.` : `${said}: ${push(label, rival, pinned ? K - 1 : -1)}.`;
}

// What the step does to the two logits. A pinned one stays, and the other alone moves.
function push(label, rival, pinned) {
  if (label === pinned) return "the step lowers the second logit there; the first is pinned at 0";
  if (rival === pinned) return "the step raises the first logit there; the second is pinned at 0";
  return "the step raises the first logit there and lowers the second";
}

const normOf = (row) => Math.sqrt(row.norms.reduce((total, norm) => total + norm * norm, 0));

function strength(run, at) {
  const now = normOf(run.rows[at]), start = normOf(run.rows[0]);
  const share = at > 0 && start > 0 ? `, ${threeDigits(now / start)} times the first one` : "";
  return `The gradient of this batch has length ${threeDigits(now)}${share}.`;
}

function warning(run, at, loss) {
  if (loss === "squared_error" && stalled(run.rows[at])) return "Squared error sends p − y through softmax’s slopes: the answers are wrong, yet almost nothing reaches the logits.";
  return at < 2 * WINDOW ? "" : tooLong(run, at) || byHeart(levels(run, at));
}

// Steps that overshoot: the loss swings without coming down, or stands far above where it was.
function tooLong(run, at) {
  const { train } = levels(run, at), last = run.rows.slice(at + 1 - WINDOW, at + 1).map((row) => row.curves[0]);
  const low = Math.min(...last), high = Math.max(...last);
  if (high - low > train.now && train.now > 2 / 3 * run.rows[0].curves[0]) return `The train loss swings between ${threeDigits(low)} and ${threeDigits(high)} and does not come down: the steps are too long.`;
  if (train.now > 2 * train.lowest && train.now > 0.1) return `The train loss lies around ${threeDigits(train.now)}; around step ${train.step} it lay at ${threeDigits(train.lowest)}: the steps are too long.`;
  return "";
}

// Held-out loss has turned and stands clear of the train loss, while that one is still about as low as ever.
function byHeart({ train, held }) {
  const apart = held.now > 1.5 * train.now && held.now - train.now > 0.05;
  if (!apart || held.now < 1.25 * held.lowest || train.now > 1.25 * train.lowest) return "";
  return `Held-out loss was lowest around step ${held.step}, ${threeDigits(held.lowest)}; since then the network learns its training rows by heart.`;
}

// The level of both loss curves at a row, and where each was lowest up to there. What was computed once stays with the run.
function levels(run, at) {
  run.levels ??= [];
  for (let i = run.levels.length; i <= at; i++) {
    const before = run.levels[i - 1], stretch = run.rows.slice(Math.max(0, i - WINDOW + 1), i + 1);
    run.levels.push({ train: level(stretch, 0, before?.train), held: level(stretch, 1, before?.held) });
  }
  return run.levels[at];
}

function level(stretch, curve, before) {
  const sorted = stretch.map((row) => row.curves[curve]).sort((a, b) => a - b), now = sorted[sorted.length >> 1];
  if (before && before.lowest <= now) return { now, lowest: before.lowest, step: before.step };
  return { now, lowest: now, step: stretch[stretch.length >> 1].step };
}

function stalled(row) {
  const length = (values) => Math.sqrt(values.reduce((total, v) => total + v * v, 0));
  return length(row.errors) > 0.5 && length(row.gradients) < 0.15 * length(row.errors);
}
