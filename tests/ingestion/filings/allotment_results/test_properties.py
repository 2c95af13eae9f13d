"""Properties of rows and totals, over made-up tables: a table that adds up is read as it was written, and one changed count
never lands."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.filings.refusal import RefusedFiling
from tests.ingestion.filings.documents import ONE, filing, read

_NAMES = ("Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel")
_BEFORE = 80_000_000
_SETTINGS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def shares_of_holders(draw: st.DrawFn) -> list[int]:
    """Two to eight counts that add up to the shares from before the offer."""
    cuts = draw(st.sets(st.integers(1, _BEFORE - 1), min_size=1, max_size=7))
    edges = [0, *sorted(cuts), _BEFORE]
    return [end - start for start, end in pairwise(edges)]


def percent(shares: int) -> str:
    return f"{(Decimal(shares) / 1_000_000).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def table(shares: list[int], *, glue: str = "\n", total: int | None = None, page_after: int | None = None) -> str:
    """A table of these holders; `glue` stands between a name and its count, a page ends after the row `page_after`."""
    rows = []
    for number, (name, count) in enumerate(zip(_NAMES, shares, strict=False)):
        rows.append(f"{name} Fund{glue}{count:,}\n{percent(count)}\nMarch 1, 2027\n")
        if number == page_after:
            rows.append("<<<PAGE 9>>>\n– 9 –\n" + ONE)
    closing = f"Total\n{total:,}\n{percent(total)}\n" if total is not None else ""
    return filing("Existing Shareholders\n" + ONE + "".join(rows) + closing)


@_SETTINGS
@given(shares=shares_of_holders(), glue=st.sampled_from(["\n", " \n \n", " Note 2\n", "\n(3)\n"]), data=st.data())
def test_table_that_adds_up_is_read_as_it_was_written(shares: list[int], glue: str, data: st.DataObject) -> None:
    page_after = data.draw(st.none() | st.integers(0, len(shares) - 1))
    reading = read(table(shares, glue=glue, total=_BEFORE, page_after=page_after))
    assert [row.shares for row in reading.holdings] == shares
    assert [row.holder for row in reading.holdings] == [f"{name} Fund" for name in _NAMES[: len(shares)]]
    assert reading.totals[0].adds_up and reading.capital.in_no_table == 0
    assert not [finding for finding in reading.proofs.findings if finding.kind != "rounding"]


@_SETTINGS
@given(shares=shares_of_holders(), change=st.integers(-5_000_000, 5_000_000).filter(bool), data=st.data())
def test_one_changed_count_never_lands_against_a_total(shares: list[int], change: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(0, len(shares) - 1))
    changed = list(shares)
    changed[number] = max(1, shares[number] + change)
    if changed == shares:
        return
    with pytest.raises(RefusedFiling):
        read(table(changed, total=_BEFORE))


@_SETTINGS
@given(shares=shares_of_holders(), data=st.data())
def test_nested_subtotals_close_the_rows_that_add_up_to_them(shares: list[int], data: st.DataObject) -> None:
    first = data.draw(st.integers(1, len(shares) - 1)) if len(shares) > 1 else 1
    rows = [f"{name} Fund\n{count:,}\n{percent(count)}\nMarch 1, 2027\n" for name, count in zip(_NAMES, shares, strict=False)]
    group, others = sum(shares[:first]), sum(shares[first:])
    text = "".join(rows[:first]) + f"Subtotal\n{group:,}\n{percent(group)}\n" + "".join(rows[first:])
    text += f"Subtotal of others\n{others:,}\n{percent(others)}\nTotal\n{_BEFORE:,}\n{percent(_BEFORE)}\n"
    reading = read(filing("Existing Shareholders\n" + ONE + text))
    assert [row.shares for row in reading.holdings] == shares
    assert [total.rows for total in reading.totals] == [first, len(shares) - first, len(shares)]
    assert all(total.adds_up for total in reading.totals)


@_SETTINGS
@given(line=st.integers(0, 200), kind=st.sampled_from(["gone", "twice", "swapped"]))
def test_no_changed_line_makes_anything_but_a_refusal_or_the_same_counts(line: int, kind: str) -> None:
    shares = [50_000_000, 20_000_000, 10_000_000]
    lines = table(shares, total=_BEFORE, page_after=1).splitlines()
    start = lines.index("LOCK-UP UNDERTAKINGS") + 1
    end = lines.index("PUBLIC FLOAT AND FREE FLOAT") - 2
    place = start + line % (end - start - 1)
    changed = list(lines)
    if kind == "gone":
        del changed[place]
    elif kind == "twice":
        changed.insert(place, lines[place])
    else:
        changed[place], changed[place + 1] = changed[place + 1], changed[place]
    try:
        reading = read("\n".join(changed))
    except RefusedFiling:
        return
    assert [row.shares for row in reading.holdings] == shares
