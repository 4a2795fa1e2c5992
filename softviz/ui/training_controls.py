"""The left side of the live classifier: data, network and learning, each bound to its field of the settings."""

from collections.abc import Sequence
from typing import Any, cast

import streamlit as st

from softviz.records.training_presets import PRESETS, preset_of
from softviz.records.training_settings import TrainingSettings
from softviz.training.configuration import BOUNDS, CHOICES, OWN_TABLE, REAL_DATASETS, TOY_DATASETS
from softviz.training.datasets import Dataset, Examples, load_dataset
from softviz.training.projection import Plane, plane_of
from softviz.training.table import Table, examples_from_table, read_table
from softviz.ui import controls, session
from softviz.ui.prose import literal

_NAMES = {
    "cross_entropy": "cross-entropy",
    "squared_error": "squared error",
    "sparsemax": "sparsemax loss",
    "sgd": "SGD",
    "adam": "Adam",
    "relu": "ReLU",
    "digits": "digits, 8 × 8 images",
    OWN_TABLE: "your own table",
}
_RATES = (0.0001, 0.001, 0.003, 0.01, 0.02, 0.05, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_SIZES = (1, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
_LENGTHS = (50, 100, 200, 300, 600, 1_000, 2_000, 5_000, 20_000, 100_000)
_WIDTHS = (1, 2, 3, 4, 8, 16, 32, 64)
_OWN_RUN = "Your own settings"
_TABLE, _EXAMPLES = "training:table", "training:examples"


def _name(key: Any) -> str:
    return _NAMES.get(key, key) if isinstance(key, str) else f"{key:,}" if isinstance(key, int) else f"{key:g}"


def choose() -> None:
    """Draw every control; each settles into the settings."""
    _preset()
    _data()
    _select("loss", "Loss", CHOICES["loss"])
    rate, optimizer = st.columns(2)
    with rate:
        _ladder("learning_rate", "Learning rate", _RATES)
    with optimizer:
        _select("optimizer", "Optimizer", CHOICES["optimizer"])
    layers, width = st.columns(2)
    with layers:
        _select("hidden_layers", "Hidden layers", range(4))
    with width:
        _ladder("width", "Units in each", _WIDTHS)
    with st.popover("More about the network", width="stretch"):
        _network()
    with st.popover("More about learning", width="stretch"):
        _learning()


def _preset() -> None:
    """Offer the runs worth watching; once a setting differs, it is the learner's own run."""
    names = [preset.name for preset in PRESETS]
    now = preset_of(session.current(TrainingSettings))

    def set_up(chosen: str) -> None:
        if chosen != _OWN_RUN:
            session.change(TrainingSettings, **PRESETS[names.index(chosen)].changes)

    key = "training:preset"
    on_change = session.bind(key, now.name if now else _OWN_RUN, set_up)
    st.selectbox("A run worth watching", [_OWN_RUN, *names], key=key, on_change=on_change)


def _data() -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        options = (*TOY_DATASETS, *REAL_DATASETS, *([OWN_TABLE] if _own() is not None else []))
        _select("dataset", "Data", options)
    with st.popover("More about the data", width="stretch"):
        if session.current(TrainingSettings).config.is_toy:
            _number("classes", "Classes", step=1)
            _number("examples", "Examples", step=100)
            _slider("noise", "Noise", 0.05)
            _number("data_seed", "Seed of the data", step=1)
        _slider("label_noise", "Training labels moved", 0.05)
        _slider("held_out", "Share held out", 0.05)
        _upload()


def _network() -> None:
    _select("activation", "Activation", CHOICES["activation"])
    _toggle("batch_norm", "Batch norm")
    _toggle("freeze_hidden", "Freeze the hidden layers, train the head")
    _toggle("pin_last_logit", "Pin the last logit at 0")
    _number("initial_scale", "Initial weights times", step=0.5)
    _number("seed", "Seed of weights and batches", step=1)


def _learning() -> None:
    _ladder("batch_size", "Batch size", _SIZES)
    _ladder("steps", "Steps", _LENGTHS)
    _slider("label_smoothing", "Label smoothing", 0.05)
    _number("weight_decay", "Weight decay", step=0.001, format="%g")
    _slider("momentum", "Momentum, for that optimizer", 0.01)


def _select(field: str, label: str, options: Any) -> None:
    controls.select(field, label, options, record=TrainingSettings, format_func=_name)


def _ladder(field: str, label: str, rungs: Sequence[float]) -> None:
    """Draw a choice of usual values; a link's own value is offered among them."""
    _select(field, label, sorted({*rungs, getattr(session.current(TrainingSettings), field)}))


def _number(field: str, label: str, **options: Any) -> None:
    low, high = BOUNDS[field]
    kind = type(getattr(TrainingSettings(), field))
    controls.number_input(field, label, kind(low), kind(high), record=TrainingSettings, **options)


def _slider(field: str, label: str, step: float) -> None:
    controls.slider(field, label, *BOUNDS[field], step=step, record=TrainingSettings)


def _toggle(field: str, label: str) -> None:
    controls.toggle(field, label, record=TrainingSettings)


def _upload() -> None:
    file = st.file_uploader("Your own table: a CSV file with a column of classes, up to 6 MB", type=["csv"])
    if file is None:
        return
    try:
        table = _read_once(file.file_id, file.getvalue())
    except ValueError as error:
        st.warning(literal(f"{error}. What you had is still here."))
        return
    column = st.selectbox("The column with the classes", table.columns, index=len(table.columns) - 1)
    st.button("Use this table", type="primary", on_click=_use, args=(table, column))


def _read_once(file_id: str, content: bytes) -> Table:
    """Read a file when it comes and not again on every run."""
    known, table = session.remember(_TABLE, (None, None))
    if known != file_id:
        table = read_table(content)
        session.keep(_TABLE, (file_id, table))
    return cast(Table, table)


def _use(table: Table, column: str) -> None:
    try:
        session.keep(_EXAMPLES, examples_from_table(table, column))
    except ValueError as error:
        session.notify(f"{error}. What you had is still here.".replace("..", "."))
        return
    session.change(TrainingSettings, dataset=OWN_TABLE, plane=None)


def _own() -> Examples | None:
    return cast(Examples | None, session.remember(_EXAMPLES))


def own_examples() -> Examples | None:
    """Return the learner's own table where the settings ask for it."""
    return _own() if session.current(TrainingSettings).dataset == OWN_TABLE else None


def data() -> Dataset:
    """Load the data that the settings name; a link to somebody else's table falls back, and says so."""
    settings = session.current(TrainingSettings)
    if settings.dataset == OWN_TABLE and _own() is None:
        st.warning("This link was made with a table that it cannot carry. Open the table again; here are spirals.")
        session.change(TrainingSettings, dataset=TrainingSettings().dataset)
    return load_dataset(session.current(TrainingSettings).config, own_examples())


def notes(dataset: Dataset) -> None:
    """Say what to look for in this run, and what was encoded, left out or sampled on the way in."""
    with st.container():
        preset = preset_of(session.current(TrainingSettings))
        if preset:
            st.markdown(preset.look_for)
        for note in dataset.notes:
            st.caption(literal(note))


def plane(dataset: Dataset) -> Plane:
    """Let the learner choose what is drawn of many features, and return that plane."""
    names = dataset.feature_names
    pair = session.current(TrainingSettings).plane
    if pair is not None and max(pair) >= len(names):
        pair = None
    if len(names) > 2 and dataset.image_shape is None:
        pair = _choose_pair(names, pair)
    return plane_of(dataset, pair)


def _choose_pair(names: tuple[str, ...], pair: tuple[int, int] | None) -> tuple[int, int] | None:
    key = "training:own-pair"
    on_change = session.bind(
        key, pair is not None, lambda own: session.change(TrainingSettings, plane=(0, 1) if own else None)
    )
    st.toggle("Draw two features, not principal components", key=key, on_change=on_change)
    if pair is None:
        return None
    for place, label in enumerate(("Across", "Up")):
        _choose_feature(names, pair, place, label)
    return pair


def _choose_feature(names: tuple[str, ...], pair: tuple[int, int], place: int, label: str) -> None:
    key, other = f"training:axis{place}", pair[1 - place]

    def choose_axis(chosen: int) -> None:
        session.change(TrainingSettings, plane=(chosen, other) if place == 0 else (other, chosen))

    options = [number for number in range(len(names)) if number != other]
    on_change = session.bind(key, pair[place], choose_axis)
    st.selectbox(label, options, key=key, format_func=lambda number: names[number], on_change=on_change)
