"""The site: what its pages show of the committed facts, that nothing leaves them, and how they behave in a browser."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner, Result
from playwright.sync_api import Browser, Page

from orchestration.cli import cli
from orchestration.reading.site import market, write
from orchestration.reading.site.chart import shown
from orchestration.releases.catalog import literal
from orchestration.releases.publish import ReleaseContext, publish
from tests.pages import CONTRASTS, DESKTOP, ON_A_PHONE, Opened, screenshot, wide

#: Of the pages of issuers the two that documents say most of.
PAGES = ("index.html", "figures.html", "valuation.html", "company/0100.HK.html", "company/2513.HK.html", "report.html")
#: A picture without any mark in it.
EMPTY = ".picture:not(:has(svg .mark-rect path, svg .mark-line path, svg .mark-symbol path, svg .mark-rule line))"
#: Daily bars, returns around an expiry and scores, invented.
MADE_UP = """
    UPDATE dim_release SET release_id = '20261129T000000001Z';
    INSERT INTO fct_turnover_daily BY NAME
        SELECT ticker, (first_on + day::INTEGER)::DATE AS trading_date, 'HKD' AS currency, 300 + 40 * sin(day / 9) AS close,
            1000000 + 1000 * day AS volume_shares, 3e8 + 1e6 * day AS turnover,
            CASE day WHEN 100 THEN 'estimated: volume times typical price' ELSE 'reported' END AS turnover_basis,
            0.02 AS turnover_to_float_cap_ratio, 'feed_yahoo_chart' AS document_id
        FROM (VALUES ('0100.HK', DATE '2026-01-09'), ('1024.HK', DATE '2021-02-05'), ('0020.HK', DATE '2021-12-30'),
            ('9660.HK', DATE '2024-10-24'), ('688256.SH', DATE '2025-11-01')) AS tickers (ticker, first_on),
            range(0, 320) AS days (day);
    INSERT INTO fct_benchmark_daily BY NAME
        SELECT '000300.SS' AS benchmark, (DATE '2025-11-01' + day::INTEGER)::DATE AS trading_date,
            4000 + day AS close, 'feed_yahoo_chart' AS document_id
        FROM range(0, 150) AS days (day);
    INSERT INTO fct_lockup_event_window BY NAME
        SELECT '0100.HK' AS ticker, DATE '2026-07-09' AS first_tradable_on, session AS relative_session,
            -session / 500 AS cumulative_abnormal_return_ratio, 'feed_yahoo_chart' AS document_id
        FROM range(-60, 61) AS sessions (session);
    INSERT INTO fct_lockup_event_study BY NAME
        SELECT '0100.HK' AS ticker, DATE '2026-07-09' AS first_tradable_on, '[0,+20]' AS event_window, true AS is_main_result,
            0 AS first_session, 20 AS last_session, true AS is_complete, -0.125 AS cumulative_abnormal_return_ratio,
            0.2 AS standard_error_ratio, -0.625 AS t_statistic, 'feed_yahoo_chart' AS document_id;
    INSERT INTO fct_capability_score BY NAME
        SELECT 'feed_epoch_ai' AS document_id, series, 'm' || release AS model, 'Lab' AS organization,
            (DATE '2025-01-01' + (60 * release)::INTEGER)::DATE AS release_on, 120 + release AS score,
            120 + release AS best_score, true AS is_best_so_far
        FROM (VALUES ('US'), ('China'), ('independent developers of China')) AS names (series),
            range(0, 9) AS releases (release);
"""
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


def serious_faults(page: Page) -> list[str]:
    """What axe finds by all of its rules but that of contrast, which takes 3 ms an element: CONTRASTS measures each of them."""
    options = {"resultTypes": ["violations"], "rules": {"color-contrast": {"enabled": False}}}
    return [
        f"{fault['id']} ({fault['impact']}): {fault['nodes'][0]['html'][:200]}"
        for fault in Axe().run(page, options=options).response["violations"]
        if fault["impact"] in ("serious", "critical")
    ]


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
        assert page.locator(EMPTY).count() == 0
        screenshot(page, f"site-{page_file.stem}-{kind}")
        assert opened.requests == [] and opened.complaints == []
        page.context.close()

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_a_page_has_no_serious_fault_for_who_can_not_see_it_well(self, browser, page_file, scheme):
        opened = look(browser, page_file, viewport=DESKTOP, color_scheme=scheme)
        assert serious_faults(opened.page) == []
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
        printed = opened.page.locator("#supply tbody tr").evaluate_all("rows => rows.filter(row => row.checkVisibility()).length")
        assert printed == 60 and "Printed are the first 60 of" in opened.page.locator("#supply .on-paper").inner_text()
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
        assert opened.page.locator("#supply svg").get_by_text("at an old price").count() == 1
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


class TestFigures:
    def test_all_eleven_are_there_and_one_without_data_says_what_would_have_to_be_landed(self, browser, site):
        opened = look(browser, site / "figures.html", viewport=DESKTOP)
        headings = opened.page.locator("h3").all_inner_texts()
        assert [int(re.findall(r"Figure (\d+):", heading)[0]) for heading in headings] == list(range(1, 12))
        for number, wanted in ((3, "capability index"), (7, "1024.HK"), (8, "0020.HK"), (9, "9660.HK")):
            figure = opened.page.locator(f"#figure-{number}")
            assert figure.locator(".picture").count() == 0
            assert "Nothing is landed for this." in figure.inner_text() and wanted in figure.locator(".wanted").inner_text()
        # of Cambricon the note states changes, which are drawn; its price by day would have to be landed
        for number in (10, 11):
            figure = opened.page.locator(f"#figure-{number}")
            assert figure.locator(".picture svg").count() == 1 and "688256.SH" in figure.locator(".wanted").inner_text()

    def test_the_note_stands_beside_each_with_the_verdict_on_it(self, browser, site):
        opened = look(browser, site / "figures.html", viewport=DESKTOP)
        claims = opened.page.locator("#figure-2 .claim li").all_inner_texts()
        assert any(claim.startswith("Zhipu AI: year-end 2026 API ARR priced in ~$1bn (contradicts, derived") for claim in claims)
        assert "1024.HK: 6M Post Expiry Return 6%" in opened.page.locator("#figure-7 .claim").inner_text()


class TestMadeUpMarket:
    """What is drawn from daily bars and scores, which the committed facts don't have: here they are made up."""

    @pytest.fixture(scope="class")
    def pages(self, offline_release: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
        data_dir = tmp_path_factory.mktemp("made-up")
        database = data_dir / "build" / "build.duckdb"
        database.parent.mkdir()
        with duckdb.connect(database) as connection:
            connection.execute(f"ATTACH {literal(offline_release / 'warehouse.duckdb')} AS old (READ_ONLY)")
            connection.execute("COPY FROM DATABASE old TO build")
            connection.execute("DETACH old")
            connection.execute(MADE_UP)
        publish(database, ReleaseContext(data_dir=data_dir, release_id="20261129T000000001Z"))
        assert run(data_dir).exit_code == 0
        return data_dir / "site"

    @pytest.mark.parametrize("kind", ["desktop", "phone"])
    @pytest.mark.parametrize("name", ["company/0100.HK.html", "figures.html"])
    def test_bars_returns_and_scores_are_drawn(self, browser, pages, name, kind):
        opened = look(browser, pages / name, **(ON_A_PHONE if kind == "phone" else {"viewport": DESKTOP}))
        assert opened.page.locator(".wanted").count() == 0
        assert opened.page.locator(EMPTY).count() == 0 and not wide(opened.page)
        screenshot(opened.page, f"site-made-up-{Path(name).stem}-{kind}")
        assert opened.requests == [] and opened.complaints == []
        opened.page.context.close()

    def test_an_expiry_is_marked_in_prices_and_a_window_has_its_error(self, browser, pages):
        opened = look(browser, pages / "company" / "0100.HK.html", viewport=DESKTOP)
        rules = opened.page.locator("#prices .picture").first.locator(
            "svg .mark-rule:not(.role-axis-grid):not(.role-axis-tick) line"
        )
        # the expiries of 9 July and 3 September, the over-allotment of 14 January, index inclusion and two days of Stock Connect
        assert rules.count() >= 4
        # what is estimated is drawn in another colour, and the picture says so
        assert opened.page.locator("#prices .picture").nth(1).get_by_text("estimated from the volume").count() == 1
        turnover = opened.page.locator("#prices .picture").nth(1).locator("svg .mark-rect path")
        fills = turnover.evaluate_all("bars => bars.map(bar => bar.getAttribute('fill'))")
        assert (fills.count("var(--c6)"), fills.count("var(--c1)")) == (1, 319)
        assert opened.page.locator("#windows tbody tr").first.inner_text().split("\t")[2:4] == ["-12.5 %", "20.0 %"]
        opened.page.context.close()


class TestCommand:
    def test_pages_are_the_same_again_those_of_issuers_that_are_gone_go_and_other_files_stay(
        self, offline_release, site, tmp_path
    ):
        (tmp_path / "company").mkdir()
        (tmp_path / "company" / "9999.HK.html").write_bytes((site / "company" / "0100.HK.html").read_bytes())
        (tmp_path / "company" / "notes.html").write_text("my notes", encoding="utf-8")
        assert run(offline_release, "--output", str(tmp_path)).exit_code == 0
        assert not (tmp_path / "company" / "9999.HK.html").exists()
        assert (tmp_path / "company" / "notes.html").read_text(encoding="utf-8") == "my notes"
        # and the same release gives the same pages
        for name in PAGES:
            assert (tmp_path / name).read_bytes() == (site / name).read_bytes(), name

    def test_a_page_stays_while_all_that_it_shows_does_and_is_drawn_again_where_its_file_was_changed(
        self, offline_release, tmp_path, monkeypatch
    ):
        folder = tmp_path / "data"
        shutil.copytree(offline_release, folder, ignore=shutil.ignore_patterns("site", "site.json", "landed"), symlinks=True)
        assert run(folder).exit_code == 0
        before = {path: path.read_bytes() for path in (folder / "site").rglob("*.html")}
        record = json.loads((folder / "build" / "site.json").read_text())
        changed, gone = folder / "site" / "figures.html", folder / "site" / "company" / "0100.HK.html"
        changed.write_bytes(changed.read_bytes() + b"<p>a note of somebody</p>")
        gone.unlink()
        # one page was made from other rows, and all of an older release
        older = "20260101T000000000Z"
        record[str(folder / "site" / "valuation.html")]["made_from"] = "other rows"
        for name, told in record.items():
            page = Path(name)
            if page not in (changed, gone):
                page.write_bytes(page.read_bytes().replace(told["release_id"].encode(), older.encode()))
                told |= {"release_id": older, "sha256": hashlib.sha256(page.read_bytes()).hexdigest()}
        (folder / "build" / "site.json").write_text(json.dumps(record))
        drawn_again = []
        real = write._library
        monkeypatch.setattr(write, "_library", lambda: drawn_again.append(1) or real())
        assert run(folder).exit_code == 0
        assert len(drawn_again) == 3
        assert {path: path.read_bytes() for path in (folder / "site").rglob("*.html")} == before

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
