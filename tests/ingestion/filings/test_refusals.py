"""What is refused: files that are no readable filing, within bounds of time and memory, and tables that can be read in two ways.

A refusal names the place, what was read, and what would have to be true or done.
"""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen import canvas

from ingestion.filings import pdf_pages
from ingestion.filings.files import read_filing
from ingestion.filings.refusal import RefusedFiling
from tests.ingestion.filings.documents import NOTES_LAW, ONE, TWO, filing, read, text_as_pdf

EXISTING = "Existing Shareholders\n" + ONE
GOOD = EXISTING + "Alder Holdings\n80,000,000\n80.00%\nMarch 1, 2027\n"


def refused(path: Path) -> str:
    with pytest.raises(RefusedFiling) as caught:
        read_filing(path)
    return str(caught.value)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"<html>please log in</html>", "the file is no PDF, whatever its name says"),
        ("a.pdf", b"", "the file is no PDF"),
        ("a.txt", b"", "the text is empty"),
        ("a.txt", "SUMMARY".encode("utf-16"), "is not UTF-8"),
        ("a.txt", b"SUMMARY\nStock code\n9998\n", "the text has no page marks"),
        ("a.txt", b"<<<PAGE 1>>>\nSUM\x00MARY\n", "it holds NUL characters"),
        ("a.txt", b"<<<PAGE 1>>>\n" + b"x" * 3000, "line 2 has 3,000 characters"),
        ("a.txt", b"".join(b"<<<PAGE %d>>>\nx\n" % page for page in range(1, 1202)), "more than 1,000 pages"),
        ("a.docx", b"PK\x03\x04", "is a ZIP or an Office file"),
        ("a.txt", b"<<<PAGE 1>>>\nnothing of interest\n", "the stock code was not found"),
    ],
)
def test_file_that_is_no_filing(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    assert words in refused(write(tmp_path / name, content))


def test_file_that_is_missing_or_a_folder(tmp_path: Path) -> None:
    assert "there is no such file" in refused(tmp_path / "missing.pdf")
    assert "it is no regular file" in refused(tmp_path)


def test_encrypted_pdf(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    page = canvas.Canvas(str(path), encrypt=StandardEncryption("secret", canPrint=0))
    page.drawString(40, 800, "SUMMARY")
    page.save()
    assert "the PDF is encrypted; give a copy that opens without a password" in refused(path)


def test_pdf_that_is_cut_short(tmp_path: Path) -> None:
    whole = text_as_pdf(filing(GOOD), tmp_path / "whole.pdf").read_bytes()
    for part in (60, len(whole) // 3):
        words = refused(write(tmp_path / "cut.pdf", whole[:part]))
        assert "cut short" in words or "has no text" in words or "was not found" in words


def test_scanned_pages_are_named(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    page = canvas.Canvas(str(path))
    page.drawString(40, 800, "SUMMARY")
    page.showPage()
    page.rect(40, 40, 500, 700, fill=1)
    page.showPage()
    page.save()
    assert "page 2 of the PDF is a picture without text (a scan)" in refused(path)


def test_ten_thousand_pages_are_refused_at_once(tmp_path: Path) -> None:
    path = tmp_path / "endless.pdf"
    page = canvas.Canvas(str(path))
    for _ in range(10_000):
        page.showPage()
    page.save()
    started = time.monotonic()
    assert "the PDF has 10,000 pages; at most 500 are read" in refused(path)
    assert time.monotonic() - started < 30


def test_page_bomb_is_refused_within_its_bounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_pages, "WALL_SECONDS", 2)
    # 150 million letters that are packed into some hundred kilobytes
    stream = zlib.compress(b"BT /F1 1 Tf 10 10 Td " + (b"(" + b"a" * 1000 + b") Tj ") * 150_000 + b" ET", 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    content = b"%PDF-1.4\n" + b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, one) for number, one in enumerate(objects, 1))
    started = time.monotonic()
    path = write(tmp_path / "bomb.pdf", content + b"trailer << /Root 1 0 R /Size 6 >>\n%%EOF")
    words = refused(path)
    assert "took longer than 2 seconds" in words or "could not be read within" in words or "letters" in words
    assert time.monotonic() - started < 30


def test_text_made_to_be_slow_is_read_within_a_bound() -> None:
    started = time.monotonic()
    for line in ("Number of Offer Shares (", "12,345,678 Shares represent", "Name\nNumber of", "March 1,", "(First Six-"):
        with pytest.raises(RefusedFiling):
            read("<<<PAGE 1>>>\nLOCK-UP UNDERTAKINGS\n" + f"{line}\n" * 20_000)
    assert time.monotonic() - started < 60


def in_table(body: str, head: str = ONE) -> str:
    return filing("Existing Shareholders\n" + head + body)


@pytest.mark.parametrize(
    ("name", "text", "place", "words"),
    [
        ("no table", filing("There are none.\n"), "page 8", "no table of lock-up undertakings was found"),
        (
            "no heading",
            filing("as follows.\n" + ONE + "Alder\n80,000,000\n80.00%\nMarch 1, 2027\n"),
            "page 8",
            "the first table has no heading",
        ),
        ("no day", in_table("Alder\n80,000,000\n80.00%\nBirch\n1,000\n0.00%\nMarch 1, 2027\n"), "page 8", "and no last day"),
        (
            "a figure too few",
            in_table("Alder\n80.00%\nMarch 1, 2027\n"),
            "page 8",
            "its figures would have to be a count of shares, % of the issued shares",
        ),
        (
            "a figure too many",
            in_table("Alder\n80,000,000\n1,000\n80.00%\nMarch 1, 2027\n"),
            "page 8",
            "'Alder' has 80,000,000, 1,000, 80.00%",
        ),
        ("figures without a name", in_table("80,000,000\n80.00%\nMarch 1, 2027\n"), "page 8", "with no name before"),
        (
            "three days",
            in_table("Alder\n80,000,000\n80.00%\nMarch 1, 2027\nMarch 1, 2028\nMarch 1, 2029\n"),
            "page 8",
            "3 last days stand in one cell",
        ),
        ("no such day", in_table("Alder\n80,000,000\n80.00%\nFebruary 30, 2027\n"), "page 8", "no last day"),
        (
            "a day before the listing",
            in_table("Alder\n80,000,000\n80.00%\nMarch 1, 2026\n"),
            "page 8",
            "no later than the listing",
        ),
        (
            "a head that is broken",
            filing(
                GOOD
                + NOTES_LAW
                + "Cornerstone Investors\nName\nShares\n%\nLast day subject\nElm\n4,000,000\n4.00%\nSeptember 1, 2026\n"
            ),
            "page 8",
            "stands alone on a line outside of every table",
        ),
        (
            "a name without figures that belongs to nobody",
            in_table(
                "Alder Fund (赤楊基金)\n60,000,000\n60.00%\nMarch 1, 2027\nOak Fund (橡樹基金)\n"
                "Birch Fund (樺樹基金)\n20,000,000\n20.00%\nMarch 1, 2027\n"
            ),
            "page 8",
            "has no figures of its own",
        ),
        (
            "two companies before one number",
            in_table("Alder Limited\nBirch Limited\n80,000,000\n80.00%\nMarch 1, 2027\n"),
            "page 8",
            "'Alder Limited' has no figures of its own",
        ),
        (
            "a name that goes on after a page break in small letters",
            in_table(
                "Alder Fund\n60,000,000\n60.00%\nMarch 1, 2027\n<<<PAGE 9>>>\nand partners\nBirch Fund\n"
                "20,000,000\n20.00%\nMarch 1, 2027\n"
            ),
            "page 9",
            "nothing shows where that name ends",
        ),
        (
            "parts that don't add up",
            in_table("Elm\n80,000,000\n80.00%\nMarch 1, 2027\n(i) Elm One\n50,000,000\n50.00%\nMarch 1, 2027\n"),
            "page 8",
            "the parts of 'Elm' add up to",
        ),
        (
            "a class larger than all",
            in_table("Alder\n60,000,000\n80,000,000\n80.00%\n60.00%\nMarch 1, 2027\n", TWO),
            "page 8",
            "can't be more than all shares",
        ),
        (
            "classes that don't add up",
            in_table(
                "Alder\n80,000,000 Shares (including 1,000,000 H Shares and 2,000,000 Domestic Shares)\n80.00%\nMarch 1, 2027\n"
            ),
            "page 8",
            "add up to 3,000,000",
        ),
        (
            "an offer larger than the issued shares",
            filing(GOOD).replace("100,000,000", "10,000,000"),
            "page 3",
            "would have to be a part of the issued shares",
        ),
        (
            "cornerstones that hold more than the offer",
            filing(GOOD + "Cornerstone Investors\n" + ONE + "Elm\n21,000,000\n21.00%\nSeptember 1, 2026\n"),
            "page 3",
            "they can't hold more than the offer",
        ),
        (
            "no capacity in its column",
            in_table("Alder\nHoldings\n80,000,000\n80.00%\nMarch 1, 2027\n", ONE.replace("Name\n", "Name\nCapacity\n")),
            "page 8",
            "no line begins what the holder is",
        ),
        (
            "two classes, and none is dealt in",
            filing(GOOD, shares="Shares").replace("Alder Holdings", "Alder Class A Shares Trust"),
            "",
            "no sentence says which shares are dealt in",
        ),
    ],
)
def test_table_that_cannot_be_read_or_proved(name: str, text: str, place: str, words: str) -> None:
    with pytest.raises(RefusedFiling) as caught:
        read(text)
    assert words in str(caught.value), name
    assert str(caught.value).startswith(place)
