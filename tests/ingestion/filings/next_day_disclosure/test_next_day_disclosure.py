"""The next-day disclosure return FF305: what is read, what is proved, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.datasets._event_kinds import Wordings
from ingestion.filings.capital_reading import CapitalReading
from ingestion.filings.document import document_fields, document_id
from ingestion.filings.files import read_filing
from ingestion.filings.forms import parse_filing
from ingestion.filings.inbox import inbox_rows
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.text_pages import read_text
from tests.conftest import PROJECT
from tests.ingestion.filings.capital_documents import (
    next_day_disclosure,
    next_day_disclosure_line_by_line,
    next_day_disclosure_of_a_purchase_before_2024,
    next_day_disclosure_of_before_2024,
    second_next_day_disclosure_of_the_day,
)
from tests.ingestion.filings.documents import lines_as_pdf, text_as_pdf

OPTIONS = "Exercise of options under the share option scheme of 2025"
BOUGHT_BACK = "Repurchase of shares (shares held as treasury shares)"
#: Opening and closing balance; treasury shares are a class of their own.
BALANCES = [
    ("2026-03-31", "H", "61500000"),
    ("2026-03-31", "H treasury", "500000"),
    ("2026-05-08", "H", "61300000"),
    ("2026-05-08", "H treasury", "600000"),
]
EVENTS = [
    ("2026-05-07", OPTIONS, "", "H", "100000", "3.10", ""),
    ("2026-05-08", BOUGHT_BACK, "treasury", "H", "-300000", "", ""),
    ("2026-05-08", BOUGHT_BACK, "treasury", "H treasury", "300000", "", ""),
    ("2026-05-08", "Cancellation of treasury shares", "cancellation", "H treasury", "-200000", "", ""),
]


def read(text: str) -> CapitalReading:
    reading = parse_filing(read_text(text.encode("utf-8")))
    assert isinstance(reading, CapitalReading)
    return reading


def balances(reading: CapitalReading) -> list[tuple[str, str, str]]:
    return [(row["as_of"], row["share_class"], row["shares"]) for row in inbox_rows(reading)["share_class_balances"]]


def events(reading: CapitalReading) -> list[tuple[str, ...]]:
    names = (
        "effective_date",
        "event",
        "event_kind",
        "share_class",
        "shares_issued_delta",
        "issue_price_hkd",
        "total_shares_after",
    )
    return [tuple(row[name] for name in names) for row in inbox_rows(reading)["share_capital_events"]]


def trades(reading: CapitalReading) -> list[tuple[str, ...]]:
    names = ("traded_on", "trade", "shares", "venue", "currency", "highest_price", "lowest_price", "amount")
    uses = ("for_cancellation_shares", "for_treasury_shares")
    return [tuple(row[name] for name in (*names, *uses)) for row in inbox_rows(reading)["own_share_trades"]]


def numbers(reading: CapitalReading) -> list[str]:
    return [proof.numbers for proof in reading.proofs.proved]


def test_events_of_two_columns_over_a_page_break_and_the_repurchases_of_the_day() -> None:
    reading = read(next_day_disclosure())
    assert (reading.form, reading.ticker, reading.issuer) == ("next-day disclosure", "9998.HK", "Larkspur Robotics Co., Ltd.")
    assert (str(reading.dated_on), str(reading.published_on)) == ("2026-05-08", "2026-05-08")
    assert balances(reading) == BALANCES
    assert events(reading) == EVENTS
    movements = [(proof.numbers, str(proof.place)) for proof in reading.proofs.proved if proof.kind == "movement"]
    # a blank cell before (200,000): only as treasury shares do both columns close
    assert movements == [
        ("61,500,000 + 100,000 - 300,000 = 61,300,000", "page 2, line 57"),
        ("500,000 + 300,000 - 200,000 = 600,000", "page 2, line 57"),
    ]
    assert "100,000 of 61,500,000 = 0.1626%; 0.16% is printed" in numbers(reading)
    assert "40,000 + 300,000 = 340,000" in numbers(reading)
    # what section II says is held as treasury shares is what section I moves into treasury: it counts there, once
    assert "300,000 = 300,000" in numbers(reading)
    assert trades(reading) == [
        ("2026-05-08", "repurchase", "340000", "On the Exchange", "HKD", "4.70", "4.50", "1564000", "40000", "300000")
    ]
    assert {label: fact.value for label, fact in reading.facts.items() if "repurchased" in label} == {
        "shares repurchased": 340_000,
        "repurchased for cancellation": 40_000,
        "repurchased for treasury": 300_000,
    }
    assert reading.proofs.findings == []
    assert reading.proofs.open == [
        "40,000 shares are bought back and not cancelled yet: they are in issue until they are",
        "the shares of all classes after the events are not stated: they follow from the total before",
    ]
    document = document_fields(reading, "next.pdf")
    assert (document["document_id"], document["rank"], document["title"]) == (
        "hk_9998_next_day_disclosure_2026_05_08_c6856c",
        "11",
        "Next-day disclosure return, Larkspur Robotics Co., Ltd. (9998.HK)",
    )


def test_the_same_as_pdf(tmp_path: Path) -> None:
    reading = read_filing(text_as_pdf(next_day_disclosure(), tmp_path / "return.pdf"))
    assert isinstance(reading, CapitalReading)
    assert balances(reading) == BALANCES
    assert events(reading) == EVENTS


def test_a_page_that_is_drawn_line_by_line_across_its_columns(tmp_path: Path) -> None:
    named = [(40, "1. Class of shares"), (150, "WVR ordinary shares"), (270, "Type of shares"), (350, "B")]
    lines: list[list[tuple[float, str]]] = [
        [(40, "Next Day Disclosure Return")],
        [(40, "Name of Issuer:"), (200, "Larkspur Robotics Co., Ltd.")],
        [(40, "Date Submitted:"), (200, "06 May 2026")],
        [(40, "Section I")],
        [*named, (400, "Listed on the Exchange"), (520, "Yes")],
        [(40, "Stock code (if listed)"), (150, "09998"), (250, "Description")],
        [(200, "Number of issued shares"), (330, "Number of treasury shares"), (460, "Total number of issued shares")],
        [(40, "Opening balance as at (Note 1)"), (170, "30 April 2026"), (250, "60,000,000"), (340, "Nil"), (460, "60,000,000")],
        [(40, "1). Vesting of award shares"), (250, "7,000"), (300, "0.01 %"), (400, "HKD"), (430, "0")],
        [(40, "Date of changes"), (170, "05 May 2026")],
        [(40, "Closing balance as at (Note 8)"), (170, "05 May 2026"), (250, "60,007,000"), (340, "-"), (460, "60,007,000")],
    ]
    reading = read_filing(lines_as_pdf([lines], tmp_path / "return.pdf"))
    assert isinstance(reading, CapitalReading)
    assert balances(reading) == [("2026-04-30", "B", "60000000"), ("2026-05-05", "B", "60007000")]
    assert events(reading) == [("2026-05-05", "Vesting of award shares", "", "B", "7000", "0", "")]


SOLD = "sale of treasury shares"
#: What the return that is drawn line by line says of trades: two repurchases on two exchanges, two sales of one day.
TRADES = [
    ("2026-06-09", "repurchase", "30000", "On the Exchange", "HKD", "5.1", "5", "151500", "30000", "0"),
    ("2026-06-09", "repurchase", "10000", "On another stock exchange", "EUR", "0.55", "0.55", "5500", "10000", "0"),
    ("2026-06-10", SOLD, "100000", "On the Exchange", "HKD", "5.2", "5.1", "515000", "", ""),
    ("2026-06-10", SOLD, "50000", "On the Exchange", "HKD", "5.15", "5.15", "257500", "", ""),
]


def test_words_that_begin_before_their_number_and_sales_of_treasury_shares() -> None:
    reading = read(next_day_disclosure_line_by_line())
    assert balances(reading) == [
        ("2026-06-09", "H", "61300000"),
        ("2026-06-09", "H treasury", "600000"),
        ("2026-06-10", "H", "61500000"),
        ("2026-06-10", "H treasury", "400000"),
    ]
    sale = "Sale of treasury shares on the Exchange, as Section III sets out"
    transfer = "Transfer of treasury shares to satisfy awards under the share scheme of 2025"
    # what leaves treasury is in issue before and after: no total moves
    assert [row[1:5] for row in events(reading)] == [
        (sale, "treasury", "H", "150000"),
        (sale, "treasury", "H treasury", "-150000"),
        (transfer, "treasury", "H", "50000"),
        (transfer, "treasury", "H treasury", "-50000"),
    ]
    assert trades(reading) == TRADES
    assert reading.facts["treasury shares sold"].value == 150_000
    assert "515,000 + 257,500 = 772,500; 772,500 is printed" in numbers(reading)
    assert reading.proofs.findings == []
    assert reading.proofs.open == [
        "class H: 150,000 shares are sold out of treasury, and section I moves 200,000 out of treasury: the others move on "
        "another day, or off the market",
        "40,000 shares are bought back and not cancelled yet: they are in issue until they are",
        "the shares of all classes after the events are not stated: they follow from the total before",
    ]


def test_the_same_sales_as_pdf_drawn_line_by_line(tmp_path: Path) -> None:
    pages = [page.splitlines()[1:] for page in next_day_disclosure_line_by_line().split("<<<PAGE")[1:]]
    drawn = lines_as_pdf([[[(40, line)] for line in page] for page in pages], tmp_path / "return.pdf")
    reading = read_filing(drawn)
    assert isinstance(reading, CapitalReading)
    assert trades(reading) == TRADES
    assert balances(reading)[2:] == [("2026-06-10", "H", "61500000"), ("2026-06-10", "H treasury", "400000")]


def test_a_purchase_report_of_before_2024_is_not_cancelled_and_moves_nothing() -> None:
    reading = read(next_day_disclosure_of_a_purchase_before_2024())
    assert events(reading) == []
    assert balances(reading) == [("2026-05-15", "ordinary", "101000000"), ("2026-05-18", "ordinary", "101000000")]
    assert trades(reading) == [("2026-05-18", "repurchase", "20000", "On the Exchange", "HKD", "4.8", "4.7", "95200", "", "")]
    assert reading.proofs.open == ["70,000 shares are bought back and not cancelled yet: they are in issue until they are"]


def test_the_uses_of_one_trade_among_several_are_not_guessed() -> None:
    text = next_day_disclosure_line_by_line()
    text = text.replace("repurchased for 40,000", "repurchased for 15,000").replace("for holding 0", "for holding 25,000")
    reading = read(text)
    assert [row[-2:] for row in trades(reading)[:2]] == [("", ""), ("", "")]
    assert "which of 2 trades are the 15,000 shares for cancellation is not stated" in reading.proofs.open


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        ("150,000 Aggregate price received", "160,000 Aggregate price received", "160,000 treasury shares sold are printed"),
        ("shares\n150,000 Aggregate", "shares\nAggregate", "a sale of treasury shares report without its total"),
        ("A. Report of on-market sale", "A. Particulars of disposals", "a class of section II or III without its report"),
        ("A. Repurchase report", "A. Report", "a class of section II or III without its report"),
        ("\n1. Class of shares Ordinary shares Type of shares H Listed on the Exchange Yes\nStock code (if listed) 09998 "
         "Description\nA. Report of on-market", "\nA. Report of on-market", "a sale of treasury shares report of no class"),
        ("HKD 5.2HKD 5.1HKD", "HKD 5.1HKD 5.2HKD", "a lowest price of 5.2 above the highest, 5.1"),
        ("HKD 5.2HKD 5.1HKD", "HKD 5.2EUR 5.1HKD", "the prices and the amount in one currency"),
        ("61,500,000 400,000", "61,450,000 450,000", "the events move 150,000 and -150,000, 50,000 and -50,000, and"),
    ],
)  # fmt: skip
def test_a_report_that_is_not_understood_is_refused_and_never_passed_over(was: str, becomes: str, told: str) -> None:
    text = next_day_disclosure_line_by_line()
    assert was in text
    with pytest.raises(RefusedFiling) as refused:
        read(text.replace(was, becomes))
    assert told in str(refused.value)


def test_returns_that_close_on_one_day_have_names_of_their_own() -> None:
    first, second = next_day_disclosure_line_by_line(), second_next_day_disclosure_of_the_day()
    names = [document_id(read(text)) for text in (first, second)]
    assert len(set(names)) == 2
    assert all(name.startswith("hk_9998_next_day_disclosure_2026_06_10_") for name in names)
    # the same numbers in other words or as another file are the same return
    assert document_id(read(first.replace("as Section III", "as section III"))) == names[0]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(-9_999_999, 9_999_999), st.integers(-9_999_999, 9_999_999)).filter(lambda pair: all(pair)),
        min_size=1,
        max_size=6,
    ),
    st.booleans(),
)
def test_events_lead_from_one_balance_to_the_other_or_the_return_is_refused(moves: list[tuple[int, int]], leads: bool) -> None:
    opening = (61_300_000_000, 600_000_000)
    closing = (opening[0] + sum(move[0] for move in moves), opening[1] + sum(move[1] for move in moves))
    rows = "".join(
        (f"Movement of the {number}th\n" if leads else "")
        + f"{number}). {'' if leads else f'Movement of the {number}th '}{issued:,} 0.01 % {treasury:,}\n"
        + "Date of changes 10 June 2026\n"
        for number, (issued, treasury) in enumerate(moves, 1)
    )
    text = next_day_disclosure_line_by_line()
    start, end = text.index("Sale of treasury shares on"), text.index("3). Other")
    text = text[:start] + rows + text[end:]
    text = text.replace("61,300,000 600,000 61,900,000", f"{opening[0]:,} {opening[1]:,} {sum(opening):,}")
    drawn = text.replace("61,500,000 400,000 61,900,000", f"{closing[0]:,} {closing[1]:,} {sum(closing):,}")
    reading = read(drawn)
    assert balances(reading)[2:] == [("2026-06-10", "H", str(closing[0])), ("2026-06-10", "H treasury", str(closing[1]))]
    landed = [int(row[4]) for row in events(reading)]
    assert sum(landed) == sum(closing) - sum(opening)
    torn = text.replace("61,500,000 400,000 61,900,000", f"{closing[0] + 1:,} {closing[1]:,} {sum(closing) + 1:,}")
    with pytest.raises(RefusedFiling, match=r"opening \+ changes = closing would have to hold"):
        read(torn)


def test_the_older_layout_of_one_class_states_the_total() -> None:
    reading = read(next_day_disclosure_of_before_2024())
    assert balances(reading) == [("2026-03-02", "ordinary", "100000000"), ("2026-03-31", "ordinary", "101000000")]
    words = "Issue of ordinary shares on 31 March 2026 pursuant to the partial exercise of the over-allotment option"
    assert events(reading) == [("2026-03-31", words, "", "ordinary", "1000000", "5", "101000000")]
    assert [row["share_class"] for row in inbox_rows(reading)["share_classes"]] == ["ordinary"]
    assert reading.proofs.open == []


def test_a_return_of_repurchases_alone_moves_no_balance() -> None:
    text = next_day_disclosure()
    start, end = text.index("1). Exercise"), text.index("Closing balance")
    text = (text[:start] + "1). Not applicable\n" + text[end:]).replace(
        "61,300,000\n600,000\n61,900,000", "61,500,000\n500,000\n62,000,000"
    )
    reading = read(text)
    assert events(reading) == []
    assert balances(reading)[2:] == [("2026-05-08", "H", "61500000"), ("2026-05-08", "H treasury", "500000")]
    assert reading.facts["shares repurchased"].value == 340_000


def test_an_event_of_the_opening_day_leaves_the_opening_balance_out() -> None:
    text = next_day_disclosure().replace("07 May 2026", "31 March 2026")
    assert balances(read(text)) == BALANCES[2:]


def test_two_classes_close_each_by_itself() -> None:
    text = next_day_disclosure()
    start, end = text.index("1. Class of shares"), text.index("We hereby confirm")
    block = text[start:end].replace("1. Class", "2. Class", 1).replace("\nH\n", "\nA\n", 1)
    reading = read(text[:end] + block + text[end:])
    assert [row[3] for row in events(reading)] == ["H", "A", "H", "H treasury", "H treasury", "A", "A treasury", "A treasury"]
    assert len(balances(reading)) == 8


def test_a_percentage_of_another_whole_is_a_finding_since_the_balances_prove_the_shares() -> None:
    (finding,) = read(next_day_disclosure().replace("0.16 %", "0.10 %")).proofs.findings
    assert finding.statement == f"{OPTIONS}: 0.10% is printed, and 100,000 of 61,500,000 is 0.1626%"
    assert str(finding.place) == "page 1, line 35"


def test_an_amount_that_no_price_gives_is_a_finding() -> None:
    (finding,) = read(next_day_disclosure().replace("HKD\n1,564,000\nTotal", "HKD\n1,764,000\nTotal")).proofs.findings
    assert "340,000 x 4.50 to 4.70 = 1,530,000.00 to 1,598,000.00; 1,764,000 is printed" in finding.statement


@pytest.mark.parametrize(
    ("was", "becomes", "told"),
    [
        (
            "\n61,300,000\n",
            "\n61,200,000\n",
            "page 2, line 56: class H, Closing balance as at (Notes 5 and 6) 08 May 2026: 61,200,000 + 600,000 treasury",
        ),
        (
            "61,300,000\n600,000\n61,900,000",
            "61,400,000\n600,000\n62,000,000",
            "line 57: class H: the events move 100,000, -300,000 and 300,000, -200,000, and the balances issued shares by "
            "-100,000 and treasury shares by 100,000; opening + changes = closing would have to hold",
        ),
        ("100,000\n0.16 %", "110,000\n0.16 %", "class H: the events move 110,000, -300,000 and 300,000"),
        ("(200,000)\n", "(250,000)\n", "opening + changes = closing would have to hold"),
        (
            "(200,000)\n",
            "\n",
            "page 2, line 52: 'Cancellation of treasury shares Date of changes 08 May 2026'; a number of shares",
        ),
        ("07 May 2026", "07 June 2026", "an event of 2026-06-07; it would have to be between 2026-03-31 and 2026-05-08"),
        ("Date of changes\n07 May 2026\n", "", "page 1, line 35: 'Exercise of options"),
        ("1). Exercise", "Exercise", "each event would have to begin with its number, as `1).`"),
        ("2). Repurchase", "Repurchase", "one `Date of changes` with its day would have to stand in the row"),
        (
            "Closing balance as at (Notes 5 and 6)\n08 May",
            "Closing balance as at (Notes 5 and 6)\n31 February",
            "'31 February 2026'",
        ),
        (
            "Opening balance as at (Note 1)\n31 March",
            "Opening balance as at (Note 1)\n31 May",
            "the first day would have to be no later",
        ),
        (
            "Date Submitted: 08 May 2026",
            "Date Submitted: 07 May 2026",
            "it would have to be no earlier than the close of the return",
        ),
        ("61,500,000\n500,000\n62,000,000", "61,500,000\n62,000,000", "3 numbers would have to stand in the row"),
        ("\nH\nListed", "\nPreference\nListed", "the class of shares"),
        ("Exchange\nYes", "Exchange\n", "it would have to be Yes or No"),
        ("09998\nDescription\nA. Changes", "\nDescription\nA. Changes", "no class has a stock code"),
        ("1. Class of shares\nOrdinary", "Class of shares\nOrdinary", "no class of issued shares was found"),
        ("shares repurchased\n340,000", "shares repurchased\n350,000", "page 2, line 91: 350,000 shares repurchased are printed"),
        (
            "for cancellation\n40,000",
            "for cancellation\n50,000",
            "50,000 shares for cancellation and 300,000 for treasury, of 340,000",
        ),
        ("On the Exchange\nHKD", "On the Exchange\n", "a trading date, a number of shares, the method"),
        ("Total number of shares repurchased", "Sum of shares", "a repurchase report without its total"),
    ],
)
def test_what_can_not_be_proved_is_refused_whole(was: str, becomes: str, told: str) -> None:
    text = next_day_disclosure()
    assert was in text
    with pytest.raises(RefusedFiling) as refused:
        read(text.replace(was, becomes))
    assert told in str(refused.value)


def test_numbers_that_both_columns_could_hold_are_not_guessed() -> None:
    rows = "1). Movement one\n1,000\nDate of changes\n07 May 2026\n2). Movement two\n1,000\nDate of changes\n08 May 2026\n"
    text = next_day_disclosure()
    start, end = text.index("1). Exercise"), text.index("Closing balance")
    text = (text[:start] + rows + text[end:]).replace("61,300,000\n600,000\n61,900,000", "61,501,000\n501,000\n62,002,000")
    with pytest.raises(RefusedFiling, match="the balances hold whether events are of issued or of treasury shares"):
        read(text)


def test_a_subdivision_is_no_issue_and_is_refused() -> None:
    text = next_day_disclosure_of_before_2024().replace("1,000,000 ", "900,000,000 ").replace("101,000,000", "1,000,000,000")
    with pytest.raises(
        RefusedFiling, match="class ordinary has 100,000,000 shares at the opening and 1,000,000,000 at the close"
    ):
        read(text)


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Placing of new shares", "placing"),
        ("Consideration issue", "consideration issue"),
        ("Rights issue", "rights issue"),
        ("Scrip dividend", "scrip dividend"),
        (
            "Exercise of share options under the share option scheme adopted in 2019, to a director of the issuer",
            "option exercise",
        ),
        ("Issue of shares under a share award scheme, not to a director of the issuer", "award"),
        ("Vesting of restricted share units", "award"),
        ("Conversion of convertible bonds due 2029", "conversion"),
        ("Cancellation of shares repurchased", "cancellation"),
        ("Shares repurchased and cancelled", "cancellation"),
        ("Conversion of Class B shares into Class A shares", "class conversion"),
    ],
)
def test_the_words_of_the_form_name_their_kind(words: str, kind: str) -> None:
    wordings = Wordings(pl.read_csv(PROJECT / "data" / "reference" / "capital_event_kinds.csv"))
    assert wordings.kinds(words) == [kind]
