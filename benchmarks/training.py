"""Training steps a second, against torch eager and scikit-learn, in one run on one thread.

Written to ``training.md``. All do the same step: gather a shuffled batch, forward, cross-entropy, backward, plain SGD
on a tanh network.
"""

import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

from benchmarks.machine import setting, write_table
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import Dataset, load_dataset
from softviz.training.learner import NumpyLearner, batch_order
from softviz.training.recording import joined, train

ROUNDS = 15
SECONDS_EACH = 0.06
"""Each candidate runs this long in each round; short turns let all of them feel the same disturbances."""

Advance = Callable[[int], object]

SETTINGS = {
    "2-16-3, batch 32": TrainingConfig(examples=2_000, width=16, batch_size=32),
    "2-16-3, batch 512": TrainingConfig(examples=2_000, width=16, batch_size=512),
    "digits 64-32-10, batch 32": TrainingConfig(dataset="digits", width=32, batch_size=32),
}


@dataclass(frozen=True)
class Row:
    """One setting: median steps a second by candidate, and medians of ratios taken within a round."""

    name: str
    rates: dict[str, float]
    ratios: dict[str, float]


def candidates(config: TrainingConfig) -> dict[str, Advance]:
    """Everything that is compared, each as a function that takes a number of steps."""
    config = TrainingConfig(**{**vars(config), "optimizer": "sgd", "learning_rate": 0.05})
    dataset = load_dataset(config)
    return {
        "softviz": NumpyLearner(config, dataset).advance,
        "softviz float32": NumpyLearner(config, dataset, np.float32).advance,
        "torch": torch_eager(config, dataset, torch.float32),
        "torch float64": torch_eager(config, dataset, torch.float64),
        "scikit-learn": partial_fit(config, dataset),
    }


def torch_eager(config: TrainingConfig, dataset: Dataset, dtype: torch.dtype) -> Advance:
    """The usual torch loop."""
    inputs = torch.as_tensor(dataset.features[dataset.train], dtype=dtype)
    labels = torch.as_tensor(dataset.labels[dataset.train])
    order = batch_order(len(labels), config.batch_size, seed=0)
    model = torch.nn.Sequential(
        torch.nn.Linear(inputs.shape[1], config.width),
        torch.nn.Tanh(),
        torch.nn.Linear(config.width, dataset.classes),
    ).to(dtype)
    optimizer = torch.optim.SGD(model.parameters(), lr=config.learning_rate)

    def advance(steps: int) -> None:
        for _ in range(steps):
            rows = torch.from_numpy(next(order))
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(inputs[rows]), labels[rows]).backward()
            optimizer.step()

    return advance


def partial_fit(config: TrainingConfig, dataset: Dataset) -> Advance:
    """scikit-learn's one pass over one batch."""
    inputs, labels = dataset.features[dataset.train], dataset.labels[dataset.train]
    order = batch_order(len(labels), config.batch_size, seed=0)
    model = MLPClassifier(
        (config.width,),
        activation="tanh",
        solver="sgd",
        alpha=0.0,
        momentum=0.0,
        batch_size=config.batch_size,
        learning_rate_init=config.learning_rate,
        random_state=0,
    )
    model.partial_fit(inputs[: config.batch_size], labels[: config.batch_size], classes=np.arange(dataset.classes))

    def advance(steps: int) -> None:
        for _ in range(steps):
            rows = next(order)
            model.partial_fit(inputs[rows], labels[rows])

    return advance


def rate(advance: Advance, steps: int) -> float:
    """Steps a second of processor time, which other work on the machine disturbs least."""
    start = time.process_time()
    advance(steps)
    return steps / (time.process_time() - start)


def compare(name: str, config: TrainingConfig) -> Row:
    """Measure all candidates of one setting by turns."""
    runs = candidates(config)
    turns = {key: max(2, int(rate(advance, 20) * SECONDS_EACH)) for key, advance in runs.items()}
    rates: dict[str, list[float]] = {key: [] for key in runs}
    for _ in range(ROUNDS):
        for key, advance in runs.items():
            rates[key].append(rate(advance, turns[key]))
    ours = rates["softviz"]
    ratios = {peer: median(a / b for a, b in zip(ours, theirs, strict=True)) for peer, theirs in rates.items()}
    ratios["like for like"] = median(a / b for a, b in zip(rates["softviz float32"], rates["torch"], strict=True))
    return Row(name, {key: median(values) for key, values in rates.items()}, ratios)


def recorded_run(config: TrainingConfig) -> str:
    """How long a whole default run takes with everything that is recorded, and its first chunk."""
    dataset = load_dataset(config)
    start = time.process_time()
    chunks = train(config, dataset)
    first = next(chunks)
    first_after = time.process_time() - start
    run = joined([first, *chunks])
    whole = time.process_time() - start
    return (
        f"| {config.dataset}, {config.steps:,} steps | {first_after * 1e3:.0f} ms | {whole:.2f} s "
        f"| {len(run):,} | {run.nbytes / 2**20:.1f} MiB |"
    )


def table(rows: list[Row]) -> str:
    """The results as Markdown."""
    lines = [
        "# Training steps a second",
        "",
        setting("numpy", "torch", "scikit-learn") + " One thread; medians of paired ratios, candidates by turns.",
        "Seconds are of processor time. A step gathers a shuffled batch, runs forward and backward, and updates (SGD). "
        "softviz trains in float64; float32 is measured because it is torch's default.",
        "",
        "| network | softviz | softviz float32 | torch | torch float64 | scikit-learn partial_fit "
        "| softviz / torch | float32 / torch | softviz / torch float64 | softviz / scikit-learn |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        rates = " | ".join(f"{value:,.0f}" for value in row.rates.values())
        keys = ("torch", "like for like", "torch float64", "scikit-learn")
        lines.append(f"| {row.name} | {rates} | " + " | ".join(f"{row.ratios[key]:.1f}x" for key in keys) + " |")
    lines += [
        "",
        "A run with everything that is recorded:",
        "",
        "| run | first chunk | whole run | kept steps | bytes |",
    ]
    lines += ["|---|---|---|---|---|"]
    lines += [
        recorded_run(TrainingConfig()),
        recorded_run(TrainingConfig(dataset="digits", width=32)),
        recorded_run(TrainingConfig(steps=100_000)),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and store the table."""
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    with threadpool_limits(1):
        write_table("training", table([compare(name, config) for name, config in SETTINGS.items()]))
