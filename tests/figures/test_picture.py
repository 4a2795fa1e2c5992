"""What goes to the screen is what Plotly would have sent."""

import base64
import json
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from softviz.figures.picture import Picture
from softviz.figures.theme import figure


def unpacked(value: Any) -> Any:
    """Read typed arrays back into lists, whatever number format they came in."""
    if isinstance(value, dict) and "bdata" in value:
        flat = np.frombuffer(base64.b64decode(value["bdata"]), dtype=f"<{value['dtype']}")
        shape = tuple(map(int, value["shape"].split(", "))) if "shape" in value else flat.shape
        return flat.reshape(shape).tolist()
    if isinstance(value, dict):
        return {key: unpacked(item) for key, item in value.items()}
    return [unpacked(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize(
    "trace",
    [
        {"type": "scatter", "x": np.arange(7), "y": np.linspace(0, 1, 7)},
        {"type": "heatmap", "z": np.arange(35, dtype=np.float32).reshape(5, 7), "zmin": np.float64(-1)},
        {"type": "bar", "x": np.array(["a", "b"]), "y": np.array([1, 2**40])},
        {"type": "scatter", "x": np.array([True, False]), "y": [np.int64(3), np.float32(0.5)]},
        {"type": "scatter", "x": [1.0, float("nan")], "y": np.array([0.5, 2.0])},
        {"type": "scatter", "x": np.array([]), "y": []},
    ],
    ids=["integers", "matrix", "texts", "flags", "nan", "empty"],
)
def test_the_screen_gets_what_plotly_would_write(trace: dict[str, Any]) -> None:
    drawn = figure([trace], xaxis={"range": [0, 1]}, frames=[{"name": "one", "data": [trace], "traces": [0]}])
    ours = unpacked(json.loads(drawn.to_json()))
    plotlys = unpacked(json.loads(go.Figure(drawn.figure).to_json()))
    assert ours["data"] == plotlys["data"]
    assert ours["layout"] == plotlys["layout"]
    assert [frame["name"] for frame in ours["frames"]] == ["one"]


def test_a_layout_is_added_to_when_it_is_written() -> None:
    drawn = figure(height=123)
    layout = json.loads(drawn.to_json(uirevision="here"))["layout"]
    assert (layout["uirevision"], layout["height"]) == ("here", 123)
    assert "uirevision" not in json.loads(drawn.to_json())["layout"]


def test_a_misspelt_property_is_refused_where_the_figure_is_checked() -> None:
    with pytest.raises(ValueError, match="Invalid property"):
        _ = Picture([{"type": "scatter", "colour": "red"}], {}).data


def test_an_object_that_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError, match="got set"):
        Picture([{"type": "scatter", "x": {1, 2}}], {}).to_json()
