// The maps, by the registry's keys, for what must follow a finger. Python is the truth: a browser test holds these
// to it within 1e-6. A map that is missing here settles on release.

const sum = (values) => values.reduce((total, value) => total + value, 0);
const maximum = (values) => { let top = -Infinity; for (const v of values) if (v > top) top = v; return top; };
const sigmoid = (x) => 1 / (1 + Math.exp(-x));

function softmax(z) {
  const top = maximum(z), p = new Float64Array(z.length);
  let total = 0;
  for (let i = 0; i < z.length; i++) total += p[i] = Math.exp(z[i] - top);
  for (let i = 0; i < z.length; i++) p[i] /= total;
  return p;
}

function argmax(z) {
  const top = maximum(z), ties = z.reduce((count, v) => count + (v === top), 0);
  return Float64Array.from(z, (v) => (v === top ? 1 / ties : 0));
}

// Solves sum_i [1 - (alpha - 1)(max z - z_i + lambda)]_+^(1 / (alpha - 1)) = 1 by halving: short and sure, and fast
// enough for a drag. Python's Newton is the one that counts.
function entmax(z, { alpha = 1.5 } = {}) {
  if (alpha === 1) return softmax(z);
  if (alpha === Infinity) return argmax(z);
  const top = maximum(z), gap = alpha - 1, gaps = Float64Array.from(z, (v) => top - v);
  const raised = (lambda) => gaps.map((d) => {
    const v = -gap * (d + lambda);
    return v <= -1 ? 0 : Math.exp(Math.log1p(v) / gap);
  });
  let low = 0, high = -Math.expm1(-gap * Math.log(z.length)) / gap;   // the uniform row bounds lambda from above
  for (let step = 0; step < 200 && high - low > 1e-16 * Math.max(1, high); step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (sum(raised(middle)) >= 1) low = middle; else high = middle;
  }
  const p = raised(low), total = sum(p);
  return p.map((v) => v / total);
}

const MAPS = {
  softmax, argmax, entmax,
  sigmoid: (z) => Float64Array.from(z, sigmoid),
  sparsemax: (z) => entmax(z, { alpha: 2 }),
};
// At T = 0 a map that sees each score alone steps at zero; the others share the top among its ties.
const COLD = { sigmoid: (z) => Float64Array.from(z, (v) => (v > 0 ? 1 : v < 0 ? 0 : 0.5)) };

const canPreview = (key) => key in MAPS;

function mapAt(key, scores, temperature, parameters = {}) {
  if (temperature === 0) return (COLD[key] ?? argmax)(scores);
  if (temperature === Infinity) return MAPS[key](new Float64Array(scores.length), parameters);
  return MAPS[key](Float64Array.from(scores, (v) => v / temperature), parameters);
}

function entropy(p) {
  let total = 0;
  for (const v of p) if (v > 0) total -= v * Math.log(v);
  return total;
}
