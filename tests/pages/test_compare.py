"""The compare page without a browser."""

import pytest
from streamlit.testing.v1 import AppTest

from softviz.components.map_board import FEWEST_MAPS, MOST_MAPS, read_edit
from softviz.core.registry import MAPPINGS
from softviz.state import Exploration
from softviz.studies.comparison import Pictures
from tests.pages.conftest import RunPage
from tests.pages.on_page import captions, press, sent, tables


def record(app: AppTest) -> Exploration:
    return app.session_state["softviz:record:Exploration"]


def measures(app: AppTest) -> dict[str, list[str]]:
    """The table under the board, by the maps' names."""
    return {row[0]: list(row[1:]) for row in tables(app)[0].itertuples(index=False)}


def headings(app: AppTest) -> list[str]:
    return [heading.value for heading in app.header]


def test_a_first_visit_compares_the_four_of_the_texts(run_page: RunPage) -> None:
    app = run_page("compare")
    assert not app.exception
    assert not app.warning
    table = measures(app)
    assert list(table) == ["Softmax", "Sigmoid", "Sparsemax", "α-entmax (α = 1.5)"]
    assert table["Softmax"] == ["1.00", "0.659", "3", "0.847", "0", "0"]
    assert table["Sigmoid"][-1] == "not a distribution"
    assert "Three classes" in headings(app)


def test_a_link_with_maps_and_parameters_opens_the_same(run_page: RunPage) -> None:
    app = run_page(
        "compare", maps="entmax,taylor,top_k,softmax", entmax__alpha="2.5", taylor__order="6", T="0.5", unit="bits",
        path="third", second="2.5",
    )  # fmt: skip
    assert not app.exception
    assert not app.warning
    assert record(app).parameters == (("entmax.alpha", 2.5), ("taylor.order", 6.0))
    assert app.session_state["softviz:record:Pictures"] == Pictures(path="third", second=2.5)
    board = sent(app, "softviz_map_board")[0]
    assert board["chosen"] == ["entmax", "taylor", "top_k", "softmax"]
    assert board["parameters"]["entmax"] == {"alpha": 2.5}
    assert app.query_params["entmax.alpha"] == "2.5"


def test_every_registered_map_can_be_chosen_on_the_board(run_page: RunPage) -> None:
    board = sent(run_page("compare"), "softviz_map_board")[0]
    assert [entry["key"] for entry in board["catalogue"]] == list(MAPPINGS)
    assert set(board["parameters"]) == set(MAPPINGS)


@pytest.mark.parametrize("count", [FEWEST_MAPS, MOST_MAPS])
def test_the_board_offers_as_many_maps_as_the_record_takes(count: int) -> None:
    keys = list(MAPPINGS)
    assert Exploration(maps=tuple(keys[:count]))
    with pytest.raises(ValueError, match="different ones"):
        Exploration(maps=tuple(keys[: count - 1 if count == FEWEST_MAPS else count + 1]))


def test_a_moved_widget_changes_the_page_and_the_link(run_page: RunPage) -> None:
    app = run_page("compare")
    app.slider(key="Pictures:second").set_value(3.0).run()
    assert not app.exception
    assert app.query_params["second"] == "3"
    assert any("The second score is 3.00" in caption for caption in captions(app))


def test_what_the_board_settles_on_is_in_the_record_and_the_link(run_page: RunPage) -> None:
    edit = {
        "scores": [2.0, 1.5, 0.1], "positions": [0, 1, 2], "temperature": "Infinity", "chosen": ["softmax", "gaussian"],
        "parameters": {"gaussian": {"centre": 1.5}, "top_k": {"k": 2}},
    }  # fmt: skip
    read = read_edit(edit, Exploration().scores)
    settled = Exploration().changed(
        own=read.scores, temperature=read.temperature, maps=read.maps, parameters=read.parameters
    )
    assert settled.parameters == (("gaussian.centre", 1.5),)
    app = run_page("compare", **{key.replace(".", "__"): value for key, value in settled.to_query().items()})
    assert record(app) == settled
    assert measures(app)["Softmax"][1] == "0.333"


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ({"maps": "softmax,maxpool"}, "maxpool"),
        ({"maps": "softmax"}, "2 to 6"),
        ({"maps": "softmax,softmax"}, "2 to 6"),
        ({"maps": ",".join(list(MAPPINGS)[:7])}, "2 to 6"),
        ({"entmax__alpha": "4.5"}, "entmax\\.alpha must be in \\[1, 4\\]"),
        ({"entmax__alpha": "nan"}, "alpha"),
        ({"taylor__order": "3", "maps": "softmax,taylor"}, "taylor\\.order must be one of 2, 4"),
        ({"T": "-1"}, "T must be in"),
        ({"path": "<script>"}, "path must be one of"),
        ({"second": "1e9"}, "second must be in"),
    ],
)
def test_a_hostile_link_falls_back_and_says_so(run_page: RunPage, query: dict[str, str], complaint: str) -> None:
    app = run_page("compare", **query)
    assert not app.exception
    assert len(app.warning) == 1
    assert complaint.replace("\\", "") in app.warning[0].value.replace("\\", "")
    assert len(measures(app)) >= 2


@pytest.mark.parametrize("T", ["0", "inf", "5e-324"])
@pytest.mark.parametrize("maps", [list(MAPPINGS)[:6], list(MAPPINGS)[6:12], list(MAPPINGS)[12:]])
def test_every_map_takes_every_temperature(run_page: RunPage, T: str, maps: list[str]) -> None:
    app = run_page("compare", maps=",".join(maps), T=T, z="1000000,-1000000,0")
    assert not app.exception
    assert not app.warning


def test_two_classes_have_no_triangle(run_page: RunPage) -> None:
    app = run_page("compare", z="2,0")
    assert not app.exception
    assert "Which scores lose a class" not in headings(app)
    assert any("A triangle needs three classes" in text.value for text in app.markdown)


def test_many_classes_are_limited_to_the_head_and_it_is_said(run_page: RunPage) -> None:
    app = run_page("compare", preset="token-paris")
    assert not app.exception
    board = sent(app, "softviz_map_board")[0]
    assert len(board["scores"]) == 10
    assert board["rest"]["label"] == "49,142 others"
    said = " ".join(captions(app))
    assert "your three largest scores alone" in said
    assert "the 8 largest scores of 49,152" in said


def test_a_guess_is_answered_with_the_numbers(run_page: RunPage) -> None:
    app = run_page("compare", maps="softmax,sigmoid")
    guess = next(group for group in app.segmented_control if "Which column changes most?" in group.label)
    guess.set_value("Softmax").run()
    assert not app.exception
    assert any(text.value.startswith("You said Softmax; it is Sigmoid.") for text in app.markdown)


def test_labels_with_markup_stay_text(run_page: RunPage) -> None:
    app = run_page("compare", z="3,2,1,0", labels="<b>x</b>,*y*,$z$,w")
    assert not app.exception
    assert not any("<b>" in caption.value.replace("\\<b\\>", "") for caption in app.caption)


def test_alpha_one_is_softmax_and_alpha_two_is_sparsemax(run_page: RunPage) -> None:
    for place, twin in ((0, "Softmax"), (1, "Sparsemax")):
        app = run_page("compare")
        press(app, place)
        table = measures(app)
        (entmax,) = (values for name, values in table.items() if name.startswith("α"))
        assert entmax == table[twin]
