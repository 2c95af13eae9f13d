"""A reading: all that was read of one announcement of allotment results and proved, as one value.

It is what is shown, landed or written as files; nothing is read or proved here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ingestion.filings.allotment_results.capital import Capital
from ingestion.filings.allotment_results.floats import PrintedFloat, PrintedFloats
from ingestion.filings.allotment_results.holdings import Holding
from ingestion.filings.allotment_results.notes import KEEPS_CONTROL
from ingestion.filings.allotment_results.summary import Summary
from ingestion.filings.cells import Cell
from ingestion.filings.plain_values import fact_json, place_json, proofs_json
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import Place


@dataclass(frozen=True, slots=True)
class PrintedTotal:
    """A subtotal or total as printed: `cells` in the order of the head, the rows that it closes counted, and whether it adds
    up. `closes` are their numbers in the filing, `laid_out` the cells with what each is of (`heads.Column`)."""

    heading: str
    label: str
    cells: tuple[str | None, ...]
    rows: int
    adds_up: bool
    place: Place
    closes: tuple[int, ...]
    laid_out: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """An announcement that was read whole and proved."""

    form: str
    pages: int
    summary: Summary
    listed_class: str
    #: the class of the shares that are not of the listed one: `A` where the filing speaks of A shares, else `unlisted domestic`
    other_class: str
    holdings: tuple[Holding, ...]
    totals: tuple[PrintedTotal, ...]
    capital: Capital
    #: the issued shares of which percentages are: without treasury shares, where these follow from no others
    issued_whole: int
    floats: PrintedFloats
    proofs: Proofs

    @property
    def ticker(self) -> str:
        """The ticker of the listed class."""
        return self.summary.ticker

    @property
    def issuer(self) -> str:
        """The issuer's name; its short name or its ticker where the filing has none."""
        named = self.summary.issuer or self.summary.short_name
        return named.value if named else self.ticker

    @property
    def dated_on(self) -> date:
        """The day that names the document: that of the listing."""
        return self.listing_on

    @property
    def mark(self) -> str:
        """Nothing: a listing has one announcement of allotment results."""
        return ""

    @property
    def listing_on(self) -> date:
        """The listing day."""
        return self.summary.listing_on.value

    @property
    def published_on(self) -> date | None:
        """The day under the announcement; None where it has none."""
        return self.summary.published_on.value if self.summary.published_on else None

    def as_json(self) -> dict[str, object]:
        """The reading as plain values: counts as integers, prices and percentages as printed text, days as YYYY-MM-DD."""
        summary, capital = self.summary, self.capital
        return {
            "form": self.form,
            "pages": self.pages,
            "ticker": summary.ticker,
            "issuer": fact_json(summary.issuer),
            "short_name": fact_json(summary.short_name),
            "published_on": fact_json(summary.published_on),
            "listing_on": fact_json(summary.listing_on),
            "offer_price": fact_json(summary.price),
            "currency": summary.currency,
            "offer_shares": fact_json(summary.offer_shares),
            "tranches": {label: fact_json(fact) for label, fact in summary.tranches.items()},
            "size_adjustment_shares": fact_json(summary.size_adjustment_shares),
            "issued_shares": fact_json(summary.issued_shares),
            "treasury_shares": fact_json(summary.treasury_shares),
            "over_allocated_shares": fact_json(summary.over_allocated_shares),
            "over_allocation_covered_by": fact_json(summary.over_allocation_covered_by),
            "listed_class": self.listed_class,
            "other_class": self.other_class,
            "listed_shares": capital.listed,
            "unlisted_shares": capital.unlisted,
            "shares_in_no_table": capital.in_no_table,
            "free_float_derived": capital.free_float,
            "public_float_printed": _printed(self.floats.public),
            "free_float_printed": _printed(self.floats.free),
            "lockups": [self._lockup(number, holding) for number, holding in enumerate(self.holdings)],
            "totals": [
                {
                    "heading": one.heading,
                    "label": one.label,
                    "cells": list(one.cells),
                    "rows": one.rows,
                    "adds_up": one.adds_up,
                    **place_json(one.place),
                }
                for one in self.totals
            ],
            **proofs_json(self.proofs),
        }

    def _lockup(self, number: int, holding: Holding) -> dict[str, object]:
        same_as = self.holdings[holding.same_as] if holding.same_as is not None else None
        return {
            "number": number,
            "heading": holding.heading,
            "category": holding.category,
            "groups": list(holding.row.groups),
            "holder": holding.holder,
            "shared_with": list(holding.row.shared_with),
            "capacity": holding.row.capacity,
            "shares": holding.shares,
            "listed_shares": holding.listed,
            "unlisted_shares": holding.unlisted,
            "percents": [{"of": of, "printed": cell.printed} for of, cell in holding.percents],
            "last_days": [
                {
                    "last_locked_on": day.last_locked_on.isoformat(),
                    "stage": day.stage,
                    "meaning": _meaning(holding, day.stage),
                    "printed": day.printed,
                }
                for day in holding.days
            ],
            "basis": holding.basis,
            "conditions": list(holding.conditions),
            "permitted_transfers": list(holding.permitted_transfers),
            "same_shares_as": same_as
            and {"number": holding.same_as, "heading": same_as.heading, "holder": same_as.holder, "why": holding.same_because},
            "proved_by": sorted(set(holding.proved_by)),
            **place_json(holding.place),
        }


def is_in_two_stages(holding: Holding) -> bool:
    """Whether a holder may sell in the second six months while control is kept (Rule 10.07), and no law forbids it."""
    keeps_control = any(KEEPS_CONTROL.search(condition) for condition in holding.conditions)
    stages = [day.stage for day in holding.days] == ["first", "second"]
    return stages and keeps_control and "PRC Company Law" not in holding.basis


def _meaning(holding: Holding, stage: str | None) -> str:
    """What binds the shares until a day."""
    return "may be sold while control is kept" if stage == "second" and is_in_two_stages(holding) else "no disposal"


def _printed(printed: PrintedFloat | None) -> dict[str, object] | None:
    if printed is None:
        return None
    return {
        "shares": printed.shares,
        "percent": printed.percent_printed,
        "value": printed.value_printed,
        "words": printed.words,
        **place_json(printed.place),
    }
