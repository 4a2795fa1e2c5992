"""The bytes for the browser, read back by the written description alone."""

import json
import struct

import numpy as np
import pytest

from softviz.training.datasets import load_dataset
from softviz.training.outcome import follow
from softviz.training.projection import plane_of
from softviz.training.recording import joined, train
from softviz.training.wire import chunk_bytes, dataset_bytes, read

from .conftest import small


def read_by_description(message):
    """What a browser does: DataView for three numbers, JSON.parse for the header, typed arrays for the rest."""
    assert message[:4] == b"SVTR"
    version, length = struct.unpack("<II", message[4:12])
    assert version == 1
    assert length % 4 == 0
    header = json.loads(message[12 : 12 + length].decode())
    arrays = {}
    for name, place in header["arrays"].items():
        start = 12 + length + place["offset"]
        assert start % 4 == 0
        count = int(np.prod(place["shape"]))
        arrays[name] = np.frombuffer(message, "<" + {"f": "f4", "u": "u4"}[place["type"][0]], count, start)
        arrays[name] = arrays[name].reshape(place["shape"])
    return header, arrays


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "maxout"])
@pytest.mark.parametrize("loss", ["cross_entropy", "sparsemax"])
def test_logits_follow_from_points_and_weights_as_described(recorded, activation, loss):
    run = recorded(activation=activation, loss=loss, hidden_layers=2, batch_norm=True, dataset="iris")
    dataset = load_dataset(run.config)
    _, data = read_by_description(dataset_bytes(dataset, plane_of(dataset), run.run))
    header, arrays = read_by_description(chunk_bytes(run))
    units = data["points"].astype(float)
    start = 0
    *hidden, head = header["layers"]
    for layer in [*hidden, head]:
        rows, columns = layer["units"] * layer["pieces"], layer["inputs"] + 1
        weights = arrays["weights"][-1, start : start + rows * columns].reshape(rows, columns).astype(float)
        start += rows * columns
        sums = units @ weights[:, :-1].T + weights[:, -1]
        if layer is head:
            break
        pieces = sums.reshape(len(sums), layer["pieces"], layer["units"])
        activations = {"tanh": np.tanh, "relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
        units = pieces.max(axis=1) if activation == "maxout" else activations[activation](sums)
    assert start == arrays["weights"].shape[1]
    expected = follow(run[-1], dataset.features[data["rows"]]).logits[0]
    # The points were rounded to float32, 6e-8 of their size, and pass through three layers.
    np.testing.assert_allclose(sums, expected, atol=1e-5)
    assert header["mapping"] == {"cross_entropy": "softmax", "sparsemax": "sparsemax"}[loss]


def test_a_chunk_says_where_it_belongs():
    config = small(steps=300, label_smoothing=0.1)
    chunks = list(train(config, load_dataset(config)))
    headers = [read(chunk_bytes(chunk)).header for chunk in chunks]
    assert [header["first"] for header in headers[:4]] == [0, 1, 3, 7]
    assert {header["total"] for header in headers} == {301}
    assert [header["finished"] for header in headers] == [False] * 9 + [True]
    assert headers[0]["smoothing"] == 0.1
    whole = read(chunk_bytes(joined(chunks)))
    parts = [read(chunk_bytes(chunk)).arrays for chunk in chunks]
    for name, array in whole.arrays.items():
        np.testing.assert_array_equal(array, np.concatenate([part[name] for part in parts]))


def test_a_chunk_without_steps_still_says_why_the_run_stopped(recorded):
    run = recorded(activation="relu", hidden_layers=3, optimizer="sgd", learning_rate=100.0, steps=600)
    message = read(chunk_bytes(run))
    assert message.header["finished"]
    assert message.header["stopped"] == run.stopped != ""
    assert all(np.all(np.isfinite(array)) for array in message.arrays.values())


def test_the_dataset_message_holds_every_drawn_row():
    config = small(dataset="digits", label_noise=0.2)
    dataset = load_dataset(config)
    header, arrays = read_by_description(dataset_bytes(dataset, plane_of(dataset), "a run"))
    assert header["image"] == [8, 8]
    assert header["classes"] == list("0123456789")
    rows, shown = arrays["rows"], arrays["train"][0]
    np.testing.assert_array_equal(rows[:shown], dataset.train[:1000])
    np.testing.assert_array_equal(arrays["labels"], dataset.labels[rows])
    np.testing.assert_array_equal(arrays["moved"], dataset.moved[rows])
    mean, scale = arrays["scaling"]
    pixels = arrays["points"] * scale + mean
    np.testing.assert_allclose(pixels, np.round(pixels), atol=1e-4)
    origin, across, up = arrays["plane"]
    np.testing.assert_allclose(
        (arrays["points"] - origin) @ np.stack([across, up], axis=1), arrays["positions"], atol=1e-4
    )


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (lambda message: b"", "starts with b'SVTR'"),
        (lambda message: b"JUNK" + message[4:], "got b'JUNK'"),
        (lambda message: message[:4] + struct.pack("<I", 2) + message[8:], "expected version 1 .*; got 2"),
    ],
)
def test_other_bytes_are_refused(recorded, damage, sentence):
    with pytest.raises(ValueError, match=sentence):
        read(damage(chunk_bytes(recorded())))
