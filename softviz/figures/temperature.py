"""What was drawn at a temperature, beside what was expected."""

import numpy as np
from numpy.typing import NDArray

from softviz.figures.curves import plain
from softviz.figures.picture import Picture, Properties
from softviz.figures.theme import MUTED, TEXT, class_colors, figure
from softviz.hues import HUES
from softviz.numerals import three_digits
from softviz.studies.samples import Sample

ROW = 26
"""Height of a row in CSS pixels."""


def observed_and_expected(sample: Sample, hues: NDArray[np.intp]) -> Picture:
    """Draw each class's share of the draws with its interval, and a tick where the probability is.

    Args:
        sample: One row a class, the first on top; few enough to be read.
        hues: Rank of each row in the palette; a last row without one gathers the rest.
    """
    rows = np.arange(len(sample.labels))
    colors = class_colors([*hues.tolist(), *[HUES] * (len(rows) - len(hues))])
    expected = {
        "type": "scatter", "x": sample.expected, "y": rows, "mode": "markers", "name": "expected",
        "hovertemplate": "expected %{x:.3g}",
        "marker": {"symbol": "line-ns", "size": 18, "line": {"width": 3, "color": TEXT.light}},
    }  # fmt: skip
    names = [plain(label, 18) for label in sample.labels]
    down = {"tickvals": rows, "ticktext": names, "range": [len(rows) - 0.4, -0.6]}
    return figure(
        [_observed(sample, rows, colors), expected],
        annotations=[_KEY],
        height=110 + ROW * len(rows),
        bargap=0.35,
        margin={"t": 36, "l": 8},
        xaxis={"title": {"text": "share of the draws"}, "rangemode": "tozero", "zeroline": True},
        yaxis=down | {"showgrid": False, "ticks": "", "showline": False},
    )


def _observed(sample: Sample, rows: NDArray[np.intp], colors: list[str]) -> Properties:
    interval, observed = sample.interval, sample.observed
    return {
        "type": "bar", "x": observed, "y": rows, "orientation": "h", "marker": {"color": colors}, "name": "drawn",
        "customdata": np.stack([sample.counts, interval.low, interval.high], axis=1),
        "hovertemplate": (
            "%{customdata[0]:,} draws, %{x:.3g}<br>95 % from %{customdata[1]:.3g} to %{customdata[2]:.3g}"
        ),
        "error_x": {
            "array": interval.high - observed, "arrayminus": observed - interval.low, "color": TEXT.light,
            "thickness": 1.5, "width": 5,
        },
    }  # fmt: skip


_KEY: Properties = {
    "text": "bar: drawn · whisker: 95 % interval · tick: expected",
    "font": {"color": MUTED.light, "size": 12},
    "showarrow": False, "x": 0, "xref": "x domain", "xanchor": "left", "y": 1, "yref": "paper", "yanchor": "bottom",
    "yshift": 4,
}  # fmt: skip


def describe_observed_and_expected(sample: Sample, most: int = 12) -> str:
    """Say what the picture shows, with the numbers of its first rows."""
    rows = [
        f"{label} drawn {count:,}, expected {three_digits(sample.draws * p)}"
        for label, count, p in zip(sample.labels[:most], sample.counts, sample.expected, strict=False)
    ]
    return f"Bars of {sample.draws:,} draws beside what was expected: {'; '.join(rows)}."
