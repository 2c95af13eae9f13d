"""What proves a filing, what is a misprint of the issuer, and what refuses it, on figures worked by hand.

Before the offer 80,000,000 shares are in issue, and the capital closes if the holders' rows add up to them.
"""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.filings.allotment_results.days import last_locked_on, term_of
from ingestion.filings.allotment_results.reading import Reading
from ingestion.filings.refusal import RefusedFiling
from tests.ingestion.filings.documents import NOTES_LAW, ONE, TWO, filing, read

EXISTING = "Existing Shareholders\n" + ONE
CORNERSTONES = "Cornerstone Investors\n" + ONE
ALL = EXISTING + "Alder Holdings\n80,000,000\n80.00%\nMarch 1, 2027\n"


def statements(reading: Reading, kind: str) -> list[str]:
    return [f"{proof.statement}: {proof.numbers}" for proof in reading.proofs.proved if proof.kind == kind]


def findings(reading: Reading, kind: str) -> list[str]:
    return [finding.statement for finding in reading.proofs.findings if finding.kind == kind]


def line_of(text: str, printed: str) -> str:
    """The place of the only line that is `printed`."""
    lines = text.splitlines()
    assert lines.count(printed) == 1
    return f"page 8, line {lines.index(printed) + 1}"


def refusal(text: str) -> RefusedFiling:
    with pytest.raises(RefusedFiling) as caught:
        read(text)
    return caught.value


def test_capital_and_offer_are_proved_with_their_numbers() -> None:
    reading = read(
        filing(
            EXISTING
            + "Alder Holdings\n70,000,000\n70.00%\nMarch 1, 2027\n"
            + CORNERSTONES
            + "Elm\n4,000,000\n4.00%\n1 September 2026\n"
        )
    )
    capital = reading.capital
    assert (capital.issued, capital.offer, capital.locked_before, capital.locked_offer, capital.in_no_table) == (
        100_000_000,
        20_000_000,
        70_000_000,
        4_000_000,
        10_000_000,
    )
    # 20,000,000 offered, 4,000,000 of them locked
    assert capital.free_float == 16_000_000
    assert any("100,000,000 = 70,000,000 + 20,000,000 + 10,000,000" in one for one in statements(reading, "capital"))
    assert any(
        "2,000,000 (Hong Kong Public Offering) + 18,000,000 (International Offering)" in one
        for one in statements(reading, "offer")
    )
    assert any("10,000,000 shares from before the offer stand in no table" in one for one in reading.proofs.open)


def test_every_row_and_total_has_its_place() -> None:
    text = filing(EXISTING + "Alder Holdings\n80,000,000\n80.00%\nMarch 1, 2027\nTotal\n80,000,000\n80.00%\n")
    reading = read(text)
    assert [str(row.place) for row in reading.holdings] == [line_of(text, "Alder Holdings")]
    assert [(total.label, total.rows, total.adds_up, total.place.page) for total in reading.totals] == [("Total", 1, True, 8)]
    assert reading.holdings[0].proved_by == ["total", "capital", "percentage"]


def test_total_that_does_not_add_up_lands_only_where_the_capital_closes() -> None:
    rows = "Alder Holdings\n60,000,000\n60.00%\nMarch 1, 2027\nBirch Fund\n20,000,000\n20.00%\nMarch 1, 2027\n"
    reading = read(filing(EXISTING + rows + "Total\n80,000,050\n80.00%\n"))
    assert findings(reading, "total") == [
        "Total under Existing Shareholders prints 80,000,050 shares, and its 2 rows add up to 80,000,000"
    ]
    assert [row.shares for row in reading.holdings] == [60_000_000, 20_000_000]
    # where 10,000,000 shares stand in no table, the misprint may as well be in a row
    text = filing(EXISTING + rows.replace("20,000,000\n20.00%", "10,000,000\n10.00%") + "Total\n70,000,050\n70.00%\n")
    refused = refusal(text)
    assert "prints 70,000,050 shares, and its 2 rows add up to 70,000,000" in refused.read
    assert str(refused.place) == line_of(text, "Total")


def test_cornerstone_total_that_does_not_add_up_lands_only_by_the_printed_free_float() -> None:
    rows = (
        CORNERSTONES
        + "Elm\n4,000,000\n4.00%\nSeptember 1, 2026\nOak\n1,000,000\n1.00%\nSeptember 1, 2026\nTotal\n5,000,050\n5.00%\n"
    )
    printed = "Hence 15,000,000 H Shares, representing 15.00% of the total issued Shares, will be counted towards the free float."
    assert findings(read(filing(ALL + rows, floats=printed)), "total")
    assert "its 2 rows add up to 5,000,000" in refusal(filing(ALL + rows)).read


def test_row_that_is_missing_refuses_the_filing() -> None:
    refused = refusal(filing(EXISTING + "Alder Holdings\n60,000,000\n60.00%\nMarch 1, 2027\nTotal\n80,000,000\n80.00%\n"))
    assert refused.read == "Total under Existing Shareholders prints 80,000,000 shares, and its 1 rows add up to 60,000,000"


def test_percentage_follows_cut_or_contradicts() -> None:
    # 12,346,000 of 100,000,000 is 12.346%: 12.35 rounded, 12.34 cut off
    rounded = EXISTING + "Alder Holdings\n12,346,000\n12.35%\nMarch 1, 2027\n"
    assert not read(filing(rounded)).proofs.findings
    assert findings(read(filing(rounded.replace("12.35%", "12.34%"))), "rounding") == [
        "Alder Holdings: 12.34% is printed and 12,346,000 of 100,000,000 is 12.3460%"
    ]
    text = filing(rounded.replace("12.35%", "12.53%"))
    refused = refusal(text)
    assert refused.read == "Alder Holdings: 12.53% is printed, and 12,346,000 of the issued shares (100,000,000) is 12.3460%"
    assert str(refused.place) == line_of(text, "12.53%")


def test_percentages_that_two_rows_have_exchanged_are_a_misprint() -> None:
    rows = "Alder Holdings\n50,000,000\n20.00%\nMarch 1, 2027\nBirch Fund\n20,000,000\n50.00%\nMarch 1, 2027\n"
    found = findings(read(filing(EXISTING + rows)), "percentage")
    assert len(found) == 2 and "exchanged with that of Birch Fund" in found[0]


def test_coarse_percentage_does_not_prove_what_a_finer_one_contradicts() -> None:
    # of 40,000,000 H shares 2,000,000 are 5.00%; of 100,000,000 issued 2.00%: the larger percentage has the finer last digit
    rest = (
        "Alder Holdings\n60,000,000\n–\n–\n60.00%\nMarch 1, 2027\nBirch Fund\n{shares}\n"
        "{shares}\n{of_listed}\n{of_issued}\nMarch 1, 2027\n"
    )
    text = "Existing Shareholders\n" + TWO + rest
    assert read(filing(text.format(shares="20,000,000", of_listed="50.00%", of_issued="20.00%")))
    assert refusal(filing(text.format(shares="19,900,000", of_listed="50.00%", of_issued="20.00%")))


def test_no_percentage_and_no_total_prove_nothing() -> None:
    table = (
        "Existing Shareholders\nName\nNumber of Shares\n"
        "Last day subject to the lock-up undertakings\nAlder Holdings\n{shares}\nMarch 1, 2027\n"
    )
    assert read(filing(table.format(shares="80,000,000"))).holdings[0].proved_by == ["capital"]
    assert refusal(filing(table.format(shares="70,000,000"))).read == "nothing proves the 70,000,000 shares of 'Alder Holdings'"


def test_rows_add_up_to_more_than_was_in_issue() -> None:
    refused = refusal(
        filing(EXISTING + "Alder Holdings\n60,000,000\n60.00%\nMarch 1, 2027\nBirch Fund\n30,000,000\n30.00%\nMarch 1, 2027\n")
    )
    assert refused.read == "the rows of holders before the offer add up to 90,000,000 shares"


def test_same_table_twice_counts_once() -> None:
    controlling = "Controlling Shareholders\n" + ONE + "Alder Holdings (“Alder”)\n60,000,000\n60.00%\nMarch 1, 2027\n"
    reading = read(
        filing(
            controlling + EXISTING + "Alder\n60,000,000\n60.00%\nMarch 1, 2027\nBirch Fund\n20,000,000\n20.00%\nMarch 1, 2027\n"
        )
    )
    assert [(row.same_as, row.same_because) for row in reading.holdings] == [
        (None, ""),
        (0, "the same holder and count as under Controlling Shareholders"),
        (None, ""),
    ]
    assert reading.capital.locked_before == 80_000_000


def test_rows_that_close_the_capital_all_count_however_alike_their_names() -> None:
    controlling = "Controlling Shareholders\n" + ONE + "Elm Fund\n40,000,000\n40.00%\nMarch 1, 2027\n"
    reading = read(filing(controlling + EXISTING + "Elm Fund II\n40,000,000\n40.00%\nMarch 1, 2027\n"))
    assert [row.same_as for row in reading.holdings] == [None, None]


def test_person_and_his_companies_are_one_lot() -> None:
    rows = (
        "Mr. Alder\n80,000,000\n80.00%\nMarch 1, 2027\nAlder One\n50,000,000\n50.00%\n"
        "March 1, 2027\nAlder Two\n30,000,000\n30.00%\nMarch 1, 2027\n"
    )
    reading = read(filing("Controlling Shareholders\n" + ONE + rows))
    assert [row.same_as for row in reading.holdings] == [None, 0, 0]
    assert reading.capital.in_no_table == 0


def test_persons_in_concert_who_each_show_the_whole_are_one_lot() -> None:
    # either person shows 70,000,000; the company holds 40,000,000 of them; Birch's 10,000,000 close the capital
    rows = (
        "Mr. Alder\n70,000,000\n70.00%\nMarch 1, 2027\nMs. Ash\n70,000,000\n70.00%\n"
        "March 1, 2027\nAlder One\n40,000,000\n40.00%\nMarch 1, 2027\n"
    )
    others = EXISTING + "Birch Fund\n10,000,000\n10.00%\nMarch 1, 2027\n"
    reading = read(filing("Controlling Shareholders\n" + ONE + rows + NOTES_LAW + others))
    assert [row.same_as for row in reading.holdings] == [None, 0, 0, None]
    assert reading.capital.locked_before == 80_000_000


def test_table_of_all_holders_counts_and_others_name_them_again() -> None:
    pathfinders = "Pathfinder SIIs\n" + ONE + "Elm\n30,000,000\n30.00%\nMarch 1, 2027\n"
    rows = (
        "Alder Holdings\n50,000,000\n50.00%\nMarch 1, 2027\nElm Onshore\n10,000,000\n10.00%\n"
        "March 1, 2027\nElm Offshore\n20,000,000\n20.00%\nMarch 1, 2027\n"
    )
    reading = read(filing(pathfinders + EXISTING + rows))
    assert [row.same_rows for row in reading.holdings] == [(2, 3), (), (), ()]
    assert reading.capital.locked_before == 80_000_000


@pytest.mark.parametrize(
    ("printed", "holds"),
    [
        ("15,000,000 H Shares, representing 15.00% of the total issued Shares, will be counted towards the free float.", True),
        ("15,000,100 H Shares will be counted towards the free float.", False),
        (
            (
                "The free float of the Company is 15.00% and with a market value at the time of Listing "
                "of approximately HK$75.0 million."
            ),
            True,
        ),
        ("The free float of the Company is 16.00%.", False),
        ("The free float of the Company has a market value at the time of Listing of approximately HK$76.0 million.", False),
        ("The market value of the H Shares in the free float would exceed HK$600,000,000.", True),
    ],
)
def test_printed_free_float_is_the_last_proof(printed: str, holds: bool) -> None:
    # 20,000,000 offered less 5,000,000 of cornerstones: 15,000,000 at HK$5.00 are HK$75,000,000
    text = filing(ALL + CORNERSTONES + "Elm\n5,000,000\n5.00%\nSeptember 1, 2026\n", floats=printed)
    if holds:
        assert read(text).capital.free_float == 15_000_000
    else:
        assert "they would have to agree" in str(refusal(text)) or "it would have to be 15,000,000" in str(refusal(text))


def test_tables_of_the_parts_that_follow_are_no_lock_ups() -> None:
    placees = (
        "CONCENTRATION OF PLACEES AND OTHERS\nPlacees\nNumber of Shares\nTop 1\n4,000,000\n20.00%\nTop 5\n9,000,000\n45.00%\n"
    )
    assert len(read(filing(ALL + NOTES_LAW + placees)).holdings) == 1


def test_thresholds_of_the_rules_are_no_floats() -> None:
    words = (
        "Rule 19A.13C(1) of the Listing Rules provides that shares not subject to any disposal restrictions must "
        "represent at least 10% of the total "
        "or have a value of not less than HK$600,000,000. The Company satisfies the free float requirement."
    )
    reading = read(filing(ALL, floats=words))
    assert reading.floats.free is None
    assert any("the free float is not printed as a number (derived: 20,000,000 shares)" in one for one in reading.proofs.open)


@pytest.mark.parametrize(
    ("listing_on", "months", "last_day"),
    [
        (date(2026, 1, 28), 6, date(2026, 7, 27)),
        (date(2026, 2, 10), 12, date(2027, 2, 9)),
        (date(2026, 9, 8), 6, date(2027, 3, 7)),
        # the end month has no 31st: its last day, not the day before
        (date(2026, 3, 31), 6, date(2026, 9, 30)),
        (date(2026, 3, 31), 12, date(2027, 3, 30)),
        (date(2025, 8, 30), 6, date(2026, 2, 28)),
        (date(2026, 9, 1), 6, date(2027, 2, 28)),
    ],
)
def test_last_locked_day_of_a_term(listing_on: date, months: int, last_day: date) -> None:
    assert last_locked_on(listing_on, months) == last_day
    assert term_of(listing_on, last_day) == (months, False)


def test_same_day_is_a_convention_too_and_any_other_day_needs_a_note() -> None:
    assert term_of(date(2026, 1, 9), date(2026, 7, 9)) == (6, True)
    refused = refusal(filing(ALL.replace("March 1, 2027", "March 3, 2027")))
    assert refused.read == "'Alder Holdings' is locked until March 3, 2027, no whole months after the listing (2026-03-02)"
    noted = ALL.replace("March 1, 2027", "March 3, 2027") + "Notes:\n1. The lock-up ends on March 3, 2027.\n"
    assert read(filing(noted)).holdings[0].days[0].last_locked_on == date(2027, 3, 3)


def test_year_that_a_note_misprints_is_a_finding_and_the_table_wins() -> None:
    reading = read(filing(ALL + "Notes:\n1. Under the PRC Company Law the lock-up ends on March 1, 2026, being 12 months.\n"))
    assert findings(reading, "last day") == ["a note under Existing Shareholders names 2026-03-01, and the table 2027-03-01"]
    assert reading.holdings[0].days[0].last_locked_on == date(2027, 3, 1)


def test_two_stages_keep_their_meaning() -> None:
    rows = (
        "Alder Holdings\n80,000,000\n80.00%\nSeptember 1, 2026 (First Six-Month Period)\n"
        "March 1, 2027 (Second Six-Month Period)\n"
    )
    notes = (
        "Notes:\n"
        "1. Pursuant to Rule 10.07, they may dispose of Shares after the indicated date subject to\n"
        "that they will not cease to be a controlling shareholder.\n"
    )
    reading = read(filing("Controlling Shareholders\n" + ONE + rows + notes))
    row = reading.holdings[0]
    assert [(day.last_locked_on, day.stage) for day in row.days] == [(date(2026, 9, 1), "first"), (date(2027, 3, 1), "second")]
    assert row.basis == "Rule 10.07, 12 months"
    (lockup,) = reading.as_json()["lockups"]  # ty: ignore[not-iterable]
    assert [day["meaning"] for day in lockup["last_days"]] == ["no disposal", "may be sold while control is kept"]
    assert "will not cease to be a controlling shareholder" in row.conditions[0]


def test_facts_that_the_cover_prints_otherwise_are_findings() -> None:
    reading = read(filing(ALL).replace("on\nMonday, March 2, 2026", "on\nMonday, March 3, 2026"))
    assert findings(reading, "summary") == ["the listing day is printed as March 3, 2026 too"]
    assert reading.summary.listing_on.value == date(2026, 3, 2)


def test_shares_that_a_note_calls_unlocked_float_from_the_first_day() -> None:
    text = (
        EXISTING + "Alder Holdings\n70,000,000\n70.00%\nMarch 1, 2027\nNotes:\n1. 10,000,000 Shares held by Birch Fund are not "
        "subject to any lock-up.\n"
    )
    reading = read(filing(text, shares="Shares"))
    # 20,000,000 offered and Birch's 10,000,000
    assert (reading.capital.unlocked_before, reading.capital.free_float) == (10_000_000, 30_000_000)


def test_number_of_listed_shares_is_the_one_from_which_percentages_follow() -> None:
    # 20,000,000 of Alder's are H shares; with the offer 40,000,000, of which they are 50.00%
    rows = (
        "Alder Holdings\n60,000,000\n20,000,000\n50.00%\n60.00%\nMarch 1, 2027\nBirch Fund\n"
        "20,000,000\n–\n–\n20.00%\nMarch 1, 2027\n"
    )
    capital = read(filing("Existing Shareholders\n" + TWO + rows)).capital
    assert (capital.listed, capital.unlisted) == (40_000_000, 60_000_000)


def test_numbers_beyond_32_bits() -> None:
    text = (
        filing(ALL)
        .replace("100,000,000", "10,000,000,000")
        .replace("20,000,000", "2,000,000,000")
        .replace("80,000,000", "8,000,000,000")
    )
    text = (
        text.replace("\n2,000,000\n", "\n200,000,000\n")
        .replace("18,000,000", "1,800,000,000")
        .replace("HK$100.0 million", "HK$10,000.0 million")
    )
    assert read(text).holdings[0].shares == 8_000_000_000 > 2**32


def test_rows_that_only_their_rounded_percentages_prove_are_stated_as_open() -> None:
    """4,000,000 of 100,000,000 are 4.00 %, and so are 4,000,400: no total under the cornerstones tells them apart."""
    without_total = "Elm\n4,000,000\n4.00%\n1 September 2026\n"
    rounded = "1 rows with 4,000,000 shares stand under no printed total"
    assert any(rounded in words for words in read(filing(ALL + CORNERSTONES + without_total)).proofs.open)
    with_total = without_total + "Total\n4,000,000\n4.00%\n"
    assert not any("no printed total" in words for words in read(filing(ALL + CORNERSTONES + with_total)).proofs.open)
