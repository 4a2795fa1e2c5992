"""The story beside the live classifier says of a run what the run does, and no more."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page

from softviz.records.training_presets import PRESETS
from softviz.training.configuration import TrainingConfig
from softviz.training.datasets import load_dataset
from softviz.training.recording import Recording, joined, train

COMPONENTS = Path(__file__).parents[2] / "softviz" / "components"
SCRIPTS = ("elements.js", "stage.js", "training_player/story.js")
SCRIPT = "\n".join((COMPONENTS / name).read_text(encoding="utf-8") for name in SCRIPTS)
SETTINGS = {preset.name: preset.settings.config for preset in PRESETS}

TOO_LONG, BY_HEART = "the steps are too long", "by heart"


@pytest.fixture(scope="module")
def blank(browser: Browser) -> Any:
    context = browser.new_context()
    yield context.new_page()
    context.close()


@cache
def recorded(config: TrainingConfig) -> Recording:
    return joined(train(config, load_dataset(config)))


def stories(page: Page, config: TrainingConfig) -> list[str]:
    """What is told at every kept step, read in a drawn order as a handle does that is pulled back and forth."""
    run, names = recorded(config), load_dataset(config).class_names
    curves = np.stack([run.train_loss, run.held_out_loss, run.train_accuracy, run.held_out_accuracy], axis=-1)
    rows = [
        {"step": int(step), "curves": c.tolist(), "norms": n.tolist(), "errors": e.ravel().tolist(), "gradients": g}
        for step, c, n, e, g in zip(
            run.steps, curves, run.gradient_norms, run.class_errors,
            (gradients.ravel().tolist() for gradients in run.class_gradients), strict=True,
        )
    ]  # fmt: skip
    order = np.random.default_rng(5).permutation(len(run)).tolist()
    script = f"""([rows, classes, info, order]) => {{
      {SCRIPT}
      const run = {{ rows }}, told = [];
      for (const at of order) told[at] = tellStory(run, at, {{ classes }}, info).join(" ");
      return told;
    }}"""
    info = {"loss": config.loss, "pinned": config.pin_last_logit}
    told: list[str] = page.evaluate(script, json.loads(json.dumps([rows, list(names), info, order])))
    return told


def share(told: list[str], words: str) -> float:
    return sum(words in story for story in told) / len(told)


def test_a_pinned_logit_is_never_said_to_move(blank: Page) -> None:
    config = SETTINGS["Drop the last logit"]
    told, pinned = stories(blank, config), load_dataset(config).class_names[-1]
    named = [story for story in told if story.startswith(f"Rows of {pinned} ")]
    assert len(named) > len(told) / 2, "the pinned class is the worst of most steps"
    assert all("the step lowers the second logit there; the first is pinned at 0." in story for story in named)
    others = [story for story in told if re.search(f"too much {pinned}:", story)]
    assert others
    assert all("the step raises the first logit there; the second is pinned at 0." in story for story in others)


def test_where_nothing_is_pinned_both_logits_move(blank: Page) -> None:
    told = stories(blank, SETTINGS["Read digits"])
    assert share(told, "pinned") == 0
    assert share(told, "the step raises the first logit there and lowers the second") > 0.9


@pytest.mark.parametrize(
    "name",
    [
        "Learn with batch norm",
        "Learn without batch norm",
        "Let the classes overlap",
        "Drop the last logit",
        "Read digits",
    ],
)
def test_a_run_that_learns_the_shape_is_warned_of_nothing(blank: Page, name: str) -> None:
    told = stories(blank, SETTINGS[name])
    assert share(told, TOO_LONG) == 0
    assert share(told, BY_HEART) == 0


def test_steps_that_overshoot_are_called_too_long_and_nothing_is_learned_by_heart(blank: Page) -> None:
    told = stories(blank, SETTINGS["Take too large a step"])
    assert share(told, TOO_LONG) > 0.4
    assert share(told, BY_HEART) == 0


def test_rows_learned_by_heart_are_named_once_held_out_loss_has_turned_and_not_before(blank: Page) -> None:
    config = SETTINGS["Mislabel a third"]
    told, run = stories(blank, config), recorded(config)
    first = next(i for i, story in enumerate(told) if BY_HEART in story)
    assert share(told[-50:], BY_HEART) > 0.9
    assert share(told, TOO_LONG) == 0
    assert run.held_out_loss[first] > run.train_loss[first]
    assert run.train_accuracy[first] > run.held_out_accuracy[first]
