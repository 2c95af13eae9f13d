"""Announcements of invented companies, typed for the tests, as text with page marks and as PDF.

Larkspur Robotics lists on 2 March 2026: 100,000,000 shares in issue, 20,000,000 of them offered at HK$5.00. So 80,000,000 are
from before the offer, six months end on 1 September 2026 and twelve on 1 March 2027, and 1,000,000 shares are 1.00% of all and
5.00% of the offer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reportlab.lib import colors
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

from ingestion.filings.allotment_results.announcement import read_allotment_results
from ingestion.filings.allotment_results.reading import Reading
from ingestion.filings.forms import AnyReading
from ingestion.filings.text_pages import read_text

_SUMMARY = """<<<PAGE 3>>>
3
LARKSPUR ROBOTICS CO., LTD.
雲雀機器人股份有限公司
ANNOUNCEMENT OF ALLOTMENT RESULTS
SUMMARY
Company information
Stock code
9998
Stock short name
LARKSPUR
Dealings commencement date
March 2, 2026*
* see note at the end of the announcement
Price Information
Final Offer Price
HK$5.00
Offer Shares and Share Capital
Number of Offer Shares (before exercise of the Over-
allotment Option)
20,000,000
Final Number of Offer Shares in Hong Kong Public Offering
2,000,000
Final Number of Offer Shares in International Offering
18,000,000
Number of issued Shares upon Listing (before exercise of the
Over-allotment Option)
100,000,000
Over-allocation
No. of Offer Shares over-allocated
3,000,000
Such over-allocation may be covered by exercising the Over-allotment Option or by making
purchases in the secondary market.
Proceeds
Gross proceeds (Note)
HK$100.0 million
"""
_FLOATS = """<<<PAGE 20>>>
20
PUBLIC FLOAT AND FREE FLOAT
{floats}
COMMENCEMENT OF DEALINGS
It is expected that dealings in the {shares} on the Stock Exchange will commence at 9:00 a.m. on
Monday, March 2, 2026 (Hong Kong time).
"""
#: Heads of one count and one percentage, of a total and the H shares with two, and of unlisted and H shares with one.
ONE = """Name
Number of
Shares held in
the Company
subject to lock-
up undertakings
upon Listing
% of
shareholding in
the Company
upon Listing
Last day subject
to the lock-up
undertakings
"""
TWO = """Name
Total number of
Shares subject to
lock-up undertakings
Number of H Shares
subject to lock-up
undertakings
% of total issued
H Shares
% of total issued
Shares
Last day subject
to the lock-up
undertakings
"""
APART = """Name
Number of Unlisted
Shares held in the Company
Number of H
Shares held in the Company
% of
shareholding in
the Company
Last day subject
to the lock-up
undertakings
"""
#: The rest of the shares from before the offer, in a table of their own, so that the capital closes.
NOTES_LAW = """Notes:
1. The expiry date shown in the table above is pursuant to the PRC Company Law.
"""


#: A founder with shares of both classes, an early holder, a cornerstone investor; with the offer of 20,000,000 all shares.
LARKSPUR = (
    "Controlling Shareholders\n"
    + APART
    + "Alder Holding\n40,000,000\n20,000,000\n60.00%\nMarch 1, 2027\nTotal\n40,000,000\n20,000,000\n60.00%\n"
    + "Existing Shareholders\n"
    + APART
    + "Birch Fund\n–\n20,000,000\n20.00%\nMarch 1, 2027\nTotal\n–\n20,000,000\n20.00%\n"
    + "Cornerstone Investors\n"
    + ONE
    + "Elm Partners\n4,000,000\n4.00%\nSeptember 1, 2026\nTotal\n4,000,000\n4.00%\n"
)


#: The sides of a page, in points.
_SIDE = 840.0


def filing(lockups: str, *, floats: str = "The Company satisfies the free float requirement.", shares: str = "H Shares") -> str:
    """An announcement with these lock-up undertakings, which begin on page 8."""
    return _SUMMARY + "<<<PAGE 8>>>\n8\nLOCK-UP UNDERTAKINGS\n" + lockups + _FLOATS.format(floats=floats, shares=shares)


def larkspur() -> str:
    """Larkspur's announcement: 60,000,000 H shares, of which 16,000,000 are free float at listing, and 40,000,000 unlisted."""
    return filing(LARKSPUR, floats="Upon Listing, the free float will be 16,000,000 H Shares.")


def misprinted() -> str:
    """Larkspur's announcement with one percentage misprinted: 20,000,000 of 100,000,000 shares are 20.00%."""
    return larkspur().replace("Birch Fund\n–\n20,000,000\n20.00%", "Birch Fund\n–\n20,000,000\n20.05%")


def minimax() -> str:
    """MiniMax's listing as a filing: the totals are those of the committed facts (0100.HK), the holders are invented."""
    apart = APART.replace("Unlisted\nShares", "Class B\nShares").replace("Number of H\n", "Number of Class A\n")
    text = filing(
        f"Controlling Shareholders\n{apart}Founder Holding\n81,102,534\n5,000,000\n27.84%\nJanuary 8, 2028\n"
        "Total\n81,102,534\n5,000,000\n27.84%\n"
        f"Existing Shareholders\n{apart}Early Fund\n–\n193,955,534\n62.72%\nJuly 8, 2026\nTotal\n–\n193,955,534\n62.72%\n"
        f"Cornerstone Investors\n{ONE}Harbour Fund\n16,504,040\n5.34%\nJuly 8, 2026\nTotal\n16,504,040\n5.34%\n",
        floats="Upon Listing, the free float will be 12,693,560 Shares.",
        shares="Class A Shares",
    )
    for larkspurs, minimaxs in (
        ("\n9998\n", "\n0100\n"),
        ("LARKSPUR ROBOTICS CO., LTD.", "MINIMAX GROUP INC."),
        ("March 2, 2026", "January 9, 2026"),
        ("HK$5.00", "HK$165.00"),
        ("\n20,000,000\n", "\n29,197,600\n"),
        ("\n2,000,000\n", "\n2,919,760\n"),
        ("\n18,000,000\n", "\n26,277,840\n"),
        ("\n100,000,000\n", "\n309,255,668\n"),
        ("\n3,000,000\n", "\n4,379,640\n"),
        ("HK$100.0 million", "HK$4,817.6 million"),
    ):
        text = text.replace(larkspurs, minimaxs)
    return text


def read(text: str) -> Reading:
    """The reading of an announcement as text."""
    return read_allotment_results(read_text(text.encode("utf-8")))


def rows_of(reading: AnyReading) -> list[tuple[str, int, int | None, str]]:
    """Each row's holder, shares, listed shares and last days."""
    assert isinstance(reading, Reading)
    return [
        (row.holder, row.shares, row.listed, " ".join(day.last_locked_on.isoformat() for day in row.days))
        for row in reading.holdings
    ]


def text_as_pdf(text: str, path: Path, *, rotation: int = 0) -> Path:
    """The announcement as a PDF in which each line of the text has a line of its own; pages that it leaves out are empty.

    With `rotation` each page is drawn sideways and turned by so many degrees to be read, as wide tables often are.
    """
    _register()
    page = canvas.Canvas(str(path), pagesize=(_SIDE, _SIDE))
    drawn = 0
    for part in text.split("<<<PAGE ")[1:]:
        while drawn + 1 < int(part.split(">>>", 1)[0]):
            page.showPage()
            drawn += 1
        drawn += 1
        height = _SIDE - 20
        page.setPageRotation(rotation)
        page.translate(*{0: (0, 0), 90: (_SIDE, 0), 180: (_SIDE, _SIDE), 270: (0, _SIDE)}[rotation])
        page.rotate(rotation)
        page.setFont("MSung-Light", 6)
        for line in part.split(">>>\n", 1)[1].splitlines():
            page.drawString(40, height, line)
            height -= 7
        page.showPage()
    page.save()
    return path


def tables_as_pdf(pages: Sequence[Sequence[str | list[list[str]]]], path: Path) -> Path:
    """A PDF with paragraphs and tables as a word processor sets them: columns side by side, words wrapped in their cells."""
    _register()
    style = ParagraphStyle("cell", fontName="MSung-Light", fontSize=8, leading=10)
    flow: list[object] = []
    for number, page in enumerate(pages):
        if number:
            flow.append(PageBreak())
        for block in page:
            if isinstance(block, str):
                flow += [Paragraph(line, style) for line in block.splitlines()]
            else:
                widths = [150.0, *[70.0] * (len(block[0]) - 2), 90.0]
                cells = [[Paragraph(cell, style) for cell in row] for row in block]
                table = Table(cells, colWidths=widths, repeatRows=1)
                table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.3, colors.grey), ("VALIGN", (0, 0), (-1, -1), "TOP")]))
                flow.append(table)
    SimpleDocTemplate(str(path)).build(flow)
    return path


def lines_as_pdf(pages: Sequence[Sequence[Sequence[tuple[float, str]]]], path: Path) -> Path:
    """A PDF that draws each page line by line across its columns: for each printed line the pieces, each with its left edge."""
    _register()
    page = canvas.Canvas(str(path))
    for lines in pages:
        page.setFont("MSung-Light", 8)
        for number, pieces in enumerate(lines):
            for left, text in pieces:
                page.drawString(left, 800 - 10 * number, text)
        page.showPage()
    page.save()
    return path


def _register() -> None:
    if "MSung-Light" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(UnicodeCIDFont("MSung-Light"))
