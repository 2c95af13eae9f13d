"""The report: what the page says of a made-up release, its errors, and how it looks and behaves in a real browser."""

from __future__ import annotations

import os
import re
from collections.abc import Generator
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Locator

from orchestration.cli import cli
from orchestration.releases.catalog import literal
from orchestration.releases.publish import ReleaseContext, publish
from tests.pages import CONTRASTS, DESKTOP, ON_A_PHONE, PHONE, Opened, screenshot, wide

RELEASE = "20260420T000000001Z"
HOSTILE = "<script>window.hacked = true</script>"
#: A4 on its side between the page's margins, in CSS pixels.
PRINTED_WIDTH = round((297 - 2 * 12) / 25.4 * 96)

SCHEMA = """
    create table dim_document (document_id varchar, title varchar, producer varchar, published_on date, url varchar);
    create table fct_printed_figure (
        figure_id varchar, document_id varchar, layout varchar, table_ref varchar, subject varchar, metric varchar,
        row_label varchar, column_label varchar, row_number bigint, column_number bigint, printed varchar,
        printed_kind varchar, role varchar, source_file varchar, source_row bigint
    );
    create table fct_reconciliation (
        figure_id varchar, basis varchar, document_id varchar, table_ref varchar, subject varchar, metric varchar,
        printed varchar, formula varchar, derived varchar, verdict varchar, contradiction_class varchar,
        smallest_change varchar, explanation varchar, remark varchar, missing_inputs varchar
    );
    create table fct_reconciliation_input (
        figure_id varchar, basis varchar, input_number bigint, input_figure_id varchar, input varchar, printed varchar,
        is_missing boolean
    );
"""
NOTE, FILING = "note_of_a_broker", "filing_of_acme"
#: The cells of a printed table by its rows; a figure's id is its table, row and column: `table 7/Market cap/Acme`.
TABLES = {
    (NOTE, "table 10", "lockups"): [
        ("", "Holders", "Shares", "% of post-IPO"),
        ("At IPO", "public float", "17,350,800", "3.9%"),
        ("6 months", "11 cornerstone investors with a long name that is wrapped", "25,681,600", "5.8%"),
        ("Total", None, "43,032,400", "9.6%"),
    ],
    (NOTE, "table 7", "lockup_comparables"): [
        ("", "Acme", "Beta Robotics", "Gamma AI", HOSTILE, "Delta Semiconductor", "Epsilon Cloud"),
        ("Listing date", "2021-02-05", "2021-12-30", "2024-10-24", "2026-01-08", "2026-01-09", "2026-01-12"),
        ("Six months after listing", "2021-08-05", "2022-06-30", "2025-04-24", "2026-07-09", "2026-07-09", "2026-07-12"),
        ("Price at expiry (HKD)", "84.35", "2.54", "5.81", "NA", "NA", "12.10"),
        ("Shares released (mn)", "3,882", "23,296", "1,450", "26", "122", "310"),
        ("Market cap (HKD bn)", "351", "85", "77", HOSTILE, "52", "3.8"),
        ("Expansion of the float", "43x", "3.3x", "2.1x", "2.5x", "6.4x", "1.2x"),
        ("Change after expiry (%)", "-15.3%", "-46.8%", "4.1%", "NA", None, "-3.0%"),
    ],
    (FILING, "page 3", "share_capital_events"): [("", "Shares"), ("Before", "100"), ("After", "120")],
}
#: By figure: basis, verdict, class, formula, derived, smallest change, explanation, remark, missing; nulls wherever there can be.
VERDICTS: list[tuple[str, str, str, str | None, str | None, str | None, str | None, str | None, str | None, str | None]] = [
    (
        "table 7/Expansion of the float/Acme",
        "document",
        "contradicts",
        "rounding can't explain",
        "shares released / float before = 3,882 mn / 91 mn",
        "42.4x to 42.9x",
        "printed 42.9x or less, or a float before of 90 mn",
        "Even at the ends of what 3,882 and 91 are rounded from the ratio stays below 43.5 and above 42.4.",
        "The note rounds up throughout this row.",
        None,
    ),
    (
        "table 7/Expansion of the float/Beta Robotics",
        "document",
        "contradicts",
        "moved cell",
        "shares released / float before",
        "16.0x",
        "printed 16.0x",
        "3.3x is what the cell of Gamma AI gives.",
        None,
        None,
    ),
    (
        f"table 7/Six months after listing/{HOSTILE}",
        "document",
        "contradicts",
        "date semantics",
        "2026-01-08 + 6 months",
        "2026-07-08",
        "printed 2026-07-08",
        None,
        None,
        None,
    ),
    (
        "table 7/Change after expiry (%)/Acme",
        "document",
        "reproduces",
        None,
        "71.45 / 84.35 - 1",
        "-15.4% to -15.2%",
        None,
        None,
        None,
        None,
    ),
    (
        "table 7/Change after expiry (%)/Acme",
        "market data",
        "contradicts",
        None,
        "close 72.60 / close 84.35 - 1",
        "-13.9%",
        None,
        None,
        None,
        None,
    ),
    ("table 7/Expansion of the float/Gamma AI", "market data", "reproduces", None, None, "2.1x", None, None, None, None),
    (
        "table 7/Change after expiry (%)/Beta Robotics",
        "document",
        "not derivable",
        None,
        "price 20 days after / 2.54 - 1",
        None,
        None,
        None,
        None,
        "price 20 days after expiry",
    ),
    (
        "table 7/Change after expiry (%)/Delta Semiconductor",
        "document",
        "not derivable",
        None,
        None,
        None,
        None,
        None,
        None,
        None,
    ),
    (f"table 7/Market cap (HKD bn)/{HOSTILE}", "document", "reproduces", None, HOSTILE, HOSTILE, None, HOSTILE, HOSTILE, None),
    (
        "table 10/Total/Shares",
        "document",
        "reproduces",
        None,
        "17,350,800 + 25,681,600",
        "43,032,400",
        None,
        "Exact.",
        None,
        None,
    ),
    (
        "table 10/Total/% of post-IPO",
        "document",
        "contradicts",
        "parts don't sum",
        "3.9% + 5.8%",
        "9.7%, within 9.6% and 9.8%",
        "printed 9.7%",
        None,
        None,
        None,
    ),
    (
        "text/1",
        "document",
        "contradicts",
        "two statements differ",
        "as printed in table 7",
        "43x",
        "43x in the text",
        "The text says 60x, the table 43x.",
        None,
        None,
    ),
]
INPUTS = [
    (
        "table 7/Expansion of the float/Acme",
        "document",
        1,
        "table 7/Shares released (mn)/Acme",
        "shares released",
        "3,882",
        False,
    ),
    ("table 7/Expansion of the float/Acme", "document", 2, None, "float before, Acme", "91", False),
    ("table 7/Change after expiry (%)/Beta Robotics", "document", 1, None, "price 20 days after expiry", None, True),
    ("table 7/Change after expiry (%)/Delta Semiconductor", "document", 1, None, None, None, True),
]
MISSING_TABLES = "DROP TABLE fct_reconciliation; DROP TABLE fct_reconciliation_input; DROP TABLE fct_printed_figure"


def figures() -> list[tuple[Any, ...]]:
    """The rows of fct_printed_figure."""
    derived = {verdict[0] for verdict in VERDICTS}
    rows: list[tuple[Any, ...]] = []
    for (document_id, table_ref, layout), (header, *body) in TABLES.items():
        for row_number, (row_label, *cells) in enumerate(body, 1):
            for column_number, (column_label, printed) in enumerate(zip(header[1:], cells, strict=True), 1):
                figure_id = f"{table_ref}/{row_label}/{column_label}"
                kind = "words" if printed == "NA" or column_label == "Holders" else "figure"
                role = "derived" if figure_id in derived else "stated" if kind == "words" else "input"
                place = (row_label, column_label, row_number, column_number)
                rows.append(
                    (figure_id, document_id, layout, table_ref, column_label, row_label, *place, printed, kind, role, "f.csv", 2)
                )
    rows.append(("text/1", NOTE, "text_claims", "text", "Acme", "growth of the float", *[None] * 4, "60x", "figure", "derived"))
    rows.append(("text/2", NOTE, "text_claims", "text", None, None, *[None] * 4, "about five", "figure in words", "stated"))
    rows.append(("bare", NOTE, None, "table 11", None, None, *[None] * 4, None, "figure", "stated"))
    return [(*row, *[None] * (15 - len(row))) for row in rows]


def verdicts() -> list[tuple[Any, ...]]:
    """The rows of fct_reconciliation."""
    printed = {row[0]: row for row in figures()}
    rows = []
    for figure_id, basis, verdict, class_, formula, derived, smallest_change, explanation, remark, missing in VERDICTS:
        of = printed[figure_id]
        place = (of[1], of[3], of[4], of[5], of[10])
        rest = (formula, derived, verdict, class_, smallest_change, explanation, remark, missing)
        rows.append((figure_id, basis, *place, *rest))
    return rows


def release(data_dir: Path, statements: str = "") -> None:
    """Publishes the made-up release, changed by `statements`."""
    database = data_dir / "build" / "build.duckdb"
    database.parent.mkdir(parents=True)
    documents = [
        (FILING, HOSTILE, None, None, "javascript:window.hacked=true"),
        (NOTE, "A note on newly listed companies", "A broker", "2026-04-20", "https://example.com/note?a=1&b=2"),
        ("feed_of_prices", "A feed that prints nothing", None, None, None),
    ]
    tables = {
        "dim_document": documents,
        "fct_printed_figure": figures(),
        "fct_reconciliation": verdicts(),
        "fct_reconciliation_input": INPUTS,
    }
    with duckdb.connect(database) as connection:
        connection.execute(
            f"create table dim_release as select '{RELEASE}' as release_id, date '2026-04-20' as as_of, "
            "timestamptz '2026-04-21 00:00:00+00' as created_at"
        )
        connection.execute(SCHEMA)
        for table, rows in tables.items():
            values = ", ".join("(" + ", ".join("null" if cell is None else literal(cell) for cell in row) + ")" for row in rows)
            connection.execute(f"insert into {table} values {values}")
        connection.execute(statements)
    publish(database, ReleaseContext(data_dir=data_dir, release_id=RELEASE))


def run(data_dir: Path, *arguments: str) -> Result:
    """Runs `freefloat report`; fails on what would reach a user as a traceback."""
    result = CliRunner().invoke(
        cli, ["report", *arguments], env={"FREEFLOAT_DATA_DIR": str(data_dir)}, prog_name="freefloat", catch_exceptions=True
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the made-up release and its report."""
    data_dir = tmp_path_factory.mktemp("report")
    release(data_dir)
    result = run(data_dir)
    assert (result.exit_code, result.stdout) == (0, f"{data_dir / 'report.html'}\n"), result.output
    return data_dir


def test_the_command_has_help():
    result = CliRunner().invoke(cli, ["report", "--help"], prog_name="freefloat")
    assert result.exit_code == 0 and "--output" in result.stdout


def test_the_report_replaces_the_last_one_and_goes_where_it_is_told(tmp_path):
    release(tmp_path / "data")
    named = tmp_path / "sent.html"
    named.write_text("the last one", encoding="utf-8")
    assert run(tmp_path / "data", "--output", str(named)).stdout == f"{named}\n"
    assert named.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert not (tmp_path / "data" / "report.html").exists()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["sent.html"]


def test_the_same_release_gives_the_same_page(reported, tmp_path):
    again = run(reported, "--output", str(tmp_path / "again.html"))
    assert again.exit_code == 0
    assert (tmp_path / "again.html").read_bytes() == (reported / "report.html").read_bytes()


def test_without_a_release_it_says_what_to_run(tmp_path):
    result = run(tmp_path)
    assert (result.exit_code, result.stdout) == (1, "") and "no release yet: run `freefloat refresh`" in result.stderr


@pytest.mark.parametrize(
    ("spoil", "named"),
    [(MISSING_TABLES, "fct_printed_figure"), ("ALTER TABLE fct_reconciliation DROP COLUMN remark", "remark")],
)
def test_a_release_from_before_the_reconciliation_is_told(tmp_path, spoil, named):
    release(tmp_path, spoil)
    result = run(tmp_path)
    assert result.exit_code == 1 and named in result.stderr and "run `freefloat refresh`" in result.stderr
    assert not (tmp_path / "report.html").exists()


def test_a_verdict_without_a_sign_is_told_with_its_figure(tmp_path):
    release(tmp_path, "UPDATE fct_reconciliation SET verdict = 'maybe' WHERE figure_id = 'text/1'")
    result = run(tmp_path)
    assert result.exit_code == 1 and "figure text/1: the verdict 'maybe'" in result.stderr


def test_a_file_that_cannot_be_written_is_told(reported, tmp_path):
    (tmp_path / "file").touch()
    for output in (tmp_path / "nowhere" / "report.html", tmp_path / "file" / "report.html"):
        result = run(reported, "--output", str(output))
        assert result.exit_code == 1 and f"{output}: the report can't be written" in result.stderr
    assert run(reported, "--output", str(tmp_path)).exit_code == 2


def test_a_failed_write_leaves_the_last_report_and_nothing_else(reported, tmp_path, monkeypatch):
    last = tmp_path / "report.html"
    last.write_text("the last one", encoding="utf-8")

    def full_disk(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full_disk)
    result = run(reported, "--output", str(last))
    assert result.exit_code == 1 and "No space left on device" in result.stderr
    assert last.read_text(encoding="utf-8") == "the last one" and list(tmp_path.iterdir()) == [last]


# --- in a real browser


class Report(Opened):
    """The report, opened."""

    def mark(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def explanation(self) -> Locator:
        return self.page.locator(".why:popover-open")


ACME = "43x contradicts, number 2"


@pytest.fixture(params=["desktop", "phone"])
def opened(request: pytest.FixtureRequest, browser: Browser, reported: Path) -> Generator[Report]:
    """The report at both widths; no request, complaint or hostile script may have come of what a test does with it."""
    options = ON_A_PHONE if request.param == "phone" else {"viewport": DESKTOP}
    seen = Report(browser, reported / "report.html", **options)
    yield seen
    assert seen.requests == [] and seen.complaints == []
    assert seen.page.evaluate("window.hacked") is None
    seen.page.context.close()


def test_the_page_never_scrolls_sideways(opened):
    width = opened.page.viewport_size["width"]
    assert not wide(opened.page)
    screenshot(opened.page, f"report-{width}")
    boxes = opened.page.locator(".scroll").evaluate_all("boxes => boxes.map(box => box.scrollWidth > box.clientWidth)")
    assert width > 1000 or any(boxes), "the wide table scrolls in its own box on a phone"


def test_the_summary_counts_each_verdict_by_table_and_basis(opened):
    page = opened.page
    words = " ".join(page.get_by_role("region", name="Verdicts by table").inner_text().split())
    # figures, reproduce, contradict, not derivable: first from the document's own figures, then from market data
    assert "Table 7 7 2 3 2 2 1 1 0 Table 10 2 1 1 0 none Running text 1 0 1 0 none All 10 3 5 2 2 1 1 0" in words
    assert page.locator(".counts").inner_text().split() == [
        "3",
        "✓",
        "reproduce",
        "5",
        "✗",
        "contradict",
        "2",
        "?",
        "not",
        "derivable",
    ]
    # 42, 9 and 2 cells of tables, 2 statements and 1 bare figure, less 3 NA and 3 holders
    assert "The documents print 50 figures" in page.locator("#main").inner_text()


def test_the_contradictions_are_listed_with_all_that_is_known_of_each(opened):
    findings = opened.page.locator(".finding")
    assert findings.count() == 6
    lines = [line for line in findings.nth(1).inner_text().splitlines() if line]
    assert lines == [
        "2",
        "Acme: Expansion of the float",
        "rounding can't explain Table 7, A note on newly listed companies",
        "Printed",
        "43x",
        "Derived",
        "42.4x to 42.9x",
        "Formula",
        "shares released / float before = 3,882 mn / 91 mn",
        "Smallest change",
        "printed 42.9x or less, or a float before of 90 mn",
        "The note rounds up throughout this row.",
        "In full",
        # for screen readers, to tell one such line from the others
        ": Acme: Expansion of the float",
    ]
    classes = opened.page.get_by_role("region", name="Contradictions by class").inner_text()
    for class_ in (
        "rounding can't explain",
        "parts don't sum",
        "two statements differ",
        "date semantics",
        "moved cell",
        "no class",
    ):
        assert re.search(rf"{class_}\s+1\b", classes), class_
    # its inputs lead to where they are printed
    findings.nth(1).get_by_text("In full").click()
    findings.nth(1).get_by_role("link", name="shares released").click()
    target = opened.page.locator(":target")
    assert target.inner_text() == "3,882" and target.evaluate("cell => getComputedStyle(cell).outlineStyle") == "solid"


def test_printed_tables_are_redrawn_as_they_stand(opened):
    tables = opened.page.locator("table.printed")
    headings = opened.page.locator(".document h3, .document h4").all_inner_texts()
    # table 9 would come before table 10, and the document with the most figures that follow from others first
    assert headings == [
        "A note on newly listed companies",
        "Table 7 lockup comparables",
        "Table 10 lockups",
        "Table 11",
        HOSTILE,
        "Page 3, Shares share capital events",
    ]
    first = tables.first.locator("tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => (cell.querySelector('.mark > span, .plain') ?? cell).textContent))"
    )
    assert first == [[cell or "" for cell in row] for row in TABLES[NOTE, "table 7", "lockup_comparables"]]
    # a table in which nothing follows from anything is folded away
    assert not tables.nth(3).is_visible()
    opened.page.get_by_text("2 rows; no figure in them follows from others").click()
    assert tables.nth(3).is_visible()


def test_the_verdicts_can_be_read_without_colour(opened):
    names = re.findall(r'button "((?:[^"\\]|\\.)*)"', opened.page.locator("main").aria_snapshot())
    assert names == [
        "2026-07-09 contradicts, number 1",
        f"{HOSTILE} reproduces",
        ACME,
        "3.3x contradicts, number 3",
        "2.1x by market data: reproduces",
        "-15.3% by the document: reproduces; by market data: contradicts, number 4",
        "-46.8% not derivable",
        "not derivable",
        "43,032,400 reproduces",
        "9.6% contradicts, number 5",
        "60x contradicts, number 6",
    ]
    shown = opened.page.locator(".mark .slot").evaluate_all(
        "slots => slots.map(slot => [...slot.querySelectorAll('[aria-hidden]')].map(sign => sign.textContent).join(' '))"
    )
    assert shown == ["✗1", "✓", "✗2", "✗3", "m✓", "✓ m✗4", "?", "?", "✓", "✗5", "✗6"]


def test_what_is_missing_is_said(opened):
    words = " ".join(opened.page.get_by_role("region", name="Missing inputs").inner_text().split())
    assert "price 20 days after expiry document Beta Robotics: Change after expiry (%) (-46.8%)" in words
    assert "not stated document Delta Semiconductor: Change after expiry (%)" in words
    why = opened.page.locator(".why", has_text="Beta Robotics: Change after expiry (%)")
    assert "Missing\nprice 20 days after expiry" in why.evaluate(
        "why => [...why.querySelectorAll('dt, dd')].map(e => e.textContent).join('\\n')"
    )


def test_market_data_stand_beside_the_document(opened):
    words = opened.page.get_by_role("region", name="Figures against market data").inner_text()
    assert re.search(r"Acme: Change after expiry \(%\)\s+Table 7\s+-15.3%\s+-13.9%\s+✗ contradicts no. 4\s+✓ reproduces", words)
    assert re.search(r"Gamma AI: Expansion of the float\s+Table 7\s+2.1x\s+2.1x\s+✓ reproduces\s+no formula", words)


def test_without_market_data_there_is_no_word_of_it(browser, tmp_path):
    release(tmp_path, "DELETE FROM fct_reconciliation WHERE basis = 'market data'")
    assert run(tmp_path).exit_code == 0
    opened = Report(browser, tmp_path / "report.html", viewport=DESKTOP)
    assert "market data" not in opened.page.locator("body").inner_text().lower() and opened.complaints == []


def test_a_release_without_any_figure_is_a_page_too(browser, tmp_path):
    release(tmp_path, "DELETE FROM fct_reconciliation; DELETE FROM fct_reconciliation_input; DELETE FROM fct_printed_figure")
    assert run(tmp_path).exit_code == 0
    opened = Report(browser, tmp_path / "report.html", viewport=DESKTOP)
    words = opened.page.locator("body").inner_text()
    assert "The documents print 0 figures" in words and "No printed figure contradicts" in words and opened.complaints == []


def test_the_explanation_opens_by_pointer_keyboard_and_tap_and_closes_by_escape(opened):
    page, mark, why = opened.page, opened.mark(ACME), opened.explanation()
    by_touch = page.viewport_size == PHONE
    mark.scroll_into_view_if_needed()
    if by_touch:
        mark.tap()
    else:
        mark.hover()
    why.wait_for()
    said = why.inner_text()
    for part in ("Acme: Expansion of the float", "✗ contradicts: rounding can't explain", "42.4x to 42.9x", "Even at the ends"):
        assert part in said, part
    box = why.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= page.viewport_size["width"]
    assert box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]
    assert not wide(page)
    screenshot(page, f"report-explanation-{page.viewport_size['width']}", whole=False)
    page.keyboard.press("Escape")
    why.wait_for(state="hidden")
    # by keyboard: it opens on arrival, the next mark's takes its place, Escape closes it
    mark.focus()
    page.keyboard.press("Tab")
    assert "Beta Robotics: Expansion of the float" in why.inner_text()
    page.keyboard.press("Shift+Tab")
    assert "Acme: Expansion of the float" in why.inner_text() and why.count() == 1
    assert mark.evaluate("mark => getComputedStyle(mark).outlineStyle") == "solid"
    page.keyboard.press("Escape")
    assert why.count() == 0
    page.keyboard.press("Enter")
    assert why.count() == 1


def test_the_pointer_can_move_onto_the_explanation_and_a_click_keeps_it_open(opened):
    if opened.page.viewport_size == PHONE:
        # a second tap closes what the first has opened, and so does a tap elsewhere
        opened.mark(ACME).tap()
        opened.mark(ACME).tap()
        opened.explanation().wait_for(state="hidden")
        opened.mark(ACME).tap()
        opened.page.get_by_role("heading", name="Table 7").tap()
        opened.explanation().wait_for(state="hidden")
        return
    page, why = opened.page, opened.explanation()
    opened.mark(ACME).hover()
    why.hover()
    page.wait_for_timeout(500)
    assert why.count() == 1
    page.mouse.move(5, 5)
    why.wait_for(state="hidden")
    opened.mark(ACME).click()
    page.mouse.move(5, 5)
    page.wait_for_timeout(500)
    assert why.count() == 1
    opened.mark(ACME).click()
    why.wait_for(state="hidden")


def test_an_explanation_that_is_longer_than_the_room_beside_its_figure_stays_in_sight(opened):
    page = opened.page
    page.set_viewport_size({"width": page.viewport_size["width"], "height": 300})
    for name in (ACME, "60x contradicts, number 6"):
        # by keyboard: on so low a screen a pointer on its way to the figure can open the explanation over it
        opened.mark(name).focus()
        page.keyboard.press("Enter")
        box, mark = opened.explanation().bounding_box(), opened.mark(name).bounding_box()
        assert box["y"] >= 0 and box["y"] + box["height"] <= 300, name
        assert box["y"] + box["height"] <= mark["y"] or box["y"] >= mark["y"] + mark["height"], name
        page.keyboard.press("Escape")


def test_without_its_script_the_page_still_explains(browser, reported):
    opened = Report(browser, reported / "report.html", viewport=DESKTOP, java_script_enabled=False)
    opened.mark(ACME).click()
    opened.explanation().wait_for()
    assert "42.4x to 42.9x" in opened.explanation().inner_text()
    opened.page.keyboard.press("Escape")
    opened.explanation().wait_for(state="hidden")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_has_enough_contrast(browser, reported, scheme):
    opened = Report(browser, reported / "report.html", viewport=DESKTOP, color_scheme=scheme)
    opened.mark(ACME).click()
    found = opened.page.evaluate(CONTRASTS)
    # WCAG 2.2, 1.4.3: 4.5 to 1
    assert len(found) > 200 and [one for one in found if one[0] < 4.5] == []
    verdicts = {one[1]: one[2] for one in found if one[1].startswith("mark ")}
    assert set(verdicts) == {"mark reproduces", "mark contradicts shown", "mark contradicts", "mark not-derivable"}
    assert len({verdicts[f"mark {style}"] for style in ("reproduces", "contradicts", "not-derivable")}) == 3


def test_the_page_is_built_for_screen_readers(opened):
    page = opened.page
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.title() == f"Reconciliation of the printed figures, release {RELEASE}"
    levels = page.locator("h1, h2, h3, h4").evaluate_all("headings => headings.map(heading => +heading.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(next_ <= level + 1 for level, next_ in pairwise(levels))
    assert page.locator("table:not(:has(> caption))").count() == 0
    assert page.locator("th:not([scope])").count() == 0
    ids = page.locator("[id]").evaluate_all("all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    targets = page.locator("a[href^='#']").evaluate_all("links => links.map(link => link.hash.slice(1))")
    assert set(targets) <= set(ids)
    described = page.locator(".mark").evaluate_all("marks => marks.map(mark => mark.getAttribute('aria-describedby'))")
    assert set(described) <= set(ids)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the summary")
    assert skip.evaluate("link => link === document.activeElement && link.getBoundingClientRect().left >= 0")


def test_an_address_that_is_no_web_address_is_no_link(opened):
    links = opened.page.locator("a:not([href^='#'])").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links == ["https://example.com/note?a=1&b=2"]


def test_no_other_script_or_address_may_run(browser, reported):
    """The page's own policy stops what an escaping that fails would let in."""
    opened = Report(browser, reported / "report.html", viewport=DESKTOP)
    failures: list[str | None] = []
    opened.page.on("requestfailed", lambda request: failures.append(request.failure))
    opened.page.evaluate(
        """() => {
            const script = document.createElement("script");
            script.textContent = "window.hacked = true";
            const image = document.createElement("img");
            image.src = "https://example.com/seen.png";
            document.body.append(script, image);
            return new Promise((done) => (image.onerror = done));
        }"""
    )
    assert opened.page.evaluate("window.hacked") is None and failures == ["csp"]
    assert len(opened.complaints) == 2 and all("Content Security Policy" in one for one in opened.complaints)


def test_it_prints_whole_with_the_contradictions_and_without_what_can_be_clicked(browser, reported, tmp_path):
    opened = Report(browser, reported / "report.html", viewport={"width": PRINTED_WIDTH, "height": 700}, color_scheme="dark")
    page = opened.page
    page.emulate_media(media="print")
    for hidden in ("nav", ".skip", ".why", "details", ".folded h4"):
        assert not any(page.locator(hidden).evaluate_all("all => all.map(one => one.checkVisibility())")), hidden
    assert (
        page.locator(".finding").first.is_visible()
        and page.get_by_text("The note rounds up throughout this row.").first.is_visible()
    )
    cut = page.locator(".scroll").evaluate_all(
        "boxes => boxes.filter(box => box.scrollWidth > box.clientWidth).map(box => box.ariaLabel)"
    )
    assert cut == [] and not wide(page)
    # on white paper, whatever the screen's colours
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    screenshot(page, "report-printed")
    printed = page.pdf(path=tmp_path / "report.pdf", prefer_css_page_size=True)
    assert printed.startswith(b"%PDF-") and len(printed) > 10_000
    assert opened.requests == [] and opened.complaints == []
