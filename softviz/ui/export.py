"""What a learner can take along from a page: its link, its data at full precision, and the code behind its numbers."""

import json
import math
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import PurePath

import pandas as pd
import streamlit as st

from softviz.components.address import show_address
from softviz.scores import Scores
from softviz.scripts.maps import SCORES_FILE
from softviz.state import MAX_LINK_CLASSES, Exploration
from softviz.ui import folded, prose, session
from softviz.ui.folded import Leaf

Tables = Mapping[str, pd.DataFrame]


def take_along(page: str, tables: Tables, scripts: Mapping[str, str]) -> None:
    """Draw the last section of a page: link, each table as CSV and JSON, and the code that prints its numbers.

    Args:
        page: The page's key.
        tables: Data at full precision, by what they are; the scores are added.
        scripts: Source texts, by what they are written with.
    """
    prose.heading("Take it with you")
    _link()
    scores = session.current(Exploration).scores
    every = {"scores": _scores_table(scores), **tables}
    leaves = [Leaf("Data at full precision", partial(_data, page, every), f"{page}:data")]
    if scripts:
        leaves.append(Leaf("Code that prints these numbers", partial(_code, page, scripts), f"{page}:code"))
    folded.expanders(*leaves)


def _data(page: str, tables: Tables) -> None:
    with st.container(horizontal=True):
        for name, table in tables.items():
            stem = PurePath(SCORES_FILE).stem if name == "scores" else f"softviz-{page}-{name.replace(' ', '-')}"
            _download(f"{name} CSV", f"{stem}.csv", "text/csv", partial(_csv, table))
            _download(f"{name} JSON", f"{stem}.json", "application/json", partial(_json, table))


def _code(page: str, scripts: Mapping[str, str]) -> None:
    for tab, (flavour, text) in zip(st.tabs(list(scripts)), scripts.items(), strict=True):
        with tab:
            st.code(text, language="python", wrap_lines=True)  # what scrolls sideways cannot be reached by keyboard
            name = f"softviz_{page}_{flavour.lower().replace('.', '_')}.py"
            _download(f"{flavour} script", name, "text/x-python", text.encode)


def _scores_table(scores: Scores) -> pd.DataFrame:
    return pd.DataFrame({"class": list(scores.labels), "score": scores.values})


def _link() -> None:
    exploration = session.current(Exploration)
    if exploration.travels_by_link:
        show_address("This link opens exactly this view:", session.link(), key="link")
    else:
        st.markdown(
            f"A link carries up to {MAX_LINK_CLASSES} scores of your own; you have {len(exploration.scores):,}. "
            "Save the scores as a file below, and open that file where you want to go on."
        )


def _download(label: str, file_name: str, mime: str, data: Callable[[], bytes]) -> None:
    st.download_button(
        label,
        data=data,  # made only when it is asked for
        file_name=file_name,
        mime=mime,
        key=f"download:{file_name}",
        on_click="ignore",
    )


def _csv(table: pd.DataFrame) -> bytes:
    text: str = table.map(_inert).to_csv(index=False)
    return text.encode("utf-8")


def _json(table: pd.DataFrame) -> bytes:
    columns = {
        str(name): [_json_cell(cell) for cell in column] for name, column in table.to_dict(orient="list").items()
    }
    return json.dumps(columns, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8")


def _json_cell(cell: object) -> object:
    """Write what JSON has no number for as text: "inf", "-inf", "nan"."""
    return str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell


def _inert(cell: object) -> object:
    """Keep a spreadsheet from running a label as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@")) else cell
