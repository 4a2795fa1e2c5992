"""The property table on the page: True and False in cells, and behind each False the numbers that refute the claim."""

from dataclasses import asdict
from typing import Any

import streamlit as st

from softviz.components.assets import javascript, stylesheet
from softviz.core.claims import Claim, Verdict
from softviz.numerals import three_digits
from softviz.studies.property_table import PropertyTable

_mount = st.components.v2.component(
    "softviz_property_table",
    html='<div class="softviz properties"></div>',
    css=stylesheet("elements.css", "property_table/property_table.css"),
    js=javascript("elements.js", "property_table/property_table.js"),
)


def show_properties(table: PropertyTable, *, key: str) -> None:
    """Put the table on the page; a False opens its counterexample in the browser, without a run.

    Args:
        table: The verdicts.
        key: Of the component on this page.
    """
    rows = [_row(claim, table.row(claim)) for claim in table.claims]
    _mount(key=key, data={"names": list(table.names), "rows": rows})


def _row(claim: Claim, verdicts: list[Verdict]) -> dict[str, Any]:
    cells = [_cell(verdict) for verdict in verdicts]
    return {"key": claim.key, "name": claim.name, "explanation": claim.explanation, "cells": cells}


def _cell(verdict: Verdict) -> dict[str, Any]:
    if verdict.counterexample is None:
        return {"holds": verdict.holds}
    found = asdict(verdict.counterexample)
    numbers = ("logits", "outputs", "changed_logits", "changed_outputs")
    texts = {name: [three_digits(value) for value in found[name]] for name in numbers}
    where = "Found on your scores over T." if verdict.on_given else "Found on drawn scores; yours do not refute it."
    return {"holds": verdict.holds, "sentence": found["sentence"], "where": where, **texts}
