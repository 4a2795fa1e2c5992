// What happened, in words: where something came in, and what became of it.

const typed = (key, type) => threeDigits(type[key]);

function tell(traced, marked, labels, given) {
  return [entrance(traced, marked, labels, given), consequence(traced, marked, labels)].filter(Boolean).join(" ");
}

function entrance({ steps, type }, marked, labels, given) {
  const first = (name, kind) => (marked[name] ?? []).findIndex((mark) => mark.kind === kind && mark.enters);
  const past = first("z", "inf"), power = steps.others ? "others" : "exp";
  if (past >= 0) return `The score of ${labels[past]}, ${threeDigits(given[past])}, is past the largest ${type.key}, ${typed("largest", type)}: it is held as ${threeDigits(steps.z[past])}.`;
  const exponents = steps.shifted ?? (steps["running max"] ? steps.z.map((v) => v - steps["running max"].at(-1)) : steps.z);
  const over = first("exp", "inf");
  if (over >= 0) return `exp(${plain(+exponents[over].toPrecision(6))}) is past the largest ${type.key}, ${typed("largest", type)}: ∞ enters with ${labels[over]}.`;
  if (marked.sum?.kind === "inf") return `Every exponential fits into ${type.key}, but their sum is past its largest number, ${typed("largest", type)}: ∞ enters there.`;
  if (marked.sum?.kind === "zero") return `Every exponential is below half of the smallest ${type.key}, ${typed("smallest", type)}: all are 0, and so is their sum.`;
  const under = first(power, "zero");
  if (under >= 0) return `exp(${plain(+exponents[under].toPrecision(6))}) is below half of the smallest ${type.key}, ${typed("smallest", type)}: 0 enters with ${labels[under]}.`;
  return "";
}

function consequence(traced, marked, labels) {
  const { steps, type, logarithmic, outputs } = traced, wrong = verdict(traced);
  if (wrong === "nan") {
    if (marked.sum?.kind === "zero") return "0 / 0 is nan, for every class.";
    if (steps.max !== undefined || steps["running max"]) return "∞ − ∞ is nan, and nan spreads through the sum to every class.";
    return "∞ / ∞ is nan; a finite number over ∞ is 0.";
  }
  if (wrong === "inf") return "log 0 = −∞: a loss that is infinite, where the true one is a plain number.";
  if (wrong === "lost" && marked.sum?.kind === "inf") return "A finite number over ∞ is 0: the probabilities sum to 0.";
  if (wrong === "lost") return lost(traced, labels);
  if (outputs.some((out) => out === 0) && !logarithmic) return `0 is the nearest ${type.key} to that probability: the others are not harmed.`;
  return Object.values(marked).flat().some(({ kind }) => kind) ? "The result is right all the same." : `Every step stays inside ${type.key}.`;
}

function lost(traced, labels) {
  const { outputs, type, logarithmic } = traced, exact = truths(traced);
  const worst = exact.findIndex((truth, i) => isLost(outputs[i], truth, type));
  const name = logarithmic ? "log-probability" : "probability";
  if (logarithmic && outputs[worst] === 0) {
    return `The sum, 1 + ${threeDigits(Math.expm1(-exact[worst]))}, rounds to 1, and log 1 = 0: the ${name} of ${labels[worst]}, ${threeDigits(exact[worst])}, is lost.`;
  }
  return `Rounding has cost the ${name} of ${labels[worst]} every digit: ${threeDigits(outputs[worst])} instead of ${threeDigits(exact[worst])}.`;
}
