"""From a file to a reading, and from a reading to inbox files; and what the reading room may know."""

from __future__ import annotations

import ast
import csv
from pathlib import Path

import pytest
import yaml

from ingestion import filings
from ingestion.dataset import all_datasets
from ingestion.filings.allotment_results.reading import Reading
from ingestion.filings.files import read_filing
from ingestion.filings.inbox import inbox_rows, write_inbox
from ingestion.filings.lines import Line, content_lines
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.text_pages import read_text
from tests.ingestion.filings.documents import ONE, TWO, filing, lines_as_pdf, read, rows_of, tables_as_pdf, text_as_pdf

#: What the reading room may import of the project: itself, and what reads printed text.
ALLOWED = ("ingestion.filings", "ingestion.printed_text", "ingestion.files")
FORBIDDEN = ("dagster", "dbt", "duckdb", "httpx", "orchestration", "polars", "pandera")


def test_the_room_knows_only_printed_text() -> None:
    for path in Path(filings.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = (
                [one.name for one in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            for name in names:
                assert not name.startswith(FORBIDDEN), f"{path} imports {name}"
                assert not name.startswith("ingestion") or name.startswith(ALLOWED), f"{path} imports {name}"


def test_each_module_opens_with_what_belongs_in_it_and_stays_short() -> None:
    for path in Path(filings.__file__).parent.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert ast.get_docstring(ast.parse(text)), path
        assert len(text.splitlines()) <= 300, path


def test_tables_of_a_word_processor_are_read_from_the_positions_of_their_words(tmp_path: Path) -> None:
    whole = filing("")
    cover, rest = whole.split("<<<PAGE 8>>>\n8\n")
    floats = rest.split("<<<PAGE 20>>>\n20\n")[1]
    head = [
        "Name",
        "Capacity",
        "Number of Shares held subject to lock-up undertakings",
        "% of issued Shares",
        "Last day subject to the lock-up undertakings",
    ]
    rows = [
        [
            "Mr. Alder",
            "Founder, chairman of the Board, executive Director and chief executive officer",
            "30,000,000",
            "30.00%",
            "March 1, 2027",
        ],
        [
            "Alder Venture Capital Partnership Enterprise (Limited Partnership) (赤楊創業投資合夥企業(有限合夥))",
            "Close associate of Mr. Alder",
            "50,000,000",
            "50.00%",
            "March 1, 2027",
        ],
        ["Total", "", "80,000,000", "80.00%", "–"],
    ]
    pages = [
        [cover.split(">>>\n", 1)[1]],
        ["LOCK-UP UNDERTAKINGS\nKey Persons", [head, *rows], "Notes:\n1. PRC Company Law."],
        [floats],
    ]
    reading = read_filing(tables_as_pdf(pages, tmp_path / "tables.pdf"))
    assert rows_of(reading) == [
        ("Mr. Alder", 30_000_000, None, "2027-03-01"),
        (
            "Alder Venture Capital Partnership Enterprise (Limited Partnership) (赤楊創業投資合夥企業(有限合夥))",
            50_000_000,
            None,
            "2027-03-01",
        ),
    ]
    assert isinstance(reading, Reading)
    assert reading.holdings[0].row.capacity == "Founder, chairman of the Board, executive Director and chief executive officer"


def _drawn_line_by_line(names: list[list[str]], path: Path) -> Path:
    """An announcement whose table is drawn line by line: two rows, with the given lines of their names; figures on the line of
    an `@`."""
    whole = filing("")
    cover, rest = whole.split("<<<PAGE 8>>>\n8\n")
    floats = rest.split("<<<PAGE 20>>>\n20\n")[1]
    lines: list[list[tuple[float, str]]] = [[(40, "LOCK-UP UNDERTAKINGS")], [(40, "Existing Shareholders")]]
    head = [
        ["Name", "Number of", "% of", "Last day subject"],
        ["", "Shares held in", "shareholding in", "to the lock-up"],
        ["", "the Company", "the Company", "undertakings"],
    ]
    lines += [[(left, text) for left, text in zip((40, 220, 320, 420), words, strict=True) if text] for words in head]
    for name, shares, percent in zip(names, ("50,000,000", "30,000,000"), ("50.00%", "30.00%"), strict=True):
        for line in name:
            figures: list[tuple[float, str]] = [(220, shares), (320, percent), (420, "March 1, 2027")] if "@" in line else []
            lines.append([(40, line.strip("@ ")), *figures])
    pages = [[[(40.0, line)] for line in part.splitlines()] for part in (cover.split(">>>\n", 1)[1], floats)]
    return lines_as_pdf([pages[0], lines, pages[1]], path)


def test_table_that_is_drawn_line_by_line_is_read_cell_by_cell(tmp_path: Path) -> None:
    names = [["@ Alder Venture Capital", "Partnership Enterprise", "(Limited Partnership)"], ["@ Birch Fund", "Limited"]]
    reading = read_filing(_drawn_line_by_line(names, tmp_path / "lines.pdf"))
    assert rows_of(reading) == [
        ("Alder Venture Capital Partnership Enterprise (Limited Partnership)", 50_000_000, None, "2027-03-01"),
        ("Birch Fund Limited", 30_000_000, None, "2027-03-01"),
    ]


def test_text_that_keeps_the_layout_of_its_pages_is_read_by_the_places_of_its_words() -> None:
    table = """
Existing Shareholders
Name                         Number of         % of              Last day subject
                             Shares held in    shareholding in   to the lock-up
                             the Company       the Company       undertakings
Alder Venture Capital        50,000,000        50.00%            March 1, 2027
  Partnership Enterprise
  (Limited Partnership)
Birch Fund                   30,000,000        30.00%            March 1,
                                                                 2027
Total                        80,000,000        80.00%            -
Notes:
1. The expiry date is pursuant to the PRC Company Law.
"""
    assert rows_of(read(filing(table))) == [
        ("Alder Venture Capital Partnership Enterprise (Limited Partnership)", 50_000_000, None, "2027-03-01"),
        ("Birch Fund", 30_000_000, None, "2027-03-01"),
    ]


def test_names_that_begin_above_their_figures_are_refused_where_lines_go_across(tmp_path: Path) -> None:
    names = [["Alder Venture Capital", "@ Partnership Enterprise", "(Limited Partnership)"], ["@ Birch Fund"]]
    with pytest.raises(RefusedFiling, match="'Alder Venture Capital' stands above the figures of its row"):
        read_filing(_drawn_line_by_line(names, tmp_path / "lines.pdf"))


def test_page_numbers_and_running_heads_are_no_lines_of_a_table() -> None:
    pages = [[f"{page}", "Larkspur Robotics", f"row {page}", f"– {page} –"] for page in range(1, 7)]
    lines = [Line(text, page, number) for page, content in enumerate(pages, 1) for number, text in enumerate(content, 1)]
    assert [line.text for line in content_lines(lines)] == [f"row {page}" for page in range(1, 7)]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_pages_that_are_turned_are_read_as_they_are_seen(tmp_path: Path, rotation: int) -> None:
    text = filing("Existing Shareholders\n" + ONE + "Alder Holdings\n80,000,000\n80.00%\nMarch 1, 2027\n")
    reading = read_filing(text_as_pdf(text, tmp_path / "turned.pdf", rotation=rotation))
    assert rows_of(reading) == [("Alder Holdings", 80_000_000, None, "2027-03-01")]


def test_form_feeds_are_page_marks_too() -> None:
    lines = read_text(b"first\n\fsecond\nstill\fthird\n")
    assert [(line.text, line.page) for line in lines if line.text] == [("first", 1), ("second", 2), ("still", 2), ("third", 3)]


def test_pdf_and_text_are_read_alike(tmp_path: Path) -> None:
    text = filing(
        "Existing Shareholders\n"
        + TWO
        + "Alder (赤楊)\n60,000,000\n20,000,000\n50.00%\n60.00%\nMarch 1, 2027\nBirch\n20,000,000\n–\n–\n20.00%\nMarch 1, 2027\n"
    )
    from_pdf, from_text = read_filing(text_as_pdf(text, tmp_path / "a.pdf")), read(text)
    assert isinstance(from_pdf, Reading) and rows_of(from_pdf) == rows_of(from_text)
    assert [proof.numbers for proof in from_pdf.proofs.proved] == [proof.numbers for proof in from_text.proofs.proved]
    assert from_pdf.holdings[0].place.page == from_text.holdings[0].place.page == 8


def test_json_names_every_fact_with_its_place() -> None:
    found = read(filing("Existing Shareholders\n" + ONE + "Alder\n80,000,000\n80.00%\nMarch 1, 2027\n")).as_json()
    assert found["ticker"] == "9998.HK"
    assert found["offer_price"] == {"value": "5.00", "printed": "5.00", "page": 3, "line": 17}
    assert found["over_allocated_shares"] == {"value": 3_000_000, "printed": "3,000,000", "page": 3, "line": 31}
    (lockup,) = found["lockups"]  # ty: ignore[not-iterable]
    assert (lockup["holder"], lockup["shares"], lockup["page"]) == ("Alder", 80_000_000, 8)
    assert lockup["last_days"] == [
        {"last_locked_on": "2027-03-01", "stage": None, "meaning": "no disposal", "printed": "March 1, 2027"}
    ]


def test_inbox_files_have_the_columns_of_their_datasets(tmp_path: Path) -> None:
    text = (
        "Controlling Shareholders\n"
        + TWO
        + "Alder\n60,000,000\n20,000,000\n50.00%\n60.00%\nSeptember 1, 2026 (First Six-Month Period)\n"
    )
    text += (
        "March 1, 2027 (Second Six-Month Period)\nNotes:\n"
        "1. They may dispose of Shares subject to that they will not cease to be a controlling shareholder.\n"
    )
    text += (
        "Existing Shareholders\n"
        + TWO
        + "Birch\n20,000,000\n–\n–\n20.00%\nMarch 1, 2027\nCornerstone Investors\n"
        + ONE
        + "Elm\n4,000,000\n4.00%\nSeptember 1, 2026\n"
    )
    written = write_inbox(read(filing(text)), tmp_path, "results.pdf")
    name = "hk_9998_allotment_results_2026_03_02"
    assert {path.relative_to(tmp_path).as_posix() for path in written} == {
        *(
            f"{dataset}/{name}.csv"
            for dataset in (
                "filing_lockups",
                "share_classes",
                "share_class_balances",
                "share_capital_events",
                "over_allocations",
                "filing_figures",
                "filing_findings",
                "derived_figures",
                "listing_events",
            )
        ),
        f"documents/{name}.yml",
    }
    for path in written[:-1]:
        dataset = all_datasets()[path.parent.name]
        rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
        known = {column.name for column in dataset.columns} | {"table_ref", "document_id", "known_on"}
        assert rows and set(rows[0]) <= known
        assert {column.name for column in dataset.columns if not column.optional} <= set(rows[0])
    lockups = list(csv.DictReader(written[0].read_text(encoding="utf-8").splitlines()))
    assert [(row["holder"], row["category"], row["share_class"], row["shares"], row["last_day_locked"]) for row in lockups] == [
        ("Alder", "controlling shareholder", "H", "20000000", "2026-09-01"),
        ("Alder", "controlling shareholder", "H", "20000000", "2027-03-01"),
        ("Alder", "controlling shareholder", "unlisted domestic", "40000000", "2026-09-01"),
        ("Alder", "controlling shareholder", "unlisted domestic", "40000000", "2027-03-01"),
        ("Birch", "existing shareholder", "unlisted domestic", "20000000", "2027-03-01"),
        ("Elm", "cornerstone investor", "H", "4000000", "2026-09-01"),
    ]
    # no disposal in the first stage; in the second the shares may be sold while control is kept
    words = "They may dispose of Shares subject to that they will not cease to be a controlling shareholder."
    assert [(row["stage"], row["condition"]) for row in lockups[:2]] == [("first", ""), ("second", words)]
    assert lockups[4]["stage"] == ""
    assert yaml.safe_load(written[-1].read_text(encoding="utf-8"))["document_id"] == name


def test_what_the_filing_leaves_open_is_an_empty_cell_of_the_inbox() -> None:
    rows = inbox_rows(read(filing("Existing Shareholders\n" + ONE + "Alder\n70,000,000\n70.00%\nMarch 1, 2027\n")))
    assert [(row["holder"], row["share_class"], row["shares"]) for row in rows["filing_lockups"]] == [("Alder", "", "70000000")]
    assert [(row["share_class"], row["shares"]) for row in rows["share_class_balances"]] == [("H", "")]


def test_classes_are_named_as_the_filing_names_them() -> None:
    weighted = TWO.replace("Total number of\nShares", "Number of Class A Shares").replace("H Shares", "Class B Shares")
    weighted = weighted.replace("% of total issued\nClass B Shares", "% of total issued Class B Shares")
    rows = "Alder\n50,000,000\n30,000,000\n60.00%\n80.00%\nMarch 1, 2027\n"
    found = inbox_rows(read(filing("Existing Shareholders\n" + weighted + rows, shares="Class B Shares")))
    assert [(row["share_class"], row["is_listed"]) for row in found["share_classes"]] == [("B", "true"), ("A", "false")]
    # 30,000,000 and the offer are 50,000,000 B shares, of which they are 60.00%
    assert [(row["share_class"], row["shares"]) for row in found["share_class_balances"]] == [
        ("B", "50000000"),
        ("A", "50000000"),
    ]
    assert [(row["share_class"], row["shares"]) for row in found["filing_lockups"]] == [("B", "30000000"), ("A", "50000000")]
    rows = "Alder\n80,000,000\n–\n–\n80.00%\nMarch 1, 2027\nNotes:\n1. Alder holds A Shares.\n"
    mainland = inbox_rows(read(filing("Existing Shareholders\n" + TWO + rows)))
    assert [row["share_class"] for row in mainland["filing_lockups"]] == ["A"]


def test_lock_up_that_may_end_earlier_says_so_in_the_words_that_a_rule_is_read_from() -> None:
    notes = (
        "Notes:\n1. In the event that the Company will no longer be regarded as a Pre-\nCommercial Company after the Listing,\n"
        "the lock-up period will expire on the later of two days under Rule 18C.24.\n"
    )
    table = "Key Persons (as defined under Rule 18C.14 of the Listing Rules)\n" + ONE
    (row,) = inbox_rows(read(filing(table + "Mr. Alder\n80,000,000\n80.00%\nMarch 1, 2028\n" + notes)))["filing_lockups"]
    assert row["rule"] == "Rule 18C.14, 24 months"
    column = next(column for column in all_datasets()["filing_lockups"].columns if column.name == "last_day_locked")
    rule = column.parse(row["last_day_locked"], {**row, "category": "key person"})["release_rule"]
    earlier = "later_of(months_from_listing(12), calendar_day_after(30, pre_commercial_designation_removed))"
    assert rule == f"earlier_of(2028-03-01, {earlier})"


def test_two_lots_of_one_holder_are_named_apart() -> None:
    rows = "Elm\n1,000,000\n1.00%\nSeptember 1, 2026\nElm\n2,000,000\n2.00%\nMarch 1, 2029\n"
    text = filing(
        "Existing Shareholders\n" + ONE + "Alder\n80,000,000\n80.00%\nMarch 1, 2027\nCornerstone Investors\n" + ONE + rows
    )
    lots = [row["lot"] for row in inbox_rows(read(text))["filing_lockups"]]
    assert lots == ["", "Cornerstone Investors, until 2026-09-01", "Cornerstone Investors, until 2029-03-01"]


def test_holders_of_a_merged_cell_stand_in_one_row() -> None:
    rows = (
        "Elm Onshore (榆樹境內)\n60,000,000\n60.00%\nMarch 1, 2027\nElm Offshore (榆樹境外)\nBirch (樺樹)\n"
        "20,000,000\n20.00%\nMarch 1, 2027\n"
    )
    reading = read(filing("Existing Shareholders\n" + ONE + rows))
    assert reading.holdings[0].row.shared_with == ("Elm Offshore (榆樹境外)",)
    assert inbox_rows(reading)["filing_lockups"][0]["holder"] == "Elm Onshore (榆樹境內) and Elm Offshore (榆樹境外)"
