"""The site: what its pages show of the committed facts, that nothing leaves them, and how they behave in a browser."""

from __future__ import annotations

import base64
import csv
import io
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner, Result
from playwright.sync_api import Browser

from orchestration.cli import cli
from orchestration.reading.site import market
from orchestration.reading.site.chart import shown
from tests.pages import CONTRASTS, DESKTOP, ON_A_PHONE, Opened, screenshot, wide

#: Of the pages of issuers the two that documents say most of.
PAGES = ("index.html", "figures.html", "valuation.html", "company/0100.HK.html", "company/2513.HK.html", "report.html")
#: What a page may take: it is sent on by mail, and opened on a phone.
MOST_BYTES = 3_000_000


def run(data_dir: Path, *arguments: str) -> Result:
    """Runs `freefloat site`; fails on what would reach a user as a traceback."""
    result = CliRunner().invoke(
        cli, ["site", *arguments], env={"FREEFLOAT_DATA_DIR": str(data_dir)}, prog_name="freefloat", catch_exceptions=True
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(scope="module")
def site(offline_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of the committed facts."""
    folder = tmp_path_factory.mktemp("site") / "pages"
    result = run(offline_release, "--output", str(folder))
    assert (result.exit_code, result.stdout) == (0, f"{folder / 'index.html'}\n"), result.output
    return folder


def look(browser: Browser, path: Path, **options: Any) -> Opened:
    """A page once its charts are drawn."""
    opened = Opened(browser, path, **options)
    if path.name != "report.html":
        opened.page.locator("html.is-drawn").wait_for()
    return opened


@pytest.fixture(params=PAGES)
def page_file(request: pytest.FixtureRequest, site: Path) -> Path:
    return site / request.param


class TestPages:
    def test_the_folder_holds_the_pages_and_the_report_is_one_of_them(self, site):
        assert {path.name for path in site.glob("*.html")} == {page for page in PAGES if "/" not in page}
        assert len(list((site / "company").glob("*.html"))) == 26
        assert 'aria-current="page">Printed figures<' in (site / "report.html").read_text(encoding="utf-8")

    def test_a_page_is_whole_in_itself_and_small(self, page_file):
        page = page_file.read_text(encoding="utf-8")
        assert len(page.encode()) < MOST_BYTES
        # what stands in scripts is no part of the page's elements
        assert not re.search(r"<(script|img|iframe|link|source)[^>]*\b(src|href)=", re.sub(r"(?s)<script>.*?</script>", "", page))
        assert "connect-src" not in page and "default-src 'none'" in page and "unsafe" not in page.split("<style>")[0]

    @pytest.mark.parametrize("kind", ["desktop", "phone"])
    def test_a_page_draws_each_chart_and_asks_for_nothing(self, browser, site, page_file, kind):
        opened = look(browser, page_file, **(ON_A_PHONE if kind == "phone" else {"viewport": DESKTOP}))
        page = opened.page
        assert not wide(page)
        # each picture has marks in it: none is empty
        empty = page.locator(
            ".picture:not(:has(svg .mark-rect path, svg .mark-line path, svg .mark-symbol path, svg .mark-rule line))"
        )
        assert empty.count() == 0
        screenshot(page, f"site-{page_file.stem}-{kind}")
        assert opened.requests == [] and opened.complaints == []
        page.context.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_a_page_has_no_serious_fault_for_who_can_not_see_it_well(self, browser, page_file, scheme):
        opened = look(browser, page_file, viewport=DESKTOP, color_scheme=scheme)
        found = Axe().run(opened.page)
        assert [
            f"{fault['id']} ({fault['impact']}): {fault['nodes'][0]['html'][:200]}"
            for fault in found.response["violations"]
            if fault["impact"] in ("serious", "critical")
        ] == []
        contrasts = opened.page.evaluate(CONTRASTS)
        assert len(contrasts) > 40 and [one for one in contrasts if one[0] < 4.5] == []
        levels = opened.page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(heading => +heading.tagName[1])")
        assert levels[0] == 1 and all(after <= before + 1 for before, after in pairwise(levels))
        opened.page.context.close()

    def test_without_its_script_a_page_still_has_its_numbers(self, browser, site):
        opened = Opened(browser, site / "index.html", viewport=DESKTOP, java_script_enabled=False)
        assert opened.page.locator("#supply tbody tr").count() > 50
        assert not opened.page.locator(".picture, .filters").first.is_visible()

    def test_it_prints_on_white_without_what_can_be_clicked(self, browser, site, tmp_path):
        opened = look(browser, site / "index.html", viewport=DESKTOP, color_scheme="dark")
        opened.page.emulate_media(media="print")
        assert not any(opened.page.locator("nav, .skip, .filters").evaluate_all("all => all.map(one => one.checkVisibility())"))
        assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert opened.page.locator("#supply svg").is_visible()
        assert opened.page.pdf(path=tmp_path / "page.pdf").startswith(b"%PDF-")

    def test_links_between_pages_lead_to_pages(self, site, page_file):
        links = re.findall(r'<a (?:href|[^>]* href)="([^"#:]+\.html)"', page_file.read_text(encoding="utf-8"))
        assert links and [link for link in links if not (page_file.parent / link).is_file()] == []


class TestMarket:
    def test_the_picture_the_table_and_the_file_hold_the_same_rows(self, browser, site, offline_release):
        opened = look(browser, site / "index.html", viewport=DESKTOP)
        with duckdb.connect(offline_release / "warehouse.duckdb", read_only=True) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            rows = connection.execute(market.SUPPLY.sql).fetchall()
            total = connection.execute(
                "SELECT sum(supply_hkd) FROM mart_market_supply_calendar WHERE month_on = '2026-07-01'"
            ).fetchall()[0][0]
        assert opened.page.locator("#supply tbody tr").count() == len(rows)
        assert opened.page.locator("#supply svg .mark-rect path").count() >= len(rows)
        link = opened.page.locator("#supply a[download]")
        with opened.page.expect_download() as download:
            link.click()
        assert download.value.suggested_filename == "index-supply.csv"
        text = download.value.path().read_text(encoding="utf-8")
        listed = list(csv.DictReader(io.StringIO(text)))
        assert len(listed) == len(rows)
        # the segments of a month are what the mart of the whole market says of it
        july = [row for row in listed if row["month_on"] == "2026-07-01" and row["supply"] != "can end earlier"]
        assert sum(float(row["hkd"]) for row in july) == pytest.approx(total)

    def test_the_next_twenty_expiries_come_in_their_order_with_what_is_uncertain(self, site, offline_release, browser):
        opened = look(browser, site / "index.html", viewport=DESKTOP)
        shown_rows = opened.page.locator("#next tbody tr:not([hidden])")
        assert shown_rows.count() == 20
        days = shown_rows.evaluate_all("rows => rows.map(row => row.cells[0].textContent)")
        assert days == sorted(days)
        minimax = opened.page.locator("#next tbody tr", has_text="0100.HK").filter(has_text="2028-01-10")
        assert "no" in minimax.inner_text() or minimax.get_attribute("hidden") is not None

    def test_the_filter_narrows_pictures_and_tables(self, browser, site):
        opened = look(browser, site / "index.html", viewport=DESKTOP)
        page = opened.page
        page.get_by_label("Sector").select_option("LLM")
        tickers = page.locator("#issuers tbody tr:not([hidden])").evaluate_all(
            "rows => rows.map(row => row.cells[0].textContent)"
        )
        assert sorted(tickers) == ["0100.HK", "2513.HK"]
        assert page.locator("#issuers .count").inner_text() == "2 of 2 rows"
        of_them = page.locator("#supply tbody tr:not([hidden])").count()
        assert 0 < of_them < 30
        page.wait_for_function(f"document.querySelectorAll('#supply svg .mark-rect path').length <= {of_them} + 3")
        page.get_by_label("Market value").select_option("HKD 100 bn and more")
        page.get_by_label("Sector").select_option("all sectors")
        tickers = page.locator("#issuers tbody tr:not([hidden])").evaluate_all(
            "rows => rows.map(row => row.cells[0].textContent)"
        )
        assert sorted(tickers) == ["0100.HK", "0501.HK", "2513.HK"]
        assert opened.complaints == []

    def test_days_are_those_of_the_exchange_wherever_the_reader_is(self, browser, site):
        words = []
        for zone in ("Pacific/Honolulu", "Pacific/Auckland"):
            opened = look(browser, site / "index.html", viewport=DESKTOP, timezone_id=zone)
            words.append(opened.page.locator("#supply svg .mark-text text").all_text_contents())
            opened.page.context.close()
        assert words[0] == words[1] and "Jan 2027" in words[0]


class TestCommand:
    def test_the_same_release_gives_the_same_pages(self, offline_release, site, tmp_path):
        assert run(offline_release, "--output", str(tmp_path)).exit_code == 0
        for name in PAGES:
            assert (tmp_path / name).read_bytes() == (site / name).read_bytes(), name

    def test_without_a_release_it_says_what_to_run(self, tmp_path):
        result = run(tmp_path)
        assert (result.exit_code, result.stdout) == (1, "") and "no release yet: run `freefloat refresh`" in result.stderr

    def test_a_folder_that_cannot_be_written_is_told(self, offline_release, tmp_path):
        (tmp_path / "file").touch()
        result = run(offline_release, "--output", str(tmp_path / "file" / "site"))
        assert result.exit_code == 1 and "the pages can't be written" in result.stderr and "--output" in result.stderr


def test_values_are_shown_by_their_kind_and_decimals_keep_their_digits():
    from datetime import date
    from decimal import Decimal

    assert shown(1234567, "count") == "1,234,567"
    assert shown(Decimal("12.3400"), "money") == "12.3400" and shown(Decimal("1234.50"), "money") == "1,234.50"
    assert shown(0.0839, "ratio") == "8.4 %" and shown(8.5318, "x") == "8.53x"
    assert shown(146912343, "money") == "146,912,343" and shown(0.25, "money") == "0.25" and shown(None, "money") == ""
    assert shown(date(2026, 7, 9), "day") == "2026-07-09" and shown(date(2026, 7, 1), "month") == "2026-07"
    assert shown(True, "yes") == "yes" and shown(False, "yes") == "no"


def test_what_stands_in_a_page_can_not_end_its_script():
    from datetime import date

    from orchestration.reading.site.chart import Chart, drawn

    chart = Chart(
        "x",
        "x",
        "SELECT '</script><b>' AS name",
        (),
        "",
        pictures=({"height": 90, "data": {"name": "rows"}, "encoding": {"x": {"field": "name"}}},),
    )
    with duckdb.connect() as connection:
        found = drawn(connection, chart, date(2026, 7, 1), {})
    assert "<" not in found["pictures"][0] and base64.b64decode(found["csv"]).decode() == "name\n</script><b>\n"
