// What the gradient is doing now, in one to three sentences computed from the recording.

function tellStory(run, at, data, { loss }) {
  const row = run.rows[at], sentences = [pull(row, data.classes, loss), strength(run, at)];
  const extra = warning(run, at, loss);
  return extra ? [...sentences, extra] : sentences;
}

// The largest mean p − y off and on the diagonal: which logit is pushed where.
function pull(row, classes, loss) {
  const K = classes.length;
  let label = 0, worst = 0;
  for (let l = 0; l < K; l++) if (-row.errors[l * K + l] > worst) { worst = -row.errors[l * K + l]; label = l; }
  if (worst < 0.005) return "Every class is given nearly all of its probability: p − y is close to 0, and little is left to pull.";
  let rival = label === 0 ? 1 : 0;
  for (let k = 0; k < K; k++) if (k !== label && row.errors[label * K + k] > row.errors[label * K + rival]) rival = k;
  const said = `Rows of ${classes[label]} are given ${threeDigits(worst)} too little ${classes[label]} and ${threeDigits(row.errors[label * K + rival])} too much ${classes[rival]}`;
  return loss === "squared_error" && stalled(row) ? `${said}.` : `${said}: the step raises the first logit there and lowers the second.`;
}

const normOf = (row) => Math.sqrt(row.norms.reduce((total, norm) => total + norm * norm, 0));

function strength(run, at) {
  const now = normOf(run.rows[at]), start = normOf(run.rows[0]);
  const share = at > 0 && start > 0 ? `, ${threeDigits(now / start)} times the first one` : "";
  return `The gradient of this batch has length ${threeDigits(now)}${share}.`;
}

function warning(run, at, loss) {
  const row = run.rows[at], [train, held] = row.curves;
  if (loss === "squared_error" && stalled(row)) return "Squared error sends p − y through softmax’s slopes: the answers are wrong, yet almost nothing reaches the logits.";
  const past = run.rows[Math.max(0, at - 20)];
  if (at > 20 && train > 1.2 * past.curves[0] && train > 0.05) return `The loss rose from ${threeDigits(past.curves[0])} to ${threeDigits(train)} in the last ${row.step - past.step} steps: the steps are too long.`;
  let best = Infinity, when = 0;
  for (let i = 0; i <= at; i++) if (run.rows[i].curves[1] < best) { best = run.rows[i].curves[1]; when = run.rows[i].step; }
  if (held > 1.25 * best && held > train) return `Held-out loss was lowest at step ${when}, ${threeDigits(best)}; since then the network learns its training rows by heart.`;
  return "";
}

function stalled(row) {
  const length = (values) => Math.sqrt(values.reduce((total, v) => total + v * v, 0));
  return length(row.errors) > 0.5 && length(row.gradients) < 0.15 * length(row.errors);
}
