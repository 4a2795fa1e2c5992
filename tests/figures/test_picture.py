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


def close(one: Any, other: Any) -> bool:
    """Compare what JSON can say, numbers to seven digits."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(close(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(close, one, other))
    return bool(one == pytest.approx(other, rel=1e-7) if isinstance(one, float) else one == other)


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
    """Numbers of 53 binary digits come in 24 of them where no screen shows more."""
    drawn = figure([trace], xaxis={"range": [0, 1]}, frames=[{"name": "one", "data": [trace], "traces": [0]}])
    ours = unpacked(json.loads(drawn.to_json()))
    plotlys = unpacked(json.loads(go.Figure(drawn.figure).to_json()))
    assert close(ours["data"], plotlys["data"])
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


def sent(values: Any) -> dict[str, Any]:
    """Return a line's numbers as they go to the screen."""
    answer: dict[str, Any] = json.loads(Picture([{"type": "scatter", "y": values}], {}).to_json())["data"][0]["y"]
    return answer


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([0, 255], "u1"),
        ([-1, 127], "i1"),
        ([0, 256], "i2"),
        ([0, 2**31 - 1], "i4"),
        ([0, 2**40], "f8"),
        ([0.1, np.nan, np.inf], "f4"),
        ([0.0, -2.5, 1e-30], "f4"),
        ([0.1, 0.1], "f4"),
        ([1e-50, 1.0], "f8"),
        ([1e300, 1.0], "f8"),
        ([0.1, 0.1 + 1e-15], "f8"),
        ([1e9, 1e9 + 1.0], "f8"),
    ],
)
def test_numbers_take_the_shortest_format_that_shows_what_they_show(values: list[float], kind: str) -> None:
    packed = sent(np.array(values))
    assert packed["dtype"] == kind
    np.testing.assert_allclose(unpacked(packed), values, rtol=1e-7)
