"""A-share lock-up expiries as Tushare's `share_float` exports them: shares in single shares, the ratio of the total in percent.

One expiry can be announced more than once, as in the prospectus and before its day: the models take the newest.
"""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import polars as pl

from ingestion.columns import A_SHARE, RATIO, SHARES_LIMIT, Count, Day, Exact, Text
from ingestion.dataset import Dataset
from ingestion.datasets._bar_exports import ROW_NUMBER, compact_day, share_ticker, times
from ingestion.files.csv import RawRow, read_csv

TUSHARE = ("ts_code", "ann_date", "float_date", "float_share", "float_ratio", "holder_name", "share_type")


def read_file(dataset: Dataset, path: Path, label: str) -> list[RawRow]:
    """The rows of one export in the landed shape. Raises RefusedFile if it isn't one."""
    return list(_landed_shape(read_csv(path, label, TUSHARE, (*ROW_NUMBER, "document_id", "table_ref", "known_on"))))


def _landed_shape(rows: list[RawRow]) -> Iterator[RawRow]:
    for row in rows:
        cells = row.cells
        shape = {
            "ticker": share_ticker(cells.get("ts_code", "")),
            "announced_on": compact_day(cells.get("ann_date", "")),
            "free_on": compact_day(cells.get("float_date", "")),
            "released_shares": times(cells.get("float_share", ""), 1),
            "released_of_total_ratio": times(cells.get("float_ratio", ""), Decimal("0.01")),
            "holder": cells.get("holder_name", ""),
            "shares_type": cells.get("share_type", ""),
        }
        lineage = {name: cells[name] for name in ("document_id", "table_ref", "known_on") if name in cells}
        yield replace(row, cells=shape | lineage)


DATASET = Dataset(
    name="share_float",
    grain="one holder's shares in one lock-up expiry of one A-share, as an announcement states them",
    group="lockups",
    header=TUSHARE,
    columns=(
        Text("ticker", pattern=A_SHARE),
        Day("announced_on", nullable=True),
        Day("free_on"),
        Count("released_shares", minimum=1, limit=SHARES_LIMIT),
        Exact("released_of_total_ratio", nullable=True, dtype=RATIO),
        Text("holder"),
        Text("shares_type"),
    ),
    # a holder can have two blocks of one kind; the same block twice would count twice
    key=("document_id", "ticker", "free_on", "holder", "shares_type", "announced_on", "released_shares"),
    rules=(("float_ratio is more than 100 percent of the total; write it in percent", pl.col("released_of_total_ratio") <= 1),),
    committed=False,
    known_on_column="announced_on",
    read_file=read_file,
)
