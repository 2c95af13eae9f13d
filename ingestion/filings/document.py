"""The filing as a document: its name, its description, and what each of its rows says of where it stands."""

from __future__ import annotations

import re
from datetime import date
from typing import Protocol

#: After filings that a person typed and checked (10): where both state one listing, the typed facts decide.
RANK = "11"
#: A return sums a month up: announcements decide what happened on its days.
_RANK_OF_RETURN = "12"
#: What kind of publication a form is, by its name, where it is not simply called as the form is.
_TITLES = {
    "allotment results": "Announcement of allotment results",
    "over-allotment": "Announcement on the over-allotment option",
    "next-day disclosure": "Next-day disclosure return",
}


class Filed(Protocol):
    """What names a filing as a document, whichever form it has.

    `dated_on` is the day that it is of: that of the listing, of the announcement, or the close of the month. `published_on` is
    None where the filing does not say it. `mark` tells it from others of its form and day, and is empty where there are none.
    """

    @property
    def form(self) -> str: ...
    @property
    def ticker(self) -> str: ...
    @property
    def issuer(self) -> str: ...
    @property
    def dated_on(self) -> date: ...
    @property
    def published_on(self) -> date | None: ...
    @property
    def mark(self) -> str: ...


def document_id(reading: Filed) -> str:
    """The name of the filing as a document: `hk_9998_allotment_results_2026_03_02`, by ticker, form and the day that it is of.

    A company can publish several next-day disclosure returns that close on one day: their names end in a mark.
    """
    form = re.sub(r"\W", "_", reading.form)
    mark = f"_{reading.mark}" if reading.mark else ""
    return f"hk_{reading.ticker.removesuffix('.HK')}_{form}_{reading.dated_on:%Y_%m_%d}{mark}"


def document_fields(reading: Filed, source: str) -> dict[str, str]:
    """The document's description, field by field; `source` is the filing's file name."""
    note = f"Read from {source}"
    if reading.published_on is None:
        # it is published before dealings begin; the listing day is the last day on which it can have been
        note += "; published_on is the listing day: write the day of publication"
    return {
        "document_id": document_id(reading),
        "title": f"{_TITLES.get(reading.form, reading.form.capitalize())}, {reading.issuer} ({reading.ticker})",
        "producer": f"{reading.issuer} ({reading.ticker})",
        "document_type": reading.form,
        "published_on": (reading.published_on or reading.dated_on).isoformat(),
        "licence": "Issuer's publication under the Listing Rules; figures quoted as facts",
        "rank": _RANK_OF_RETURN if reading.form == "monthly return" else RANK,
        "note": note,
    }


def lineage(reading: Filed, table_ref: str) -> dict[str, str]:
    """Document, place and day known of a row; the day is that of the document."""
    return {"table_ref": table_ref, "document_id": document_id(reading), "known_on": ""}
