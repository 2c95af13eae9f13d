"""What the words of a capital event mean: the one kind that they name, or a refusal."""

from __future__ import annotations

import polars as pl
import pytest

from ingestion.datasets._event_kinds import EVENT_KINDS, Wordings
from ingestion.filings.over_allotment.announcement import _EXERCISED_IN
from tests.conftest import PROJECT

WORDINGS = Wordings(pl.read_csv(PROJECT / "data" / "reference" / "capital_event_kinds.csv"))


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Listing on the Main Board", "listing"),
        ("OVER-ALLOTMENT  exercised, in full", "over-allotment"),
        ("exercise of the over-allotment option", "over-allotment"),
        ("top-up placing and subscription", "placing"),
        ("subscription of new shares by a strategic investor", "subscription"),
        ("exercise of options granted under the Pre-IPO Share Option Scheme", "option exercise"),
        ("exercise of bonus warrants", "option exercise"),
        ("shares issued under the annual bonus plan", "award"),
        ("vesting of restricted share units", "award"),
        ("conversion of convertible bonds due 2031", "conversion"),
        ("conversion of unlisted shares into H shares", "class conversion"),
        ("bonus issue of 4 for 1", "bonus issue"),
        ("capitalisation of reserves", "bonus issue"),
        ("sub-division of each share into five", "share split"),
        ("reverse split", "consolidation"),
        ("shares bought back and cancelled", "cancellation"),
        ("cancellation of treasury shares", "cancellation"),
        ("sale of treasury shares", "treasury"),
        ("new shares issued", "other"),
        ("回购注销", "cancellation"),
        ("Loan capitalisation issue", "subscription"),
        ("capitalisation of shareholder's loan", "subscription"),
        ("债转股", "subscription"),
        ("可转债转股", "conversion"),
        ("Issue of shares under Bonus Share Scheme", "award"),
        ("送转股", "bonus issue"),
        ("2025年度送转股上市", "bonus issue"),
        ("pre-listing capitalisation issue", "bonus issue"),
        ("非公开发行", "placing"),
    ],
)
def test_whole_words_name_one_kind(words: str, kind: str) -> None:
    assert WORDINGS.kinds(words) == [kind]


@pytest.mark.parametrize(
    "words", ["bonus", "splitting headache", "enlistings", "placed", "-", "Non-listing adjustment", "De-listing", "no placing"]
)
def test_parts_of_words_and_unknown_words_name_none(words: str) -> None:
    assert WORDINGS.kinds(words) == []


def test_words_of_several_kinds_are_not_decided_by_their_order() -> None:
    assert WORDINGS.kinds("rights issue and placing") == WORDINGS.kinds("placing and rights issue") == ["placing", "rights issue"]


def test_what_filings_call_their_events_is_known() -> None:
    for words in (*_EXERCISED_IN.values(), "movement of the month to 2026-03-31", "listing"):
        assert len(WORDINGS.kinds(words)) == 1, words


def test_the_documentation_lists_every_kind() -> None:
    docs = (PROJECT / "docs" / "inbox.md").read_text(encoding="utf-8")
    table = docs.partition("| `event_kind` | is |")[2].partition("\n\n")[0]
    assert [kind for kind in EVENT_KINDS if f"`{kind}`" not in table] == []
