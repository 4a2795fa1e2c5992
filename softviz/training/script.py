"""Take a run away as a short PyTorch script: same data, same first weights, same batches.

The script needs torch and NumPy, runs as it is, and ends at the recording's own numbers up to rounding. Toy
data are drawn by the very functions of toy.py and datasets.py, whose source it carries; other data are packed
into it.
"""

from __future__ import annotations

import ast
import base64
import inspect
import io
import textwrap
from collections.abc import Callable
from typing import cast

import numpy as np

from softviz.training.architecture import NORM_EPSILON, Architecture
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import (
    EXAMPLES_STREAM,
    FARTHEST,
    LABEL_NOISE_STREAM,
    SPLIT_STREAM,
    Examples,
    held_out_rows,
    load_examples,
    moved_labels,
    scaling,
)
from softviz.training.evaluation import SHOWN_ROWS
from softviz.training.learner import BATCH_STREAM, WEIGHTS_STREAM
from softviz.training.toy import SHAPES

MOST_PACKED_BYTES = 4 * 2**20
"""A table that packs into more than this does not go into a script."""

_ACTIVATIONS = {
    "tanh": "torch.nn.Tanh()",
    "relu": "torch.nn.ReLU()",
    "sigmoid": "torch.nn.Sigmoid()",
    "maxout": "Maxout()",
}

_MAXOUT = """
class Maxout(torch.nn.Module):
    def forward(self, sums):
        first, second = sums.chunk(2, dim=1)
        return torch.maximum(first, second)
"""

_SPARSEMAX = """
def sparsemax(logits):
    counts = torch.arange(1, logits.shape[1] + 1)
    sums = logits.sort(dim=1, descending=True).values.cumsum(dim=1)
    return torch.clamp(logits - ((sums - 1) / counts).amax(dim=1, keepdim=True), min=0)
"""

_BATCHES = """
def batches(rows, size, rng):
    while True:
        order = rng.permutation(rows)
        for start in range(0, rows - size + 1, size):
            yield order[start : start + size]
"""

_REPORT = f"""
def report(step, model, x, y, train, held_out):
    model.eval()
    print(f"step {{step}}")
    for name, rows in (("train", train[:{SHOWN_ROWS}]), ("held-out", held_out[:{SHOWN_ROWS}])):
        with torch.no_grad():
            logits = model(x[rows])
        accuracy = (logits.argmax(dim=1) == y[rows]).double().mean()
        print(f"    {{name}} loss {{loss_of(logits, y[rows]):.9f}}, accuracy {{accuracy:.4f}}")
    model.train()
"""

_PINNED = """
with torch.no_grad():
    model[-1].weight[-1] = 0
for parameter in model[-1].parameters():
    parameter.register_hook(lambda gradient: torch.cat([gradient[:-1], torch.zeros_like(gradient[-1:])]))
"""

_FROZEN = """
for parameter in model[:-1].parameters():
    parameter.requires_grad_(False)
"""


def pytorch_script(config: TrainingConfig, own: Examples | None = None) -> str:
    """Write a run as a PyTorch script.

    Args:
        config: The run.
        own: The learner's table, for ``config.dataset == "table"``.

    Raises:
        ValueError: the table is missing, or too large to be packed into a script.
    """
    examples = load_examples(config, own)
    parts = [
        _heading(config),
        _data_functions(config),
        _MAXOUT if config.activation == "maxout" and config.hidden_layers else "",
        _SPARSEMAX if config.loss == "sparsemax" else "",
        _loss(config, len(examples.class_names)),
        _BATCHES,
        _REPORT,
        _main(config, examples),
        "" if config.is_toy else f"\nDATA = '''\n{packed(examples)}\n'''\n",
        '\nif __name__ == "__main__":\n    main()\n',
    ]
    return "\n".join(part.strip("\n") + "\n\n" for part in parts if part).rstrip("\n") + "\n"


def _heading(config: TrainingConfig) -> str:
    imports = "" if config.is_toy else "import base64\nimport io\n\n"
    return f"""
# A classifier on {config.dataset}, trained step by step as softviz trains it. Needs torch and numpy.

{imports}import numpy as np
import torch

torch.set_default_dtype(torch.float64)
"""


def _data_functions(config: TrainingConfig) -> str:
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


def _loss(config: TrainingConfig, classes: int) -> str:
    head = "\ndef loss_of(logits, labels):\n"
    if config.loss == "cross_entropy":
        smoothing = f", label_smoothing={config.label_smoothing!r}" if config.label_smoothing else ""
        return f"{head}    return torch.nn.functional.cross_entropy(logits, labels{smoothing})\n"
    targets = f"torch.nn.functional.one_hot(labels, {classes})"
    if config.label_smoothing:
        targets = f"{1 - config.label_smoothing!r} * {targets} + {config.label_smoothing / classes!r}"
    if config.loss == "squared_error":
        value = "    return ((torch.softmax(logits, dim=1) - y) ** 2).sum(dim=1).mean() / 2\n"
    else:
        value = "    p = sparsemax(logits)\n    return ((p - y) * logits - (p**2 - y**2) / 2).sum(dim=1).mean()\n"
    return f"{head}    y = {targets}\n{value}"


def _main(config: TrainingConfig, examples: Examples) -> str:
    architecture = Architecture.of(config, examples.features.shape[1], len(examples.class_names))
    parts = [
        _examples(config),
        _split(config),
        _label_noise(config, architecture.classes),
        _standardised(examples),
        _model(architecture),
        _first_weights(config, architecture),
        _PINNED if config.pin_last_logit else "",
        _FROZEN if config.freeze_hidden else "",
        _loop(config),
    ]
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


def _standardised(examples: Examples) -> str:
    return f"""
mean, scale = scaling(features[train], shared={examples.image_shape is not None})
x = torch.from_numpy(np.clip((features - mean) / scale, {-FARTHEST!r}, {FARTHEST!r}))
y = torch.from_numpy(labels)
"""


def _model(architecture: Architecture) -> str:
    modules = []
    *hidden, head = architecture.layers
    for layer in hidden:
        bias = ", bias=False" if layer.normalised else ""
        modules.append(f"torch.nn.Linear({layer.inputs}, {layer.rows}{bias})")
        if layer.normalised:
            modules.append(f"torch.nn.BatchNorm1d({layer.rows}, eps={NORM_EPSILON!r})")
        modules.append(_ACTIVATIONS[architecture.activation])
    modules.append(f"torch.nn.Linear({head.inputs}, {head.units})")
    return "model = torch.nn.Sequential(\n" + "".join(f"    {module},\n" for module in modules) + ")\n"


def _first_weights(config: TrainingConfig, architecture: Architecture) -> str:
    return f"""
rng = np.random.default_rng([{config.seed}, {WEIGHTS_STREAM}])
with torch.no_grad():
    for layer in model:
        if isinstance(layer, torch.nn.Linear):
            gain = 1.0 if layer is model[-1] else {architecture.gain!r}
            deviation = {config.initial_scale!r} * np.sqrt(gain / layer.in_features)
            layer.weight.copy_(torch.from_numpy(deviation * rng.standard_normal(layer.weight.shape)))
            if layer.bias is not None:
                layer.bias.zero_()
"""


def _loop(config: TrainingConfig) -> str:
    return f"""
learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
optimizer = {_optimizer(config)}
rng = np.random.default_rng([{config.seed}, {BATCH_STREAM}])
stream = batches(train.size, min({config.batch_size}, train.size), rng)
for step in range({config.steps}):
    if step % {max(1, config.steps // 10)} == 0:
        report(step, model, x, y, train, held_out)
    rows = train[next(stream)]
    optimizer.zero_grad()
    loss_of(model(x[rows]), y[rows]).backward()
    optimizer.step()
report({config.steps}, model, x, y, train, held_out)
"""


def _optimizer(config: TrainingConfig) -> str:
    options = f"lr={config.learning_rate!r}"
    if config.optimizer == "momentum":
        options += f", momentum={config.momentum!r}"
    if config.weight_decay:
        options += f", weight_decay={config.weight_decay!r}"
    return f"torch.optim.{'Adam' if config.optimizer == 'adam' else 'SGD'}(learning, {options})"


def packed(examples: Examples) -> str:
    """Write examples as text that a script can carry."""
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
