"""Filings that are dropped into the inbox: what lands, what is refused, and that an unchanged file is not read again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from ingestion.dataset import Folders
from ingestion.filings import kept
from ingestion.filings.files import read_filing
from ingestion.filings.inbox import write_inbox
from ingestion.filings.refusal import RefusedFiling
from ingestion.landing.land import Landing
from tests.conftest import PROJECT, land_now
from tests.ingestion.filings.capital_documents import (
    monthly_return,
    next_day_disclosure,
    next_day_disclosure_line_by_line,
    partial_exercise,
    second_next_day_disclosure_of_the_day,
)
from tests.ingestion.filings.documents import ONE, filing, larkspur, minimax, text_as_pdf

DOCUMENT = "hk_9998_allotment_results_2026_03_02"
#: What a filing gives rows to, parents first.
DATASETS = (
    "documents",
    "listing_events",
    "share_capital_events",
    "share_classes",
    "share_class_balances",
    "over_allocations",
    "own_share_trades",
    "filing_lockups",
)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return Folders(committed=PROJECT / "data", data=tmp_path)


@pytest.fixture
def drop(folders: Folders) -> Callable[[str, str], Path]:
    """Drops a file into `inbox/filings`."""

    def write(name: str, text: str) -> Path:
        path = folders.inbox / "filings" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return write


def landed(name: str, folders: Folders) -> list[dict[str, object]]:
    """The rows of a dataset that came from a filing."""
    assert land_now(name, folders).is_clean
    column = "document_id" if name == "documents" else "source_file"
    frame = pl.read_parquet(folders.landed / name / f"{name}.parquet")
    committed = [path.stem for path in (folders.committed / "documents").glob("*.yml")]
    found = frame.filter(frame[column].str.contains("filings/|hk_"), ~frame["document_id"].is_in(committed))
    return list(found.iter_rows(named=True))


def told(landing: Landing) -> str:
    return "\n".join(landing.messages())


def test_a_filing_lands_as_what_a_user_would_have_typed_with_its_document_page_and_line(
    folders: Folders, drop: Callable[[str, str], Path]
) -> None:
    path = drop("results.txt", larkspur())
    text_as_pdf(larkspur(), path.with_suffix(".pdf"))
    path.unlink()
    (filed,) = (land_now("filings", folders), pl.read_parquet(folders.landed / "filings" / "filings.parquet").row(0, named=True))[
        1:
    ]
    assert (filed["file"], filed["document_id"], filed["lockup_rows"]) == ("inbox/filings/results.pdf", DOCUMENT, 4)
    rows = {name: landed(name, folders) for name in DATASETS}
    assert [(row["holder"], row["share_class"], row["shares"], row["release_rule"]) for row in rows["filing_lockups"]] == [
        ("Alder Holding", "H", 20_000_000, "2027-03-01"),
        ("Alder Holding", "unlisted domestic", 40_000_000, "2027-03-01"),
        ("Birch Fund", "H", 20_000_000, "2027-03-01"),
        ("Elm Partners", "H", 4_000_000, "2026-09-01"),
    ]
    assert {row["document_id"] for found in rows.values() for row in found} == {DOCUMENT}
    assert all(str(row["table_ref"]).startswith("page 8, line ") for row in rows["filing_lockups"])
    assert [(row["share_class"], row["shares"]) for row in rows["share_class_balances"]] == [
        ("H", 60_000_000),
        ("unlisted domestic", 40_000_000),
    ]
    # by the option or by purchases: whose shares are delivered until then, the words don't say
    (over,) = rows["over_allocations"]
    assert (over["over_allocated_shares"], over["settlement"]) == (3_000_000, "not stated")
    assert str(over["covered_by"]).startswith("Such over-allocation may be covered by exercising the Over-allotment Option or by")
    (document,) = rows["documents"]
    # after a filing that a person typed: where both state one listing, the typed facts decide
    assert (document["rank"], document["url"], str(document["published_on"])) == (11, None, "2026-03-02")


def test_an_unchanged_file_is_not_read_again(
    folders: Folders, drop: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    own = kept.read_filing

    def counted(path: Path) -> object:
        read.append(path.name)
        return own(path)

    monkeypatch.setattr(kept, "read_filing", counted)
    drop("results.txt", larkspur())
    drop("broken.txt", larkspur().replace("60.00%", "61.00%").replace("60,000,000", "61,000,000"))
    drop("wrong.txt", minimax().replace("193,955,534", "193,955,533"))
    land_now("filings", folders)
    assert sorted(read) == ["broken.txt", "results.txt", "wrong.txt"]
    first = land_now("filings", folders)
    assert sorted(read) == ["broken.txt", "results.txt", "wrong.txt"]
    # another name, the same bytes
    (folders.inbox / "filings" / "results.txt").rename(folders.inbox / "filings" / "renamed.txt")
    again = land_now("filings", folders)
    assert again.rows == first.rows
    assert len(read) == 3
    # other bytes, or another reader
    drop("renamed.txt", larkspur() + "\n")
    land_now("filings", folders)
    assert read[3:] == ["renamed.txt"]
    monkeypatch.setattr(kept, "reader_version", lambda: "another")
    land_now("filings", folders)
    assert len(read) == 7
    # what is kept is of the files that are there
    assert len(list(folders.filings.glob("*.json"))) == 3


def test_a_file_that_took_too_long_is_tried_again(
    folders: Folders, drop: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(path: Path) -> object:
        raise RefusedFiling(None, "reading the PDF took longer than 45 seconds", "give its text")

    drop("results.txt", larkspur())
    with monkeypatch.context() as patch:
        patch.setattr(kept, "read_filing", slow)
        assert "took longer than 45 seconds; give its text" in told(land_now("filings", folders))
    assert land_now("filings", folders).rows == 1


def test_a_filing_that_can_not_be_proved_is_refused_whole_with_its_place(
    folders: Folders, drop: Callable[[str, str], Path]
) -> None:
    drop("wrong.txt", minimax().replace("193,955,534", "193,955,533"))
    landing = land_now("filings", folders)
    assert landing.rows == 0
    assert "inbox/filings/wrong.txt row " in told(landing)
    assert "is refused, and no row of it lands: page " in told(landing)
    quarantined = pl.read_parquet(folders.quarantine / "filings" / "filings.parquet")
    assert quarantined["file"].to_list() == ["inbox/filings/wrong.txt"]
    for name in DATASETS:
        assert landed(name, folders) == []


def test_a_filing_with_an_open_cell_is_refused_whole_until_a_person_has_filled_it_in(
    folders: Folders, drop: Callable[[str, str], Path]
) -> None:
    drop("open.txt", filing("Existing Shareholders\n" + ONE + "Alder\n70,000,000\n70.00%\nMarch 1, 2027\n"))
    landing = land_now("filings", folders)
    assert "inbox/filings/open.txt row 55: is refused, and no row of it lands: page 8, line 55" in told(landing)
    assert "filing_lockups, share_class is not stated by the filing" in told(landing)
    assert "--csv" in told(landing)
    for name in DATASETS:
        assert landed(name, folders) == []
    # a person wrote the rows out, with the document's description
    own = folders.inbox / "documents" / f"{DOCUMENT}.yml"
    own.parent.mkdir()
    own.write_text(
        f"document_id: {DOCUMENT}\ntitle: results\nproducer: Larkspur\ndocument_type: allotment results\n"
        "published_on: 2026-02-27\nlicence: own\nrank: 10\n"
    )
    landing = land_now("filings", folders)
    assert landing.is_clean
    frame = pl.read_parquet(folders.landed / "filings" / "filings.parquet")
    assert frame["stated_by"].to_list() == [f"inbox/documents/{DOCUMENT}.yml"]
    assert [row["rank"] for row in landed("documents", folders)] == [10]
    assert landed("filing_lockups", folders) == []


def test_what_stands_beside_a_filing_says_where_it_was_published(folders: Folders, drop: Callable[[str, str], Path]) -> None:
    drop("results.txt", larkspur())
    drop("results.yml", "url: https://example.com/results.pdf\npublished_on: 2026-02-27\nlicence: quoted\n")
    (document,) = landed("documents", folders)
    assert (document["url"], str(document["published_on"]), document["licence"]) == (
        "https://example.com/results.pdf",
        "2026-02-27",
        "quoted",
    )
    assert {str(row["known_on"]) for row in landed("filing_lockups", folders)} == {"2026-02-27"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("link: https://example.com", "results.yml: has fields that are not known: link"),
        ("published_on: 27 February", "results.yml: published_on '27 February' is not a date; write it YYYY-MM-DD"),
        ("published_on: 2026-03-03", "results.yml: published_on 2026-03-03 is after the listing day, 2026-03-02"),
        ("url: example.com", "results.yml: url 'example.com' is no address; write https://..."),
        ("licence: =HYPERLINK(1)", "results.yml: licence '=HYPERLINK(1)' begins with ="),
        ("- url", "results.yml: is not a mapping of fields; write url: ..., published_on: ..., licence: ..."),
        ("url: [a", "results.yml: line 1: url is not a single value"),
    ],
)
def test_what_stands_beside_a_filing_is_refused_with_field_and_value(
    folders: Folders, drop: Callable[[str, str], Path], text: str, words: str
) -> None:
    drop("results.txt", larkspur())
    drop("results.yml", text + "\n")
    landing = land_now("filings", folders)
    assert f"inbox/filings/{words}" in told(landing)
    assert landing.rows == 0


def test_a_folder_of_filings_holds_each_once_and_nothing_else(folders: Folders, drop: Callable[[str, str], Path]) -> None:
    drop("a.txt", larkspur())
    drop("b.txt", larkspur() + "\n")
    drop("c.docx", "PK")
    drop("d.yml", "url: https://example.com\n")
    landing = land_now("filings", folders)
    assert landing.rows == 1
    assert "inbox/filings/b.txt: is the announcement that inbox/filings/a.txt is too; keep one of them" in told(landing)
    assert "inbox/filings/c.docx: is not read: a filing ends in .pdf or .txt" in told(landing)
    assert "inbox/filings/d.yml: stands beside no filing; name it as the filing: d.pdf" in told(landing)


def test_forms_on_share_capital_land_beside_the_listing_that_they_go_on_from(
    folders: Folders, drop: Callable[[str, str], Path]
) -> None:
    drop("results.txt", larkspur())
    drop("option.txt", partial_exercise())
    drop("return.txt", monthly_return())
    drop("returned.txt", next_day_disclosure())
    bought_back = "Repurchase of shares (shares held as treasury shares)"
    assert land_now("filings", folders).is_clean
    frame = pl.read_parquet(folders.landed / "filings" / "filings.parquet").sort("document_id")
    assert frame.select("document_id", "form", "listing_on", "published_on").rows() == [
        (DOCUMENT, "allotment results", date(2026, 3, 2), date(2026, 3, 2)),
        ("hk_9998_monthly_return_2026_03_31", "monthly return", None, date(2026, 4, 8)),
        ("hk_9998_next_day_disclosure_2026_05_08_c6856c", "next-day disclosure", None, date(2026, 5, 8)),
        ("hk_9998_over_allotment_2026_03_27", "over-allotment", None, date(2026, 3, 27)),
    ]
    rows = {name: landed(name, folders) for name in DATASETS}
    assert {(row["document_id"], row["document_type"], row["rank"]) for row in rows["documents"]} == {
        (DOCUMENT, "allotment results", 11),
        ("hk_9998_monthly_return_2026_03_31", "monthly return", 12),
        ("hk_9998_next_day_disclosure_2026_05_08_c6856c", "next-day disclosure", 11),
        ("hk_9998_over_allotment_2026_03_27", "over-allotment", 11),
    }
    assert [
        (str(row["effective_on"]), row["event"], row["shares_issued_delta"], row["total_shares_after"], str(row["known_on"]))
        for row in sorted(rows["share_capital_events"], key=lambda row: (str(row["known_on"]), row["source_row"]))
    ] == [
        ("2026-03-02", "listing", 20_000_000, 100_000_000, "2026-03-02"),
        ("2026-03-31", "over-allotment exercised in part", 2_000_000, 102_000_000, "2026-03-27"),
        ("2026-03-20", bought_back, -500_000, 100_000_000, "2026-04-08"),
        ("2026-03-20", bought_back, 500_000, 100_000_000, "2026-04-08"),
        ("2026-03-31", "Exercise of the Over-allotment Option", 2_000_000, 102_000_000, "2026-04-08"),
        # the return states the shares of H only: which total of all classes follows is for the models
        ("2026-05-07", "Exercise of options under the share option scheme of 2025", 100_000, None, "2026-05-08"),
        ("2026-05-08", bought_back, -300_000, None, "2026-05-08"),
        ("2026-05-08", bought_back, 300_000, None, "2026-05-08"),
        ("2026-05-08", "Cancellation of treasury shares", -200_000, None, "2026-05-08"),
    ]
    assert {(row["share_class"], row["is_listed"], row["is_treasury"]) for row in rows["share_classes"]} == {
        ("H", True, None),
        ("H", True, False),
        ("H treasury", False, True),
        ("unlisted domestic", False, None),
        ("unlisted domestic", False, False),
    }
    assert [(str(row["as_of"]), row["share_class"], row["shares"]) for row in rows["share_class_balances"]] == [
        ("2026-03-02", "H", 60_000_000),
        ("2026-03-02", "unlisted domestic", 40_000_000),
        ("2026-03-31", "H", 61_500_000),
        ("2026-03-31", "H treasury", 500_000),
        ("2026-03-31", "unlisted domestic", 40_000_000),
        ("2026-03-31", "H", 61_500_000),
        ("2026-03-31", "H treasury", 500_000),
        ("2026-05-08", "H", 61_300_000),
        ("2026-05-08", "H treasury", 600_000),
    ]
    assert [
        (row["settlement"], row["lender"], row["bought_in_market_shares"], row["exercised_shares"], str(row["settled_on"]))
        for row in rows["over_allocations"]
    ] == [
        ("borrowed", "Alder Holding Limited", 1_000_000, 2_000_000, "2026-03-31"),
        ("not stated", None, None, None, "None"),
    ]
    assert "40,000 shares are bought back and not cancelled yet" in str(landed("filing_findings", folders)[-2]["finding"])


def test_the_csv_form_of_two_returns_of_one_day_lands_as_their_text_does(
    folders: Folders, drop: Callable[[str, str], Path]
) -> None:
    drop("results.txt", larkspur())
    returns = [
        drop(name, text)
        for name, text in (("b.txt", next_day_disclosure_line_by_line()), ("a.txt", second_next_day_disclosure_of_the_day()))
    ]
    names = ("share_capital_events", "share_class_balances", "share_classes", "own_share_trades")

    def land() -> dict[str, list[tuple[object, ...]]]:
        assert land_now("filings", folders).is_clean
        for name in ("documents", "listing_events"):
            assert land_now(name, folders).is_clean
        found = {}
        for name in names:
            rows = [row for row in landed(name, folders) if "next_day" in str(row["document_id"])]
            keys = [key for key in rows[0] if key not in ("source_file", "source_row", "figure_id")]
            found[name] = sorted((tuple(row[key] for key in keys) for row in rows), key=repr)
        return found

    as_text = land()
    assert {name: len(rows) for name, rows in as_text.items()} == {
        "share_capital_events": 6,
        "share_class_balances": 6,
        "share_classes": 4,
        "own_share_trades": 4,
    }
    for path in returns:
        reading = read_filing(path)
        write_inbox(reading, folders.inbox, path.name)
        path.unlink()
    assert land() == as_text


def test_a_form_that_can_not_be_proved_gives_no_row(folders: Folders, drop: Callable[[str, str], Path]) -> None:
    drop("return.txt", monthly_return().replace("\n61,500,000\n", "\n61,400,000\n"))
    landing = land_now("filings", folders)
    assert landing.rows == 0
    assert "inbox/filings/return.txt row 69: is refused, and no row of it lands: page 3, line 69: class H" in told(landing)
