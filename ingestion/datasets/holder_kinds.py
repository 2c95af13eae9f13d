"""What a holder is, and which holders are one: what no heading of a filing tells, and an index asks.

A holder of whom nothing is stated is of the kind of his heading (`holder_categories`), else of none, and stands alone.
"""

import polars as pl

from ingestion.columns import TICKER, Text
from ingestion.dataset import Dataset, Frames, RowFault
from ingestion.datasets._float_policies import HOLDER_KINDS


def check_holders(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of a holder whom no lock-up of the security names: nothing would read them. `frames`: `filing_lockups`."""
    known = set(frames["filing_lockups"].select("ticker", "holder").iter_rows())
    known |= set(frames["filing_lockups"].select("ticker", "transferred_to").iter_rows())
    words = "holds no locked shares of the security in filing_lockups; write the holder as it does"
    return [
        RowFault(index, "holder", pair[1], words)
        for index, pair in enumerate(frame.select("ticker", "holder").iter_rows())
        if pair not in known
    ]


DATASET = Dataset(
    name="holder_kinds",
    grain="one holder of one security's shares, as one document states it",
    group="lockups",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("holder"),
        Text("holder_kind", nullable=True, isin=HOLDER_KINDS),
        Text("holder_group", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "holder"),
    reads=("filing_lockups",),
    check=check_holders,
    words={
        "holder": "the holder, as in `filing_lockups`",
        "holder_kind": f"one of {', '.join(f'`{kind}`' for kind in HOLDER_KINDS)}; empty: the kind of its heading",
        "holder_group": "name that holders share who count as one; empty: the holder alone",
    },
)
