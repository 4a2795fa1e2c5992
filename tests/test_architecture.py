"""The house stands: imports point down, and each library stays in its rooms."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# A room may import itself and the rooms named; "softviz" stands for the single files beside the rooms.
MAY_IMPORT: dict[str, set[str]] = {
    "core": set(),
    "scores": {"core"},
    "training": {"core", "fields", "numerals"},
    "softviz": {"core", "scores"},
    "records": {"core", "scores", "training", "softviz"},
    "studies": {"core", "scores", "training", "softviz", "records"},
    "scripts": {"core", "scores", "softviz", "records", "studies"},
    "explain": {"core", "scores", "training", "softviz", "records", "studies"},
    "figures": {"core", "training", "softviz", "studies"},
    "components": {"core", "scores", "training", "softviz", "records", "studies", "figures"},
    "ui": {
        "core", "scores", "training", "softviz", "records", "studies", "scripts", "explain", "figures", "components",
    },
    "text": set(),
}  # fmt: skip
STREAMLIT_ROOMS = ("softviz/ui/", "softviz/components/", "pages/", "app.py")
TORCH_FILES = {
    "softviz/core/backend.py", "softviz/core/torch_entmax.py", "softviz/core/torch_kernels.py",
    "softviz/core/torch_rows.py", "softviz/training/torch_learner.py",
}  # fmt: skip
SESSION_STATE_ROOMS = ("softviz/ui/session.py", "softviz/components/")
TEST_ONLY = {"scipy", "sklearn", "mpmath", "entmax", "hypothesis", "pytest", "playwright"}


def sources() -> list[Path]:
    return [
        ROOT / "app.py",
        *sorted((ROOT / "pages").glob("*.py")),
        *sorted((ROOT / "softviz").rglob("*.py")),
    ]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name(path)}:{node.lineno}: say the full name of what is imported"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def room(dotted: str) -> str:
    """The room of a module: ``softviz.core.losses`` is in core, ``softviz.state`` in the room of single files."""
    parts = dotted.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in MAY_IMPORT else "softviz"


def violations(path: Path) -> list[str]:
    found = []
    here = (
        room(".".join(path.relative_to(ROOT).with_suffix("").parts)) if path.is_relative_to(ROOT / "softviz") else None
    )
    for line, dotted in imports(path):
        top = dotted.split(".")[0]
        place = f"{name(path)}:{line}: {dotted}"
        if top == "softviz" and here is not None:
            there = room(dotted)
            single = dotted.split(".")[1] if len(dotted.split(".")) > 1 else ""
            if there != here and there not in MAY_IMPORT[here] and single not in MAY_IMPORT[here]:
                found.append(f"{place} points up")
        if top == "streamlit" and not name(path).startswith(STREAMLIT_ROOMS):
            found.append(f"{place} is streamlit outside its rooms")
        if top == "torch" and name(path) not in TORCH_FILES:
            found.append(f"{place} is torch outside its backend")
        if top in TEST_ONLY:
            found.append(f"{place} is a test dependency")
    return found


@pytest.mark.parametrize("path", sources(), ids=name)
def test_imports_point_down_and_libraries_stay_in_their_rooms(path: Path) -> None:
    assert violations(path) == []


@pytest.mark.parametrize(
    ("place", "line"),
    [
        ("softviz/core/planted.py", "from softviz.ui import shell"),
        ("softviz/core/planted.py", "import softviz.state"),
        ("softviz/figures/planted.py", "import streamlit as st"),
        ("softviz/state_planted.py", "from softviz.components.figure import plotly_figure"),
        ("softviz/training/planted.py", "import torch"),
        ("softviz/core/torch_planted.py", "import torch"),
        ("pages/planted.py", "from scipy.special import softmax"),
    ],
)
def test_a_planted_violation_is_found(place: str, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    planted = tmp_path / place
    planted.parent.mkdir(parents=True)
    planted.write_text(line, encoding="utf-8")
    assert len(violations(planted)) == 1


@pytest.mark.parametrize("path", sources(), ids=name)
def test_only_the_session_touches_session_state_and_the_query(path: Path) -> None:
    if name(path).startswith(SESSION_STATE_ROOMS):
        return
    touched = [node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)]
    assert not {"session_state", "query_params"} & set(touched)


@pytest.mark.parametrize("path", sources(), ids=name)
def test_only_charts_puts_a_plotly_figure_on_screen(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert "st.plotly_chart" not in text
    assert (
        name(path) in ("softviz/ui/charts.py", "softviz/components/figure/__init__.py") or "plotly_figure" not in text
    )


def test_importing_all_of_the_app_brings_no_heavy_library() -> None:
    dotted = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in sources()
        if name(path).startswith("softviz/") and name(path) not in TORCH_FILES - {"softviz/core/backend.py"}
    ]
    code = (
        f"import sys, importlib; [importlib.import_module(m) for m in {dotted}];"
        "print([m for m in ('torch', 'scipy', 'sklearn', 'matplotlib', 'altair') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_core_can_be_imported_without_any_screen_library() -> None:
    code = (
        "import sys, softviz.core;"
        "print([m for m in ('torch', 'scipy', 'streamlit', 'plotly', 'pandas') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
