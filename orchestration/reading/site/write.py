"""Writes the pages of the current release into a folder: market, a page an issuer, the note's figures, valuation, the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from orchestration.reading.connection import connect, records
from orchestration.reading.pages import environment, source_hash
from orchestration.reading.report import QUERIES, read_reconciliation, render
from orchestration.reading.site import company, figures, market, valuation
from orchestration.reading.site.chart import Chart, drawn, queries
from orchestration.reading.site.kept import KeptPages
from orchestration.releases.catalog import literal
from orchestration.releases.release import WAREHOUSE, list_releases
from orchestration.shared_cache import kept_text

#: By which a page of this program is known, among files that somebody may have put into the same folder.
_GENERATOR = '<meta name="generator" content="freefloat site">'
#: What every page shows: the release, the titles of documents, the names of issuers.
PAGE_QUERIES = (
    "SELECT release_id, as_of FROM dim_release",
    "SELECT * FROM dim_document",
    "SELECT ticker, issuer, sector FROM mart_issuer ORDER BY ticker",
)
Sections = Sequence[tuple[str, Sequence[Chart]]]


class SiteError(Exception):
    """Pages that can't be made or written; the message says why and what to do."""


def write_site(data_dir: Path, output: Path | None = None) -> list[Path]:
    """Writes the pages of the current release into `output`, or into site/ of the data folder; returns their paths.

    Each page appears under its name only once it is whole; in site/ one that would show what it shows is not drawn again. A page
    of an issuer that is no longer there goes, other files in the folder stay as they are. Raises NoRelease if there is no release
    yet, QueryError if its file can't be opened, SiteError and ReportError if it lacks what a page draws or a page can't be
    written.
    """
    folder = (output or data_dir / "site").absolute()
    record = None if output else data_dir / "build" / "site.json"
    try:
        tripwires = _tripwires(data_dir)
        with connect(data_dir, is_small=True) as connection:
            (release,) = records(connection, PAGE_QUERIES[0])
            pages = KeptPages(data_dir, record, release, tripwires)
            written = [pages.write(folder / name, queries, draw) for name, queries, draw in _pages(connection, tripwires)]
        written.append(pages.write(folder / "report.html", QUERIES.values(), partial(_report, data_dir)))
        pages.settle()
        for path in {*(folder / "company").glob("*.html")} - {*written}:
            if _GENERATOR in path.read_text(encoding="utf-8", errors="replace"):
                path.unlink()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        reason = str(error).splitlines()[0]
        raise SiteError(
            f"{data_dir / WAREHOUSE} is a release without what the pages draw ({reason}): run `freefloat refresh`"
        ) from error
    except duckdb.Error as error:
        raise SiteError(f"{data_dir / WAREHOUSE} can't be read: {error}") from error
    except OSError as error:
        raise SiteError(
            f"{error.filename or folder}: the pages can't be written: {error.strerror}; name a folder with --output"
        ) from error
    return written


def _report(data_dir: Path) -> str:
    return render(read_reconciliation(data_dir), site=True)


def _tripwires(data_dir: Path) -> list[dict[str, Any]]:
    """The state of each tripwire in the releases that are kept; of each as-of day the newest release counts."""
    files = {
        release.as_of: str(path)
        for release in list_releases(data_dir)
        if (path := release.folder / "parquet" / "mart_tripwire.parquet").is_file()
    }
    if not files:
        return []
    with duckdb.connect(config={"threads": "1"}) as connection:
        listed = ", ".join(literal(path) for path in files.values())
        return records(
            connection,
            f"SELECT signal_number, signal, state, evaluated_on FROM read_parquet([{listed}], union_by_name = true) "
            "ORDER BY signal_number, evaluated_on",
        )


def _pages(
    connection: duckdb.DuckDBPyConnection, tripwires: Sequence[dict[str, Any]]
) -> Iterator[tuple[str, list[str], Callable[[], str]]]:
    """Each page by its file name, with the queries that it is made from, and what draws it."""
    (release,), titles, issuers = (records(connection, sql) for sql in PAGE_QUERIES)
    as_of: date = release["as_of"]
    documents = {row["document_id"]: row for row in titles}
    template = environment().get_template("site/page.html.j2")
    script = (Path(__file__).parent / "charts.js").read_text(encoding="utf-8")

    def page(
        name: str, title: str, lead: str, sections: Sections, filters: dict[str, Any] | None = None
    ) -> tuple[str, list[str], Callable[[], str]]:
        asked = [sql for _, charts in sections for chart in charts for sql in queries(chart)]
        return name, [*PAGE_QUERIES, *asked], partial(drawn_page, name, title, lead, sections, filters)

    def drawn_page(name: str, title: str, lead: str, sections: Sections, filters: dict[str, Any] | None) -> str:
        library = _library()
        return template.render(
            release=release,
            title=title,
            lead=lead,
            root="../" * name.count("/"),
            here=name,
            page_key=Path(name).stem,
            companies={row["ticker"] for row in issuers},
            filters=filters,
            sections=[
                (heading, [drawn(connection, chart, as_of, documents, tripwires) for chart in charts])
                for heading, charts in sections
            ],
            library=library,
            library_hash=source_hash(library),
            script=script,
        )

    sectors = sorted({row["sector"] for row in issuers if row["sector"]})
    yield page(
        "index.html",
        "Supply of newly listed shares",
        "When the float of each issuer grows, by how much, and how sure that is.",
        market.SECTIONS,
        {"sectors": sectors, "sizes": market.SIZES},
    )
    yield page(
        "figures.html",
        "The note’s eleven figures",
        "Each drawn anew from what is landed, beside what the note prints.",
        figures.SECTIONS,
    )
    yield page(
        "valuation.html",
        "Valuation, tokens, tripwires",
        "How much scarcity and which ARR is priced in, what a token costs, and what would turn the view.",
        valuation.SECTIONS,
    )
    for row in issuers:
        yield page(
            f"company/{row['ticker']}.html",
            f"{row['issuer']} ({row['ticker']})",
            "Float, lock-ups, prices and capital, and what documents say differently.",
            company.sections(row["ticker"]),
        )


@cache
def _library() -> str:
    """Vega-Lite's JavaScript as the package carries it, which every page holds."""
    return kept_text(f"vega-{version('vl-convert-python')}.js", _bundle)


def _bundle() -> str:
    # two seconds, and no other command needs it
    import vl_convert

    return vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
