"""The bytes that the browser gets: the one place that says how they are laid out.

A message is, in this order (all numbers little-endian):

    4 bytes   the letters SVTR
    uint32    version of this layout, 1
    uint32    length of the header in bytes, a multiple of 4
    header    JSON in UTF-8, padded with spaces
    arrays    one after another, row by row, each a multiple of 4 bytes

The header's ``arrays`` maps a name to ``{"type", "shape", "offset"}``: type is ``float32``, ``uint32`` or
``int32``; offset counts bytes from the end of the header. The rest of the header depends on ``kind``:

``kind: "dataset"``, sent once a run, before its chunks
    run             name of the run; messages of another run belong elsewhere
    classes         the classes' names
    features        the features' names
    axes            names of the plane's two axes
    image           [height, width] where a row is a picture, else null
    notes           sentences on what was encoded, left out or sampled
    arrays:
    points          float32 [rows, features]   standardised; training rows first
    labels          uint32  [rows]             as trained on, label noise included
    moved           uint32  [rows]             1 where label noise moved the label
    rows            uint32  [rows]             row numbers in the data set
    train           uint32  [1]                how many of the rows are training rows
    positions       float32 [rows, 2]          the points on the plane
    plane           float32 [3, features]      point(u, v) = plane[0] + u * plane[1] + v * plane[2]
    window          float32 [4]                lowest u, highest u, lowest v, highest v to draw
    scaling         float32 [2, features]      raw = mean + scale * standardised: mean, then scale

``kind: "chunk"``, kept steps ``first`` to ``first + len(steps) - 1`` of ``total``
    run, first, total
    finished        no chunk comes after this one
    stopped         why the run ended early, in words for the screen; else ""
    activation      tanh, relu, sigmoid or maxout
    mapping         key of the map from logits to probabilities: softmax or sparsemax
    smoothing       label smoothing: the target is (1 - smoothing) * one-hot + smoothing / classes
    layers          [{"inputs", "units", "pieces"}, ...], the head last
    arrays:
    steps           uint32  [kept]             updates made
    weights         float32 [kept, size]       layer by layer: units * pieces rows of inputs weights and one
    bias.
                                               Row piece * units + unit; maxout takes the largest over the
                                               pieces. Batch norm is folded in: the browser need not know of
                                               it
    curves          float32 [kept, 4]          train loss, held-out loss, train accuracy, held-out accuracy
    gradient_norms  float32 [kept, layers]
    class_errors    float32 [kept, classes, classes]   mean p - y over training rows of a label: [label,
    class] class_gradients float32 [kept, classes, classes]   mean gradient of the loss on the logits,
    likewise

Chunks say where they belong, so they may be sent again, overlap, or arrive in one piece (``chunk_bytes``
takes any recording, joined ones too): a reader writes each to its place. The logits, probabilities and p - y
of a followed example are not sent: the reader computes them from points and weights, for any example, at any
kept step.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.training.datasets import Dataset
from softviz.training.evaluation import shown_rows
from softviz.training.projection import Plane
from softviz.training.recording import Recording

MAGIC, VERSION = b"SVTR", 1
_PREFIX = struct.Struct("<4sII")
_TYPES = ("float32", "uint32", "int32")

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True, eq=False)
class Message:
    """A header's own entries, and its arrays by name."""

    header: Mapping[str, Any]
    arrays: Arrays


def chunk_bytes(recording: Recording) -> bytes:
    """Write a chunk of a recording, or a whole one."""
    layers = recording.architecture.layers
    header = {
        "kind": "chunk",
        "run": recording.run,
        "first": recording.first,
        "total": recording.total,
        "finished": recording.finished,
        "stopped": recording.stopped,
        "activation": recording.architecture.activation,
        "mapping": recording.mapping,
        "smoothing": recording.config.label_smoothing,
        "layers": [{"inputs": one.inputs, "units": one.units, "pieces": one.pieces} for one in layers],
    }
    curves = [
        recording.train_loss,
        recording.held_out_loss,
        recording.train_accuracy,
        recording.held_out_accuracy,
    ]
    return _message(
        header,
        {
            "steps": recording.steps.astype(np.uint32),
            "weights": recording.weights,
            "curves": np.stack(curves, axis=1),
            "gradient_norms": recording.gradient_norms,
            "class_errors": recording.class_errors,
            "class_gradients": recording.class_gradients,
        },
    )


def dataset_bytes(dataset: Dataset, plane: Plane, run: str) -> bytes:
    """Write the rows that are drawn, and the plane they are drawn on."""
    train = shown_rows(dataset.train)
    rows = np.concatenate([train, shown_rows(dataset.held_out)])
    header = {
        "kind": "dataset",
        "run": run,
        "classes": dataset.class_names,
        "features": dataset.feature_names,
        "axes": plane.axes,
        "image": dataset.image_shape,
        "notes": dataset.notes,
    }
    points = dataset.features[rows]
    return _message(
        header,
        {
            "points": points,
            "labels": dataset.labels[rows].astype(np.uint32),
            "moved": dataset.moved[rows].astype(np.uint32),
            "rows": rows.astype(np.uint32),
            "train": np.array([train.size], np.uint32),
            "positions": plane.positions(points),
            "plane": np.stack([plane.origin, plane.across, plane.up]),
            "window": plane.window(dataset.features),
            "scaling": np.stack([dataset.mean, dataset.scale]),
        },
    )


def read(message: bytes) -> Message:
    """Read a message back; the browser's reader does the same.

    Raises:
        ValueError: the bytes are not a message of this version.
    """
    if len(message) < _PREFIX.size or message[:4] != MAGIC:
        raise ValueError(f"expected a message that starts with {MAGIC!r}; got {message[:4]!r}")
    _, version, length = _PREFIX.unpack_from(message)
    if version != VERSION:
        raise ValueError(f"expected version {VERSION} of the message layout; got {version}")
    header = json.loads(message[_PREFIX.size : _PREFIX.size + length])
    body = memoryview(message)[_PREFIX.size + length :]
    arrays = {name: _array(body, **place) for name, place in header.pop("arrays").items()}
    return Message(header, arrays)


def _array(body: memoryview, *, type: str, shape: list[int], offset: int) -> NDArray[Any]:  # noqa: A002
    dtype = np.dtype(type).newbyteorder("<")
    return np.frombuffer(body, dtype, count=int(np.prod(shape)), offset=offset).reshape(shape)


def _message(header: Mapping[str, Any], arrays: Arrays) -> bytes:
    body = bytearray()
    places = {}
    for name, array in arrays.items():
        kind = array.dtype.name if array.dtype.name in _TYPES else "float32"
        places[name] = {"type": kind, "shape": array.shape, "offset": len(body)}
        body += np.ascontiguousarray(array, np.dtype(kind).newbyteorder("<")).tobytes()
    text = json.dumps({**header, "arrays": places}, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    return _PREFIX.pack(MAGIC, VERSION, len(text)) + text + bytes(body)
