"""One of each trap that announcements set, typed by hand, with what a careful reader reads from it.

Every case is read as text and as PDF: the same table reader serves both.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ingestion.filings.files import read_filing
from tests.ingestion.filings.documents import APART, NOTES_LAW, ONE, TWO, filing, read, rows_of, text_as_pdf

YEAR, HALF = "2027-03-01", "2026-09-01"


@dataclass(frozen=True)
class Trap:
    """A trap: its lock-up pages, and the rows that stand in them."""

    name: str
    lockups: str
    rows: list[tuple[str, int, int | None, str]]
    shares: str = "H Shares"


_REST = "Existing Shareholders\n" + ONE
TRAPS = [
    Trap(
        "column sets change from table to table",
        "Controlling Shareholders\n"
        + TWO
        + "Alder Holdings\n50,000,000\n20,000,000\n40.00%\n50.00%\nMarch 1, 2027\n"
        + NOTES_LAW
        + "Existing Shareholders\n"
        + APART
        + "Birch Fund\n20,000,000\n–\n20.00%\nMarch 1, 2027\nCedar Fund\n–\n10,000,000\n10.00%\nMarch 1, 2027\n"
        + "Cornerstone Investors\n"
        + ONE
        + "Dogwood Fund\n4,000,000\n4.00%\nSeptember 1, 2026\n",
        [
            ("Alder Holdings", 50_000_000, 20_000_000, YEAR),
            ("Birch Fund", 20_000_000, 0, YEAR),
            ("Cedar Fund", 10_000_000, 10_000_000, YEAR),
            ("Dogwood Fund", 4_000_000, 4_000_000, HALF),
        ],
    ),
    Trap(
        "percentages the other way round",
        "Existing Shareholders\nName\nNumber of Shares\nNumber of H Shares\n% of total issued\nShares\n% of total "
        "issued H\nshares\nLast day subject\nto the lock-up\nundertakings\n"
        "Alder Holdings\n60,000,000\n30,000,000\n60.00%\n60.00%\nMarch 1, 2027\nBirch "
        "Fund\n20,000,000\n–\n20.00%\n–\nMarch 1, 2027\n",
        [("Alder Holdings", 60_000_000, 30_000_000, YEAR), ("Birch Fund", 20_000_000, 0, YEAR)],
    ),
    Trap(
        "the class stands in the number cell, on one line or three",
        _REST
        + "Alder Holdings\n60,000,000\nH\nShares\n60.00%\nMarch 1, 2027\nBirch Fund\n14,999,250 H Shares\n15.00%\nMarch 1, 2027\n"
        "Cedar Fund\n5,000,750 Domestic\nShares\n5.00%\nMarch 1, 2027\nTotal\n80,000,000\n80.00%\n",
        [
            ("Alder Holdings", 60_000_000, 60_000_000, YEAR),
            ("Birch Fund", 14_999_250, 14_999_250, YEAR),
            ("Cedar Fund", 5_000_750, 0, YEAR),
        ],
    ),
    Trap(
        "one cell names two classes",
        _REST
        + (
            "Alder Holdings\n60,000,000 Shares\n(including\n20,000,000 H\nShares and\n40,000,000\n"
            "Domestic Shares)\n60.00%\nMarch 1, 2027\n"
        )
        + "Birch Fund\n20,000,000 H Shares\n20.00%\nMarch 1, 2027\nTotal\n80,000,000 Shares\n(including\n40,000,000 H "
        "Shares and\n40,000,000 Domestic Shares)\n80.00%\n-\n",
        [("Alder Holdings", 60_000_000, 20_000_000, YEAR), ("Birch Fund", 20_000_000, 20_000_000, YEAR)],
    ),
    Trap(
        "a column of capacities in words",
        "Key Persons (as defined under Rule 18C.14 of the Listing Rules)\nName\nCapacity\nNumber of\nShares held\n% "
        "of total\nissued Shares\nLast day\nsubject to\nthe lock-up\nundertakings\n(Note 1)\n"
        "Mr. Alder\nCo-founder, chairman\nof the Board and\nexecutive Director\n60,000,000\n60.00%\nMarch 1,\n2027\n"
        "Alder Holdings\nMr. Alder’s close\nassociate\n20,000,000\n20.00%\nMarch 1,\n2027\nSubtotal\n-\n80,000,000\n80.00%\n",
        [("Mr. Alder", 60_000_000, None, YEAR), ("Alder Holdings", 20_000_000, None, YEAR)],
    ),
    Trap(
        "a heading over two lines, a head on the next page, a page number between rows",
        (
            "Pre-IPO Investors (as defined in the “History, Development and\n<<<PAGE 9>>>\n9\n"
            "Corporate Structure” section of the Prospectus)\n"
        )
        + ONE
        + "Alder Holdings\n60,000,000\n60.00%\nMarch 1, 2027\n<<<PAGE 10>>>\n– 10 –\nBirch "
        "Fund\n20,000,000\n20.00%\nMarch 1, 2027\n",
        [("Alder Holdings", 60_000_000, None, YEAR), ("Birch Fund", 20_000_000, None, YEAR)],
    ),
    Trap(
        "a heading stands at the top of a page, before the end of the table that still runs",
        "Controlling Shareholders\n"
        + ONE
        + "Alder Holdings\n60,000,000\n60.00%\nMarch 1, 2027\n<<<PAGE 9>>>\n9\nCornerstone Investors\n"
        "Birch Fund\n20,000,000\n20.00%\nMarch 1, 2027\nSubtotal\n80,000,000\n80.00%\n"
        + NOTES_LAW
        + ONE
        + "Dogwood Fund\n4,000,000\n4.00%\nSeptember 1, 2026\n",
        [
            ("Alder Holdings", 60_000_000, None, YEAR),
            ("Birch Fund", 20_000_000, None, YEAR),
            ("Dogwood Fund", 4_000_000, 4_000_000, HALF),
        ],
    ),
    Trap(
        "the head is repeated on the next page, where only notes follow",
        _REST + "Alder Holdings\n80,000,000\n80.00%\nMarch 1, 2027\n<<<PAGE 9>>>\n9\n" + ONE + NOTES_LAW,
        [("Alder Holdings", 80_000_000, None, YEAR)],
    ),
    Trap(
        "the rest of a name stands after its figures, over a page break",
        _REST
        + "Alder Venture\nCapital Partnership\n60,000,000\n60.00%\nMarch 1, 2027\n<<<PAGE 9>>>\n9\n"
        + ONE
        + (
            "Enterprise (Limited\nPartnership) (赤楊創\n業投資合夥企業(有\n限合夥))\nBirch Fund Limited\n"
            "20,000,000\n20.00%\nMarch 1, 2027\n"
        ),
        [
            (
                "Alder Venture Capital Partnership Enterprise (Limited Partnership) (赤楊創業投資合夥企業(有限合夥))",
                60_000_000,
                None,
                YEAR,
            ),
            ("Birch Fund Limited", 20_000_000, None, YEAR),
        ],
    ),
    Trap(
        "a bracket of a name is closed on the next page",
        _REST
        + (
            "Alder and Elm Trading Limited (in\n60,000,000\n60.00%\nMarch 1, 2027\n<<<PAGE 9>>>\n9\n"
            "connection with Elm swaps)\nBirch Fund\n20,000,000\n20.00%\nMarch 1, 2027\n"
        ),
        [
            ("Alder and Elm Trading Limited (in connection with Elm swaps)", 60_000_000, None, YEAR),
            ("Birch Fund", 20_000_000, None, YEAR),
        ],
    ),
    Trap(
        "the rest of an English name stands after its figures, over a page break",
        _REST
        + "Alder Venture\n60,000,000\n60.00%\nMarch 1, 2027\n<<<PAGE 9>>>\n9\n"
        + "Holdings Limited\nBirch Fund\n20,000,000\n20.00%\nMarch 1, 2027\n",
        [("Alder Venture Holdings Limited", 60_000_000, None, YEAR), ("Birch Fund", 20_000_000, None, YEAR)],
    ),
    Trap(
        "words of the head are broken without a hyphen, or justified one a line",
        "Existing shareholders\nName\nNumber\nof\nShares\nheld\n% of\nshareholdin\ng in "
        "the\nCompany\nLast\nday\nsubject to\nthe lock–\nup\nundertakin\ngs Note\n2\n"
        "Alder Holdings\n80,000,000\n80.00%\nMarch 1, 2027\n",
        [("Alder Holdings", 80_000_000, None, YEAR)],
    ),
    Trap(
        "names in two languages over lines, holding or beginning with digits",
        _REST
        + (
            "5W Growth No. 1 Fund/五\n維成長壹號基金\n60,000,000\n60.00%\nMarch 1, 2027\nElm Phase II No.\n"
            "16 Partnership\n(Limited\nPartnership)\n20,000,000\n20.00%\nMarch 1, 2027\n"
        ),
        [
            ("5W Growth No. 1 Fund/五維成長壹號基金", 60_000_000, None, YEAR),
            ("Elm Phase II No. 16 Partnership (Limited Partnership)", 20_000_000, None, YEAR),
        ],
    ),
    Trap(
        "note marks glued to names, numbers, dates and heads, or alone on a line",
        "Existing Shareholders\nName\n(6)\nNumber of\nShares Note 1\n% of\nshareholding\n(1)(2)\nLast day subject\nto "
        "the lock-up\nundertakingsNote 3\n"
        "Alder Holdings Notes 3, 4, 6\n30,000,000\n30.00%\nMarch 1, 2027 Note 2\nBirchNote 2\n20,000,000 Note "
        "5\n20.00%\nMarch 1, 2027(3)\n"
        "Cedar Fund Note\n2\n20,000,000\n20.00%\nMarch 1, 2027 (note 3)\nElm Fund(2)\n(4)\n10,000,000\n10.00 %\nMarch 1, 2027\n",
        [
            ("Alder Holdings", 30_000_000, None, YEAR),
            ("Birch", 20_000_000, None, YEAR),
            ("Cedar Fund", 20_000_000, None, YEAR),
            ("Elm Fund", 10_000_000, None, YEAR),
        ],
    ),
    Trap(
        "two days in one cell, over lines and a page",
        "Controlling Shareholders\n"
        + ONE
        + (
            "Alder Holdings\n60,000,000\n60.00%\nSeptember 1, 2026\n(First Six-\nMonth Period)\n(4)\n"
            "<<<PAGE 9>>>\n9\nMarch 1, 2027\n"
        )
        + "(Second\nSix-Month Period) Note 2\nBirch Fund\n20,000,000\n20.00%\nSeptember 1, 2026 Note 1\nMarch 1, 2027 Note 2\n"
        "Notes:\n1. The holders may dispose of Shares after the indicated date subject to that they will not cease to "
        "be a controlling shareholder.\n",
        [("Alder Holdings", 60_000_000, None, f"{HALF} {YEAR}"), ("Birch Fund", 20_000_000, None, f"{HALF} {YEAR}")],
    ),
    Trap(
        "days in either order, over lines, beside a percentage",
        _REST
        + (
            "Alder Holdings\n60,000,000\n60.00% 1\nMarch 2027\nBirch Fund\n10,000,000\n"
            "10.00% March 1,\n2027\nCedar Fund 10,000,000\n10.00%\n1 March\n2027\n"
        ),
        [
            ("Alder Holdings", 60_000_000, None, YEAR),
            ("Birch Fund", 10_000_000, None, YEAR),
            ("Cedar Fund", 10_000_000, None, YEAR),
        ],
    ),
    Trap(
        "dashes, N/A and 0 for nothing; numbers without commas",
        "Existing Shareholders\n"
        + TWO
        + "Alder Holdings\n79,998,974\n–\nN/A\n80.00%\nMarch 1, 2027\nBirch Fund\n750\n0\n0.00%\n0.00%\nMarch 1, 2027\n"
        "Cedar Fund\n276\n276\n0.00%\n0.00%\nMarch 1, 2027\nSubtotal\n80,000,000\n276\n0.00%\n80.00%\n",
        [("Alder Holdings", 79_998_974, 0, YEAR), ("Birch Fund", 750, 0, YEAR), ("Cedar Fund", 276, 276, YEAR)],
    ),
    Trap(
        "groups and subtotals on two levels",
        _REST
        + (
            "Sophisticated Investors\nElm Entities\nElm One Fund\n10,000,000\n10.00%\nMarch 1, 2027\n"
            "Elm Two Fund\n20,000,000\n20.00%\nMarch 1, 2027\n"
        )
        + "Subtotal\n30,000,000\n30.00%\nBirch Fund\n10,000,000\n10.00%\nMarch 1, 2027\nSubtotal of Sophisticated "
        "Investors\n40,000,000\n40.00%\n"
        "Cedar Fund\n40,000,000\n40.00%\nMarch 1, 2027\nTotal\n80,000,000\n80.00%\n/\n",
        [
            ("Elm One Fund", 10_000_000, None, YEAR),
            ("Elm Two Fund", 20_000_000, None, YEAR),
            ("Birch Fund", 10_000_000, None, YEAR),
            ("Cedar Fund", 40_000_000, None, YEAR),
        ],
    ),
    Trap(
        "parts of a row, column by column",
        _REST
        + "Alder Holdings\n80,000,000\n80.00%\nMarch 1, 2027\nCornerstone Investors\n"
        + ONE
        + (
            "Elm Group\n(i)\nElm Onshore\n(ii)\nElm Offshore\n4,000,000\n3,000,000\n1,000,000\n"
            "4.00%\n3.00%\n1.00%\nSeptember 1, 2026\n"
        ),
        [
            ("Alder Holdings", 80_000_000, None, YEAR),
            ("Elm Group", 4_000_000, 4_000_000, HALF),
            ("Elm Onshore", 3_000_000, 3_000_000, HALF),
            ("Elm Offshore", 1_000_000, 1_000_000, HALF),
        ],
    ),
    Trap(
        "parts of a row, each on a row of its own",
        _REST
        + (
            "Elm Group\n80,000,000\n80.00%\nMarch 1, 2027\n(i) Elm Onshore\n50,000,000\n50.00%\n"
            "March 1, 2027\n(ii) Elm Offshore\n30,000,000\n30.00%\nMarch 1, 2027\n"
        ),
        [
            ("Elm Group", 80_000_000, None, YEAR),
            ("Elm Onshore", 50_000_000, None, YEAR),
            ("Elm Offshore", 30_000_000, None, YEAR),
        ],
    ),
    Trap(
        "a merged cell: one number, two holders",
        _REST
        + (
            "Elm Onshore Partnership (榆樹境內基金)\n60,000,000\n60.00%\nMarch 1, 2027\n"
            "Elm Offshore Partnership (榆樹境外基金)\nBirch Fund (樺樹基金)\n20,000,000\n20.00%\n"
            "March 1, 2027\n"
        ),
        [("Elm Onshore Partnership (榆樹境內基金)", 60_000_000, None, YEAR), ("Birch Fund (樺樹基金)", 20_000_000, None, YEAR)],
    ),
    Trap(
        "a subtotal of one column only",
        "Existing Shareholders\n"
        + TWO
        + (
            "Alder Holdings\n60,000,000\n20,000,000\n50.00%\n60.00%\nMarch 1, 2027\nBirch Fund\n"
            "20,000,000\n–\n–\n20.00%\nMarch 1, 2027\nSubtotal\n20,000,000\n50.00%\n"
        ),
        [("Alder Holdings", 60_000_000, 20_000_000, YEAR), ("Birch Fund", 20_000_000, 0, YEAR)],
    ),
    Trap(
        "options that are not in issue are counted in a subtotal",
        _REST
        + (
            "Alder Holdings\n80,000,000\n80.00%\nMarch 1, 2027\nShare options under the scheme\n"
            "2,000,000\n–\nMarch 1, 2027\nSubtotal\n82,000,000\n80.00%\n"
        ),
        [("Alder Holdings", 80_000_000, None, YEAR), ("Share options under the scheme", 2_000_000, None, YEAR)],
    ),
    Trap(
        "equal numbers of different holders are different shares",
        _REST
        + (
            "Alder Holdings\n40,000,000\n40.00%\nMarch 1, 2027\nBirch Fund\n20,000,000\n20.00%\n"
            "March 1, 2027\nCedar Fund\n20,000,000\n20.00%\nMarch 1, 2027\nTotal\n80,000,000\n"
            "80.00%\n"
        ),
        [
            ("Alder Holdings", 40_000_000, None, YEAR),
            ("Birch Fund", 20_000_000, None, YEAR),
            ("Cedar Fund", 20_000_000, None, YEAR),
        ],
    ),
    Trap(
        "cornerstones of 6, 9, 11 and 12 months or to a fixed day; a voluntary 36 months",
        "Existing Shareholders\n"
        + ONE
        + "Alder Holdings\n70,000,000\n70.00%\nMarch 1, 2027\nBirch Fund Note 2\n10,000,000\n10.00%\nMarch 1, 2029\n"
        "Notes:\n1. The lock-up of 12 months is pursuant to the PRC Company Law.\n2. Birch Fund voluntarily undertook "
        "not to transfer its Shares for 36 months.\n"
        "Cornerstone Investors\n"
        + ONE
        + "Elm One\n1,000,000\n1.00%\nSeptember 1, 2026\nElm Two\n1,000,000\n1.00%\nDecember 1, 2026\nElm "
        "Three\n1,000,000\n1.00%\nFebruary 1, 2027\n"
        "Elm Four\n1,000,000\n1.00%\nMarch 1, 2027\nElm Five\n1,000,000\n1.00%\nOctober 15, 2026\n"
        "Notes:\n1. The required lock-up of Elm Five ends on October 15, 2026, a fixed day.\n",
        [
            ("Alder Holdings", 70_000_000, None, YEAR),
            ("Birch Fund", 10_000_000, None, "2029-03-01"),
            ("Elm One", 1_000_000, 1_000_000, HALF),
            ("Elm Two", 1_000_000, 1_000_000, "2026-12-01"),
            ("Elm Three", 1_000_000, 1_000_000, "2027-02-01"),
            ("Elm Four", 1_000_000, 1_000_000, YEAR),
            ("Elm Five", 1_000_000, 1_000_000, "2026-10-15"),
        ],
    ),
    Trap(
        "the only class is listed",
        _REST + "Alder Holdings\n60,000,000\n60.00%\nMarch 1, 2027\nBirch Fund\n20,000,000\n20.00%\nSeptember 1, 2026\n",
        [("Alder Holdings", 60_000_000, 60_000_000, YEAR), ("Birch Fund", 20_000_000, 20_000_000, HALF)],
        shares="Shares",
    ),
    Trap(
        "the class that is listed is a weighted one",
        "Existing Shareholders\nName\nNumber of\nClass A Shares\nNumber of\nClass B Shares\n% of issued\nshare "
        "capital\nLast day subject\nto the lock-up\nundertakings\n"
        "Alder Holdings\n30,000,000\n10,000,000\n40.00%\nMarch 1, 2027\nBirch Fund\n–\n40,000,000\n40.00%\nSeptember 1, 2026\n",
        [("Alder Holdings", 40_000_000, 10_000_000, YEAR), ("Birch Fund", 40_000_000, 40_000_000, HALF)],
        shares="Class B Shares",
    ),
]


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_trap_is_read_as_text(trap: Trap) -> None:
    assert rows_of(read(filing(trap.lockups, shares=trap.shares))) == trap.rows


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_trap_is_read_as_pdf(trap: Trap, tmp_path: Path) -> None:
    path = text_as_pdf(filing(trap.lockups, shares=trap.shares), tmp_path / "results.pdf")
    assert rows_of(read_filing(path)) == trap.rows
