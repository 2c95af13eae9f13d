"""Exchanges: the ticker suffix by which a security belongs to one, its currency, time zone, calendar and benchmark.

Where one share trades at a second counter in another currency, the exchange's rule says how its code is made: in Hong Kong that
of the HKD counter with an 8 before it (HKEX, HKD-RMB Dual Counter Model: 80700 beside 0700).
"""

from functools import cache
from zoneinfo import available_timezones

import polars as pl

from ingestion.columns import INSTRUMENT, Day, Text
from ingestion.dataset import Dataset, Frames, RowFault

#: The IANA names of this machine: finding them reads hundreds of files.
_time_zones = cache(available_timezones)


def check_time_zones(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The exchanges whose time zone is none of the IANA names."""
    known = _time_zones()
    return [
        RowFault(index, "time_zone", name, "is no time zone; write an IANA name such as Asia/Hong_Kong")
        for index, name in enumerate(frame["time_zone"])
        if name not in known
    ]


DATASET = Dataset(
    name="exchanges",
    grain="one exchange",
    folder="reference",
    group="reference",
    columns=(
        Text("exchange_mic", pattern=r"^[A-Z]{4}$"),
        Text("ticker_suffix", pattern=r"^\.[A-Z]{1,4}$"),
        Text("exchange"),
        Text("currency", pattern=r"^[A-Z]{3}$"),
        Text("time_zone"),
        Text("calendar", pattern=r"^[A-Z]{4}$"),
        Day("calendar_ends_on"),
        Text("benchmark", pattern=INSTRUMENT),
        Text("benchmark_name"),
        Text("bars_final_at", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"),
        Text("other_counter_prefix", nullable=True, optional=True, pattern=r"^[0-9]{1,2}$"),
        Text("other_counter_currency", nullable=True, optional=True, pattern=r"^[A-Z]{3}$"),
        Text("document_id"),
    ),
    key=("exchange_mic",),
    has_lineage=False,
    check=check_time_zones,
)
