"""Run every benchmark, or those named: ``python -m benchmarks kernels screen``."""

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).parent
NAMES = sorted(path.stem for path in HERE.glob("*.py") if "def main(" in path.read_text(encoding="utf-8"))


def run(names: list[str]) -> None:
    """Run benchmarks by name; each writes its own table beside itself."""
    for name in names or [name for name in NAMES if name != "__main__"]:
        importlib.import_module(f"benchmarks.{name}").main()


run(sys.argv[1:])
