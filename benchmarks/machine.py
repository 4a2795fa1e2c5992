"""Where and with what a table was measured."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent


def setting(*packages: str) -> str:
    """Describe the machine and the versions in one line of Markdown."""
    fields = [line.split(":") for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if ":" in line]
    models = [value.strip() for name, value in fields if name.strip() == "model name"] or ["unknown processor"]
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    return f"{models[0]}, {len(models)} cores, Python {platform.python_version()}, {versions}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(missing)"


def write_table(name: str, text: str) -> None:
    """Store a table beside the benchmark that made it."""
    (HERE / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
