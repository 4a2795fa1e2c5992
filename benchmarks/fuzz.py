"""Send thousands of hostile links, texts, files and whole pages; count what raises, and the dearest case of each kind.

Written to ``fuzz.md``; ``python -m benchmarks fuzz`` (some ten minutes). A share of the cases: ``FUZZ_SHARE=0.01``.
"""

import gc
import json
import os
import time
import warnings
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from benchmarks.machine import setting, write_table
from softviz.scores.parsing import parse_scores
from softviz.scores.uploads import read_upload
from softviz.training.table import examples_from_table, read_table
from softviz.ui.navigation import PAGES
from tests import hostile

ROOT = Path(__file__).parents[1]
SHARE = float(os.environ.get("FUZZ_SHARE", "1"))
SEED = 20_260_101
ROWS_TRIED = 3
"""Of a table that could be read."""
WORTH_A_LINE = 0.7
"""Seconds from which a case is printed, if it is the dearest so far."""


@dataclass(frozen=True)
class Kind:
    """One kind of hostile input: how it is drawn, who must survive it, and how often it is tried."""

    name: str
    cases: st.SearchStrategy[Any]
    probe: Callable[[Any], object]
    count: int

    @property
    def large(self) -> bool:
        """Whether its cases are as large as a paste or a file may be."""
        return "5 MB" in self.name and self.probe is not probe_training_table  # its BLAS threads do not survive a fork


@dataclass(frozen=True)
class Tried:
    """What came of one case: processor seconds, whether it was refused in a sentence, what it raised if not."""

    seconds: float
    refused: bool
    raised: str
    megabytes: float = 0.0


@dataclass
class Tally:
    """What came of the cases of one kind: processor seconds, and megabytes above an idle process."""

    cases: int = 0
    refused: int = 0
    slowest: float = 0.0
    over_a_second: int = 0
    megabytes: float = 0.0
    raised: list[str] = field(default_factory=list)

    def note(self, tried: Tried) -> None:
        """Count a case."""
        self.cases += 1
        self.slowest = max(self.slowest, tried.seconds)
        self.over_a_second += tried.seconds > 1
        self.megabytes = max(self.megabytes, tried.megabytes)


def probe_record(record: Any) -> Callable[[dict[str, str]], None]:
    """Read a link into a record and write it back."""

    def probe(query: dict[str, str]) -> None:
        reading = record.from_query(query)
        if record.from_query(reading.record.to_query()).record != reading.record:
            raise AssertionError(f"{record.__name__} does not come back from its own link: {query}")

    return probe


def probe_upload(file: tuple[str, bytes]) -> None:
    """Read a file of scores and take its first rows."""
    table = read_upload(*file)
    for row in range(min(len(table), ROWS_TRIED)):
        table.row(row)


def probe_training_table(data: bytes) -> None:
    """Read a file to train on and take its last column as the classes."""
    table = read_table(data)
    examples_from_table(table, table.columns[-1])


def open_page(key: str, query: dict[str, str], *unfolded: str) -> AppTest:
    """Open a page by a link; raises where the page shows an exception."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    for name in unfolded:
        app.session_state[name] = True
    if key != "home":
        app.switch_page(f"pages/{key}.py")
    return healthy(app.run())


def healthy(app: AppTest) -> AppTest:
    """Return the page if it shows no exception."""
    if app.exception:
        raise AssertionError(f"the page shows {app.exception[0].value}")
    return app


def paste_on_home(text: str) -> None:
    """Paste a text on the home page and use it."""
    app = open_page("home", {}, "scores:paste")
    app.text_area(key="scores:text").input(text)
    healthy(app.button(key="scores:use").click().run())


def upload_on_home(file: tuple[str, bytes]) -> None:
    """Open a file on the home page."""
    app = open_page("home", {}, "scores:open")
    healthy(app.file_uploader(key="scores:file").upload(*file).run())


def named(ending: str, cases: st.SearchStrategy[bytes]) -> st.SearchStrategy[tuple[str, bytes]]:
    """Give drawn bytes a file name."""
    return cases.map(lambda data: (f"a{ending}", data))


def kinds() -> list[Kind]:
    """Everything that is tried."""
    records = hostile.link_records()
    drawn_bytes = hostile.BYTES.map(lambda file: ("a" + file[0], file[1]))
    documents = hostile.JSON.map(hostile.json_bytes)
    arrays = hostile.damaged_arrays() | hostile.claiming_arrays()
    texts = hostile.TEXTS.map(lambda text: text.replace("\ud800", ""))  # a browser sends no lone surrogate
    return [
        *(
            Kind(f"link into {record.__name__}", hostile.links(record), probe_record(record), 1_000)
            for record in records
        ),
        Kind("pasted text", hostile.TEXTS, parse_scores, 5_000),
        Kind("pasted text of 5 MB", hostile.GROWN_TEXTS, parse_scores, 200),
        Kind("file of any bytes", drawn_bytes, probe_upload, 3_000),
        Kind("CSV", named(".csv", hostile.tables()), probe_upload, 3_000),
        Kind("CSV of 5 MB", named(".csv", hostile.GROWN_TABLES | hostile.largest_tables()), probe_upload, 200),
        Kind("JSON", named(".json", documents), probe_upload, 3_000),
        Kind("JSON of 5 MB", named(".json", hostile.GROWN_JSON | hostile.many_keys()), probe_upload, 200),
        Kind("NPY, damaged or with any claim", named(".npy", arrays), probe_upload, 3_000),
        Kind("table to train on", hostile.tables(), probe_training_table, 2_000),
        Kind("table to train on, 5 MB", hostile.GROWN_TABLES | hostile.largest_tables(), probe_training_table, 100),
        Kind("home page, text pasted", texts, paste_on_home, 50),
        Kind("home page, file opened", drawn_bytes | named(".csv", hostile.tables()), upload_on_home, 50),
        *(
            Kind(f"page {key}, link", hostile.links(*records, most=7), lambda query, key=key: open_page(key, query), 50)
            for key in PAGES
        ),
    ]


def try_all(kind: Kind) -> Tally:
    """Try the cases of one kind."""
    tally = Tally()

    @seed(SEED)
    @settings(
        max_examples=max(1, round(SHARE * kind.count)),
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(kind.cases)
    def one(case: Any) -> None:
        tried = _apart(kind.probe, case) if kind.large else _tried(kind.probe, case)
        tally.refused += tried.refused
        if tried.raised:
            tally.raised.append(f"{kind.name}: {tried.raised} <- {case!r:.200}")
        if tried.seconds > max(tally.slowest, WORTH_A_LINE):
            print(f"  {tried.seconds:.2f} s: {case!r:.120}", flush=True)
        tally.note(tried)

    if kind.probe in (paste_on_home, upload_on_home) or kind.name.startswith("page "):
        open_page(kind.name.split()[1].strip(",") if kind.name.startswith("page ") else "home", {})  # warms its caches
    before = _resident("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the high-water mark starts anew
    one()
    if not kind.large:
        tally.megabytes = _resident("VmHWM") - before
    return tally


def _tried(probe: Callable[[Any], object], case: Any) -> Tried:
    refused, raised, begin = False, "", time.process_time()
    try:
        probe(case)
    except ValueError:
        refused = True
    except Exception as error:  # noqa: BLE001 - whatever it is, it would have reached the visitor
        raised = f"{type(error).__name__}: {error}"
    return Tried(time.process_time() - begin, refused, raised)


def _apart(probe: Callable[[Any], object], case: Any) -> Tried:
    """Try a case in a fork of this process, whose memory is then this case's alone."""
    reading, writing = os.pipe()
    gc.freeze()  # as the app does: a collection need not walk what was there before
    if os.fork() == 0:
        before = _resident("VmRSS")
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
        tried = _tried(probe, case)
        os.write(writing, json.dumps(asdict(replace(tried, megabytes=_resident("VmHWM") - before))).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        tried = Tried(**json.loads(answer.read()))
    os.wait()
    return tried


def _resident(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith(name))


def _row(name: str, tally: Tally) -> str:
    counts = f"{tally.cases:,} | {len(tally.raised)} | {tally.refused:,}"
    return f"| {name} | {counts} | {tally.slowest * 1000:,.0f} | {tally.over_a_second} | {tally.megabytes:,.0f} |"


HEAD = """| input | cases | raised | refused in a sentence | dearest, ms of processor | over 1 s | peak memory, MB |
|---|---|---|---|---|---|---|
"""


def main() -> None:
    """Try everything and write the table."""
    os.chdir(ROOT)
    warnings.simplefilter("error", RuntimeWarning)
    tallies = {}
    for kind in kinds():
        tallies[kind.name] = try_all(kind)
        print(_row(kind.name, tallies[kind.name]), flush=True)
    raised = [line for tally in tallies.values() for line in tally.raised]
    cases = sum(tally.cases for tally in tallies.values())
    write_table(
        "fuzz" if SHARE >= 0.1 else "out/fuzz",
        "# Hostile input\n\n`python -m benchmarks fuzz`. "
        + setting("streamlit", "numpy", "hypothesis")
        + f"\n\n{cases:,} cases, {len(raised)} raised. Memory is the resident peak above what the process held before; "
        "each case of 5 MB is tried in a process of its own.\nFor the other kinds Hypothesis itself is included. Pages "
        "run whole, without a browser; a first run has warmed each.\n\n"
        + HEAD
        + "\n".join(_row(name, tally) for name, tally in tallies.items())
        + "\n"
        + "".join(f"\n- {line}" for line in raised[:50]),
    )


if __name__ == "__main__":
    main()
