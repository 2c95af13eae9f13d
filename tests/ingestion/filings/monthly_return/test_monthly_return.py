"""The monthly return FF301: what is read, what is proved, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.filings.capital_reading import CapitalReading
from ingestion.filings.files import read_filing
from ingestion.filings.forms import parse_filing
from ingestion.filings.inbox import inbox_rows
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.text_pages import read_text
from tests.ingestion.filings.capital_documents import monthly_return, monthly_return_of_before_2024
from tests.ingestion.filings.documents import lines_as_pdf, text_as_pdf


def read(text: str) -> CapitalReading:
    reading = parse_filing(read_text(text.encode("utf-8")))
    assert isinstance(reading, CapitalReading)
    return reading


def balances(reading: CapitalReading) -> list[tuple[str, str, str]]:
    return [(row["as_of"], row["share_class"], row["shares"]) for row in inbox_rows(reading)["share_class_balances"]]


def events(reading: CapitalReading) -> list[tuple[str, ...]]:
    names = ("effective_date", "event", "share_class", "shares_issued_delta", "issue_price_hkd", "total_shares_after")
    return [tuple(row[name] for name in names) for row in inbox_rows(reading)["share_capital_events"]]


#: Treasury shares are a class of their own where there are any.
BALANCES = [
    ("2026-03-31", "H", "61500000"),
    ("2026-03-31", "H treasury", "500000"),
    ("2026-03-31", "unlisted domestic", "40000000"),
]

BOUGHT_BACK = "Repurchase of shares (shares held as treasury shares)"
EVENTS = [
    ("2026-03-20", BOUGHT_BACK, "H", "-500000", "", "100000000"),
    ("2026-03-20", BOUGHT_BACK, "H treasury", "500000", "", "100000000"),
    ("2026-03-31", "Exercise of the Over-allotment Option", "H", "2000000", "5.00", "102000000"),
]


def test_two_classes_treasury_shares_brackets_nil_and_a_page_break() -> None:
    reading = read(monthly_return())
    assert (reading.ticker, reading.issuer, str(reading.published_on)) == ("9998.HK", "Larkspur Robotics Co., Ltd.", "2026-04-08")
    assert balances(reading) == BALANCES
    # what becomes a treasury share stays in issue, and leaves its class
    assert events(reading) == EVENTS
    assert [row["event_kind"] for row in inbox_rows(reading)["share_capital_events"]] == ["treasury", "treasury", ""]
    assert [(proof.numbers, str(proof.place)) for proof in reading.proofs.proved if proof.kind == "movement"][:2] == [
        ("60,000,000 + 1,500,000 = 61,500,000", "page 2, line 62"),
        ("0 + 500,000 = 500,000", "page 2, line 62"),
    ]
    assert "61,500,000 + 500,000 treasury = 62,000,000" in [proof.numbers for proof in reading.proofs.proved]
    assert "2,000,000 - 500,000 = 1,500,000" in [proof.numbers for proof in reading.proofs.proved]
    assert "100,000,000 + 2,000,000 = 102,000,000" in [proof.numbers for proof in reading.proofs.proved]
    assert reading.proofs.open == []
    assert [(row["share_class"], row["is_listed"], row["is_treasury"]) for row in inbox_rows(reading)["share_classes"]] == [
        ("H", "true", "false"),
        ("H treasury", "false", "true"),
        ("unlisted domestic", "false", "false"),
    ]


def test_the_same_as_pdf(tmp_path: Path) -> None:
    reading = read_filing(text_as_pdf(monthly_return(), tmp_path / "return.pdf"))
    assert isinstance(reading, CapitalReading)
    assert balances(reading) == BALANCES
    assert events(reading) == EVENTS


def test_a_page_that_is_drawn_line_by_line_across_its_columns(tmp_path: Path) -> None:
    named = [
        (40, "1. Class of shares"),
        (150, "Ordinary shares"),
        (250, "Type of shares"),
        (330, "H"),
        (380, "Listed on the Exchange"),
    ]
    lines: list[list[tuple[float, str]]] = [
        [(40, "Monthly Return for Equity Issuer")],
        [(40, "For the month ended:"), (200, "31 March 2026"), (400, "Status:"), (460, "New Submission")],
        [(40, "Name of Issuer:"), (200, "Larkspur Robotics Co., Ltd.")],
        [(40, "Date Submitted:"), (200, "08 April 2026")],
        [(40, "II. Movements in Issued Shares and/or Treasury Shares")],
        [*named, (540, "Yes")],
        [(40, "Stock code"), (150, "09998"), (250, "Description")],
        [(200, "Number of issued shares"), (330, "Number of treasury shares"), (460, "Total number of issued shares")],
        [(200, "(excluding treasury shares)")],
        [(40, "Balance at close of preceding month"), (200, "60,000,000"), (330, "0"), (460, "60,000,000")],
        [(40, "Increase / decrease (-)"), (200, "-1,000"), (330, "1,000")],
        [(40, "Balance at close of the month"), (200, "59,999,000"), (330, "1,000"), (460, "60,000,000")],
        [(40, "III. Details of Movements in Issued Shares and/or Treasury Shares")],
        [(40, "(E). Other Movements in Issued Shares and/or Treasury Shares")],
        [*named, (540, "Yes")],
        [(40, "1). Repurchase of shares"), (200, "HKD"), (240, "4.62"), (300, "20 March 2026"), (400, "-1,000"), (480, "1,000")],
    ]
    reading = read_filing(lines_as_pdf([lines], tmp_path / "return.pdf"))
    assert isinstance(reading, CapitalReading)
    assert balances(reading) == [("2026-03-31", "H", "59999000"), ("2026-03-31", "H treasury", "1000")]
    assert [row[2:4] for row in events(reading)] == [("H", "-1000"), ("H treasury", "1000")]
    assert "60,000,000 - 1,000 = 59,999,000" in [proof.numbers for proof in reading.proofs.proved]
    assert "-1,000 = -1,000" in [proof.numbers for proof in reading.proofs.proved]


def test_the_older_layout_of_one_number_a_row_lands_on_the_last_day_of_the_month() -> None:
    reading = read(monthly_return_of_before_2024())
    assert balances(reading) == [("2026-03-31", "ordinary", "99750000")]
    assert events(reading) == [("2026-03-31", "movement of the month to 2026-03-31", "ordinary", "-250000", "", "99750000")]
    assert "-250,000 shares of class ordinary were issued or cancelled is not proved by part III (E)" in reading.proofs.open[0]


def test_rows_of_part_iii_that_do_not_add_up_are_not_believed() -> None:
    text = monthly_return().replace("31 March 2026\n2,000,000", "31 March 2026\n1,900,000")
    month = "movement of the month to 2026-03-31"
    undated = [("2026-03-31", month, "H", "1500000"), ("2026-03-31", month, "H treasury", "500000")]
    assert [row[:4] for row in events(read(text))] == undated
    # nor is one of another month
    text = monthly_return().replace("20 March 2026", "20 February 2026")
    assert [row[:4] for row in events(read(text))] == undated


def test_a_conversion_moves_shares_between_classes_and_no_total() -> None:
    text = monthly_return().replace("Increase / decrease (-)\nNil", "Increase / decrease (-)\n(10,000,000)\nNil")
    text = text.replace(
        "Balance at close of the month\n40,000,000\n0\n40,000,000", "Balance at close of the month\n30,000,000\n0\n30,000,000"
    )
    text = text.replace("Increase / decrease (-)\n1,500,000\n500,000", "Increase / decrease (-)\n10,000,000\n0")
    text = text.replace("61,500,000\n500,000\n62,000,000", "70,000,000\n-\n70,000,000")
    text = text.split("III. Details")[0] + "IV. Information"
    reading = read(text)
    assert [(row[2], row[3], row[5]) for row in events(reading)] == [
        ("H", "10000000", "100000000"),
        ("unlisted domestic", "-10000000", "100000000"),
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (
            "\n61,500,000\n",
            "\n61,400,000\n",
            "page 3, line 69: class H at close of the month: 61,400,000 + 500,000 treasury = 61,900,000, and a total of 62,0",
        ),
        (
            "Increase / decrease (-)\n1,500,000",
            "Increase / decrease (-)\n1,400,000",
            "page 2, line 62: class H: 1,400,000, 500,000 of increase or decrease between 60,000,000 and 61,500,000 shares",
        ),
        (
            "E1):\n1,500,000",
            "E1):\n1,600,000",
            "part III has a movement of 1,600,000 issued shares; it would have to be 1,500,000",
        ),
        ("E2):\n500,000", "E2):\nNil", "part III has a movement of 0 treasury shares; it would have to be 500,000"),
        (
            "For the month ended:\n31 March 2026",
            "For the month ended:\n30 March 2026",
            "the month ends on 2026-03-30; it would have to be the last day of a month",
        ),
        ("08 April 2026", "08 March 2026", "it was submitted on 2026-03-08; it would have to be no earlier"),
        ("Description\nUnlisted Shares", "Description\nGolden Shares", "'Golden Shares'; it would have to be H, A, B"),
        ("2. Class of shares", "Class of shares", "more balances follow, of no class"),
        (
            "Balance at close of the month\n61,500,000\n500,000\n62,000,000",
            "Balance at close of the month\n61,500,000\n62,000,000",
            "3 numbers would have to stand in the row",
        ),
        ("Increase / decrease (-)\nNil", "Increase / decrease (-)\nsee note", "'Increase / decrease (-) see note"),
        ("Type of shares\nOther type (specify in description)", "Type of shares\nH", "the class H stands a second time"),
    ],
)
def test_what_can_not_be_proved_is_refused_whole(was: str, becomes: str, told: str) -> None:
    text = monthly_return()
    assert was in text
    with pytest.raises(RefusedFiling) as refused:
        read(text.replace(was, becomes))
    assert told in str(refused.value)


def test_a_subdivision_is_no_issue_and_is_refused() -> None:
    split = monthly_return_of_before_2024().replace("(250,000)", "900,000,000").replace("99,750,000", "1,000,000,000")
    with pytest.raises(RefusedFiling, match="100,000,000 shares at the opening and 1,000,000,000 at the close, a whole multiple"):
        parse_filing(read_text(split.replace("-250,000", "900,000,000").encode()))
