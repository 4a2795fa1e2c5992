"""A figure as the plain dictionaries that Plotly draws from.

Plotly's Python classes check every property each time one is set and once more when the figure is written, twenty
milliseconds for a small figure; a page of six would answer a settled change too late. So what goes to the screen is
written at once, and Plotly's own, checked figure is made where somebody asks for it: in a notebook, and in every test.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import plotly.graph_objects as go
import plotly.io
from numpy.typing import NDArray

Properties = dict[str, Any]

_TYPED = {"float32": "f4", "float64": "f8", "int32": "i4", "int16": "i2", "int8": "i1", "uint8": "u1"}
"""Plotly's names of the number formats that it takes as bytes."""

_WHOLE = (np.uint8, np.int8, np.int16, np.int32)
_UNSEEN = 1e-6
"""Of a number, and of the span of an array: less than a screen shows and a label says."""


class Picture:
    """A figure in the project's template.

    Args:
        traces: One dict a trace, with its ``type``.
        layout: Of the whole.
        frames: Steps that a player goes through; may be none.
    """

    def __init__(self, traces: Sequence[Properties], layout: Properties, frames: Sequence[Properties] = ()) -> None:
        self._spec: Properties = {"data": list(traces), "layout": layout}
        if frames:
            self._spec["frames"] = list(frames)

    def to_json(self, **layout: Any) -> str:
        """Write the figure for plotly.js, unchecked; arrays as bytes.

        Args:
            **layout: Added to its layout.
        """
        spec = self._spec | {"layout": self._spec["layout"] | layout}
        try:
            return json.dumps(spec, default=_plain, allow_nan=False, separators=(",", ":"))
        except ValueError:  # a lone nan or infinity, for which JSON has no word: Plotly's writer makes it null
            return str(plotly.io.to_json(spec, validate=False))

    @cached_property
    def figure(self) -> go.Figure:
        """The same as Plotly's own figure.

        Raises:
            ValueError: For a property that Plotly does not know.
        """
        return go.Figure(self._spec)

    @property
    def data(self) -> Any:
        """Plotly's traces."""
        return self.figure.data

    @property
    def layout(self) -> Any:
        """Plotly's layout."""
        return self.figure.layout

    @property
    def frames(self) -> Any:
        """Plotly's frames."""
        return self.figure.frames

    def _repr_mimebundle_(self, *arguments: Any, **options: Any) -> Any:
        return self.figure._repr_mimebundle_(*arguments, **options)


def _plain(value: object) -> object:
    if isinstance(value, np.ndarray):
        return _bytes(value)
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"expected numbers, texts, lists or arrays; got {type(value).__name__}")


def _bytes(values: NDArray[Any]) -> object:
    narrow = _narrowed(values)
    if narrow.dtype.name not in _TYPED or narrow.size == 0:
        return values.tolist()
    packed: Properties = {
        "dtype": _TYPED[narrow.dtype.name],
        "bdata": base64.b64encode(np.ascontiguousarray(narrow).tobytes()).decode("ascii"),
    }
    if narrow.ndim > 1:
        packed["shape"] = ", ".join(map(str, narrow.shape))
    return packed


def _narrowed(values: NDArray[Any]) -> NDArray[Any]:
    """Take the shortest format that holds whole numbers, and float32 for what looks the same in it."""
    if values.size == 0 or values.dtype.kind not in "iuf":
        return values
    if values.dtype.kind in "iu":
        low, high = int(values.min()), int(values.max())
        fits = [kind for kind in _WHOLE if np.iinfo(kind).min <= low and high <= np.iinfo(kind).max]
        return values.astype(fits[0] if fits else np.float64)
    return values.astype(np.float32) if _looks_the_same(values) else values


def _looks_the_same(values: NDArray[np.floating[Any]]) -> bool:
    """Tell whether float32 keeps each number, and the distances in between: lines nearly flat are looked at closely."""
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore", invalid="ignore"):
        change = np.abs(finite.astype(np.float32) - finite)
    span = float(np.ptp(finite)) if finite.size else 0.0
    return bool(np.all(change <= _UNSEEN * np.minimum(np.abs(finite), span or np.inf)))
