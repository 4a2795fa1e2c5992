"""Pasted text to scores: lists, label-score pairs, JSON, and what NumPy and PyTorch print.

The text is only ever *read*: nothing in it is evaluated, and every reader takes time proportional to its
length. Where a text has two readings ("2,0 1,0": two numbers or four?) it is refused together with the way to
write it clearly, because a wrong guess would be shown as the learner's own numbers.
"""

from __future__ import annotations

import json
from typing import Any

from softviz.scores.lines import scores_from_lines
from softviz.scores.printouts import scores_from_array, scores_from_mapping, with_plain_scalars
from softviz.scores.scores import Scores
from softviz.scores.tables import check_cells, table_from_json

MAX_BYTES = 5 * 1024 * 1024


def parse_scores(text: str) -> Scores:
    """Scores from pasted text.

    Reads ``2.0, 1.0, 0.1`` · one score a line · ``cat 2.0``, ``cat: 2.0``, ``cat, 2.0`` or a tab, one
    pair a line · ``cat 2.0, dog 1.0`` · a line of labels over a line of scores · a JSON list or object ·
    ``tensor([2.0, 1.0], device='cuda:0')``, ``array([2. , 1. ], dtype=float32)``, ``[2. 1. 0.1]`` over
    several lines · ``{'cat': 2.0}`` as Python prints it · ``2,0; 1,0; 0,1``.

    Raises:
        ValueError: A sentence with what was expected and what came; what came is quoted: show it as plain
            text.
    """
    check_size(len(text))
    check_size(len(text.encode("utf-8", "surrogatepass")))
    stripped = text.strip().removeprefix("\ufeff").strip()
    if not stripped:
        raise ValueError("Expected at least two scores, such as 2.0, 1.0, 0.1; got nothing.")
    plain = with_plain_scalars(stripped)
    for read in (_from_json, scores_from_array, scores_from_mapping):
        scores = read(plain)
        if scores is not None:
            return scores
    return scores_from_lines(plain)


def check_size(size: int) -> None:
    """Refuse more bytes (or characters) than a paste or a file may have."""
    if size > MAX_BYTES:
        raise ValueError(f"Expected at most {MAX_BYTES >> 20} MB; got {size / (1 << 20):,.1f} MB.")


def read_json(text: str) -> Any:
    """A JSON document. Raises ValueError for text that is not JSON, or that nests or goes on without end."""
    check_cells(text.count(",") + 1)
    try:
        return json.loads(text, parse_int=float)
    except RecursionError:
        raise ValueError("Expected a list or an object of scores; got brackets nested too deep.") from None


def _from_json(text: str) -> Scores | None:
    if text[0] not in "[{":
        return None
    try:
        document = read_json(text)
    except json.JSONDecodeError:
        return None
    return table_from_json(document).only_row()
