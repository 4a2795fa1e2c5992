// Softmax as a floating-point type computes it: softviz/core/precision.py once more, rounded after every operation, for
// what must follow a finger. A test holds the two together bit for bit.

const bits = new DataView(new ArrayBuffer(8));
function exponentOf(x) {
  bits.setFloat64(0, x);
  return ((bits.getUint32(0) >>> 20) & 0x7ff) - 1023;
}
const lastPlace = (x, type) => Math.max(exponentOf(x), type.lowest) - (type.digits - 1);

const HALF_EVEN = 1.5 * 2 ** 52;   // adding it pushes the fraction out of float64, ties to even
function rounding(type) {
  if (type.digits === 53) return (x) => x;
  return (x) => {
    if (x === 0 || !Number.isFinite(x)) return x;
    const unit = 2 ** lastPlace(x, type);
    const rounded = (x / unit + HALF_EVEN - HALF_EVEN) * unit;
    return Math.abs(rounded) > type.largest ? Math.sign(x) * Infinity : rounded;
  };
}

const topOf = (z) => z.reduce((top, v) => (Number.isNaN(v) || v > top ? v : top), -Infinity);
const runningSum = (fl, terms) => terms.reduce((total, term) => fl(total + term));

// Each form gives its steps in order, by name: a list has one number a class, a number stands for the whole row.
const FORMS = {
  naive(fl, z) {
    return { z, ...shares(fl, z) };
  },
  shifted(fl, z) {
    const max = topOf(z), shifted = z.map((v) => fl(v - max));
    return { z, max, shifted, ...shares(fl, shifted) };
  },
  online(fl, z) {
    const tops = [z[0]], rescale = [0], sums = [1];
    for (let i = 1; i < z.length; i++) {
      tops.push(topOf([tops[i - 1], z[i]]));
      rescale.push(fl(Math.exp(fl(tops[i - 1] - tops[i]))));
      sums.push(fl(fl(sums[i - 1] * rescale[i]) + fl(Math.exp(fl(z[i] - tops[i])))));
    }
    const exp = z.map((v) => fl(Math.exp(fl(v - tops.at(-1)))));
    return { z, "running max": tops, rescale, "running sum": sums, exp, p: exp.map((e) => fl(e / sums.at(-1))) };
  },
  "log-of-softmax"(fl, z) {
    const steps = FORMS.shifted(fl, z);
    return { ...steps, "log p": steps.p.map((p) => fl(Math.log(p))) };
  },
  "log-softmax"(fl, z) {
    const { p, ...steps } = FORMS.shifted(fl, z);
    const logSum = fl(Math.log(steps.sum));
    return { ...steps, "log sum": logSum, "log p": steps.shifted.map((v) => fl(v - logSum)) };
  },
  log1p(fl, z) {
    const max = topOf(z), shifted = z.map((v) => fl(v - max)), winner = z.indexOf(max);
    const others = shifted.map((v, i) => (i === winner ? 0 : fl(Math.exp(v))));
    const rest = runningSum(fl, others), logSum = fl(Math.log1p(rest));
    return { z, max, shifted, others, rest, "log sum": logSum, "log p": shifted.map((v) => fl(v - logSum)) };
  },
};

function shares(fl, scores) {
  const exp = scores.map((v) => fl(Math.exp(v))), sum = runningSum(fl, exp);
  return { exp, sum, p: exp.map((e) => fl(e / sum)) };
}

function trace(form, type, scores) {
  const fl = rounding(type), steps = FORMS[form](fl, scores.map(fl));
  return { form, type, steps, logarithmic: "log p" in steps, outputs: steps["log p"] ?? steps.p };
}

const EXACT_ENOUGH = { digits: 53, lowest: -1022, largest: Number.MAX_VALUE };

// Off by half of the exact value or more, and by a unit in the last place or more: not one digit is right.
const isLost = (out, truth, type) => !(Math.abs(out - truth) < Math.max(Math.abs(truth) / 2, 2 ** lastPlace(truth, type)));

function truths({ steps, logarithmic }) {
  const logs = trace("log1p", EXACT_ENOUGH, steps.z).outputs;
  return logarithmic ? logs : logs.map(Math.exp);
}

// "" where every output has right digits; else what is wrong: "nan", "inf" or "lost" (not one right digit).
function verdict(traced) {
  const { outputs, type } = traced;
  if (outputs.some(Number.isNaN)) return "nan";
  if (!outputs.every(Number.isFinite)) return "inf";
  return truths(traced).some((truth, i) => isLost(outputs[i], truth, type)) ? "lost" : "";
}

const MOVES = {
  scale(scores, size) {
    const reach = Math.max(...scores.map(Math.abs));
    return scores.map((v) => (reach === 0 ? v * size : (v / reach) * size));
  },
  add(scores, size) { const top = Math.max(...scores); return scores.map((v) => v - top + size); },
  subtract(scores, size) { return MOVES.add(scores, -size); },
};

// What is wrong with one number of a step: a sum, an exponential or a probability is never 0 in exact arithmetic.
const NEVER_ZERO = new Set(["exp", "sum", "p", "running sum", "rest", "others", "log sum", "log p", "rescale"]);
function trouble(name, value, mayBeZero) {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return "inf";
  return value === 0 && NEVER_ZERO.has(name) && !mayBeZero ? "zero" : "";
}

// Marks every number: what is wrong with it, and whether it came in here or from a step before. One number for the whole
// row takes over what is not finite in the row, and a zero from zeros; a small exponential that is 0 harms no sum.
const RUNNING = new Set(["running max", "running sum"]);
function marks({ steps }, classes) {
  const winner = steps.max === undefined ? -1 : steps.z.indexOf(steps.max);
  const before = new Array(classes).fill(""), marked = {};
  let shared = "";
  for (const [name, values] of Object.entries(steps)) {
    if (Array.isArray(values)) {
      let running = "";
      marked[name] = values.map((value, i) => {
        const kind = trouble(name, value, (name === "others" && i === winner) || (name === "rescale" && i === 0));
        const enters = kind !== "" && !before[i] && !shared && !(RUNNING.has(name) && running);
        running ||= kind;
        return { kind, enters };
      });
      marked[name].forEach(({ kind }, i) => { before[i] = kind || before[i]; });
    } else {
      const kind = trouble(name, values, classes === 1);
      const inherited = shared || before.some((b) => b && (kind === "zero") === (b === "zero"));
      marked[name] = { kind, enters: kind !== "" && !inherited };
      shared ||= kind;
    }
  }
  return marked;
}
