"""Ten minutes of training in one session: what the server holds, minute by minute.

Written to ``endurance.md``; a part of ``make load``. A visitor trains one run after the other, each with new initial
weights, and lets each come to its end.
"""

import asyncio
import contextlib
import json
import os
import struct
import time

from benchmarks.machine import setting, write_table
from benchmarks.screen import resident_megabytes
from benchmarks.visitor import Visitor
from tests.browser.serving import Server, serve

MINUTES = float(os.environ.get("ENDURANCE_MINUTES", "10"))
PLAYER = "training-player"
ASK_AGAIN = 4.0
"""Seconds after which the player asks again: Streamlit drops a wish that comes while the whole page runs anew."""
RUN = "layers=2&width=64&steps=4000"


def _header(visitor: Visitor) -> dict[str, object]:
    """What the player was told about the run, see ``components/training_player``."""
    envelope = visitor.elements[visitor.identity(PLAYER)].bytes
    (length,) = struct.unpack_from("<I", envelope)
    return dict(json.loads(envelope[4 : 4 + length]))


async def _train(server: Server) -> list[tuple[float, float, int, int]]:
    """Train until time is up; return minute, megabytes, finished runs and answers, again and again."""
    visitor = Visitor(server.address, "training", RUN)
    await visitor.open()
    begin, runs, answers = time.monotonic(), 0, 0
    seen: list[tuple[float, float, int, int]] = []
    while (minute := (time.monotonic() - begin) / 60) < MINUTES:
        header = _header(visitor)
        wish = {"view": header["view"], "kept": header["kept"], "hurry": True, "at": answers}
        runs += bool(header["finished"])
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(ASK_AGAIN):
                await visitor.trigger(PLAYER, *(("seed", answers) if header["finished"] else ("want", wish)))
        answers += 1
        if minute >= len(seen) * MINUTES / 10:
            seen.append((minute, resident_megabytes(server), runs, answers))
    seen.append((MINUTES, resident_megabytes(server), runs, answers))
    await visitor.close()
    return seen


def main() -> None:
    """Measure and write the table."""
    with serve() as server:
        seen = asyncio.run(_train(server))
    settled = [megabytes for minute, megabytes, _, _ in seen if minute >= 0.2 * MINUTES]
    rows = "\n".join(
        f"| {minute:.1f} | {megabytes:.0f} | {runs} | {answers:,} |" for minute, megabytes, runs, answers in seen
    )
    write_table(
        "endurance",
        "# Training without a pause\n\n`make load`. "
        + setting("streamlit", "numpy")
        + f" One session trains `{RUN}` over and over, each run with new initial weights.\n\n"
        + "| minute | memory of the server, MB | runs finished | answers |\n|---|---|---|---|\n"
        + rows
        + f"\n\nAfter the first fifth of the time memory stays between {min(settled):.0f} and {max(settled):.0f} MB.\n",
    )


if __name__ == "__main__":
    main()
