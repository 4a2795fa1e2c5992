"""The softmax family against SciPy, torch and the entmax library, in one run on one thread.

Written to ``kernels.md``. Candidates take turns of about two milliseconds; a ratio is the median over the rounds of
ratios within a round. Seconds are of processor time. The yardsticks are what the hardware asks for: one ``np.exp``
over the same array into memory that is already there, and one copy of it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median

import entmax as library
import numpy as np
import torch
from numpy.typing import NDArray
from scipy import special
from threadpoolctl import threadpool_limits

from benchmarks.machine import setting, write_table
from softviz.core import entmax, log_softmax, logsumexp, softmax, sparsemax

SHAPES = [(10,), (32, 10), (1024, 10), (1, 50_257), (64, 50_257), (4096, 1000)]
DTYPES = [np.float32, np.float64]
TURN = 0.002
ROUNDS = 15
SLOW = 0.1
"""Seconds from which a call is taken three times only."""

Call = Callable[[], object]
Array = NDArray[np.floating]


@dataclass(frozen=True)
class Function:
    """One function of ours, and those of the peers that have it."""

    name: str
    ours: Callable[[Array], object]
    scipy: Callable[[Array], object] | None = None
    torch: Callable[[torch.Tensor], object] | None = None
    entmax: Callable[[torch.Tensor], object] | None = None


FUNCTIONS = [
    Function("softmax", softmax, lambda x: special.softmax(x, axis=-1), lambda t: torch.softmax(t, -1)),
    Function("log_softmax", log_softmax, lambda x: special.log_softmax(x, axis=-1), lambda t: torch.log_softmax(t, -1)),
    Function("logsumexp", logsumexp, lambda x: special.logsumexp(x, axis=-1), lambda t: torch.logsumexp(t, -1)),
    Function("sparsemax", sparsemax, entmax=library.sparsemax),
    Function("1.5-entmax", lambda x: entmax(x, 1.5), entmax=library.entmax15),
    Function("1.25-entmax", lambda x: entmax(x, 1.25), entmax=lambda t: library.entmax_bisect(t, 1.25)),
    Function("3-entmax", lambda x: entmax(x, 3.0), entmax=lambda t: library.entmax_bisect(t, 3.0)),
]


@dataclass(frozen=True)
class Row:
    """One function on one array: microseconds of ours, and how many times as long each other candidate takes."""

    function: str
    shape: tuple[int, ...]
    dtype: str
    microseconds: float
    ratios: dict[str, float]


@dataclass(frozen=True)
class Target:
    """What was aimed at: a peer is to take at least so many times as long."""

    function: str
    peer: str
    shapes: tuple[tuple[int, ...], ...]
    factor: float
    dtypes: tuple[str, ...] = ("float32", "float64")


LARGE = ((1, 50_257), (64, 50_257), (4096, 1000))
TARGETS = [
    Target("softmax", "SciPy", ((10,), (32, 10)), 2),
    Target("softmax", "SciPy", ((1024, 10),), 3, ("float32",)),
    Target("softmax", "torch", ((1024, 10),), 1.1, ("float32",)),
    Target("log_softmax", "SciPy", ((10,),), 3),
    Target("logsumexp", "SciPy", ((10,),), 10),
    Target("logsumexp", "SciPy", LARGE, 3),
    *(
        Target(name, "entmax", shapes, factor)
        for name in ("sparsemax", "1.5-entmax")
        for shapes, factor in ((((10,),), 2.5), (((1024, 10),), 1.3), (((64, 50_257),), 10))
    ),
    Target("1.25-entmax", "entmax", ((10,),), 15),
    Target("1.25-entmax", "entmax", ((1024, 10),), 5),
    Target("1.25-entmax", "entmax", tuple(SHAPES), 3),
    Target("3-entmax", "entmax", tuple(SHAPES), 3),
]


def candidates(function: Function, x: Array) -> dict[str, Call]:
    """Everything that is timed on one array; ours comes first."""
    tensor, room = torch.from_numpy(x), np.empty_like(x)
    calls: dict[str, Call] = {"softviz": lambda: function.ours(x)}
    if function.scipy is not None:
        calls["SciPy"] = lambda: function.scipy(x)
    if function.torch is not None:
        calls["torch"] = lambda: function.torch(tensor)
    if function.entmax is not None:
        calls["entmax"] = lambda: function.entmax(tensor)
    return calls | {"np.exp": lambda: np.exp(x, out=room), "copy": lambda: np.copyto(room, x)}


def seconds(call: Call, times: int) -> float:
    """Processor seconds of one call, from several in a row."""
    begin = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - begin) / times


def warmed(call: Call) -> float:
    """Processor seconds of a call that is not the first, unless that is slow already."""
    once = seconds(call, 1)
    return once if once > SLOW else max(seconds(call, 1), 1e-7)


def measure(function: Function, shape: tuple[int, ...], dtype: type[np.floating]) -> Row:
    """Let the candidates take turns on one array of standard normal logits."""
    x = np.random.default_rng(0).normal(size=shape).astype(dtype)
    calls = candidates(function, x)
    first = {name: warmed(call) for name, call in calls.items()}
    times = {name: max(1, round(TURN / first[name])) for name in calls}
    rounds = 3 if max(first.values()) > SLOW else ROUNDS
    taken = [{name: seconds(call, times[name]) for name, call in calls.items()} for _ in range(rounds)]
    ratios = {name: median(turn[name] / turn["softviz"] for turn in taken) for name in calls if name != "softviz"}
    own = median(turn["softviz"] for turn in taken) * 1e6
    return Row(function.name, shape, np.dtype(dtype).name, own, ratios)


def table(name: str, rows: Iterable[Row]) -> str:
    """Write the rows of one function."""
    own = [row for row in rows if row.function == name]
    peers = [peer for peer in own[0].ratios if peer not in ("np.exp", "copy")]
    head = ["shape", "type", "softviz", *(f"{peer} / softviz" for peer in peers), "softviz / np.exp", "softviz / copy"]
    lines = [f"### {name}", "", f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for row in own:
        cells = [str(row.shape), row.dtype, f"{row.microseconds:,.1f} µs"]
        cells += [f"{row.ratios[peer]:.2f}" for peer in peers]
        cells += [f"{1 / row.ratios[yardstick]:.1f}" for yardstick in ("np.exp", "copy")]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def verdicts(rows: list[Row]) -> str:
    """Set what was aimed at beside the worst that was measured."""
    lines = ["| function | against | shapes | aim | worst measured | met |", "|---|---|---|---|---|---|"]
    for aim in TARGETS:
        found = [
            row.ratios[aim.peer]
            for row in rows
            if row.function == aim.function and row.shape in aim.shapes and row.dtype in aim.dtypes
        ]
        where = "all" if len(aim.shapes) == len(SHAPES) else ", ".join(map(str, aim.shapes))
        where += "" if len(aim.dtypes) == len(DTYPES) else f" {aim.dtypes[0]}"
        met = "yes" if min(found) >= aim.factor else "no"
        lines.append(f"| {aim.function} | {aim.peer} | {where} | {aim.factor:g} | {min(found):.2f} | {met} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure every function on every shape and type, and write the tables."""
    torch.set_num_threads(1)
    with threadpool_limits(1), torch.no_grad():
        rows = [measure(function, shape, dtype) for function in FUNCTIONS for shape in SHAPES for dtype in DTYPES]
    text = [
        "# The softmax family beside its peers\n",
        setting("numpy", "scipy", "torch", "entmax") + " One thread; medians of paired ratios, candidates by turns.",
        "A ratio above 1 says how many times as long the peer takes. Microseconds are of processor time. The last two",
        "columns say how many times as long softviz takes as one `np.exp` over the array and as one copy of it, both",
        "into memory that is already there.\n",
        "## What was aimed at\n",
        verdicts(rows),
        "## What was measured\n",
        *(table(function.name, rows) for function in FUNCTIONS),
    ]
    write_table("kernels", "\n".join(text))


if __name__ == "__main__":
    main()
