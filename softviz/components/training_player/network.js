// The network's forward pass from the recorded weights; a browser test holds it to Python within 1e-5.

const ACTIVATIONS = { tanh: Math.tanh, relu: (z) => (z > 0 ? z : 0), sigmoid };

// Logits of one example. Row piece * units + unit of a layer holds the weights and, last, the bias.
function logitsOf(run, weights, inputs) {
  let units = inputs, start = 0;
  run.layers.forEach((layer, depth) => {
    const sums = new Float64Array(layer.units * layer.pieces);
    for (let row = 0; row < sums.length; row++) {
      let total = weights[start + layer.inputs];
      for (let i = 0; i < layer.inputs; i++) total += weights[start + i] * units[i];
      sums[row] = total;
      start += layer.inputs + 1;
    }
    units = depth === run.layers.length - 1 ? sums : activated(run.activation, layer, sums);
  });
  return units;
}

function activated(activation, layer, sums) {
  if (activation !== "maxout") return sums.map(ACTIVATIONS[activation]);
  const units = new Float64Array(layer.units).fill(-Infinity);
  sums.forEach((sum, row) => { units[row % layer.units] = Math.max(units[row % layer.units], sum); });
  return units;
}

// The same network seen on a plane: its first layer takes the two places u, v instead of all features, so that a
// picture of 64 features costs no more than one of two.
function onPlane(run, weights, plane, features) {
  const first = run.layers[0], rows = first.units * first.pieces;
  const flat = new Float64Array(rows * 3);
  for (let row = 0; row < rows; row++) {
    const start = row * (first.inputs + 1);
    let base = weights[start + first.inputs], across = 0, up = 0;
    for (let i = 0; i < features; i++) {
      base += weights[start + i] * plane[i];
      across += weights[start + i] * plane[features + i];
      up += weights[start + i] * plane[2 * features + i];
    }
    flat.set([across, up, base], row * 3);
  }
  const rest = weights.subarray(rows * (first.inputs + 1));
  const joined = new Float64Array(flat.length + rest.length);
  joined.set(flat);
  joined.set(rest, flat.length);
  return { weights: joined, layers: [{ ...first, inputs: 2 }, ...run.layers.slice(1)], activation: run.activation, mapping: run.mapping };
}

const costOf = (layers) => layers.reduce((cost, layer) => cost + layer.units * layer.pieces * (layer.inputs + 9), 0);

// Winner and its probability at every cell of a grid over the window; buffers are kept from frame to frame.
function makeRegions() {
  let side = 0, winners, confidences;
  function compute(net, window, wanted) {
    if (side !== wanted) { side = wanted; winners = new Uint8Array(side * side); confidences = new Float32Array(side * side); }
    const buffers = net.layers.map((layer) => new Float64Array(layer.units * layer.pieces)), at = new Float64Array(2);
    const [left, right, low, high] = window, classes = net.layers.at(-1).units;
    for (let y = 0; y < side; y++) {
      at[1] = high - (high - low) * (y + 0.5) / side;
      for (let x = 0; x < side; x++) {
        at[0] = left + (right - left) * (x + 0.5) / side;
        judge(y * side + x, forward(net, buffers, at), classes, net.mapping);
      }
    }
    return { side, winners, confidences, classes };
  }

  function judge(cell, logits, classes, mapping) {
    let top = 0;
    for (let k = 1; k < classes; k++) if (logits[k] > logits[top]) top = k;
    winners[cell] = top;
    if (mapping !== "softmax") { confidences[cell] = MAPS[mapping](logits)[top]; return; }
    let total = 0;
    for (let k = 0; k < classes; k++) total += Math.exp(logits[k] - logits[top]);
    confidences[cell] = 1 / total;
  }
  return { compute };
}

// logitsOf without a single allocation: maxout leaves its units in the first part of the buffer.
function forward(net, buffers, inputs) {
  let units = inputs, start = 0;
  const weights = net.weights, last = net.layers.length - 1;
  for (let depth = 0; depth <= last; depth++) {
    const { inputs: width, units: count, pieces } = net.layers[depth], sums = buffers[depth];
    for (let row = 0; row < sums.length; row++) {
      let total = weights[start + width];
      for (let i = 0; i < width; i++) total += weights[start + i] * units[i];
      sums[row] = total;
      start += width + 1;
    }
    if (depth < last) {
      if (net.activation === "tanh") for (let i = 0; i < count; i++) sums[i] = Math.tanh(sums[i]);
      else if (net.activation === "relu") for (let i = 0; i < count; i++) sums[i] = sums[i] > 0 ? sums[i] : 0;
      else if (net.activation === "sigmoid") for (let i = 0; i < count; i++) sums[i] = sigmoid(sums[i]);
      else for (let i = 0; i < count; i++) for (let p = 1; p < pieces; p++) if (sums[p * count + i] > sums[i]) sums[i] = sums[p * count + i];
    }
    units = sums;
  }
  return units;
}
