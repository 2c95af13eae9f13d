"""What a column of a source file may hold, and what it becomes when it lands.

Belongs here: column kinds, each of which turns one cell into landed values or refuses it with `BadCell`; nothing is guessed.
Does not belong here: what a printed text means (`printed_text/`), which columns a dataset has (`datasets/`).
May import: `ingestion/printed_text/`, `ingestion/files/`.
"""

from ingestion.columns.base import BadCell, Cells, Column, Landed, landed_columns
from ingestion.columns.plain import (
    A_SHARE,
    DECIMAL,
    DOCUMENT_ID,
    INSTRUMENT,
    MONEY,
    PATTERN_WORDS,
    PRICE,
    RATIO,
    SHARES_LIMIT,
    TICKER,
    Count,
    Day,
    Exact,
    Flag,
    Text,
    latest_day,
    parse_day,
)
from ingestion.columns.printed import Number, Period, Printed, Rule

__all__ = [
    "A_SHARE",
    "DECIMAL",
    "DOCUMENT_ID",
    "INSTRUMENT",
    "MONEY",
    "PATTERN_WORDS",
    "PRICE",
    "RATIO",
    "SHARES_LIMIT",
    "TICKER",
    "BadCell",
    "Cells",
    "Column",
    "Count",
    "Day",
    "Exact",
    "Flag",
    "Landed",
    "Number",
    "Period",
    "Printed",
    "Rule",
    "Text",
    "landed_columns",
    "latest_day",
    "parse_day",
]
