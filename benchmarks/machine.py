"""Where and with what a table was measured."""

import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

HERE = Path(__file__).parent


def setting(*packages: str) -> str:
    """Describe the machine and the versions in one line of Markdown."""
    with Path("/proc/cpuinfo").open(encoding="utf-8") as info:
        model = next((line.split(":")[1].strip() for line in info if line.startswith("model name")), "unknown processor")
    cores = sum(1 for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if line.startswith("processor"))
    versions = ", ".join(f"{name} {_version(name)}" for name in packages)
    return f"{model}, {cores} cores, Python {platform.python_version()}, {versions}."


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(missing)"


def write_table(name: str, text: str) -> None:
    """Store a table beside the benchmark that made it."""
    (HERE / f"{name}.md").write_text(text, encoding="utf-8")
    print(text)
