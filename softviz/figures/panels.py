"""Several panels in one figure, put together from plain dictionaries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.figures.picture import Picture, Properties
from softviz.figures.theme import TEXT, figure

Span = tuple[float, float]


def evenly(axis: str, places: NDArray[np.floating[Any]]) -> Properties:
    """Say where evenly spaced points lie by the first and the step, which is shorter than all of them.

    Args:
        axis: ``x`` or ``y``.
        places: At least two, evenly spaced.
    """
    first, last = float(places[0]), float(places[-1])
    return {f"{axis}0": first, f"d{axis}": (last - first) / (len(places) - 1)}


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    Attributes:
        number: From 1, as Plotly counts axes.
        across: Which share of the figure it takes from left to right.
        up: Which share it takes from bottom to top.
    """

    number: int
    across: Span = (0.0, 1.0)
    up: Span = (0.0, 1.0)

    @property
    def x(self) -> str:
        """Plotly's name of the horizontal axis."""
        return f"x{self._suffix}"

    @property
    def y(self) -> str:
        """Plotly's name of the vertical axis."""
        return f"y{self._suffix}"

    @property
    def _suffix(self) -> str:
        return "" if self.number == 1 else str(self.number)

    def trace(self, kind: str, **properties: Any) -> Properties:
        """Make a trace of this panel."""
        return {"type": kind, "xaxis": self.x, "yaxis": self.y, **properties}

    def axes(self, x: Properties, y: Properties) -> Properties:
        """Make this panel's part of a layout."""
        return {
            f"xaxis{self._suffix}": {"domain": list(self.across), "anchor": self.y, **x},
            f"yaxis{self._suffix}": {"domain": list(self.up), "anchor": self.x, **y},
        }

    def note(self, x: float, y: float, text: str, ink: str = TEXT.light, **properties: Any) -> Properties:
        """Write text at a place in this panel's coordinates."""
        font = {"color": ink, "size": 12}
        return {
            "x": x,
            "y": y,
            "xref": self.x,
            "yref": self.y,
            "text": text,
            "showarrow": False,
            "font": font,
            **properties,
        }

    def title(self, text: str) -> Properties:
        """Write a heading over this panel."""
        place: Properties = {"xref": f"{self.x} domain", "yref": f"{self.y} domain", "yanchor": "bottom", "yshift": 4}
        return self.note(0.5, 1.0, text, font={"color": TEXT.light, "size": 14}, **place)


def grid(count: int, columns: int, *, gap_across: float = 0.03, gap_up: float = 0.1) -> list[Panel]:
    """Lay out equal panels row by row from the upper left.

    Args:
        count: How many.
        columns: In a row.
        gap_across: Between columns, as a share of the figure.
        gap_up: Between rows.
    """
    rows = -(-count // columns)
    width, height = (1 - gap_across * (columns - 1)) / columns, (1 - gap_up * (rows - 1)) / rows
    lefts = [(place % columns) * (width + gap_across) for place in range(count)]
    tops = [1 - (place // columns) * (height + gap_up) for place in range(count)]
    spans = zip(lefts, tops, strict=True)
    return [Panel(i, (x, x + width), (max(0.0, top - height), top)) for i, (x, top) in enumerate(spans, start=1)]


def together(
    traces: Iterable[Properties], axes: Iterable[Properties], notes: Iterable[Properties], **layout: Any
) -> Picture:
    """Make a figure of traces, each panel's axes and notes, in the project's template."""
    panels: Properties = {}
    for part in axes:
        panels |= part
    return figure(list(traces), annotations=list(notes), **panels, **layout)
