"""Forms: which form a filing has, and what its reading gives to the datasets.

The only module outside of a form's room that knows a form. What forms have in common is in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion.filings.allotment_results.announcement import read_allotment_results
from ingestion.filings.allotment_results.dataset_rows import listing_rows
from ingestion.filings.allotment_results.reading import Reading
from ingestion.filings.capital_reading import CapitalReading, capital_rows
from ingestion.filings.lines import Line
from ingestion.filings.monthly_return.form import is_monthly_return, read_monthly_return
from ingestion.filings.next_day_disclosure.form import is_next_day_disclosure, read_next_day_disclosure
from ingestion.filings.over_allotment.announcement import is_over_allotment, read_over_allotment

#: All that was read of a filing, whichever form it has.
AnyReading = Reading | CapitalReading


def parse_filing(lines: Sequence[Line]) -> AnyReading:
    """The reading of lines, by the form that their title names; what has no title that is known is taken as an announcement of
    allotment results. Raises RefusedFiling."""
    if is_next_day_disclosure(lines):
        return read_next_day_disclosure(lines)
    if is_monthly_return(lines):
        return read_monthly_return(lines)
    if is_over_allotment(lines):
        return read_over_allotment(lines)
    return read_allotment_results(lines)


def rows_of(reading: AnyReading) -> dict[str, list[dict[str, str]]]:
    """The rows that a reading states, by dataset, every cell as text."""
    return capital_rows(reading) if isinstance(reading, CapitalReading) else listing_rows(reading)
