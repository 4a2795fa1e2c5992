"""Softmax and log-softmax as five programs would compute them, in four number formats, step by step.

Nothing here is simulated: every operation is done in the format and rounded, sums run from left to right,
and each step remembers where an inf, a zero or a nan came in and where it only passed through.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass
from decimal import Context, Decimal, localcontext
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softviz.core.float_formats import FORMATS, FloatFormat, float_format

Floats = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]

REFERENCE_DIGITS = 50
"""Decimal digits of the reference: half again as many as float128 has."""

_EXACT = Context(prec=REFERENCE_DIGITS, Emin=-(10**9), Emax=10**9)
_TINY = Decimal("1e-25")
"""Below it log(1 + rest) is the rest itself to 50 digits, and 1 + rest would lose some of them."""

MOST_CLASSES = 1024


@dataclass(frozen=True)
class Step:
    """One line of a program: arrays ``[..., classes]``, or ``[..., 1]`` where it is one number a row."""

    name: str
    latex: str
    values: Floats
    """What the format holds, as float64."""
    enters: Mask
    """Where an inf, a nan or a zero that should not be one first appears."""
    spreads: Mask
    """Where one is passed on from an earlier step."""

    def mark(self, *index: int) -> str:
        """Name what is wrong in one cell: ``"inf"``, ``"nan"``, ``"zero"`` or nothing."""
        if not (self.enters | self.spreads)[index]:
            return ""
        value = self.values[index]
        return "nan" if np.isnan(value) else "inf" if np.isinf(value) else "zero"


@dataclass(frozen=True)
class Form:
    """One way to write softmax or log-softmax."""

    key: str
    name: str
    latex: str
    logarithmic: bool
    """It returns log-probabilities."""
    run: Callable[[_Recorder], None]


@dataclass(frozen=True)
class Trace:
    """A form computed in a format, with every step."""

    form: Form
    format: FloatFormat
    steps: tuple[Step, ...]

    @property
    def result(self) -> Floats:
        """The last step: probabilities or log-probabilities, as float64."""
        return self.steps[-1].values

    @property
    def breaks(self) -> Mask:
        """Rows whose result holds inf or nan, shape ``[...]``."""
        return np.logical_not(np.isfinite(self.result).all(axis=-1))


class _Recorder:
    """Does arithmetic in one format and writes down each step with what went wrong in it."""

    def __init__(self, format_: FloatFormat, logits: Floats) -> None:
        self.format = format_
        self.steps: list[Step] = []
        self.raw: list[Floats] = []
        self.scores = self.note("Scores", r"z_i", format_.rounded(logits), sources=())

    def note(
        self, name: str, latex: str, values: Floats, sources: tuple[int, ...], *, zero_is_loss: bool = False
    ) -> int:
        """Record a step; ``sources`` are the numbers of the steps that it was computed from."""
        wide = values.astype(np.float64)
        wrong = np.logical_or(~np.isfinite(wide), (wide == 0) & zero_is_loss)
        inherited: Mask = np.zeros(wide.shape, dtype=bool)
        for source in sources:
            inherited = np.logical_or(inherited, self._wrong_from(source, wide.shape))
        self.steps.append(Step(name, latex, wide, wrong & ~inherited, wrong & inherited))
        self.raw.append(values)
        return len(self.steps) - 1

    def _wrong_from(self, source: int, shape: tuple[int, ...]) -> Mask:
        """A row's one number inherits what is not finite in the row; zeros do a sum no harm."""
        step = self.steps[source]
        wrong = step.enters | step.spreads
        if wrong.shape[-1] > shape[-1]:
            wrong = (wrong & ~np.isfinite(step.values)).any(axis=-1, keepdims=True)
        return np.broadcast_to(wrong, shape)

    def apply(self, operation: np.ufunc, *sources: int) -> Floats:
        """Do one operation on recorded steps, without recording the result."""
        return self.format.apply(operation, *(self.raw[source] for source in sources))

    def total(self, source: int) -> Floats:
        """Sum a row from left to right."""
        return self.format.running(np.add, self.raw[source])[..., -1:]


def _exponentials(run: _Recorder, source: int, latex: str) -> int:
    return run.note("Exponentials", latex, run.apply(np.exp, source), (source,), zero_is_loss=True)


def _shares(run: _Recorder, exponentials: int) -> int:
    total = run.note("Sum", r"S = \sum_j e_j", run.total(exponentials), (exponentials,), zero_is_loss=True)
    shares = run.apply(np.divide, exponentials, total)
    return run.note("Probabilities", r"p_i = e_i / S", shares, (exponentials, total), zero_is_loss=True)


def _shifted(run: _Recorder) -> int:
    top = run.note("Maximum", r"m", run.raw[run.scores].max(axis=-1, keepdims=True), (run.scores,))
    difference = run.apply(np.subtract, run.scores, top)
    return run.note("Shifted", r"z_i - m", difference, (run.scores, top))


def _run_naive(run: _Recorder) -> None:
    _shares(run, _exponentials(run, run.scores, r"e_i = e^{z_i}"))


def _run_shifted(run: _Recorder) -> None:
    _shares(run, _exponentials(run, _shifted(run), r"e_i = e^{z_i - m}"))


def _run_online(run: _Recorder) -> None:
    """One pass: whenever a larger score arrives, the running sum is rescaled to it."""
    format_, scores = run.format, run.raw[run.scores]
    tops = np.maximum.accumulate(scores, axis=-1)
    sums = np.empty_like(scores)
    total = np.zeros_like(scores[..., 0])
    previous = tops[..., 0]
    for i in range(scores.shape[-1]):
        rescale = format_.apply(np.exp, format_.apply(np.subtract, previous, tops[..., i]))
        arrival = format_.apply(np.exp, format_.apply(np.subtract, scores[..., i], tops[..., i]))
        total = format_.apply(np.add, format_.apply(np.multiply, total, rescale), arrival)
        sums[..., i], previous = total, tops[..., i]
    top = run.note("Running maximum", r"m_k = \max(m_{k-1}, z_k)", tops, (run.scores,))
    running = run.note(
        "Running sum", r"S_k = S_{k-1}\, e^{m_{k-1} - m_k} + e^{z_k - m_k}", sums, (run.scores, top)
    )
    last_top = run.note("Maximum", r"m", tops[..., -1:], (top,))
    total_step = run.note("Sum", r"S", sums[..., -1:], (running,))
    shifted = run.note(
        "Shifted", r"z_i - m", run.apply(np.subtract, run.scores, last_top), (run.scores, last_top)
    )
    exponentials = _exponentials(run, shifted, r"e_i = e^{z_i - m}")
    shares = run.apply(np.divide, exponentials, total_step)
    run.note("Probabilities", r"p_i = e_i / S", shares, (exponentials, total_step), zero_is_loss=True)


def _run_log_of_softmax(run: _Recorder) -> None:
    probabilities = _shares(run, _exponentials(run, _shifted(run), r"e_i = e^{z_i - m}"))
    log_p = run.apply(np.log, probabilities)
    run.note("Log-probabilities", r"\log p_i", log_p, (probabilities,), zero_is_loss=True)


def _run_log_softmax(run: _Recorder) -> None:
    shifted = _shifted(run)
    exponentials = _exponentials(run, shifted, r"e_i = e^{z_i - m}")
    total = run.note("Sum", r"S = \sum_j e_j", run.total(exponentials), (exponentials,))
    log_total = run.note("Log of the sum", r"\log S", run.apply(np.log, total), (total,), zero_is_loss=True)
    _log_shares(run, shifted, log_total)


def _run_log_softmax_without_winner(run: _Recorder) -> None:
    """Keep the winner's own 1 out of the sum: log1p then sees the small rest that 1 + rest would round
    away.
    """
    shifted = _shifted(run)
    exponentials = _exponentials(run, shifted, r"e_i = e^{z_i - m}")
    others = run.raw[exponentials].copy()
    np.put_along_axis(others, run.raw[shifted].argmax(axis=-1, keepdims=True), 0, axis=-1)
    rest = run.format.running(np.add, others)[..., -1:]
    rest_step = run.note("Rest", r"R = \sum_{j \neq m} e_j", rest, (exponentials,), zero_is_loss=True)
    log_total = run.apply(np.log1p, rest_step)
    log_step = run.note("Log of the sum", r"\log(1 + R)", log_total, (rest_step,), zero_is_loss=True)
    _log_shares(run, shifted, log_step)


def _log_shares(run: _Recorder, shifted: int, log_total: int) -> None:
    log_p = run.apply(np.subtract, shifted, log_total)
    run.note("Log-probabilities", r"\log p_i", log_p, (shifted, log_total), zero_is_loss=log_p.shape[-1] > 1)


_FORMS = (
    Form("naive", "Naive", r"\frac{e^{z_i}}{\sum_j e^{z_j}}", False, _run_naive),
    Form("shifted", "Shifted", r"\frac{e^{z_i - m}}{\sum_j e^{z_j - m}}", False, _run_shifted),
    Form("online", "Online, one pass", r"\frac{e^{z_i - m}}{S_K}", False, _run_online),
    Form(
        "log_of_softmax",
        "Log of softmax",
        r"\log \frac{e^{z_i - m}}{\sum_j e^{z_j - m}}",
        True,
        _run_log_of_softmax,
    ),
    Form("log_softmax", "Log-softmax", r"z_i - m - \log \sum_j e^{z_j - m}", True, _run_log_softmax),
    Form(
        "log_softmax_log1p",
        "Log-softmax, winner apart",
        r"z_i - m - \operatorname{log1p} \sum_{j \neq m} e^{z_j - m}",
        True,
        _run_log_softmax_without_winner,
    ),
)

FORMS: ReadOnly[str, Form] = MappingProxyType({form.key: form for form in _FORMS})
"""Every form by its key, in the order of the page."""


def trace(form_key: str, format_key: str, logits: ArrayLike) -> Trace:
    """Compute a form in a format and keep every step.

    Args:
        form_key: A key of ``FORMS``. format_key: A key of ``FORMATS``. logits: Finite scores, shape ``[...,
        classes]``, up to 1,024 classes; they are rounded to the format first.

    Returns:
        The trace; nothing raises or warns, whatever overflows.
    """
    if form_key not in FORMS:
        raise ValueError(f"forms are {list(FORMS)}; got {form_key!r}")
    scores = np.asarray(logits, dtype=np.float64)
    if scores.ndim == 0 or not 1 <= scores.shape[-1] <= MOST_CLASSES or not np.isfinite(scores).all():
        raise ValueError(
            f"expected finite scores [..., 1 to {MOST_CLASSES} classes]; got shape {scores.shape}"
        )
    form, format_ = FORMS[form_key], float_format(format_key)
    recorder = _Recorder(format_, scores)
    with np.errstate(all="ignore"):
        form.run(recorder)
    return Trace(form, format_, tuple(recorder.steps))


@dataclass(frozen=True)
class Reference:
    """The truth to 50 digits, a number a class."""

    probabilities: tuple[Decimal, ...]
    log_probabilities: tuple[Decimal, ...]


def reference(logits: ArrayLike) -> Reference:
    """Compute softmax and its log, of one row of finite scores, to 50 digits.

    Decimal exponents reach a thousand million, so nothing here can overflow or vanish.
    """
    with localcontext(_EXACT):
        scores = [Decimal(float(score)) for score in np.asarray(logits)]
        winner = scores.index(max(scores))
        shifted = [score - scores[winner] for score in scores]
        weights = [depth.exp() for depth in shifted]
        rest = sum(weights[:winner] + weights[winner + 1 :], Decimal(0))
        log_total = (1 + rest).ln() if rest > _TINY else rest
        return Reference(
            probabilities=tuple(weight / (1 + rest) for weight in weights),
            log_probabilities=tuple(depth - log_total for depth in shifted),
        )


def error_in_ulps(computed: ArrayLike, exact: tuple[Decimal, ...], format_: FloatFormat) -> Floats:
    """Measure how far computed numbers lie from the truth, in units of the format's last place at the truth.

    Args:
        computed: One row of results, shape ``[classes]``.
        exact: The truth, see ``Reference``.
        format_: The format, whose spacing is the unit.

    Returns:
        Shape ``[classes]``; inf where the result is nan or infinite. The best any rounding can do is 0.5.
    """
    values = np.asarray(computed, dtype=np.float64)
    spacing = format_.ulp([float(truth) for truth in exact])
    with localcontext(_EXACT):
        errors = [
            float(abs(Decimal(float(value)) - truth) / Decimal(float(unit))) if np.isfinite(value) else np.inf
            for value, truth, unit in zip(values, exact, spacing, strict=True)
        ]
    return np.array(errors)


@dataclass(frozen=True)
class ErrorMap:
    """The largest error of any class, in ulps: arrays ``[forms, formats, magnitudes]``; inf where a result
    broke.
    """

    forms: tuple[Form, ...]
    formats: tuple[FloatFormat, ...]
    magnitudes: Floats
    errors: Floats

    def breaking_magnitude(self, form_key: str, format_key: str) -> float | None:
        """Return the first magnitude of the map at which the form breaks in the format, or None."""
        row = [form.key for form in self.forms].index(form_key)
        column = [format_.key for format_ in self.formats].index(format_key)
        broken = np.flatnonzero(np.isinf(self.errors[row, column]))
        return float(self.magnitudes[broken[0]]) if broken.size else None


def error_map(logits: ArrayLike, magnitudes: ArrayLike) -> ErrorMap:
    """Measure every form in every format while the scores grow.

    Args:
        logits: One row of finite scores, shape ``[classes]``; their pattern, which each magnitude multiplies.
        magnitudes: Factors, shape ``[magnitudes]``.

    Returns:
        Errors against 50 digits, of the scores as each format holds them: rounding the scores is not counted.
    """
    factors = np.asarray(magnitudes, dtype=np.float64)
    rows = np.asarray(logits, dtype=np.float64) * factors[:, None]
    errors = np.full((len(FORMS), len(FORMATS), len(factors)), np.inf)
    for column, format_ in enumerate(FORMATS.values()):
        held = format_.rounded(rows).astype(np.float64)
        usable = np.flatnonzero(np.isfinite(held).all(axis=-1))
        truths = [reference(held[at]) for at in usable]
        for row, form in enumerate(FORMS.values()):
            results = trace(form.key, format_.key, held[usable]).result
            for at, result, truth in zip(usable, results, truths, strict=True):
                exact = truth.log_probabilities if form.logarithmic else truth.probabilities
                errors[row, column, at] = error_in_ulps(result, exact, format_).max()
    return ErrorMap(tuple(FORMS.values()), tuple(FORMATS.values()), factors, errors)


def breaking_magnitude(
    form_key: str, format_key: str, logits: ArrayLike, beyond: float = 1e6
) -> float | None:
    """Find, by bisection, the factor on the scores from which a form returns inf or nan in a format.

    Args:
        form_key: A key of ``FORMS``.
        format_key: A key of ``FORMATS``.
        logits: One row of finite scores, shape ``[classes]``.
        beyond: The largest factor tried.

    Returns:
        The factor to float64 precision, or None when the form survives up to ``beyond``.
    """
    pattern = np.asarray(logits, dtype=np.float64)

    def broken(factor: float) -> bool:
        return bool(trace(form_key, format_key, pattern * factor).breaks)

    low, high = 0.0, beyond
    if not broken(high):
        return None
    while low < (middle := (low + high) / 2) < high:
        low, high = (low, middle) if broken(middle) else (middle, high)
    return high
