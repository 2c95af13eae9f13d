"""Declarations of derived figures: how inputs are named, and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.printed_text.figure_references import FORMULAS, NotAReference, Reference, parse_references


@pytest.mark.parametrize(
    ("inside", "place"),
    [
        ("Listing Date", (None, None, None, "Listing Date")),
        ("2513.HK | Listing Date", (None, None, "2513.HK", "Listing Date")),
        ("table 7 | 2513.HK | Listing Date", (None, "table 7", "2513.HK", "Listing Date")),
        ("note | table 7 | 2513.HK | Listing Date", ("note", "table 7", "2513.HK", "Listing Date")),
        ("table 7 | . | Listing Date", (None, "table 7", None, "Listing Date")),
        ("@ shares", (None, None, None, "@, shares")),
        ("existing shareholder, *, shares", (None, None, None, "existing shareholder, *, shares")),
    ],
)
def test_a_figure_is_named_by_what_differs_from_the_derived_one(inside: str, place: tuple[str | None, ...]) -> None:
    (reference,) = parse_references(f"[{inside}]", "same")
    assert reference.kind == "figure"
    assert (reference.document, reference.table_ref, reference.subject, reference.metric) == place


def test_what_is_no_figure_of_a_document_is_marked() -> None:
    words, day, number, missing = parse_references("[= ~$5bn] [= end-2025] [# 20] [? price after]", "sum")
    assert (words.kind, words.low, words.high, words.currency) == (
        "in words",
        Decimal("4500000000"),
        Decimal("5500000000"),
        "USD",
    )
    assert (day.earliest_on, day.latest_on, day.low) == (date(2025, 12, 31), date(2025, 12, 31), None)
    assert (number.kind, number.low, number.high) == ("number", Decimal(20), Decimal(20))
    assert missing == Reference("not printed", "price after")


@pytest.mark.parametrize(
    ("text", "formula", "words"),
    [
        ("Listing Date", "same", "outside brackets"),
        ("[a] / [b]", "ratio", "outside brackets"),
        ("[a]", "ratio", "names 1 inputs; 'ratio' takes 2"),
        ("[a] [b] [c]", "ratio", "takes 2"),
        ("", "sum", "takes 1 or more"),
        ("[a | b | c | d | e]", "same", "is not metric"),
        ("[a || b]", "same", "is not metric"),
        ("[]", "same", "is not metric"),
        ("[table 7 | .]", "same", "does not say the metric"),
        ("[# twenty]", "same", "exact number"),
        ("[= about right]", "same", "neither a printed figure"),
        ("[?]", "same", "has nothing after ?"),
        ("[Listing Date] [# 6.5]", "months after", "whole number from 1 to 1200"),
        ("[Listing Date] [# 999999999999]", "months after", "whole number from 1 to 1200"),
        ("[Listing Date] [= 6 months]", "last day of months from", "whole number"),
        ("[a] [b] [? sessions]", "earlier of a day and a session", "whole number"),
        ("[a * b * c * d *]", "same", "more than 3 *"),
    ],
)
def test_a_declaration_that_names_no_inputs_is_refused(text: str, formula: str, words: str) -> None:
    with pytest.raises(NotAReference, match=r".*") as refused:
        parse_references(text, formula)
    assert words in str(refused.value)


@given(st.text(max_size=80), st.sampled_from(sorted(FORMULAS)))
def test_any_text_is_read_or_refused(text: str, formula: str) -> None:
    try:
        references = parse_references(text, formula)
    except NotAReference:
        return
    assert all(reference.kind != "figure" or reference.metric for reference in references)
