"""What a return prints of a class of shares, and what follows from what: figures that the reconciliation recomputes.

The return is proved before it is believed. Here each balance, movement and percentage becomes a row of `filing_figures`, in a
table for each class, and a declaration (`derived_figures`) says by which formula it follows from others. Treasury shares have no
rows: the percentages are of the issued shares without them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from ingestion.filings.capital_reading import PlacedRow
from ingestion.filings.refusal import Place

#: As the dataset calls these columns (`ingestion/datasets/filing_figures.py`).
_SHARES, _PERCENT = "shares", "% of issued shares"


@dataclass(frozen=True, slots=True)
class Step:
    """A movement of the issued shares of a class as printed, with the percentage beside it, without its sign; None if blank."""

    words: str
    shares: int
    percent: str | None
    place: Place


def follows(percent: str, shares: int, whole: int) -> bool:
    """Whether a printed percentage is that of the shares of a whole: rounded, or with digits cut off, as some print it."""
    printed, unit = abs(Decimal(percent)), Decimal(1).scaleb(-len(percent.partition(".")[2]))
    return bool(whole) and printed - unit / 2 <= abs(Decimal(100 * shares)) / whole < printed + unit


def figures_of_class(
    share_class: str, opening: int, steps: Sequence[Step], closing: int, places: tuple[Place, Place]
) -> dict[str, list[PlacedRow]]:
    """The rows of `filing_figures` and `derived_figures` of a class; `places` are those of its opening and closing balance."""
    table = f"class {share_class}"
    rows = [_row(table, "opening", opening, places[0])]
    declared = []
    before = opening
    for number, step in enumerate(steps, 1):
        name = f"event {number}, {_plain(step.words)[:80]}"
        rows.append(_row(table, name, abs(step.shares), step.place, step.percent))
        if step.percent:
            # of the shares at the opening, or of those just before the event, which are not printed
            is_of_opening = follows(step.percent, step.shares, opening) or not follows(step.percent, step.shares, before)
            whole = f"[opening, {_SHARES}]" if is_of_opening else f"[# {before}]"
            declared.append((_declared(table, f"{name}, {_PERCENT}", "ratio", f"[@ {_SHARES}] {whole}"), step.place))
        before += step.shares
    rows.append(_row(table, "closing", closing, places[1]))
    # no formula adds some and takes others: the reading has proved such a sum
    signs = {step.shares > 0 for step in steps}
    if len(signs) < 2:
        formula = "same" if not steps else "sum" if steps[0].shares > 0 else "difference"
        inputs = f"[opening, {_SHARES}]" + (f" [event *, {_SHARES}]" if steps else "")
        declared.append((_declared(table, f"closing, {_SHARES}", formula, inputs), places[1]))
    return {"filing_figures": rows, "derived_figures": declared}


def _row(table: str, name: str, shares: int, place: Place, percent: str | None = None) -> PlacedRow:
    cells = {"row": name, "shares": str(shares), "pct_of_issued": f"{percent}%" if percent else ""}
    return {**cells, "page": str(place.page), "line": str(place.line), "table_ref": table}, place


def _declared(table: str, metric: str, formula: str, inputs: str) -> dict[str, str]:
    return {"table_ref": table, "metric": metric, "formula": formula, "inputs": inputs}


def _plain(words: str) -> str:
    """Words without the signs that mean something in a declaration."""
    return " ".join(re.sub(r"[\[\]|*]", " ", words).split())
