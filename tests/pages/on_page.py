"""What components show on a page that runs without a browser, and a hand on one."""

import json
from typing import Any

import pandas as pd
from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest

_BUTTONS = "softviz_experiments"


def _components(app: AppTest, name: str) -> list[Any]:
    return [element.proto for element in app.get("bidi_component") if element.proto.component_name == name]


def sent(app: AppTest, name: str) -> list[dict[str, Any]]:
    """What each component of a name was given, in the order of the page."""
    return [json.loads(proto.json) for proto in _components(app, name)]


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Every table on the page."""
    return [pd.DataFrame(data["rows"], columns=data["columns"]) for data in sent(app, "softviz_table")]


def captions(app: AppTest) -> list[str]:
    """What stands under pictures, under tables, and by itself; a text that is no Markdown is written as it is read."""
    under = [data["caption"] for data in sent(app, "softviz_figure")] + [d["note"] for d in sent(app, "softviz_table")]
    return [text for text in [*under, *(caption.value.replace("\\", "") for caption in app.caption)] if text]


def press(app: AppTest, place: int) -> None:
    """Press the button of one of the page's experiments."""
    (buttons,) = _components(app, _BUTTONS)
    states = app._tree.get_widget_states()
    trigger = states.widgets.add(id=_make_trigger_id(buttons.id, "events"))
    trigger.json_trigger_value = json.dumps([{"event": "chosen", "value": {"place": place}}])
    app._run(states)
