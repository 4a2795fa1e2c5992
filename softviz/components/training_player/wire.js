// Reads what Python sends; the layout is written down in softviz/training/wire.py.

const TEXT = new TextDecoder();
const NUMBERS = { float32: Float32Array, uint32: Uint32Array, int32: Int32Array };

// The envelope: a header that says how far the run is, and messages.
function readEnvelope(bytes) {
  const whole = bytes.slice();   // numbers must start at a multiple of 4, and the buffer must outlive this message
  const length = new DataView(whole.buffer).getUint32(0, true);
  const header = JSON.parse(TEXT.decode(whole.subarray(4, 4 + length)));
  let start = 4 + length;
  header.messages = [];
  for (const size of header.sizes) {
    if (size) header.messages.push(readMessage(whole.buffer, start));
    start += size;
  }
  return header;
}

function readMessage(buffer, start) {
  const view = new DataView(buffer, start);
  const version = view.getUint32(4, true), length = view.getUint32(8, true);
  if (TEXT.decode(new Uint8Array(buffer, start, 4)) !== "SVTR" || version !== 1) throw new Error("expected a message of layout 1");
  const message = JSON.parse(TEXT.decode(new Uint8Array(buffer, start + 12, length)));
  for (const [name, { type, shape, offset }] of Object.entries(message.arrays)) {
    const count = shape.reduce((a, b) => a * b, 1);
    message[name] = new NUMBERS[type](buffer, start + 12 + length + offset, count);
    message[name].shape = shape;
  }
  return message;
}

// A run as it grows: rows are written to their places, so that messages may overlap or come twice.
function makeRun() {
  const run = { have: 0, total: 1, rows: [], layers: [] };

  function take(chunk) {
    Object.assign(run, { layers: chunk.layers, activation: chunk.activation, mapping: chunk.mapping, smoothing: chunk.smoothing });
    if (chunk.first > run.have) return;   // a gap: what is missing is asked for again
    const row = (name, i) => chunk[name].subarray(i * chunk[name].length / chunk.steps.length, (i + 1) * chunk[name].length / chunk.steps.length);
    for (let i = 0; i < chunk.steps.length; i++) {
      if (chunk.first + i < run.have) continue;
      run.rows[chunk.first + i] = {
        step: chunk.steps[i], weights: row("weights", i), curves: row("curves", i), norms: row("gradient_norms", i),
        errors: row("class_errors", i), gradients: row("class_gradients", i),
      };
    }
    run.have = Math.max(run.have, chunk.first + chunk.steps.length);
  }
  return Object.assign(run, { take });
}
