"""What every script of a run begins with: the same data, split and scaled as the recording had them, and its batches.

Toy data are drawn by the very functions of toy.py and datasets.py, whose source a script carries; other data are
packed into it.
"""

from __future__ import annotations

import ast
import base64
import inspect
import io
import textwrap
from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import (
    EXAMPLES_STREAM,
    FARTHEST,
    LABEL_NOISE_STREAM,
    SPLIT_STREAM,
    Examples,
    held_out_rows,
    moved_labels,
    scaling,
)
from softviz.training.toy import SHAPES

MOST_PACKED_BYTES = 4 * 2**20
"""A table that packs into more than this does not go into a script."""

BATCHES = """
def batches(rows, size, rng):
    while True:
        order = rng.permutation(rows)
        for start in range(0, rows - size + 1, size):
            yield order[start : start + size]
"""


def joined_parts(parts: Sequence[str], config: TrainingConfig, examples: Examples) -> str:
    """Put the parts of a script under one another, an empty one left out, with its data and its last lines."""
    data = "" if config.is_toy else f"\nDATA = '''\n{packed(examples)}\n'''\n"
    last = '\nif __name__ == "__main__":\n    main()\n'
    return "\n".join(part.strip("\n") + "\n\n" for part in [*parts, data, last] if part).rstrip("\n") + "\n"


def heading(config: TrainingConfig, needs: str, imports: str) -> str:
    """Say what the script is, and import what it needs."""
    unpacking = "" if config.is_toy else "import base64\nimport io\n\n"
    return f"""
# A classifier on {config.dataset}, trained step by step as softviz trains it. Needs {needs}.

{unpacking}{imports}
"""


def data_functions(config: TrainingConfig) -> str:
    """Write the functions that draw, split and scale the data."""
    functions: list[Callable[..., object]] = [SHAPES[config.dataset]] if config.is_toy else []
    functions.append(held_out_rows)
    if config.label_noise:
        functions.append(moved_labels)
    return "\n\n\n".join(_bare_source(function) for function in [*functions, scaling])


def _bare_source(function: Callable[..., object]) -> str:
    """A function's source without its annotations and docstring."""
    definition = cast(ast.FunctionDef, ast.parse(inspect.getsource(function)).body[0])
    definition.returns = None
    for argument in definition.args.args + definition.args.kwonlyargs:
        argument.annotation = None
    definition.body = definition.body[1:]
    return ast.unparse(definition)


def data_lines(config: TrainingConfig, examples: Examples) -> list[str]:
    """Write the lines that make scaled ``features``, ``labels``, and the row numbers ``train`` and ``held_out``."""
    return [
        _examples(config),
        _split(config),
        _label_noise(config, len(examples.class_names)),
        f"""
mean, scale = scaling(features[train], shared={examples.image_shape is not None})
features = np.clip((features - mean) / scale, {-FARTHEST!r}, {FARTHEST!r})
""",
    ]


def main_function(parts: Sequence[str]) -> str:
    """Put parts into a function ``main``, an empty one left out."""
    body = "\n".join(part.lstrip("\n") for part in parts if part)
    return "def main():\n" + textwrap.indent(body, " " * 4)


def _examples(config: TrainingConfig) -> str:
    if not config.is_toy:
        return """
packed = np.load(io.BytesIO(base64.b85decode("".join(DATA.split()))))
features, labels = packed["features"].astype(float), packed["labels"].astype(int)
"""
    return f"""
labels = np.arange({config.examples}) % {config.classes}
rng = np.random.default_rng([{config.data_seed}, {EXAMPLES_STREAM}])
features = {config.dataset}(labels, {config.classes}, {config.noise!r}, rng)
"""


def _split(config: TrainingConfig) -> str:
    return f"""
rng = np.random.default_rng([{config.data_seed}, {SPLIT_STREAM}])
held = held_out_rows(labels, {config.held_out!r}, rng)
order = rng.permutation(held.size)
train, held_out = order[~held[order]], order[held[order]]
"""


def _label_noise(config: TrainingConfig, classes: int) -> str:
    if not config.label_noise:
        return ""
    return f"""
rng = np.random.default_rng([{config.data_seed}, {LABEL_NOISE_STREAM}])
labels[train] = moved_labels(labels[train], {classes}, {config.label_noise!r}, rng)
"""


def packed(examples: Examples) -> str:
    """Write examples as text that a script can carry.

    Raises:
        ValueError: they pack into more than ``MOST_PACKED_BYTES``.
    """
    features = examples.features
    if np.array_equal(features, features.astype(np.uint8)):
        features = features.astype(np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, features=features, labels=examples.labels.astype(np.uint8))
    if buffer.tell() > MOST_PACKED_BYTES:
        raise ValueError(
            f"expected a table that packs into {MOST_PACKED_BYTES:,} bytes; got {buffer.tell():,}. "
            "Keep fewer rows or columns to take the run away as a script"
        )
    return "\n".join(textwrap.wrap(base64.b85encode(buffer.getvalue()).decode(), 100))
