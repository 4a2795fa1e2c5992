import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from softviz.core import logsumexp, softmax
from softviz.scores import DEFAULT_PRESET, PRESETS, Scores, load_preset, presets_by_group
from softviz.scores.presets import (
    CLASSIFIER,
    DATA,
    HEAD,
    LANGUAGE_MODEL,
    TEXTBOOK,
    head_and_rest,
    visible_prompt,
    visible_token,
)

VOCABULARY = 49_152
TOKEN_ROWS = json.loads((DATA / "next_token.json").read_text(encoding="utf-8"))
TOKEN_KEYS = [key for key, preset in PRESETS.items() if preset.group == LANGUAGE_MODEL]
IMAGE_KEYS = [key for key, preset in PRESETS.items() if preset.group == CLASSIFIER]


def _entropy(values):
    log_probabilities = values - logsumexp(values)
    return -np.sum(np.exp(log_probabilities) * log_probabilities)


@pytest.mark.parametrize("key", PRESETS)
def test_every_preset_loads_and_says_whose_numbers_it_holds(key):
    preset = PRESETS[key]
    assert isinstance(preset.load(), Scores)
    assert preset.load() is preset.load()
    assert preset.key == key
    assert preset.name
    assert preset.note.endswith(".")
    assert preset.credit.endswith(".")


def test_the_textbook_comes_first():
    assert next(iter(PRESETS)) == DEFAULT_PRESET
    assert load_preset(DEFAULT_PRESET) == Scores.of([2.0, 1.0, 0.1], ["cat", "dog", "bird"])


def test_the_textbook_presets_are_what_their_names_say():
    tie, giant, equal = (load_preset(key).values for key in ("tie", "giant", "equal"))
    assert np.sum(tie == tie.max()) == 2
    assert softmax(giant).max() > 0.999
    assert np.ptp(equal) == 0


def test_presets_cannot_be_changed():
    with pytest.raises(TypeError):
        PRESETS["mine"] = PRESETS["tie"]


def test_an_unknown_preset_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^Expected the key of a preset, such as 'textbook'; got 'nothing'\.$"):
        load_preset("nothing")


def test_every_preset_stands_in_one_group_in_the_same_order():
    groups = presets_by_group()
    assert next(iter(groups)) == TEXTBOOK
    assert [preset for members in groups.values() for preset in members] == list(PRESETS.values())


def test_names_are_unique_within_a_group():
    for members in presets_by_group().values():
        assert len({preset.name for preset in members}) == len(members)


def test_each_prompt_of_the_data_has_a_preset_in_the_order_of_the_matrix():
    assert [PRESETS[key].name for key in TOKEN_KEYS] == [visible_prompt(prompt) for prompt in TOKEN_ROWS]


@pytest.mark.parametrize(("key", "row"), [*zip(TOKEN_KEYS, TOKEN_ROWS.values(), strict=True)], ids=TOKEN_KEYS)
def test_the_whole_vocabulary_agrees_with_the_sums_stored_beside_it(key, row):
    values = load_preset(key).values
    assert values.size == VOCABULARY
    assert np.all(np.diff(values) <= 0)
    # The head is stored to 3 decimals (5e-4 at most), the tail in float16: half a step is 2**-7 for scores up
    # to 32, but its signs cancel over 48,896 tokens.
    assert logsumexp(values) == pytest.approx(row["lse"], abs=1e-3)
    # The same errors, weighted by -log p (5 on average here), and the stored entropy has 3 decimals.
    assert _entropy(values) == pytest.approx(row["entropy"], abs=2e-3)


def test_known_tokens_show_their_spaces_and_the_others_their_rank():
    labels = load_preset("token-paris").labels
    assert labels[0] == "␣Paris"
    assert labels[256] == "rank 257"
    assert labels[-1] == "rank 49,152"


def test_a_token_shows_what_cannot_be_seen():
    assert visible_token(" a\n\t b\u00a0") == "␣a↵⇥␣b␣"
    assert visible_prompt("def f(x):\n    return") == "def f(x): ↵ return …"


@pytest.mark.parametrize("key", TOKEN_KEYS + IMAGE_KEYS)
def test_the_top_eight_keep_the_probabilities_they_have_among_all(key):
    whole, small = load_preset(key), load_preset(f"{key}-top8")
    assert len(small) == HEAD + 1
    top = np.sort(softmax(whole.values))[::-1][:HEAD]
    # Two sums of up to 49,152 terms in different order, through exp and log: some ulp each, below 1e-12.
    np.testing.assert_allclose(softmax(small.values)[:HEAD], top, rtol=1e-12)


def test_the_rest_says_how_many_classes_it_gathers():
    small = head_and_rest(Scores.of(np.arange(13.0)), head=5)
    assert small.labels == ("class 13", "class 12", "class 11", "class 10", "class 9", "8 others")


@pytest.mark.parametrize("key", IMAGE_KEYS)
def test_an_image_has_a_thousand_classes_with_names_of_their_own(key):
    scores = load_preset(key)
    assert len(scores) == 1000
    assert len(set(scores.labels)) == 1000
    assert not any("," in label for label in scores.labels)


@pytest.mark.parametrize(
    ("key", "winner"),
    [
        ("image-coffee", "espresso"),
        ("image-cat", "tiger cat"),
        ("image-palace", "palace"),
        ("image-flower", "daisy"),
        ("image-rocket", "missile"),
        ("token-canberra", "␣Sydney"),
        ("token-night", "␣night"),
    ],
)
def test_the_winner_is_the_one_that_the_note_speaks_of(key, winner):
    scores = load_preset(key)
    assert scores.labels[int(scores.values.argmax())] == winner


def test_the_credits_travel_with_the_data():
    account = (DATA / "README.md").read_text(encoding="utf-8")
    for words in ("SmolLM2-135M-Instruct", "EfficientNet-Lite0", "Apache-2.0", "CC0", "CC BY 2.0", "MIT"):
        assert words in account


def test_importing_the_presets_reads_no_data_and_a_textbook_preset_needs_none():
    program = (
        "import sys; opened = []\n"
        "sys.addaudithook(lambda event, what: opened.append(str(what[0])) if event == 'open' else None)\n"
        "from softviz.scores import load_preset; load_preset('textbook')\n"
        "before = [name for name in opened if 'next_token' in name or 'image_logits' in name]\n"
        "load_preset('image-cat')\n"
        "assert any('image_logits' in name for name in opened)\n"
        "assert not before and not any('next_token' in name for name in opened), opened\n"
        "assert not {'pandas', 'torch', 'scipy', 'streamlit'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parents[2])
