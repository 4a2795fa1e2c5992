"""The learner's records in this session, and the link that carries them.

The only user of ``st.session_state`` and ``st.query_params``. A record lives in the session under its type; every
change goes through ``change``; the address bar follows. A link that arrives is read once, field by field.

A browser may be behind: it asks for a run before it has heard of what the run before decided, and brings back an
older address and older values of widgets. Neither may undo what the learner has done since.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from softviz.components import answers
from softviz.fields import LinkRecord, Reading
from softviz.state import Exploration

_Record = TypeVar("_Record", bound=LinkRecord)

BEHIND_SECONDS = 1.0
"""How long a browser that knows the newest link may still show the older value of a widget."""

_NOTICES = "softviz:notices"
_PAGE = "softviz:page"
_LINK = "softviz:link"
_OVERRULED = "softviz:overruled"


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
        answers.refuse(error)
        return False
    return True


def replace(new: LinkRecord, *, origin: str = "") -> None:
    """Put a whole record in the place of the one of its type."""
    before = st.session_state.get(_key(type(new)))
    st.session_state[_key(type(new))] = new
    answers.count_change(origin, other_scores=isinstance(new, Exploration) and not new.keeps_scores_of(before))


def revision(origin: str) -> int:
    """Count the changes that a component did not make itself: it redraws when this number moves."""
    return answers.revision(origin)


def notify(sentence: str) -> None:
    """Keep a sentence for the notice at the top of the page."""
    notices = st.session_state.setdefault(_NOTICES, [])
    if sentence not in notices:
        notices.append(sentence)


def take_notices() -> list[str]:
    """Hand over the sentences that wait, once."""
    return [*st.session_state.pop(_NOTICES, []), *answers.take_refusals()]


def follow_link(page: str, *records: type[LinkRecord]) -> None:
    """At the start of a run: adopt the address bar's values where the learner has just come by a link.

    That is on the first run of a page, and after the browser's Back and Forward; then what the address does not name
    goes to its default. Every other run brings an address that we wrote ourselves, at times an older one.

    Args:
        page: Key of the page.
        *records: Whose fields its link carries.
    """
    query, through_history = dict(st.query_params), _came_through_history()
    arrived = st.session_state.get(_PAGE) != page
    st.session_state[_PAGE] = page
    if not (arrived or through_history) or query == st.session_state.get(_LINK):
        return
    for record in records:
        if through_history or record.query_keys() & query.keys():
            _adopt(record.from_query(query, current(record)))


def _came_through_history() -> bool:
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))


def _adopt(reading: Reading[Any]) -> None:
    replace(reading.record)
    for notice in reading.notices:
        notify(f"A part of this link could not be read: {notice}. It was left at its default.")


def query_of(*records: type[LinkRecord]) -> dict[str, str]:
    """Return the names and values of a link that carries the records."""
    query: dict[str, str] = {}
    for record in records:
        query |= current(record).to_query()
    return query


def write_link(*records: type[LinkRecord]) -> None:
    """Write the records' values into the address bar, leaving names that are not theirs alone."""
    owned: set[str] = set().union(*(record.query_keys() for record in records))
    query = {key: value for key, value in st.query_params.items() if key not in owned} | query_of(*records)
    st.session_state[_LINK] = query  # before it is sent: a run may be stopped right after
    if query != dict(st.query_params):
        st.query_params.from_dict(query)


@dataclass(frozen=True)
class _Overruled:
    """A widget's value that the browser still shows while the record already says another."""

    value: Any
    moment: float


def bind(key: str, value: Any, settle: Callable[[Any], object]) -> Callable[[], None]:
    """Give a widget its value before it is drawn: the record is the truth, the widget shows it.

    Args:
        key: Of the widget.
        value: What the record says.
        settle: Called with what the learner chose.

    Returns:
        The widget's ``on_change``. It passes over a value that the browser brings back only because it has not yet
        heard of the newer one.
    """
    overruled: dict[str, _Overruled] = st.session_state.setdefault(_OVERRULED, {})
    known = st.session_state.get(key, value)
    if known == value:
        overruled.pop(key, None)
    else:
        overruled[key] = _Overruled(known, time.monotonic())
    st.session_state[key] = value

    def on_change() -> None:
        old, chosen = overruled.get(key), st.session_state[key]
        if old is None or chosen != old.value or not _browser_is_behind(old.moment):
            settle(chosen)

    return on_change


def _browser_is_behind(moment: float) -> bool:
    return dict(st.query_params) != st.session_state.get(_LINK) or time.monotonic() - moment < BEHIND_SECONDS


def remember(key: str, default: Any = None) -> Any:
    """Return something that belongs to a page and not to a link (a draft text, a guess)."""
    return st.session_state.setdefault(f"softviz:page:{key}", default)


def keep(key: str, value: Any) -> None:
    """Store what ``remember`` returns."""
    st.session_state[f"softviz:page:{key}"] = value


def widget(key: str) -> Any:
    """Return a widget's value, inside its callback."""
    return st.session_state[key]


def fold(key: str) -> None:
    """Close a popover or an expander that is open, inside a callback."""
    st.session_state[key] = False


def link() -> str:
    """Return the address that opens exactly this view."""
    query = urlencode(st.query_params.to_dict())
    address = (st.context.url or "").split("?")[0]
    return f"{address}?{query}" if query else address
