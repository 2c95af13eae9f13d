"""The announcement on the over-allotment option: what is read, what is proved, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.filings.capital_reading import CapitalReading
from ingestion.filings.files import read_filing
from ingestion.filings.forms import parse_filing
from ingestion.filings.inbox import inbox_rows
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.text_pages import read_text
from tests.ingestion.filings.capital_documents import full_exercise, lapse, option_announcement, partial_exercise
from tests.ingestion.filings.documents import text_as_pdf


def read(text: str) -> CapitalReading:
    reading = parse_filing(read_text(text.encode("utf-8")))
    assert isinstance(reading, CapitalReading)
    return reading


def numbers(reading: CapitalReading) -> list[str]:
    return [proof.numbers for proof in reading.proofs.proved]


#: What the partial exercise of `capital_documents` lands as, worked by hand.
PART_OF_CAPITAL = {
    "effective_date": "2026-03-31",
    "event": "over-allotment exercised in part",
    "share_class": "H",
    "shares_issued_delta": "2000000",
    "issue_price_hkd": "5.00",
    "total_shares_after": "102000000",
}
PART_OF_OVER_ALLOCATION = {
    "share_class": "H",
    "over_allocated_shares": "3000000",
    "settlement": "borrowed",
    "lender": "Alder Holding Limited",
    "bought_in_market_shares": "1000000",
    "exercised_shares": "2000000",
    # said, and proved by no size of the option: not believed
    "lapsed_shares": "",
    "last_exercise_on": "2026-03-26",
    "settled_on": "2026-03-31",
}


def test_a_partial_exercise_with_purchases_in_the_market_and_a_table_on_the_next_page() -> None:
    reading = read(partial_exercise())
    rows = inbox_rows(reading)
    (event,), (over,) = rows["share_capital_events"], rows["over_allocations"]
    assert event.items() >= PART_OF_CAPITAL.items()
    assert over.items() >= PART_OF_OVER_ALLOCATION.items()
    assert event["ticker"] == "9998.HK" and event["document_id"] == "hk_9998_over_allotment_2026_03_27"
    assert event["table_ref"] == "page 1, line 9"
    assert numbers(reading) == [
        "100,000,000 + 2,000,000 = 102,000,000",
        "5.00 x 2,000,000 = 10.00 million, net 9.7 million",
        "3,000,000 = 3,000,000",
        "2,000,000 + 1,000,000 = 3,000,000",
    ]
    assert reading.proofs.open == [
        "1,000,000 shares are said to have lapsed, which no size of the option proves: they don't land"
    ]


def test_the_same_as_pdf(tmp_path: Path) -> None:
    reading = read_filing(text_as_pdf(partial_exercise(), tmp_path / "option.pdf"))
    assert isinstance(reading, CapitalReading)
    assert inbox_rows(reading)["over_allocations"][0].items() >= PART_OF_OVER_ALLOCATION.items()


def test_a_full_exercise_for_placees_who_wait() -> None:
    rows = inbox_rows(read(full_exercise()))
    assert rows["share_capital_events"][0]["event"] == "over-allotment exercised in full"
    assert rows["share_capital_events"][0]["total_shares_after"] == "103000000"
    (over,) = rows["over_allocations"]
    assert (over["settlement"], over["lender"], over["exercised_shares"], over["lapsed_shares"]) == (
        "delayed delivery",
        "",
        "3000000",
        "0",
    )


def test_borrowed_shares_that_the_option_returns_are_what_was_over_allocated() -> None:
    waiting = "the delivery of H Shares to placees who have agreed to delayed delivery.\n"
    waiting += "There was an over-allocation of 3,000,000 H Shares."
    assert waiting in full_exercise()
    loan = "the return to Alder Holding Limited of\nthe 3,000,000 H Shares borrowed to cover over-allocations."
    text = full_exercise().replace(waiting, loan)
    reading = read(text)
    (over,) = inbox_rows(reading)["over_allocations"]
    assert (over["over_allocated_shares"], over["settlement"], over["lender"]) == ("3000000", "borrowed", "Alder Holding Limited")
    assert numbers(reading)[-1] == "3,000,000 + 0 = 3,000,000"
    # a loan that the option does not return in full proves nothing
    reading = read(text.replace("the 3,000,000 H Shares borrowed", "the 3,200,000 H Shares borrowed"))
    assert inbox_rows(reading)["over_allocations"] == []
    assert reading.proofs.open == ["the over-allocated shares are not stated: the issue lands, what it covers doesn't"]


def test_a_lapse_issues_nothing() -> None:
    reading = read(lapse())
    rows = inbox_rows(reading)
    assert rows["share_capital_events"] == []
    (over,) = rows["over_allocations"]
    assert (over["bought_in_market_shares"], over["exercised_shares"], over["settled_on"]) == ("3000000", "0", "")
    assert numbers(reading)[-1] == "0 + 3,000,000 = 3,000,000"
    assert any("the bought shares were delivered is not stated" in one for one in reading.proofs.open)


def test_a_lapse_without_an_over_allocation() -> None:
    body = (
        "The Company announces that the Over-allotment Option was not exercised and lapsed on March 26, 2026. There was no\n"
        "over-allocation of H Shares in the International Offering, and there will not be any delayed delivery.\n"
    )
    rows = inbox_rows(read(option_announcement("LAPSE OF THE OVER-ALLOTMENT OPTION", body)))
    (over,) = rows["over_allocations"]
    assert (over["over_allocated_shares"], over["settlement"]) == ("0", "none")


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        # the issuer's misprint: one count in two sentences
        (
            "respect of an aggregate of 2,000,000",
            "respect of an aggregate of 2,100,000",
            "100,000,000 issued shares before + 2,100,000 issued = 102,100,000, and 102,000,000",
        ),
        (
            "\n102,000,000\n",
            "\n102,000,500\n",
            "page 2, line 34: 100,000,000 issued shares before + 2,000,000 issued = 102,000,000, and 102,000,500",
        ),
        (
            "purchase of an aggregate of 1,000,000",
            "purchase of an aggregate of 900,000",
            "2,000,000 + 900,000 = 2,900,000, and 3,000,000 shares were over-allocated",
        ),
        ("the 3,000,000 H Shares borrowed", "the 3,100,000 H Shares borrowed", "both would have to be the same number"),
        (
            "March 31, 2026",
            "March 31, 2025",
            "the option shares are listed on 2025-03-31; it would have to be no earlier than the announcement",
        ),
        (
            "approximately HK$9.7 million",
            "approximately HK$97 million",
            "net proceeds would have to be no more than price x shares",
        ),
        ("return to Alder Holding Limited", "return to Birch Holding Limited", "one name would have to stand for the lender"),
        ("Hong Kong, March 27, 2026", "", "no day stands under the announcement"),
        ("at HK$5.00 per H", "at the price of the Offer per H", "the price of the option shares was not found"),
        ("on March 31, 2026", "soon", "the day on which the option shares are issued or listed was not found"),
        ("Total\n100,000,000\n100.00%\n", "Total\n", "the issued shares before and after are stated 0 times"),
        (
            "(3) the purchase",
            "(3) the sale of an aggregate of 5,000 H Shares on the market and the purchase",
            "no shares would have to be sold again",
        ),
    ],
)
def test_what_can_not_be_proved_is_refused_whole(was: str, becomes: str, told: str) -> None:
    text = partial_exercise()
    assert was in text
    with pytest.raises(RefusedFiling) as refused:
        read(text.replace(was, becomes))
    assert told in str(refused.value)


def test_an_exercise_before_the_period_ends_leaves_the_rest_open() -> None:
    text = full_exercise().replace("FULL EXERCISE", "PARTIAL EXERCISE").replace("exercised in full", "partially exercised")
    reading = read(text.replace("over-allocation of 3,000,000", "over-allocation of 3,500,000"))
    (over,) = inbox_rows(reading)["over_allocations"]
    assert (over["bought_in_market_shares"], over["settled_on"]) == ("", "")
    assert reading.proofs.open == ["500,000 over-allocated shares are not covered yet: the stabilization period goes on"]
