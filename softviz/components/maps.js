// The maps, by the registry's keys, for what must follow a finger. Python is the truth: a browser test holds these
// to it within 1e-6. A map that is missing here settles on release.

const sum = (values) => { let total = 0; for (const v of values) total += v; return total; };
const maximum = (values) => { let top = -Infinity; for (const v of values) if (v > top) top = v; return top; };
const each = (z, f) => { const out = new Float64Array(z.length); for (let i = 0; i < out.length; i++) out[i] = f(z[i]); return out; };
const shared = (weights) => { const total = sum(weights); for (let i = 0; i < weights.length; i++) weights[i] /= total; return weights; };

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const logSigmoid = (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x)));
const arctan = (x) => Math.atan2(1, -x) / Math.PI;
const bump = (x, centre) => Math.exp(-((x - centre) ** 2) / 2);
const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

function softmax(z) {
  const top = maximum(z);
  return shared(each(z, (v) => Math.exp(v - top)));
}

function argmax(z) {
  const top = maximum(z);
  return shared(each(z, (v) => (v === top ? 1 : 0)));
}

// Solves sum_i [1 - beta (max z - z_i + lambda)]_+^(1 / beta) = 1 for lambda, with beta = alpha - 1. Scores further than
// 1 / beta below the largest get zero whatever lambda is, and are left out of the search.
function entmax(z, { alpha = 1.5 } = {}) {
  if (alpha === 1) return softmax(z);
  if (alpha === Infinity) return argmax(z);
  const top = maximum(z), beta = alpha - 1, gaps = each(z, (v) => top - v), near = gaps.filter((d) => beta * d < 1);
  const lambda = beta <= 1 ? climbed(near, beta) : halved(near, beta);
  return shared(gaps.map((d) => raised(d + lambda, beta)));
}

function raised(depth, beta) {
  const v = -beta * depth;
  return v <= -1 ? 0 : Math.exp(Math.log1p(v) / beta);
}

// Newton on the r-norm: the residual is convex for beta <= 1, so that lambda rises to the root and never passes it.
function climbed(gaps, beta) {
  let lambda = 0;
  for (let step = 0; step < 100; step++) {
    let S = 0, D = 0;
    for (const d of gaps) {
      const p = raised(d + lambda, beta);
      if (p > 0) { S += p; D += p / (1 - beta * (d + lambda)); }
    }
    const rise = Math.expm1(beta * Math.log(S)) / beta * S ** (1 - beta) / D;
    lambda += Math.max(0, rise);
    if (!(rise > 1e-9)) break;   // steps shrink by squares: the next would be lost in rounding
  }
  return lambda;
}

function halved(gaps, beta) {
  let low = 0, high = -Math.expm1(-beta * Math.log(gaps.length)) / beta;   // as if all tied
  for (let middle = high / 2; middle > low && middle < high; middle = (low + high) / 2) {
    let S = 0;
    for (const d of gaps) S += raised(d + middle, beta);
    if (S >= 1) low = middle; else high = middle;
  }
  return low;
}

function logistic(z) {
  const logs = each(z, logSigmoid), top = maximum(logs);
  return shared(logs.map((v) => Math.exp(v - top)));
}

function gaussian(z, { centre = 0 } = {}) {
  const distances = each(z, (v) => Math.abs(v - centre)), nearest = -maximum(distances.map((d) => -d));
  return shared(distances.map((d) => Math.exp(-(d - nearest) * (d + nearest) / 2)));
}

function softplusShared(z) {
  const top = maximum(z), size = softplus(top);   // below -36 softplus is exp to the last bit
  return shared(each(z, top < -36 ? (v) => Math.exp(v - top) : (v) => softplus(v) / size));
}

function spherical(z) {
  const size = maximum(each(z, Math.abs));
  return shared(each(z, (v) => (size === 0 ? 1 : (v / size) ** 2)));
}

function taylor(z, { order = 2 } = {}) {
  const size = Math.max(1, maximum(each(z, Math.abs)));   // no power overflows
  return shared(each(z, (v) => {
    let term = 1, total = 1;
    for (let power = 1; power <= order; power++) { term *= v / size / power; total = total / size + term; }
    return total;
  }));
}

function topK(z, { k = 2 } = {}) {
  const top = maximum(z), bound = each(z, (v) => v).sort()[Math.max(0, z.length - k)];
  return shared(each(z, (v) => (v < bound ? 0 : Math.exp(v - top))));
}

const MAPS = {
  softmax, argmax, entmax, logistic, gaussian, spherical, taylor,
  sigmoid: (z) => each(z, sigmoid),
  sparsemax: (z) => entmax(z, { alpha: 2 }),
  arctan: (z) => shared(each(z, arctan)),
  softplus: softplusShared,
  top_k: topK,
  arctan_raw: (z) => each(z, arctan),
  gaussian_raw: (z, { centre = 0 } = {}) => each(z, (v) => bump(v, centre)),
  softplus_raw: (z) => each(z, softplus),
};
const IGNORES_SHIFT = new Set(["softmax", "sparsemax", "entmax", "top_k"]);
const IGNORES_SCALE = new Set(["argmax", "spherical"]);

// The limits for T -> 0 that infinite scores do not give: see core/alternatives.py, function by function.
const COLD = {
  logistic: (z) => stepOr(z, () => argmax(z)),
  arctan: (z) => stepOr(z, () => {
    const top = maximum(z);
    return shared(each(z, (v) => top / v));
  }),
  gaussian: (z, { centre = 0 } = {}) => {
    const nearest = -maximum(each(z, (v) => -Math.abs(v)));
    return argmax(each(z, (v) => (Math.abs(v) === nearest ? v * Math.sign(centre) + 0 : -Infinity)));
  },
  softplus: (z) => (maximum(z) > 0 ? shared(each(z, (v) => Math.max(v, 0))) : argmax(z)),
  taylor: (z, { order = 2 } = {}) => {
    const size = maximum(each(z, Math.abs));
    return shared(each(z, (v) => (size === 0 ? 1 : (v / size) ** order)));
  },
};
const HOT = { top_k: (z, parameters) => shared(each(topK(z, parameters), (p) => (p > 0 ? 1 : 0))) };

function stepOr(z, otherwise) {
  const steps = each(z, (v) => (v > 0 ? 1 : v === 0 ? 0.5 : 0));
  return sum(steps) > 0 ? shared(steps) : otherwise();
}

const canPreview = (key) => key in MAPS;

// The map of scores / T, exact at T = 0 and infinity and where the division overflows.
function mapAt(key, scores, temperature, parameters = {}) {
  const map = MAPS[key];
  if (IGNORES_SCALE.has(key)) return map(scores, parameters);
  if (temperature === Infinity && HOT[key]) return HOT[key](scores, parameters);
  if (IGNORES_SHIFT.has(key)) {
    const top = maximum(scores);
    return map(each(scores, (v) => (v === top ? 0 : (v - top) / temperature)), parameters);
  }
  const divided = each(scores, (v) => (v === 0 ? 0 : v / temperature));
  const overflows = COLD[key] && divided.some((v) => Math.abs(v) === Infinity);
  return overflows ? COLD[key](scores, parameters) : map(divided, parameters);
}

function entropy(p) {
  let total = 0;
  for (const v of p) if (v > 0) total -= v * Math.log(v);
  return total;
}
