"""Nothing that a visitor sends raises: a bounded part of what ``python -m benchmarks fuzz`` does."""

import dataclasses
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from softviz.fields import LinkRecord
from softviz.scores.parsing import parse_scores
from softviz.scores.uploads import read_upload
from softviz.training.table import examples_from_table, read_table
from tests import hostile

RECORDS = hostile.link_records()
MEGABYTES_OF_A_CASE = 200


def sentence(call: Callable[[], object]) -> str:
    """What a reader says of its input: its sentence, or nothing when it reads it."""
    try:
        call()
    except ValueError as error:
        return str(error)
    return ""


def test_every_record_of_a_link_is_found() -> None:
    names = {record.__name__ for record in RECORDS}
    assert {"Exploration", "Descent", "TrainingSettings"} <= names


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
@given(data=st.data())
@settings(max_examples=60)
def test_any_link_is_read_field_by_field_and_writes_back_what_it_read(
    record: type[LinkRecord], data: st.DataObject
) -> None:
    query = data.draw(hostile.links(record))
    reading = record.from_query(query)
    assert len(reading.notices) <= len(dataclasses.fields(record))
    assert all(len(notice) < 2_500 for notice in reading.notices)
    again = record.from_query(reading.record.to_query())
    assert again.record == reading.record
    assert again.notices == ()


@given(hostile.tables() | st.binary(max_size=200))
@settings(max_examples=60)
def test_any_bytes_are_a_table_to_train_on_or_a_sentence(data: bytes) -> None:
    def read() -> None:
        table = read_table(data)
        for column in table.columns:
            sentence(lambda column=column: examples_from_table(table, column))

    assert len(sentence(read)) < 400


# A few of each suffice here: they are 5 MB long, and there are thousands in the benchmark.
few = settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@few
@given(hostile.GROWN_TEXTS)
def test_a_text_of_five_megabytes_is_scores_or_a_sentence(text: str) -> None:
    assert len(sentence(lambda: parse_scores(text))) < 300


@few
@given(
    st.tuples(st.just("a.csv"), hostile.GROWN_TABLES | hostile.largest_tables())
    | st.tuples(st.just("a.json"), hostile.GROWN_JSON | hostile.many_keys())
    | st.tuples(st.just("a.npy"), hostile.claiming_arrays())
)
def test_a_file_of_five_megabytes_is_a_table_or_a_sentence(file: tuple[str, bytes]) -> None:
    assert len(sentence(lambda: read_upload(*file))) < 300


@pytest.mark.parametrize(
    ("name", "unit"), [("a.csv", ",\n"), ("a.csv", "a,"), ("a.csv", "1\t"), ("a.json", "[],"), ("a.json", '{"":1},')]
)
def test_a_table_of_too_many_cells_is_refused_before_it_is_held(name: str, unit: str) -> None:
    data = hostile.grown([unit], "[" if name == "a.json" else "", "1]" if name == "a.json" else "").encode()
    tracemalloc.start()
    said = sentence(lambda: read_upload(name, data))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert said.startswith("Expected at most 250,000 cells; got ")
    assert peak < 4 * len(data)  # the text itself, decoded and in parts; held as cells it would be 500 MB
