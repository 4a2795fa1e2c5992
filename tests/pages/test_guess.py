"""Every page with a surprise asks first, and answers with its own numbers."""

import pytest

from tests.pages.conftest import RunPage

QUESTIONS = {
    "home": "shift",
    "temperature": "doubling",
    "gradients": "vanishing",
    "stability": "winner:float32",
    "training": "error-sum",
}


@pytest.mark.parametrize("page", QUESTIONS)
def test_exactly_one_answer_is_right(run_page: RunPage, page: str) -> None:
    app = run_page(page)
    key = f"guess:{QUESTIONS[page]}"
    verdicts = []
    for option in app.segmented_control(key=key).options:
        app.segmented_control(key=key).set_value(option.replace("\\", "")).run()
        assert not app.exception
        verdicts += [
            m.value.split(".")[0].split(" ")[0] for m in app.markdown if m.value.startswith(("Right.", "You said"))
        ]
    assert verdicts.count("Right") == 1
    assert verdicts.count("You") == len(verdicts) - 1


@pytest.mark.parametrize("page", ["home", "temperature", "compare", "gradients", "stability", "training"])
def test_every_page_offers_the_code_behind_its_numbers(run_page: RunPage, page: str) -> None:
    app = run_page(page, state={f"{page}:code": True})
    assert any(code.language == "python" and "import" in code.value for code in app.code)
