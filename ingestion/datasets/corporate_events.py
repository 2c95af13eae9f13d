"""Events that release rules and floats wait for: expected (a span of days), announced, or past (the day itself).

Five of them stop or end trading whatever rules say (`TRADING_EVENTS`): what a suspension covers is saleable on resumption, and a
ticker that is withdrawn, transferred or renamed has no float from that day on.
What was expected or announced can be taken back: `postponed` (to the new days, or to none that is told), `withdrawn`, or
`did not happen` (within the days that are over).
"""

import polars as pl

from ingestion.columns import TICKER, Period, Text
from ingestion.columns.printed_cells import Cell, PrintedTable
from ingestion.dataset import Dataset
from ingestion.datasets._securities import SECURITIES, check_ticker

#: What stops a security's trading, lets it go on, or ends its listing: no other word is understood as one of these.
TRADING_EVENTS = ("trading_suspended", "trading_resumed", "listing_withdrawn", "listing_transferred", "stock_code_changed")
_LIKE_TRADING_EVENTS = (
    r"(^|_)(delist|privati[sz])|(^|_)(trading|dealings?|listing)_.*(suspen|halt|resum|withdr|cancel|revo|transfer)|^(suspen|halt|resum)"
    r"|code_chang"
)
EVENT_NAME = r"^[a-z][a-z0-9]*(_[a-z0-9]+)+$"

#: What a statement says that takes an earlier one back. Its days may be empty.
TAKEN_BACK = ("postponed", "withdrawn", "did not happen")

DATASET = Dataset(
    name="corporate_events",
    grain="one statement of one event of one issuer",
    group="lockups",
    columns=(
        Text("ticker", pattern=TICKER),
        Text("event", pattern=EVENT_NAME),
        Text("status", isin=("expected", "announced", "past", *TAKEN_BACK)),
        Period("date", lands_as="event", nullable=True),
        Text("note", nullable=True, optional=True),
    ),
    key=("document_id", "ticker", "event", "status", "event_printed"),
    rules=(
        (
            "an event that is expected, announced or past has its day or span of days in date",
            pl.col("status").is_in(TAKEN_BACK) | pl.col("event_earliest_on").is_not_null(),
        ),
        (
            "what did not happen is known when its days are over; write withdrawn for what will not happen",
            (pl.col("status") != "did not happen") | (pl.col("event_latest_on") <= pl.col("known_on")),
        ),
        (
            "a past event happened on one day; write it YYYY-MM-DD",
            (pl.col("status") != "past") | (pl.col("event_earliest_on") == pl.col("event_latest_on")),
        ),
        (
            "a past event can't be known before it happened",
            (pl.col("status") != "past") | (pl.col("event_latest_on") <= pl.col("known_on")),
        ),
        (
            f"looks like an event that stops trading or ends a listing; write one of: {', '.join(TRADING_EVENTS)}",
            ~pl.col("event").str.contains(_LIKE_TRADING_EVENTS) | pl.col("event").is_in(list(TRADING_EVENTS)),
        ),
    ),
    known_on_column="event_latest_on",
    reads=SECURITIES,
    check=check_ticker,
    words={
        "date": "day or span of days of the event; of a postponed one the new days, of one that did not happen those that are "
        "over; may be empty where it is taken back",
    },
    printed=PrintedTable(subject="ticker", row=("event", "status"), cells=(Cell("date", "date", named_by_row=True),)),
)
