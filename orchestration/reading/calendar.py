"""The catalysts of the current release as an iCalendar file (RFC 5545), for any calendar program.

One all-day event a preferred catalyst that has days. The same release gives the same bytes, and an event keeps its UID
when its days or status change, so that importing a later file moves it.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import duckdb
import icalendar

from ingestion.files.cell_text import printable
from orchestration.reading.connection import QueryError, connect, records
from orchestration.reading.text import sink

#: UIDs are made from the catalyst's id in this name space, which must never change.
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "freefloat:fct_catalyst")
#: The iCalendar status of a catalyst's; what is not named is tentative.
_STATUSES = {"past": "CONFIRMED", "announced": "CONFIRMED", "withdrawn": "CANCELLED", "did not happen": "CANCELLED"}
#: What the calendar holds.
CATALYSTS = """
    SELECT catalysts.catalyst_id, catalysts.event, catalysts.subject, catalysts.ticker, catalysts.catalyst_kind,
        catalysts.timing_printed, catalysts.earliest_on, catalysts.latest_on, catalysts.status, catalysts.channel,
        catalysts.expected_direction, catalysts.condition, catalysts.supply_shares, catalysts.supply_hkd,
        catalysts.supply_hkd_basis, catalysts.table_ref, catalysts.known_on, catalysts.document_id, documents.title, documents.url
    FROM fct_catalyst AS catalysts
    LEFT JOIN dim_document AS documents USING (document_id)
    WHERE catalysts.is_preferred AND catalysts.earliest_on IS NOT NULL
    ORDER BY catalysts.earliest_on, catalysts.latest_on, catalysts.catalyst_id
"""


def write_calendar(data_dir: Path, output: Path | None) -> None:
    """Writes the calendar of the current release to `output`, or to standard output.

    Raises NoRelease if there is no release yet and QueryError for everything else that the caller can put right.
    """
    with connect(data_dir, is_small=True) as connection:
        try:
            catalysts = records(connection, CATALYSTS)
        except duckdb.CatalogException as error:
            raise QueryError("this release has no catalysts yet: run `freefloat refresh`") from error
    try:
        with sink(output) as stream:
            stream.write(calendar_of(catalysts))
    except BrokenPipeError:
        raise
    except OSError as error:
        raise QueryError(f"{output or 'standard output'}: the calendar can't be written: {error.strerror}") from error


def calendar_of(catalysts: list[dict[str, Any]]) -> bytes:
    """The catalysts (rows of `fct_catalyst` with their document's title and address) as an iCalendar file, CRLF, UTF-8."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//freefloat//catalysts//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("x-wr-calname", "freefloat: catalysts")
    for catalyst in catalysts:
        calendar.add_component(_event(catalyst))
    return calendar.to_ical()


def _event(catalyst: dict[str, Any]) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{uuid.uuid5(_NAMESPACE, catalyst['catalyst_id'])}@freefloat")
    # when what it says was last revised; the time of the export would make each file differ
    event.add("dtstamp", datetime.combine(catalyst["known_on"], time(), UTC))
    event.add("dtstart", catalyst["earliest_on"])
    event.add("dtend", catalyst["latest_on"] + timedelta(days=1))  # exclusive
    event.add("summary", printable(_summary(catalyst)))
    event.add("description", "\n".join(printable(line) for line in _description(catalyst)))
    event.add("categories", [catalyst["catalyst_kind"]])
    event.add("status", _STATUSES.get(catalyst["status"], "TENTATIVE"))
    event.add("transp", "TRANSPARENT")  # it doesn't make anyone busy
    if catalyst["url"]:
        event.add("url", printable(catalyst["url"]))
    return event


def _summary(catalyst: dict[str, Any]) -> str:
    whom = catalyst["subject"] if not catalyst["ticker"] else f"{catalyst['subject']} ({catalyst['ticker']})"
    return f"{whom}: {catalyst['event']}"


def _description(catalyst: dict[str, Any]) -> list[str]:
    days = (
        ""
        if catalyst["earliest_on"] == catalyst["latest_on"]
        else f", between {catalyst['earliest_on']} and {catalyst['latest_on']}"
    )
    printed = f" (printed: {catalyst['timing_printed']})" if catalyst["timing_printed"] else ""
    lines = [
        f"Status: {catalyst['status']}{days}{printed}",
        f"Expected direction: {catalyst['expected_direction']}, through {catalyst['channel']}",
    ]
    if catalyst["supply_shares"] is not None:
        money = f", HKD {catalyst['supply_hkd']:,.0f} ({catalyst['supply_hkd_basis']})" if catalyst["supply_hkd"] else ""
        lines.append(f"Supply: {catalyst['supply_shares']:,} shares{money}")
    if catalyst["condition"]:
        lines.append(f"Condition: {catalyst['condition']}")
    place = f", {catalyst['table_ref']}" if catalyst["table_ref"] else ""
    lines.append(f"Document: {catalyst['title'] or catalyst['document_id']} [{catalyst['document_id']}]{place}")
    lines.append(f"Known on: {catalyst['known_on']}")
    return lines
