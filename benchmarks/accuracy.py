"""How many units in the last place the softmax family is off, beside its peers.

Written to ``accuracy.md``. Exact values come from mpmath in sixty digits for rows of ten classes, and from NumPy's
80-bit floats for long rows, where their own error is about a thousandth of a unit of float64.
"""

from __future__ import annotations

from collections.abc import Callable

import entmax as library
import mpmath
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import special

from benchmarks.machine import setting, write_table
from softviz.core import entmax, log_softmax, logsumexp, softmax
from tests.core import exact

Array = NDArray[np.floating]
Long = NDArray[np.longdouble]
Peers = dict[str, Callable[[Array], Array]]

DTYPES = [np.float32, np.float64]
SHORT_ROWS = 200
DIGITS = 30
"""Decimals that an exact value is read with: more than the 19 of 80-bit floats; ``str`` writes 15 only."""
GAPS = {np.float32: 80.0, np.float64: 600.0}
ALPHAS = [1.0001, 1.25, 1.5, 2.0, 3.0]


def through_torch(function: Callable[[torch.Tensor], torch.Tensor]) -> Callable[[Array], Array]:
    """Let an array pass through a function of tensors."""
    return lambda x: function(torch.from_numpy(x)).numpy()


SOFTMAX: Peers = {
    "softviz": softmax,
    "SciPy": lambda x: special.softmax(x, axis=-1),
    "torch": through_torch(lambda t: torch.softmax(t, -1)),
}
LOG_SOFTMAX: Peers = {
    "softviz": log_softmax,
    "SciPy": lambda x: special.log_softmax(x, axis=-1),
    "torch": through_torch(lambda t: torch.log_softmax(t, -1)),
}
LOGSUMEXP: Peers = {
    "softviz": logsumexp,
    "SciPy": lambda x: special.logsumexp(x, axis=-1),
    "torch": through_torch(lambda t: torch.logsumexp(t, -1)),
}


def entmax_peers(alpha: float) -> Peers:
    """Ours, and what the entmax library has for alpha."""
    theirs = {1.5: library.entmax15, 2.0: library.sparsemax}
    solve = theirs.get(alpha, lambda t: library.entmax_bisect(t, alpha))
    return {"softviz": lambda x: entmax(x, alpha), "entmax": through_torch(solve)}


def by_mpmath(function: Callable[[Array], object], x: Array) -> Long:
    """Exact values, rounded to 80 bits; what an exact value is too small for is beyond any peer too."""
    values = [function(row) for row in x]
    return np.array([[np.longdouble(mpmath.nstr(v, DIGITS)) for v in np.atleast_1d(row)] for row in values])


def long_softmax(x: Array) -> Long:
    """Softmax in 80-bit floats."""
    exponentials = np.exp(x.astype(np.longdouble) - x.max(axis=-1, keepdims=True))
    return exponentials / exponentials.sum(axis=-1, keepdims=True)


def units(answer: Array, true: Long) -> NDArray[np.float64]:
    """Errors in units of the last place of the exact values."""
    unit = np.spacing(np.abs(true).astype(answer.dtype)).astype(np.longdouble)
    return np.asarray(np.abs(answer.astype(np.longdouble) - true) / unit, np.float64)


def line(what: str, dtype: type[np.floating], cells: dict[str, str]) -> str:
    """Write one line of a table."""
    return f"| {what} | {np.dtype(dtype).name} | " + " | ".join(cells.values()) + " |"


def head(names: list[str]) -> list[str]:
    """Write the head of a table."""
    return [f"| case | type | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]


def softmax_table() -> list[str]:
    """The largest and the mean error of a probability."""
    rng, lines = np.random.default_rng(0), head(list(SOFTMAX))
    for classes, spread in ((10, 1), (10, 5), (1000, 1), (50_257, 1), (50_257, 5)):
        rows = SHORT_ROWS if classes == 10 else max(4, 40_000 // classes)
        for dtype in DTYPES:
            x = (rng.normal(size=(rows, classes)) * spread).astype(dtype)
            true = by_mpmath(exact.softmax, x) if classes == 10 else long_softmax(x)
            off = {name: units(peer(x), true) for name, peer in SOFTMAX.items()}
            cells = {name: f"{error.max():.1f} ({error.mean():.2f})" for name, error in off.items()}
            lines.append(line(f"{classes:,} classes, N(0, {spread}²)", dtype, cells))
    return lines


def sum_table() -> list[str]:
    """How far the probabilities are from adding up to one, in units of 1."""
    rng, lines = np.random.default_rng(1), head(list(SOFTMAX))
    for spread in (1, 5):
        for dtype in DTYPES:
            x = (rng.normal(size=(8, 50_257)) * spread).astype(dtype)
            sums = {name: peer(x).astype(np.longdouble).sum(axis=-1) for name, peer in SOFTMAX.items()}
            cells = {name: f"{np.abs(total - 1).max() / np.finfo(dtype).eps:.1f}" for name, total in sums.items()}
            lines.append(line(f"50,257 classes, N(0, {spread}²)", dtype, cells))
    return lines


def log_table() -> list[str]:
    """The largest error of a log-probability, of a confident winner's, and of the soft maximum."""
    rng, lines = np.random.default_rng(2), head(list(LOG_SOFTMAX))
    for dtype in DTYPES:
        x = rng.normal(size=(SHORT_ROWS, 10)).astype(dtype)
        gaps = np.linspace(0, GAPS[dtype], 101)[:, None]
        sure = (-gaps * [0, 1, 1, 1] - [0, 0, 1, 2]).astype(dtype)
        for what, peers, function, rows, classes in (
            ("log-probabilities, N(0, 1)", LOG_SOFTMAX, exact.log_softmax, x, slice(None)),
            (f"the winner's, up to {GAPS[dtype]:g} ahead", LOG_SOFTMAX, exact.log_softmax, sure, slice(1)),
            ("log-sum-exp, N(0, 1)", LOGSUMEXP, exact.logsumexp, x, slice(None)),
        ):
            true = by_mpmath(function, rows)[:, classes]
            answers = {name: peer(rows).reshape(len(rows), -1)[:, classes] for name, peer in peers.items()}
            off = {name: units(answer, true).max() for name, answer in answers.items()}
            lines.append(line(what, dtype, {name: f"{error:,.1f}" for name, error in off.items()}))
    return lines


def entmax_table() -> list[str]:
    """The largest error of a probability, in units of 1."""
    rng, lines = np.random.default_rng(3), head(["softviz", "entmax"])
    for alpha in ALPHAS:
        for dtype in DTYPES:
            x = rng.normal(size=(SHORT_ROWS // 4, 10)).astype(dtype)
            true = by_mpmath(lambda row, alpha=alpha: exact.entmax(row, alpha), x)
            off = {name: np.abs(peer(x).astype(np.longdouble) - true) for name, peer in entmax_peers(alpha).items()}
            cells = {name: f"{error.max() / np.finfo(dtype).eps:,.1f}" for name, error in off.items()}
            lines.append(line(f"alpha = {alpha:g}", dtype, cells))
    return lines


def main() -> None:
    """Measure all and write the tables."""
    exponential = np.random.default_rng(4).normal(size=200_000).astype(np.float32)
    own = units(np.exp(exponential), np.exp(exponential.astype(np.longdouble))).max()
    text = [
        "# Units in the last place\n",
        setting("numpy", "scipy", "torch", "entmax", "mpmath"),
        f"NumPy's float32 exponential alone is off by up to {own:.1f} units here.\n",
        "## Probabilities: the largest error, and the mean\n",
        *softmax_table(),
        "\n## How far they are from adding up to 1, in units of 1\n",
        *sum_table(),
        "\n## Logarithms: the largest error\n",
        *log_table(),
        "\nThe peers lose all digits of the winner: they answer 0 where the others are more than an epsilon behind.",
        "\n## alpha-entmax of 10 classes, N(0, 1): the largest error in units of 1\n",
        *entmax_table(),
    ]
    write_table("accuracy", "\n".join(text) + "\n")


if __name__ == "__main__":
    main()
