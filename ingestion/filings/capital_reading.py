"""The reading of a form on share capital after the listing: what it states, the rows that it lands as, and its proofs.

Such a form has no holders, so that its facts, one table for people and the rows of datasets are all of it. What is read and
proved is in the form's own room (`over_allotment/`, `monthly_return/`, `next_day_disclosure/`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ingestion.filings.document import document_id, lineage
from ingestion.filings.fact import Fact
from ingestion.filings.plain_values import fact_json, proofs_json
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place

#: A row of a dataset, every cell as text, and where it is printed.
PlacedRow = tuple[Mapping[str, str], Place]


@dataclass(frozen=True, slots=True)
class CapitalReading:
    """A form on share capital that was read whole and proved.

    `dated_on` is the day that it is of (the close of the month, the day of the announcement), `facts` what it states by label,
    `rows` the rows that each dataset gets, without ticker and lineage. `head` and `table` are what a person sees beside the
    facts. `mark` tells it from others of its form and day, where there can be several.
    """

    form: str
    pages: int
    ticker: str
    issuer: str
    dated_on: date
    published_on: date
    facts: Mapping[str, Fact[Any]]
    rows: Mapping[str, Sequence[PlacedRow]]
    proofs: Proofs
    head: tuple[str, ...] = ()
    table: Sequence[tuple[str, ...]] = field(default_factory=tuple)
    mark: str = ""

    @property
    def listing_on(self) -> None:
        """No day: the company is listed already, and the form does not say since when."""

    def as_json(self) -> dict[str, object]:
        """The reading as plain values: facts by label, each with its place; the rows of each dataset, every cell as text."""
        return {
            "form": self.form,
            "pages": self.pages,
            "ticker": self.ticker,
            "issuer": self.issuer,
            "dated_on": self.dated_on.isoformat(),
            "published_on": self.published_on.isoformat(),
            "facts": {label.replace(" ", "_"): fact_json(fact) for label, fact in self.facts.items()},
            "rows": {
                name: [{**row, "page": place.page, "line": place.line} for row, place in rows] for name, rows in self.rows.items()
            },
            **proofs_json(self.proofs),
        }


def capital_rows(reading: CapitalReading) -> dict[str, list[dict[str, str]]]:
    """What a form on share capital gives to each dataset; its row names where it is printed."""
    return {
        name: [_declaration(reading, row) if name == "derived_figures" else _placed(reading, row, place) for row, place in rows]
        for name, rows in reading.rows.items()
    }


def _placed(reading: CapitalReading, row: Mapping[str, str], place: Place) -> dict[str, str]:
    return {"ticker": reading.ticker, **row, **lineage(reading, row.get("table_ref", str(place)))}


def _declaration(reading: CapitalReading, row: Mapping[str, str]) -> dict[str, str]:
    """A declaration of what follows from what names its document as what it speaks of."""
    return {"document": document_id(reading), "subject": reading.ticker, **row}
