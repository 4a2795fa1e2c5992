"""How scores get in: presets, pasted text and uploaded files, each ending in one checked `Scores`."""

from softviz.scores.presets import DEFAULT_PRESET, PRESETS, Preset, load_preset, presets_by_group
from softviz.scores.scores import MAX_CLASSES, MAX_LABEL, MAX_MAGNITUDE, MIN_CLASSES, Scores, clean_label

__all__ = [
    "DEFAULT_PRESET",
    "MAX_CLASSES",
    "MAX_LABEL",
    "MAX_MAGNITUDE",
    "MIN_CLASSES",
    "PRESETS",
    "Preset",
    "Scores",
    "clean_label",
    "load_preset",
    "presets_by_group",
]
