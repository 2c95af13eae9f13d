"""Kinds of changes of issued capital: the closed list, and how the words of a document are brought to it.

Models read the kind only. What a document calls the change stays as printed in `event`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from functools import cache

import polars as pl

from ingestion.dataset import Dataset, Given, RawRow, RowFault, Source
from ingestion.landing.source_files import read_files

#: Every kind of change, with what it is. `bonus issue`, `share split` and `consolidation` are what a split of `corporate_actions`
#: does.
EVENT_KINDS = {
    "listing": "shares of the offer with which an issuer is listed",
    "over-allotment": "shares issued under the over-allotment option",
    "placing": "new shares sold at a price of the day",
    "subscription": "new shares issued to a named subscriber",
    "rights issue": "new shares offered to all holders at a price below the market: rights issue, open offer",
    "option exercise": "shares issued on the exercise of options or warrants",
    "award": "shares issued to employees without an exercise: awards, restricted shares",
    "conversion": "shares issued for convertible bonds, notes or preference shares",
    "class conversion": "shares of one class that become shares of another",
    "consideration issue": "shares issued in payment for an acquisition",
    "scrip dividend": "shares chosen instead of a dividend in cash",
    "bonus issue": "shares given to all holders for nothing, capitalisation issues among them",
    "share split": "one share divided into several",
    "consolidation": "several shares made one",
    "cancellation": "shares cancelled: bought back, redeemed, forfeited",
    "treasury": "shares that become treasury shares, or leave them",
    "other": "a change that the document does not explain, or that is none of these",
}
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_ARTICLES = frozenset({"the", "a", "an"})
#: Before the words of a kind these say that it is something else: a non-listing adjustment, shares issued pre-listing.
_DENIALS = frozenset({"non", "not", "no", "de", "pre", "post", "非"})
_STATE_IT = f"write the kind in the column event_kind, one of: {', '.join(EVENT_KINDS)}"


@cache
def words_of(text: str) -> tuple[str, ...]:
    """The words of a text in small letters, without signs and articles; each Chinese character is one."""
    return tuple(word for word in _WORD.findall(text.lower()) if word not in _ARTICLES)


class Wordings:
    """The wordings of `capital_event_kinds`, by which a text is brought to its kinds."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = defaultdict(list)
        for words, kind in frame.select("words", "event_kind").iter_rows():
            if phrase := words_of(words):
                self._by_first[phrase[0]].append((phrase, kind))

    def kinds(self, text: str) -> list[str]:
        """The kinds that a text names, in the order of the closed list."""
        words = words_of(text)
        found = {
            (start, start + len(phrase), kind)
            for start, word in enumerate(words)
            for phrase, kind in self._by_first.get(word, ())
            if words[start : start + len(phrase)] == phrase and (start == 0 or words[start - 1] not in _DENIALS)
        }
        whole = {
            kind
            for start, end, kind in found
            if not any(one <= start and end <= other and (one, other) != (start, end) for one, other, _ in found)
        }
        # that shares were issued goes without saying where it is said for what
        return [kind for kind in EVENT_KINDS if kind in whole and (kind != "other" or whole == {"other"})]


def read_capital_events(given: Given, dataset: Dataset) -> Source:
    """The rows of `share_capital_events`, each with the kind that it states, else the one kind that its words name.

    A listed company's later offer of another class is listed elsewhere: an `H share offer` is no listing of the A-share that
    the same file states.
    """
    source = read_files(given, dataset)
    wordings = Wordings(given.frames["capital_event_kinds"])
    rows = []
    for row in source.rows:
        kinds = wordings.kinds(row.cells.get("event", ""))
        is_told = row.fault or row.cells.get("event_kind", "").strip() or len(kinds) != 1
        rows.append(row if is_told else replace(row, cells={**row.cells, "event_kind": kinds[0]}))
    # what one file states of a ticker: another file's row makes no row something else
    first: dict[tuple[str, str], tuple[str, str]] = {}
    for row in rows:
        if row.cells.get("event_kind") == "listing" and (offer := _offer(row)):
            first[offer[0]] = min(first.get(offer[0], offer[1:]), offer[1:])
    for index, (before, row) in enumerate(zip(source.rows, rows, strict=True)):
        if before is row or row.cells["event_kind"] != "listing" or not (offer := _offer(row)):
            continue
        of, day, share_class = offer
        listed_on, listed_class = first[of]
        if day > listed_on and listed_class and share_class and share_class != listed_class:
            rows[index] = replace(row, cells={**row.cells, "event_kind": "other"})
    return Source(rows, source.refused)


def _offer(row: RawRow) -> tuple[tuple[str, str], str, str] | None:
    """The file and ticker, the day and the class of a row; None if it can't be read, or its day is no ISO date."""
    day, ticker, share_class = (row.cells.get(name, "").strip() for name in ("effective_date", "ticker", "share_class"))
    return None if row.fault or not re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else ((row.file, ticker), day, share_class)


def second_listings(frame: pl.DataFrame) -> list[RowFault]:
    """The rows of `share_capital_events` by which one document lists a ticker again on a later day, as for an offer of another
    class: release rules count from one listing. Two documents may state two days of one listing: they stand side by side.
    """
    listed = frame.with_row_index("row").filter(pl.col("event_kind") == "listing")
    first = listed.with_columns(first_on=pl.col("effective_on").min().over("ticker", "document_id"))
    return [
        RowFault(
            row,
            "event_kind",
            kind,
            f"{ticker} is listed on {first_on}, by another row: write the kind of this change in event_kind, or correct its day",
        )
        for row, kind, ticker, on, first_on in first.select("row", "event_kind", "ticker", "effective_on", "first_on").iter_rows()
        if on > first_on
    ]


def unnamed_kinds(wordings: pl.DataFrame, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of `share_capital_events` without a kind: their words name none, or several. `wordings`: `capital_event_kinds`."""
    faults = []
    for index, (event, kind) in enumerate(frame.select("event", "event_kind").iter_rows()):
        if kind is None:
            kinds = Wordings(wordings).kinds(event)
            words = (
                f"names several kinds of change ({', '.join(kinds)}); {_STATE_IT}"
                if kinds
                else f"names no kind of change that is known; {_STATE_IT}; or add its words to inbox/capital_event_kinds/"
            )
            faults.append(RowFault(index, "event", event, words))
    return faults
