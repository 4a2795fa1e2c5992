import dataclasses
import math

import pytest

from softviz.training.configuration import BOUNDS, CHOICES, TrainingConfig


def test_every_field_is_bounded_chosen_or_a_flag():
    for field in dataclasses.fields(TrainingConfig):
        kinds = (field.name in BOUNDS, field.name in CHOICES, isinstance(field.default, bool))
        assert sum(kinds) == 1, field.name


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_themselves_are_accepted_and_what_lies_beyond_is_not(name):
    low, high = BOUNDS[name]
    for value in (low, high):
        assert getattr(TrainingConfig(**{name: value}), name) == value
    for value in (low - 1, high + 1, math.nan, math.inf, "3", None, True):
        with pytest.raises(ValueError, match=rf"{name} must be .*; got"):
            TrainingConfig(**{name: value})


@pytest.mark.parametrize("name", ["classes", "steps", "seed"])
def test_whole_numbers_refuse_a_fraction(name):
    with pytest.raises(ValueError, match="whole number"):
        TrainingConfig(**{name: 3.5})


@pytest.mark.parametrize("name", CHOICES)
def test_an_unknown_name_is_answered_with_the_known_ones(name):
    with pytest.raises(ValueError, match=f"{name} must be one of {CHOICES[name][0]}.*got 'cubic'"):
        TrainingConfig(**{name: "cubic"})


def test_a_flag_must_be_a_flag():
    with pytest.raises(ValueError, match="batch_norm must be True or False; got 1"):
        TrainingConfig(batch_norm=1)


def test_equal_choices_make_equal_records_whatever_type_they_came_in():
    assert repr(TrainingConfig(learning_rate=1, steps=7.0)) == repr(TrainingConfig(learning_rate=1.0, steps=7))
