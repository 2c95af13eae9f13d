"""What a return prints of a class as figures, and the formulas by which they follow from one another."""

from typing import Any

import pytest

from ingestion.filings.balance_figures import Step, figures_of_class, follows
from ingestion.filings.refusal import Place

PLACE = Place(1, 1)


def figures(opening: int, steps: list[tuple[int, str | None]], closing: int) -> tuple[list[Any], list[Any]]:
    events = [Step("option [2019] exercised", shares, percent, PLACE) for shares, percent in steps]
    found = figures_of_class("H", opening, events, closing, (PLACE, PLACE))
    rows = [(row["row"], row["shares"], row["pct_of_issued"]) for row, _ in found["filing_figures"]]
    return rows, [(row["metric"], row["formula"], row["inputs"]) for row, _ in found["derived_figures"]]


def test_a_percentage_is_of_the_opening_or_else_of_the_shares_just_before_the_event() -> None:
    # 500,000 of 10,000,000 are 5 %; then 525,000 of 10,500,000 are 5 %, and of 10,000,000 5.25 %
    rows, declared = figures(10_000_000, [(500_000, "5"), (525_000, "5.00"), (1_000, "0.01")], 11_026_000)
    assert rows == [
        ("opening", "10000000", ""),
        ("event 1, option 2019 exercised", "500000", "5%"),
        ("event 2, option 2019 exercised", "525000", "5.00%"),
        ("event 3, option 2019 exercised", "1000", "0.01%"),
        ("closing", "11026000", ""),
    ]
    assert declared == [
        ("event 1, option 2019 exercised, % of issued shares", "ratio", "[@ shares] [opening, shares]"),
        ("event 2, option 2019 exercised, % of issued shares", "ratio", "[@ shares] [# 10500000]"),
        ("event 3, option 2019 exercised, % of issued shares", "ratio", "[@ shares] [opening, shares]"),
        ("closing, shares", "sum", "[opening, shares] [event *, shares]"),
    ]


@pytest.mark.parametrize(
    ("steps", "closing", "formula"),
    [
        ([], 10, [("same", "[opening, shares]")]),
        ([(-3, None), (-2, None)], 5, [("difference", "[opening, shares] [event *, shares]")]),
        ([(3, None), (-2, None)], 11, []),
    ],
)
def test_the_close_follows_from_the_opening_where_a_formula_says_how(
    steps: list[tuple[int, str | None]], closing: int, formula: list[tuple[str, str]]
) -> None:
    _, declared = figures(10, steps, closing)
    assert declared == [("closing, shares", *one) for one in formula]


@pytest.mark.parametrize(
    ("percent", "shares", "is_it"),
    [
        ("0.33", 333, True),
        ("0.33", 339, True),
        ("0.34", 339, True),
        ("0.33", 341, False),
        ("0.33", 324, False),
        ("1", 1_000, True),
    ],
)
def test_a_percentage_is_rounded_or_cut_off(percent: str, shares: int, is_it: bool) -> None:
    assert follows(percent, shares, 100_000) is is_it
    assert not follows(percent, shares, 0)
