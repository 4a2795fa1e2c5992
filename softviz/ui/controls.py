"""Widgets that more than one page needs: where the scores come from, sliders on the record, experiments."""

from collections.abc import Callable, Iterable
from typing import Any, cast

import streamlit as st

from softviz.components.experiments import list_experiments
from softviz.components.logit_board import BoardEdit
from softviz.fields import LinkRecord
from softviz.records.experiments import EXPERIMENTS, Experiment
from softviz.records.presentation import Presentation
from softviz.scores import PRESETS, Scores
from softviz.scores.parsing import MAX_BYTES, parse_scores
from softviz.scores.tables import Table
from softviz.scores.uploads import READERS, read_upload
from softviz.state import Exploration
from softviz.ui import folded, prose, session
from softviz.ui.prose import literal

_OWN, _PASTE, _FILE = "own", "scores:paste", "scores:open"
MOST_PASTED = 20_000_000
"""Far above what is read, so that a text too long is refused in words: the field itself would drop it in silence."""


def score_bar() -> None:
    """Offer the ways in for scores: an example, pasted text, a file."""
    exploration = session.current(Exploration)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        _preset_select(exploration)
        folded.popover("Paste scores", _paste, key=_PASTE)
        folded.popover("Open a file", _upload, key=_FILE)
    st.caption(_provenance(exploration))  # always there: an element that comes and goes moves what follows


def _provenance(exploration: Exploration) -> str:
    preset = PRESETS[exploration.preset]
    if exploration.own is None:
        return f"{literal(preset.note)} {literal(preset.credit)}"
    return f"Your own {len(exploration.own):,} scores. The example before them: {literal(preset.name)}."


def _preset_select(exploration: Exploration) -> None:
    options = list(PRESETS) if exploration.own is None else [_OWN, *PRESETS]

    def choose(key: str) -> None:
        if key != _OWN:
            session.change(preset=key, own=None, target=0)

    key, shown = "scores:preset", exploration.preset if exploration.own is None else _OWN
    on_change = session.bind(key, shown, choose)
    st.selectbox("Scores (logits)", options, key=key, format_func=_preset_name, on_change=on_change, width=360)


def _preset_name(key: str) -> str:
    return "Your own scores" if key == _OWN else f"{PRESETS[key].group}: {PRESETS[key].name}"


def _paste() -> None:
    st.text_area(
        "Scores, in any of the usual forms",
        key="scores:text",
        max_chars=MOST_PASTED,
        persist_state="session",
        placeholder="2.0, 1.0, 0.1\n\ncat 2.0\ndog 1.0\n\ntensor([2.0, 1.0, 0.1])",
        height=150,
    )

    def use() -> None:
        accept(lambda: parse_scores(session.widget("scores:text")), _PASTE)

    st.button("Use these scores", key="scores:use", on_click=use, type="primary")


def accept(read: Callable[[], Scores], popover: str) -> None:
    """Take scores from a reader into the record and close its popover, or say why not and keep what is there."""
    try:
        scores = read()
    except ValueError as error:
        session.notify(f"{error} Your last scores are still here.")
        return
    if session.change(own=scores, target=0):
        session.fold(popover)


def _upload() -> None:
    types = [ending.removeprefix(".") for ending in READERS]
    most = MAX_BYTES >> 20
    label = f"A CSV, NPY or JSON file, up to {most} MB"
    file = st.file_uploader(label, type=types, key="scores:file", max_upload_size=most)
    if file is None:
        return
    try:
        table = _read_once(file.file_id, file.name, file.getvalue())
    except ValueError as error:
        st.warning(f"{literal(str(error))} Your last scores are still here.")
        return
    row = _choose_row(table)
    if table.ignored:
        st.caption(f"Not scores, left out: {literal(', '.join(table.ignored))}.")
    st.button(
        "Use this file",
        key="scores:use-file",
        type="primary",
        on_click=accept,
        args=(lambda: table.row(row), _FILE),
    )


def _choose_row(table: Table) -> int:
    if len(table) == 1:
        return 0
    row = int(st.number_input(f"Row, 1 to {len(table):,}", 1, len(table), key="scores:row")) - 1
    st.caption(literal(table.name(row)))
    return row


def _read_once(file_id: str, name: str, data: bytes) -> Table:
    """Read a file when it comes and not again on every run."""
    known_id, table = session.remember("upload", (None, None))
    if known_id != file_id:
        table = read_upload(name, data)
        session.keep("upload", (file_id, table))
    return cast(Table, table)


def settle_board(key: str) -> Callable[[BoardEdit], None]:
    """Make the board's answer to an edit: put it into the record without sending it back to the board."""

    def settle(edit: BoardEdit) -> None:
        exploration = session.current(Exploration)
        own = exploration.own if edit.scores == exploration.scores else edit.scores
        session.change(origin=key, own=own, temperature=edit.temperature)

    return settle


def slider(
    field: str, label: str, minimum: float, maximum: float, *, step: float | None = None,
    record: type[LinkRecord] = Exploration, **options: Any,
) -> Any:  # fmt: skip
    """Draw a slider bound to a field of a record: the record gives the value and takes the change."""
    return _bound(st.slider, field, record, label, min_value=minimum, max_value=maximum, step=step, **options)


def number_input(
    field: str,
    label: str,
    minimum: float,
    maximum: float,
    *,
    record: type[LinkRecord] = Exploration,
    **options: Any,
) -> Any:
    """Draw a number field bound to a field of a record."""
    return _bound(st.number_input, field, record, label, min_value=minimum, max_value=maximum, **options)


def segmented(
    field: str, label: str, options: Iterable[str], *, record: type[LinkRecord] = Exploration, **more: Any
) -> Any:
    """Draw a choice of a few, bound to a field of a record; one is always chosen."""
    return _bound(st.segmented_control, field, record, label, options=list(options), required=True, **more)


def select(
    field: str, label: str, options: Iterable[Any], *, record: type[LinkRecord] = Exploration, **more: Any
) -> Any:
    """Draw a choice of many, bound to a field of a record."""
    return _bound(st.selectbox, field, record, label, options=list(options), **more)


def toggle(field: str, label: str, *, record: type[LinkRecord] = Exploration, **options: Any) -> Any:
    """Draw a switch bound to a field of a record."""
    return _bound(st.toggle, field, record, label, **options)


def _bound(widget: Callable[..., Any], field: str, record: type[LinkRecord], label: str, **options: Any) -> Any:
    key = f"{record.__name__}:{field}"
    shown = getattr(session.current(record), field)
    on_change = session.bind(key, shown, lambda chosen: session.change(record, **{field: chosen}))
    widget(label, key=key, on_change=on_change, **options)
    return getattr(session.current(record), field)


def experiments(page: str) -> None:
    """Draw a page's experiments under one heading; on the projector as steps that keys go through."""
    presentation = session.current(Presentation)
    if not presentation.shows("try"):
        return
    if presentation.present:
        _stepper(page)
        return
    prose.heading("Try")
    list_experiments(EXPERIMENTS[page], key=f"{page}:try", on_choose=_set_up)


def _stepper(page: str) -> None:
    """Keep the experiments at the foot of the screen; PageDown and PageUp are what a presenter's remote sends."""
    experiments, step = EXPERIMENTS[page], session.remember(f"{page}:step", -1)

    def go(to: int) -> None:
        session.keep(f"{page}:step", to)
        _set_up(experiments[to])

    with st.bottom, st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            "Previous", key=f"{page}:previous", shortcut="PageUp", disabled=step <= 0, on_click=go, args=(step - 1,)
        )
        last = step >= len(experiments) - 1
        st.button("Next", key=f"{page}:next", shortcut="PageDown", disabled=last, on_click=go, args=(step + 1,))
        if step >= 0:
            shown = experiments[step]
            st.markdown(f"{step + 1} of {len(experiments)}. **{shown.label}.** {shown.look_for}")
        else:
            st.markdown(f"{len(experiments)} experiments. Next begins.")


def _set_up(experiment: Experiment) -> None:
    for record in experiment.records:
        session.replace(record)
