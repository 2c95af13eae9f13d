"""The printed comparison table of six-month expiries: printed with one column per issuer, landed with one row
per metric and issuer."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import polars as pl

from ingestion.columns import SHARES_LIMIT, TICKER, BadCell, Count, Printed, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset, Frames, RowFault
from ingestion.files.csv import RawRow

_ROW_COLUMNS = {"table_ref", "section", "metric", "document_id", "known_on"}


def one_row_an_issuer(row: RawRow) -> Iterable[RawRow]:
    """`2513.HK Zhipu AI` heads an issuer's column: its ticker and name."""
    shared = {column: cell for column, cell in row.cells.items() if column in _ROW_COLUMNS}
    headings = [column for column in row.cells if column not in _ROW_COLUMNS]
    for number, heading in enumerate(headings, 1):
        cell = row.cells[heading]
        ticker, _, issuer = heading.partition(" ")
        if "." not in ticker or not issuer:
            raise BadCell(heading, cell, "stands under a heading that is not 'TICKER Issuer', such as '2513.HK Zhipu AI'")
        own = {"ticker": ticker, "issuer": issuer, "column_number": str(number), "printed": cell}
        yield replace(row, cells=shared | own)


_TOTAL, _FLOAT, _RELEASED = (
    "Total Shares Outstanding (mn)",
    "Public Shares at 6M (Float) (mn)",
    "Shares Released at 6M (mn shares)",
)
#: The metrics that print how much of the total another one is.
_SHARES_OF_TOTAL = {
    "IPO Issued as % of total": "IPO Shares Issued (mn)",
    "Pre-6M Float (% of total)": _FLOAT,
    "6M Release as % of total": _RELEASED,
}
#: Rounding explains less than that: one of the figures is in another unit.
_OTHER_UNIT = 5


def check_issuers(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The figures of an issuer that can't be: a date that is no date, more shares than there are, a unit other than the
    heading's."""
    faults: list[RowFault] = []
    for _, of_issuer in frame.with_row_index("index").group_by("document_id", "ticker", maintain_order=True):
        figures = {row["metric"]: row for row in of_issuer.iter_rows(named=True)}
        faults += [RowFault(row["index"], *_heading(row), words) for row in figures.values() if (words := _wrong(row, figures))]
    return faults


def _wrong(row: dict[str, Any], figures: dict[str, dict[str, Any]]) -> str | None:
    """Why a figure of an issuer can't be, beside the others."""
    metric, value = row["metric"], row["value"]
    if metric.endswith("Date") and row["printed_kind"] == "figure":
        return f"is no day, as {metric} must be; write YYYY-MM-DD"
    if value is None:
        return None
    if row["unit"] == "shares" and value >= SHARES_LIMIT:
        return f"is {value:,.0f} shares in the unit of its heading ({metric}), more than any company has; write it in that unit"
    total = figures.get(_TOTAL, {}).get("value")
    if not total:
        return None
    if metric == _RELEASED and row["low"] + (figures.get(_FLOAT, {}).get("low") or 0) > figures[_TOTAL]["high"]:
        return f"and the float before are more shares than the total ({figures[_TOTAL]['printed']}); check the units"
    shares = figures.get(_SHARES_OF_TOTAL.get(metric, ""), {}).get("value")
    if shares and value and not total / _OTHER_UNIT <= shares / value <= total * _OTHER_UNIT:
        return (
            f"is not what {_SHARES_OF_TOTAL[metric]} is of {_TOTAL} ({shares / total:.2%}); write percent as 48.92%, and shares "
            "in the unit of the heading"
        )
    return None


def _heading(row: dict[str, Any]) -> tuple[str, str]:
    return f"{row['ticker']} {row['issuer']}", row["printed"]


DATASET = Dataset(
    name="lockup_comparables",
    grain="one metric of one issuer in a comparison table",
    group="lockups",
    header=("section", "metric"),
    open_ended=True,
    reshape=one_row_an_issuer,
    columns=(
        Text("ticker", pattern=TICKER),
        Text("issuer"),
        Count("column_number", minimum=1),
        Text("section"),
        Text("metric"),
        Printed("printed", context_column="metric"),
    ),
    key=("document_id", "ticker", "metric"),
    check=check_issuers,
    printed=PrintedTable(
        subject="ticker",
        row=("metric",),
        cells=(Cell("printed", pl.concat_str("ticker", "issuer", separator=" "), number="column_number", named_by_row=True),),
    ),
)
