"""What temperature does to softmax: sweeps, entropy, sampling, and the way from a wish to a temperature.

Numbers come out, not gradients: tensors are read from their device as float64.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.backend_namespace import doubles
from softviz.core.mappings import softmax_at, tempered
from softviz.core.record import Mapping
from softviz.core.simplex import entropy

Floats = NDArray[np.floating[Any]]

SWEEP_BLOCK = 2_000_000
"""Probabilities held at once while sweeping: 16 MB."""

GUMBEL_BUDGET = 5_000_000
"""Gumbel numbers that ``sample_counts`` draws at most, about 0.2 s; beyond it draws the counts themselves."""

GUMBEL_BLOCK = 500_000


@dataclass(frozen=True)
class TemperatureSweep:
    """A map at many temperatures."""

    temperatures: Floats
    """Shape ``[temperatures]``."""
    classes: NDArray[np.intp]
    """Which classes are kept, shape ``[kept]``."""
    probabilities: Floats
    """Shape ``[temperatures, kept]``."""
    rest: Floats
    """What the classes that were not kept have together, shape ``[temperatures]``."""
    entropies: Floats
    """Nats, over all classes, shape ``[temperatures]``."""
    entropy_slopes: Floats
    """dH/dT in nats per unit of temperature, shape ``[temperatures]``."""


def temperature_sweep(
    mapping: Mapping,
    logits: ArrayLike,
    temperatures: ArrayLike,
    *,
    classes: ArrayLike | None = None,
    **parameters: Any,
) -> TemperatureSweep:
    """Evaluate a map on ``logits / T`` for every temperature.

    Args:
        mapping: A record of the registry.
        logits: Scores of one example, shape ``[classes]``.
        temperatures: Each at least 0, shape ``[temperatures]``; 0 and inf give the limits.
        classes: Which classes to keep (all by default); 49,152 classes at 241 temperatures fill 95 MB.
        parameters: The map's own.

    Returns:
        The sweep; entropies are over all classes, kept or not.
    """
    scores, heats = _scores(logits), np.asarray(temperatures, dtype=np.float64)
    kept = np.arange(len(scores)) if classes is None else np.asarray(classes, dtype=np.intp)
    columns = np.empty((len(heats), len(kept)))
    rest, nats, slopes = (np.empty(len(heats)) for _ in range(3))
    others = np.ones(len(scores), dtype=bool)
    others[kept] = False
    rows = max(1, SWEEP_BLOCK // len(scores))
    for start in range(0, len(heats), rows):
        block = slice(start, start + rows)
        p = mapping.at(scores, heats[block, None], **parameters)
        columns[block] = p[:, kept]
        rest[block] = p.sum(axis=-1, where=others)
        nats[block] = entropy(p)
        slopes[block] = _entropy_slopes(mapping, scores, heats[block], p, parameters)
    return TemperatureSweep(heats, kept, columns, rest, nats, slopes)


def softmax_entropy(logits: ArrayLike, temperature: ArrayLike = 1.0) -> Floats:
    r"""Entropy of softmax at a temperature, in nats, exact in relative terms down to the smallest.

    Computes :math:`\log \sum_j e^{s_j} - \sum_i p_i s_i` with s the tempered logits less their maximum:
    both terms are positive, nothing cancels, and no probability is ever put into a logarithm.

    Args:
        logits: Shape ``[..., classes]``.
        temperature: At least 0, a number for all rows or one for each, shape ``[...]``.

    Returns:
        Shape ``[...]``.
    """
    shifted, p = _shifted(logits, temperature)
    nats: Floats = _log_total(shifted) - _mean(p, shifted)
    return nats


def entropy_slope(logits: ArrayLike, temperature: ArrayLike = 1.0) -> Floats:
    r"""Slope of the entropy over temperature: :math:`dH/dT = \mathrm{Var}_p(z)/T^3`, never negative.

    Takes and returns the shapes of ``softmax_entropy``; nats per unit of temperature; 0 at T = 0 and T = inf.
    """
    shifted, p = _shifted(logits, temperature)
    variance = _mean(p, shifted, around=_mean(p, shifted)[..., None], power=2)  # of z / T, hence one T is left
    heat = np.broadcast_to(doubles(temperature), variance.shape)
    return np.where(heat == 0, 0.0, variance / np.where(heat == 0, 1.0, heat))


@dataclass(frozen=True)
class TemperatureAnswer:
    """The temperature that grants a wish, or the reason why none does."""

    temperature: float | None
    lowest: float
    """The smallest value that any temperature reaches."""
    highest: float
    """The largest value that any temperature reaches."""
    reason: str
    """One sentence for the learner; empty when the answer needs none."""


def temperature_for_entropy(logits: ArrayLike, nats: float) -> TemperatureAnswer:
    """Find the temperature at which softmax has this entropy.

    Entropy rises with T from log(ties at the top) to log(classes), strictly unless all scores tie: there is
    one answer or none.

    Args:
        logits: Scores of one example, shape ``[classes]``; a score of -inf is not a class.
        nats: The entropy wished for.
    """
    scores = _finite_scores(logits)
    return _solve(
        scores,
        float(nats),
        value=lambda t: _cooled(scores, t).entropy,
        ends=_entropy_range(scores),
        wish="an entropy of {:.3g} nats",
    )


def temperature_for_top_probability(logits: ArrayLike, probability: float) -> TemperatureAnswer:
    """Find the temperature at which softmax gives its top class this probability.

    The top probability falls with T from 1/(ties at the top) to 1/classes: there is one answer or none.

    Args:
        logits: Scores of one example, shape ``[classes]``; a score of -inf is not a class.
        probability: The top probability wished for.
    """
    scores = _finite_scores(logits)
    low, high = _entropy_range(scores)
    return _solve(
        scores,
        float(probability),
        value=lambda t: _cooled(scores, t).top_probability,
        ends=(float(np.exp(-low)), float(np.exp(-high))),
        wish="a top probability of {:.3g}",
    )


def gumbel_draws(logits: ArrayLike, temperature: float, n: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Draw n classes by the Gumbel-max trick: add Gumbel noise to ``logits / T`` and take the largest.

    Args:
        logits: Scores of one example, shape ``[classes]``.
        temperature: At least 0.
        n: How many to draw.
        rng: Where the noise comes from.

    Returns:
        The classes drawn, shape ``[n]``. Each draw costs one random number a class.

    Reference: Gumbel (1954); Maddison, Tarlow & Minka (2014), A* Sampling, arXiv:1411.0030.
    """
    scaled = tempered(_scores(logits), temperature)
    rows = max(1, GUMBEL_BLOCK // len(scaled))
    blocks = [min(rows, n - start) for start in range(0, n, rows)]
    winners = [np.argmax(scaled + rng.gumbel(size=(size, len(scaled))), axis=-1) for size in blocks]
    return np.concatenate(winners) if winners else np.empty(0, dtype=np.intp)


@dataclass(frozen=True)
class GumbelDraw:
    """One Gumbel-max draw and what decided it, arrays of shape ``[classes]``."""

    scaled: Floats
    """Logits over temperature."""
    noise: Floats
    """One Gumbel number a class."""
    noisy: Floats
    """Their sum; the largest is drawn."""
    winner: int


def gumbel_draw(logits: ArrayLike, temperature: float, rng: np.random.Generator) -> GumbelDraw:
    """Make one draw and keep its steps: the first that ``gumbel_draws`` makes from the same stream."""
    scaled = tempered(_scores(logits), temperature)
    noise = rng.gumbel(size=scaled.size)
    noisy = scaled + noise
    return GumbelDraw(scaled, noise, noisy, int(np.argmax(noisy)))


def sample_counts(logits: ArrayLike, temperature: float, n: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Draw n classes from softmax at a temperature and count them.

    While ``n * classes`` is within ``GUMBEL_BUDGET`` every draw is a Gumbel-max draw. Beyond, the counts
    are drawn at once from the multinomial distribution that Gumbel-max counts follow: the same law, another
    stream of random numbers, in a few milliseconds for 49,152 classes.

    Args:
        logits: Scores of one example, shape ``[classes]``.
        temperature: At least 0; at 0 the scores that tie for the top share the draws.
        n: From 0 to 100,000 on the page; any size here.
        rng: Where the noise comes from.

    Returns:
        Counts that sum to n, shape ``[classes]``.
    """
    if n != int(n) or n < 0:
        raise ValueError(f"n must be a whole number, at least 0; got {n}")
    scores = _scores(logits)
    if uses_gumbel(len(scores), n):
        return np.bincount(gumbel_draws(scores, temperature, int(n), rng), minlength=len(scores))
    p = softmax_at(scores, temperature)
    # The last class takes what rounding leaves over, so the likeliest goes last.
    order = np.argsort(p, kind="stable")
    counts = np.empty(len(p), dtype=np.int64)
    counts[order] = rng.multinomial(int(n), p[order])
    return counts


def uses_gumbel(classes: int, n: int) -> bool:
    """Tell whether ``sample_counts`` makes each draw by the Gumbel-max trick."""
    return classes * n <= GUMBEL_BUDGET


@dataclass(frozen=True)
class Interval:
    """Lower and upper ends, arrays of one shape."""

    low: Floats
    high: Floats


def wilson_interval(counts: ArrayLike, n: int, level: float = 0.95) -> Interval:
    """Bound each class's probability by what was observed.

    Args:
        counts: How often each class was drawn, any shape.
        n: How many draws there were, at least 1.
        level: The share of repetitions in which such an interval covers the truth, about; in (0, 1).

    Returns:
        Probabilities in [0, 1].

    Reference: Wilson (1927), Probable inference, the law of succession, and statistical inference.
    """
    if n < 1 or not 0 < level < 1:
        raise ValueError(f"n must be at least 1 and level in (0, 1); got n={n}, level={level}")
    z2 = NormalDist().inv_cdf((1 + level) / 2) ** 2
    observed = np.asarray(counts, dtype=np.float64) / n
    centre = (observed + z2 / (2 * n)) / (1 + z2 / n)
    half = np.sqrt(z2 * (observed * (1 - observed) + z2 / (4 * n)) / n) / (1 + z2 / n)
    low, high = np.maximum(centre - half, 0.0), np.minimum(centre + half, 1.0)
    return Interval(np.where(observed == 0, 0.0, low), np.where(observed == 1, 1.0, high))  # rounding kept out


def _scores(logits: ArrayLike) -> Floats:
    scores = doubles(logits)
    if scores.ndim != 1 or scores.size == 0:
        raise ValueError(f"expected the scores of one example, shape [classes]; got shape {scores.shape}")
    return scores


def _finite_scores(logits: ArrayLike) -> Floats:
    scores = _scores(logits)
    finite = scores[scores > -np.inf]
    if finite.size == 0 or not np.isfinite(finite).all():
        raise ValueError("expected at least one finite score, and none that is nan or +inf")
    return finite


def _shifted(logits: ArrayLike, temperature: ArrayLike) -> tuple[Floats, Floats]:
    """Return tempered logits less their maximum, and their softmax."""
    heat = doubles(temperature)
    scaled = tempered(doubles(logits), heat[..., None])
    shifted = scaled - scaled.max(axis=-1, keepdims=True)
    exponentials = np.exp(shifted)
    return shifted, exponentials / exponentials.sum(axis=-1, keepdims=True)


def _log_total(shifted: Floats) -> Floats:
    """Log of the sum of exponentials, the maximum's own 1 kept out of the sum."""
    exponentials = np.exp(shifted)
    np.put_along_axis(exponentials, shifted.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    total: Floats = np.log1p(exponentials.sum(axis=-1))
    return total


def _mean(p: Floats, values: Floats, around: ArrayLike = 0.0, power: int = 1) -> Floats:
    """Expectation under p; a class without probability adds nothing, however far out it lies."""
    deviation = np.where(p > 0, values, 0.0) - around
    mean: Floats = (p * deviation**power).sum(axis=-1)
    return mean


def _entropy_slopes(mapping: Mapping, scores: Floats, heats: Floats, p: Floats, parameters: dict[str, float]) -> Floats:
    """Chain rule for any map: dH/dT = sum_i (1 + log p_i) (J z)_i / T^2, and 0 in the limits."""
    inner = np.isfinite(heats) & (heats > np.abs(scores[np.isfinite(scores)]).max(initial=0) * 1e-300)
    slopes = np.zeros(len(heats))
    t = heats[inner, None]
    moved = mapping.jvp(scores / t, scores, axis=-1, **mapping.complete(parameters))
    q = p[inner]
    slopes[inner] = ((1 + np.log(np.where(q > 0, q, 1.0))) * moved).sum(axis=-1) / t[:, 0] / t[:, 0]
    return slopes


@dataclass(frozen=True)
class _Cooled:
    entropy: float
    top_probability: float


def _cooled(scores: Floats, temperature: float) -> _Cooled:
    """One pass over the scores, for the solver: every class but one winner is summed by itself."""
    winner = scores.argmax()
    with np.errstate(over="ignore"):
        depth = (scores[winner] - scores) / temperature
    depth = np.minimum(depth, 800.0)  # exp(-800) is 0, and 0 * 800 is 0 where 0 * inf would be nan
    weights = np.exp(-depth)
    weights[winner] = 0.0
    rest = weights.sum()
    return _Cooled(float(np.log1p(rest) + weights @ depth / (1 + rest)), float(1 / (1 + rest)))


def _entropy_range(scores: Floats) -> tuple[float, float]:
    ties = np.count_nonzero(scores == scores.max())
    return float(np.log(ties)), float(np.log(scores.size))


def _solve(
    scores: Floats, wished: float, value: Callable[[float], float], ends: tuple[float, float], wish: str
) -> TemperatureAnswer:
    """Bisect on log T; ``ends`` are the values at T = 0 and T = inf, and ``value`` runs from one to the
    other.
    """
    cold, hot = ends
    lowest, highest = min(ends), max(ends)
    nothing = f"No temperature gives {wish.format(wished)}"
    if cold == hot:
        why = "Every score ties, so every temperature gives the same answer."
        return TemperatureAnswer(1.0 if np.isclose(wished, cold, rtol=1e-3) else None, lowest, highest, why)
    if not lowest <= wished <= highest:
        reach = f"{nothing}: these scores go from {cold:.3g} at T = 0 to {hot:.3g} at T = inf."
        return TemperatureAnswer(None, lowest, highest, reach)
    if wished in ends:
        limit = 0.0 if wished == cold else np.inf
        return TemperatureAnswer(limit, lowest, highest, f"Only the limit T = {limit:g} gives {wish.format(wished)}.")
    return TemperatureAnswer(_bisected(scores, wished, value, rising=hot > cold), lowest, highest, "")


def _bisected(scores: Floats, wished: float, value: Callable[[float], float], rising: bool) -> float:
    centre = float(np.log(np.ptp(scores)))
    low, high = centre - 12.0, centre + 12.0
    while (value(np.exp(low)) > wished) == rising and low > -700:
        low -= 12.0
    while (value(np.exp(high)) < wished) == rising and high < 700:
        high += 12.0
    for _ in range(64):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        if (value(np.exp(middle)) < wished) == rising:
            low = middle
        else:
            high = middle
    return float(np.exp((low + high) / 2))
