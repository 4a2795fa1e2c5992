"""Take a run away as a script that calls softviz itself, and so ends at the recording's own numbers."""

from __future__ import annotations

import dataclasses

from softviz.training.configuration import OWN_TABLE, TrainingConfig
from softviz.training.datasets import Examples
from softviz.training.script_data import packed

_REPORT = """
def report(run, place):
    print(f"step {run.steps[place]}")
    for name, losses, accuracies in (
        ("train", run.train_loss, run.train_accuracy),
        ("held-out", run.held_out_loss, run.held_out_accuracy),
    ):
        print(f"    {name} loss {float(losses[place])!r}, accuracy {float(accuracies[place])!r}")


for place in range(0, len(run) - 1, max(1, len(run) // 10)):
    report(run, place)
report(run, -1)
"""


def softviz_script(config: TrainingConfig, own: Examples | None = None) -> str:
    """Write a run as a script that needs softviz on its path.

    Args:
        config: The run.
        own: The learner's table, for ``config.dataset == "table"``.

    Raises:
        ValueError: the table is missing, or too large to be packed into a script.
    """
    if config.dataset != OWN_TABLE:
        return _script(config, imports="", table="", data="config")
    if own is None:
        raise ValueError("expected a table to train on; got none")
    return _script(config, imports=_TABLE_IMPORTS, table=_table(own), data="config, own")


def _script(config: TrainingConfig, *, imports: str, table: str, data: str) -> str:
    return f"""\
# The same run by softviz itself, to the last digit. Start it with softviz on the path.

{imports}from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import {"Examples, " if table else ""}load_dataset
from softviz.training.recording import joined, train

{table}config = TrainingConfig({_choices(config)})
run = joined(train(config, load_dataset({data})))

{_REPORT}"""


def _choices(config: TrainingConfig) -> str:
    """Whatever differs from the default run, an argument a line."""
    changed = [
        f"    {field.name}={getattr(config, field.name)!r},\n"
        for field in dataclasses.fields(config)
        if getattr(config, field.name) != field.default
    ]
    return "\n" + "".join(changed) if changed else ""


_TABLE_IMPORTS = "import base64\nimport io\n\nimport numpy as np\n\n"


def _table(own: Examples) -> str:
    return f"""\
DATA = '''
{packed(own)}
'''
rows = np.load(io.BytesIO(base64.b85decode("".join(DATA.split()))))
own = Examples(
    rows["features"].astype(float), rows["labels"].astype(int), {own.class_names!r}, {own.feature_names!r}
)
"""
