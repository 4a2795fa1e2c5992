"""The learner's records in this session, and the link that carries them.

The only user of ``st.session_state`` and ``st.query_params``. A record lives in the session under its type; every
change goes through ``change``; the address bar follows. A link that arrives is read once, field by field.
"""

import time
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import streamlit as st

from softviz.fields import LinkRecord, Reading
from softviz.state import Exploration

_Record = TypeVar("_Record", bound=LinkRecord)

ECHO_SECONDS = 2.0
"""How long a query string of our own may come back from the browser after a newer one was written."""

_CHANGES = "softviz:changes"
_NOTICES = "softviz:notices"
_WRITTEN = "softviz:written"
_CHANGED_THIS_RUN = "softviz:changed-this-run"


def _key(record: type[LinkRecord]) -> str:
    return f"softviz:record:{record.__name__}"


def current(record: type[_Record]) -> _Record:
    """Return this session's record of a type; its defaults before anything was chosen."""
    return cast(_Record, st.session_state.setdefault(_key(record), record()))


def change(record: type[LinkRecord] = Exploration, *, origin: str = "", **values: Any) -> bool:
    """Replace fields of a record; where a value does not fit, say so and keep the last good record.

    Args:
        record: The record's type.
        origin: Key of the component that already shows the change, so that it is not sent back to it.
        **values: Fields and their new values.

    Returns:
        Whether the record was changed.
    """
    try:
        replace(current(record).changed(**values), origin=origin)
    except ValueError as error:
        notify(f"{error}. What you had is still here.".replace("..", "."))
        return False
    return True


def replace(new: LinkRecord, *, origin: str = "") -> None:
    """Put a whole record in the place of the one of its type."""
    st.session_state[_key(type(new))] = new
    st.session_state[_CHANGED_THIS_RUN] = True
    counts = st.session_state.setdefault(_CHANGES, {})
    counts[""] = counts.get("", 0) + 1
    if origin:
        counts[origin] = counts.get(origin, 0) + 1


def revision(origin: str) -> int:
    """Count the changes that a component did not make itself: it redraws when this number moves."""
    counts = st.session_state.get(_CHANGES, {})
    return int(counts.get("", 0)) - int(counts.get(origin, 0))


def notify(sentence: str) -> None:
    """Keep a sentence for the notice at the top of the page."""
    notices = st.session_state.setdefault(_NOTICES, [])
    if sentence not in notices:
        notices.append(sentence)


def take_notices() -> list[str]:
    """Hand over the sentences that wait, once."""
    return list(st.session_state.pop(_NOTICES, []))


def follow_link(*records: type[LinkRecord]) -> None:
    """At the start of a run: adopt the address bar's values if somebody else wrote them."""
    query = dict(st.query_params)
    changed = st.session_state.pop(_CHANGED_THIS_RUN, False)
    if not query or changed or _is_echo(query):
        return
    for record in records:
        if record.query_keys() & query.keys():
            _adopt(record.from_query(query))


def _adopt(reading: Reading[Any]) -> None:
    replace(reading.record)
    st.session_state.pop(_CHANGED_THIS_RUN, None)
    for notice in reading.notices:
        notify(f"A part of this link could not be read: {notice}. It was left at its default.")


def _is_echo(query: dict[str, str]) -> bool:
    written: list[tuple[float, dict[str, str]]] = st.session_state.get(_WRITTEN, [])
    if written and written[-1][1] == query:
        return True
    return any(old == query for moment, old in written if time.monotonic() - moment < ECHO_SECONDS)


def write_link(*records: type[LinkRecord]) -> None:
    """Write the records' values into the address bar, leaving names that are not theirs alone."""
    owned: set[str] = set().union(*(record.query_keys() for record in records))
    query = {key: value for key, value in st.query_params.items() if key not in owned}
    for record in records:
        query.update(current(record).to_query())
    if query != dict(st.query_params):
        st.query_params.from_dict(query)
    now = time.monotonic()
    written = [(moment, old) for moment, old in st.session_state.get(_WRITTEN, []) if now - moment < ECHO_SECONDS]
    st.session_state[_WRITTEN] = [*written, (now, query)]


def remember(key: str, default: Any = None) -> Any:
    """Return something that belongs to a page and not to a link (a draft text, a guess)."""
    return st.session_state.setdefault(f"softviz:page:{key}", default)


def keep(key: str, value: Any) -> None:
    """Store what ``remember`` returns."""
    st.session_state[f"softviz:page:{key}"] = value


def seed_widget(key: str, value: Any) -> None:
    """Give a widget its value before it is drawn: the record is the truth, the widget shows it."""
    st.session_state[key] = value


def widget(key: str) -> Any:
    """Return a widget's value, inside its callback."""
    return st.session_state[key]


def link() -> str:
    """Return the address that opens exactly this view."""
    query = urlencode(st.query_params.to_dict())
    address = (st.context.url or "").split("?")[0]
    return f"{address}?{query}" if query else address
