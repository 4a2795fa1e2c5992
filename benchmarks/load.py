"""Many learners at once, through nginx, before two processes; one process is stopped on the way.

Written to ``load.md``; ``make load`` (some ten minutes). Every visitor opens a page, then changes something every two
seconds and waits for the answer. Loopback only. Needs nginx (Debian: ``apt-get install nginx-light``).
"""

import asyncio
import itertools
import json
import os
import random
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from websockets.exceptions import ConnectionClosed, WebSocketException

from benchmarks.machine import setting, write_table
from benchmarks.visitor import VisitError, Visitor
from deploy.replicas import Cluster, cluster

PORT = int(os.environ.get("LOAD_PORT", "18600"))
SESSIONS = (1, 8, 32, 64)
REPLICAS = 2
CHANGES = 12
"""Of every visitor."""
EVERY = 2.0
"""Seconds between two changes of a visitor, while the answers are quick."""
SEED = 1_009


async def _drag(visitor: Visitor, value: float) -> float:
    """Let go of a score on the home page."""
    return await visitor.trigger(
        "board",
        "edit",
        {"scores": [2.0, value, 0.1], "labels": ["cat", "dog", "bird"], "temperature": 1, "positions": [0, 1, 2]},
    )


async def _shift(visitor: Visitor, value: float) -> float:
    """Move a slider on the home page."""
    return await visitor.set("Moves:added", double_array_value=[value])


async def _heat(visitor: Visitor, value: float) -> float:
    """Let go of the temperature handle."""
    return await visitor.trigger("temperature-board", "edit", {"temperature": round(1 + abs(value), 2), "unit": "nats"})


async def _follow(visitor: Visitor, value: float) -> float:
    """Choose another class count to read at once on the page about stability."""
    return await visitor.trigger("online-softmax", "reading", {"chunk": 1 + int(abs(value)) % 4, "order": "rising"})


@dataclass(frozen=True)
class Habit:
    """What a visitor of one page does."""

    page: str
    changes: tuple[Callable[[Visitor, float], Awaitable[float]], ...]


HABITS = (
    Habit("", (_drag, _shift)),
    Habit("temperature", (_heat,)),
    Habit("", (_drag, _shift)),
    Habit("stability", (_follow,)),
)


@dataclass
class Crowd:
    """What came of a number of visitors.

    Attributes:
        opened: Seconds that each page took to open.
        answered: Seconds that each change took to be answered.
        errors: What went wrong, one sentence each.
    """

    opened: list[float] = field(default_factory=list)
    answered: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


async def _visit(crowd: Crowd, address: str, habit: Habit, rng: random.Random, stay: asyncio.Event) -> None:
    visitor = Visitor(address, habit.page)
    try:
        crowd.opened.append(await visitor.open())
        for _, change in zip(range(CHANGES), itertools.cycle(habit.changes), strict=False):
            begin = time.perf_counter()
            crowd.answered.append(await change(visitor, round(rng.uniform(-4, 4), 1)))
            await asyncio.sleep(max(0.0, EVERY * rng.uniform(0.7, 1.3) - (time.perf_counter() - begin)))
        await stay.wait()  # until the memory has been read
        await visitor.close()
    except (VisitError, OSError, WebSocketException, TimeoutError) as error:
        crowd.errors.append(f"{type(error).__name__}: {error}")


async def _crowd(running: Cluster, count: int) -> tuple[Crowd, float]:
    """Let visitors come within two seconds and do what they do; return what came of it, and the memory then."""
    crowd, rng, stay = Crowd(), random.Random(SEED), asyncio.Event()
    tasks = []
    for _, habit in zip(range(count), itertools.cycle(HABITS), strict=False):
        tasks.append(asyncio.create_task(_visit(crowd, running.address, habit, random.Random(rng.random()), stay)))
        await asyncio.sleep(2 / count)
    while len(crowd.answered) < CHANGES * (count - len(crowd.errors)):
        await asyncio.sleep(0.1)
    megabytes = resident(running)
    stay.set()
    await asyncio.gather(*tasks)
    return crowd, megabytes


def resident(running: Cluster) -> float:
    """Megabytes that the processes behind nginx hold together, from the kernel."""
    total = 0.0
    for replica in running.replicas:
        status = Path(f"/proc/{replica.process.pid}/status").read_text(encoding="utf-8")
        total += next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS"))
    return total


@dataclass
class Fault:
    """What came of stopping one of the processes while learners were at work."""

    moved: list[float] = field(default_factory=list)
    stayed: int = 0
    lost: list[str] = field(default_factory=list)


def _scores(visitor: Visitor) -> list[float]:
    board = visitor.elements[visitor.identity("board")]
    return list(json.loads(board.json)["scores"])


async def _endure(fault: Fault, visitor: Visitor, value: float, stopped: asyncio.Event) -> None:
    """Set a score, lose the connection or not, and look whether the score is still there."""
    await visitor.open()
    await _drag(visitor, value)
    await stopped.wait()
    try:
        await _shift(visitor, 1.0)
        fault.stayed += 1
    except (ConnectionClosed, ConnectionError):
        fault.moved.append(await visitor.come_back())
    if _scores(visitor) != [2.0, value, 0.1]:
        fault.lost.append(f"{_scores(visitor)} instead of {value}")
    await visitor.close()


async def _fault(running: Cluster, count: int) -> Fault:
    fault, stopped = Fault(), asyncio.Event()
    visitors = [Visitor(running.address) for _ in range(count)]
    tasks = [
        asyncio.create_task(_endure(fault, visitor, 3 + place / 10, stopped)) for place, visitor in enumerate(visitors)
    ]
    while any("z" not in visitor.carried for visitor in visitors):
        await asyncio.sleep(0.1)
    await asyncio.to_thread(running.replicas[0].stop)
    stopped.set()
    await asyncio.gather(*tasks)
    return fault


def _milliseconds(values: Iterable[float]) -> str:
    ordered = sorted(1_000 * value for value in values)
    worst = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{statistics.median(ordered):.0f} | {worst:.0f}"


def main() -> None:
    """Measure and write the table."""
    rows, before, first = [], 0.0, 0.0
    with cluster(REPLICAS, PORT) as running:
        asyncio.run(_crowd(running, len(HABITS) * REPLICAS))  # imports and caches, in each process
        before = first = resident(running)
        for count in SESSIONS:
            crowd, megabytes = asyncio.run(_crowd(running, count))
            rows.append(
                f"| {count} | {_milliseconds(crowd.opened)} | {len(crowd.answered)} | {_milliseconds(crowd.answered)} "
                f"| {len(crowd.errors)} | {megabytes:.0f} | {max(0.0, megabytes - before) / count:.1f} |"
            )
            print(rows[-1], flush=True)
            for error in sorted(set(crowd.errors)):
                print(error)
            before = min(megabytes, max(before, resident(running)))
        count = 32
        fault = asyncio.run(_fault(running, count))
    write_table(
        "load",
        "# Many at once\n\n`make load`. "
        + setting("streamlit", "numpy")
        + f" nginx before {REPLICAS} processes; the visitors run on the same machine. Each changes something every "
        + f"{EVERY:.0f} s, {CHANGES} times: half drag scores and move sliders on the home page, the others turn the "
        + "temperature or step through the pass on the page about stability. Times are from the change to the "
        + "finished answer at the visitor, in milliseconds.\n\n"
        + "| sessions | open, median | 95th percentile | changes | answer, median | 95th percentile | errors "
        + "| memory of both processes, MB | more for each session, MB |\n|---|---|---|---|---|---|---|---|---|\n"
        + "\n".join(rows)
        + f"\n\nBefore the first of them: {first:.0f} MB for both processes, every page imported.\n\n"
        + "## One process is stopped\n\n"
        + f"{count} learners have set a score each when one of the two processes ends. {fault.stayed} were with the "
        + f"other process and noticed nothing; {len(fault.moved)} lost their connection and were back after "
        + f"{_milliseconds(fault.moved).replace(' | ', ' ms (median) and ')} ms (95th percentile), each with the "
        + f"score from the link. Scores lost: {len(fault.lost)}.\n",
    )


if __name__ == "__main__":
    main()
