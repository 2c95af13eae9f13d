"""Reading, correcting and landing: what is refused, what is quarantined, and that nothing else is lost."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest

from ingestion.dataset import Folders
from ingestion.files.corrections import BadCorrections, Correction, StaleCorrection, apply_corrections, read_corrections
from ingestion.files.csv import RawRow, RefusedFile, read_csv
from ingestion.files.digest import file_sha256
from ingestion.landing import kept
from ingestion.landing.land import Landing
from tests.conftest import PROJECT, land_now, take_landed

CALENDARS = ("exchanges", "exchange_closures", "trading_days")
HEADER = "ticker,issuer,expiry,holder_category,holders,shares,pct_of_post_ipo,cumulative_pct"


LISTING = "ticker,effective_date,event,shares_issued_delta,total_shares_after\n9999.HK,2026-03-02,listing,25000000,100000000\n"


@pytest.fixture(scope="module")
def calendars(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sessions of the exchanges, which take longest to read."""
    folder = tmp_path_factory.mktemp("calendars")
    for name in CALENDARS:
        assert land_now(name, Folders(PROJECT / "data", folder)).is_clean
    return folder


@pytest.fixture
def folders(calendars: Path, tmp_path: Path) -> Folders:
    """The committed documents landed, and an invented company's listing in the inbox."""
    made = Folders(committed=PROJECT / "data", data=tmp_path)
    take_landed(calendars, made, CALENDARS)
    capital = made.inbox / "share_capital_events" / "acme.csv"
    capital.parent.mkdir(parents=True)
    capital.write_text(LISTING)
    land_now("documents", made)
    return made


def land_lockups(folders: Folders, text: str | bytes, name: str = "acme.csv") -> Landing:
    path = folders.inbox / "lockups" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    land_now("documents", folders)
    return land_now("lockups", folders)


GOOD = '9999.HK,Acme,2026-09-02,founders,,"30,000,000",30.0%,'
COMMITTED = 11


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (HEADER.encode() + b"\n9999.HK,Acm\xe9,2026-09-02,founders,,1,1%,\n", "is not UTF-8"),
        (HEADER.encode("utf-16"), "is not UTF-8"),
        (HEADER.encode() + b"\n9999.HK,Acme\x00,2026-09-02,founders,,1,1%,\n", "NUL"),
        (HEADER.replace(",", ";").encode() + b"\n", "is the delimiter a comma?"),
        (HEADER.replace("shares", "stock").encode() + b"\n", "lacks the column shares"),
        (HEADER.encode() + b",price\n", "has a column that is not known: price"),
        (HEADER.encode() + b",shares\n", "has a column twice: shares"),
        (HEADER.encode() + b'\n9999.HK,"Acme,2026-09-02,founders,,1,1%,\n', "check the quotes"),
        (b"<!DOCTYPE html><html></html>", "lacks the column"),
    ],
)
def test_a_file_that_is_broken_as_a_whole_is_refused_by_name(folders: Folders, content: bytes, reason: str) -> None:
    landing = land_lockups(folders, content)
    assert [error.file for error in landing.refused] == ["inbox/lockups/acme.csv"]
    assert reason in landing.refused[0].reason
    assert landing.rows == COMMITTED


@pytest.mark.parametrize(
    ("row", "column", "value", "reason"),
    [
        (GOOD.replace("30,000,000", "30,000,00"), "shares", "30,000,00", "is not a whole number"),
        (GOOD.replace("30,000,000", "-5"), "shares", "-5", "must be 1 or more"),
        (GOOD.replace("30,000,000", "3E+07"), "shares", "3E+07", "is not a whole number"),
        (GOOD.replace("30,000,000", "３０００"), "shares", "３０００", "is not a whole number"),
        (GOOD.replace("2026-09-02", "02/09/2026"), "expiry", "02/09/2026", "is not a release rule"),
        (GOOD.replace("2026-09-02", "46267"), "expiry", "46267", "is not a release rule"),
        (GOOD.replace("2026-09-02", "Sep-26"), "expiry", "Sep-26", "is a span of days"),
        (GOOD.replace("9999.HK", "../9999"), "ticker", "../9999", "must look like"),
        (GOOD.replace("9999.HK", "9999.HK'; drop table x"), "ticker", "9999.HK'; drop table x", "must look like"),
        (GOOD.replace("30.0%", "=1+1"), "pct_of_post_ipo", "=1+1", ""),
        (GOOD.replace("founders", ""), "holder_category", "", "is empty"),
        (GOOD + ",extra", None, None, "has 9 cells, the header has 8"),
        ("9999.HK,Acme", None, None, "has 2 cells, the header has 8"),
    ],
)  # fmt: skip
def test_a_bad_row_is_quarantined_with_its_place_and_reason(
    folders: Folders, row: str, column: str | None, value: str | None, reason: str
) -> None:
    other = folders.inbox / "lockups" / "other.csv"
    other.parent.mkdir(parents=True)
    other.write_text(f"{HEADER}\n{GOOD.replace('founders', 'others')}\n")
    landing = land_lockups(folders, f"{HEADER}\n{row}\n")
    assert landing.refused == []
    assert [(fault.file, fault.row, fault.column, fault.value) for fault in landing.faults] == [
        ("inbox/lockups/acme.csv", 2, column, value)
    ]
    assert reason in landing.faults[0].reason
    assert landing.rows == COMMITTED + 1  # the other file's row and the committed ones are not lost
    kept = pl.read_parquet(folders.quarantine / "lockups" / "lockups.parquet")
    assert kept["reason"].to_list() == [landing.faults[0].reason]
    land_lockups(folders, f"{HEADER}\n{GOOD}\n")
    assert not (folders.quarantine / "lockups" / "lockups.parquet").exists()


@pytest.mark.parametrize(
    ("row", "holed"),
    [
        (GOOD.replace("30,000,000", "30,000,00"), {2}),  # the row's own table
        (GOOD.replace("9999.HK", "9999HK"), {2, 3}),  # of which table it is can't be told
        ("9999.HK,Acme", {2, 3}),
    ],
)
def test_a_table_with_a_rejected_row_is_rejected_whole(folders: Folders, row: str, holed: set[int]) -> None:
    others = GOOD.replace("founders", "others")
    text = f"{HEADER}\n{others}\n{others.replace('9999.HK', '0100.HK').replace('30.0%', '')}\n{row}\n"
    landing = land_lockups(folders, text)
    assert {fault.row for fault in landing.faults} == holed | {4}
    assert all("rejected (row 4): a table with a hole" in fault.reason for fault in landing.faults if fault.row != 4)
    assert landing.rows == COMMITTED + 2 - len(holed)


def test_a_byte_order_mark_and_windows_line_ends_are_read(folders: Folders) -> None:
    landing = land_lockups(folders, b"\xef\xbb\xbf" + f"{HEADER}\r\n{GOOD}\r\n".encode())
    assert landing.is_clean
    assert landing.rows == COMMITTED + 1


def test_a_link_out_of_the_inbox_is_refused(folders: Folders, tmp_path: Path) -> None:
    secret = tmp_path.parent / f"{tmp_path.name}-secret.csv"
    secret.write_text(f"{HEADER}\n{GOOD}\n")
    link = folders.inbox / "lockups" / "link.csv"
    link.parent.mkdir(parents=True)
    link.symlink_to(secret)
    land_now("documents", folders)
    landing = land_now("lockups", folders)
    assert "leads out of its folder" in landing.refused[0].reason
    assert landing.rows == COMMITTED


def test_a_fact_that_names_an_unknown_document_is_refused(folders: Folders) -> None:
    landing = land_lockups(folders, f"{HEADER},document_id\n{GOOD},broker_note\n")
    assert "is not a known document" in landing.faults[0].reason
    documents = folders.inbox / "documents"
    documents.mkdir(parents=True)
    (documents / "broker_note.yml").write_text(
        "document_id: broker_note\ntitle: A note\nproducer: A broker\ndocument_type: research note\n"
        "published_on: 2026-05-04\nlicence: mine\nrank: 30\n"
    )
    assert land_lockups(folders, f"{HEADER},document_id\n{GOOD},broker_note\n").is_clean
    landed = pl.read_parquet(folders.landed / "lockups" / "lockups.parquet").filter(pl.col("ticker") == "9999.HK")
    assert landed["known_on"].to_list() == [date(2026, 5, 4)]
    early = land_lockups(folders, f"{HEADER},document_id,known_on\n{GOOD},broker_note,2026-05-03\n")
    assert "is before broker_note was published" in early.faults[0].reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("title: x\n", "lacks document_id"),
        ("- a\n- b\n", "is not a mapping"),
        ("a: 'b", "is not YAML"),
        ("document_id: other\ntitle: a\nproducer: b\ndocument_type: c\nlicence: d\nrank: 1\n", "names itself 'other'"),
        ("document_id: mine\ntitle: a\nproducer: b\ndocument_type: c\nlicence: d\nrank: 1\nsecret: 1\n", "not known: secret"),
    ],
)
def test_a_broken_document_is_refused_by_name(folders: Folders, body: str, reason: str) -> None:
    path = folders.inbox / "documents" / "mine.yml"
    path.parent.mkdir(parents=True)
    path.write_text(body)
    landing = land_now("documents", folders)
    assert landing.refused[0].file == "inbox/documents/mine.yml"
    assert reason in landing.refused[0].reason


def test_a_user_file_is_known_from_the_day_it_was_changed_unless_it_says(folders: Folders) -> None:
    path = folders.inbox / "lockups" / "acme.csv"
    path.parent.mkdir(parents=True)
    path.write_text(f"{HEADER},known_on\n{GOOD},\n{GOOD.replace('founders', 'others')},2026-03-01\n")
    changed = datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp()
    os.utime(path, (changed, changed))
    land_now("documents", folders)
    land_now("lockups", folders)
    landed = pl.read_parquet(folders.landed / "lockups" / "lockups.parquet").filter(pl.col("ticker") == "9999.HK")
    assert landed["known_on"].to_list() == [date(2026, 6, 1), date(2026, 3, 1)]
    documents = pl.read_parquet(folders.landed / "documents" / "documents.parquet")
    own = documents.row(by_predicate=pl.col("document_id") == "inbox/lockups/acme.csv", named=True)
    assert (own["published_on"], own["known_on"]) == (date(2026, 6, 1), date(2026, 3, 1))


ROWS = [RawRow("f", 2, {"a": "1", "b": "x"}), RawRow("f", 3, {"a": "2", "b": "x"})]


def test_a_correction_drops_or_sets_exactly_one_row() -> None:
    drop = Correction(1, "d", {"a": "1"}, "why", "where", drop=True)
    assert [row.number for row in apply_corrections("d", ROWS, [drop])] == [3]
    change = Correction(1, "d", {"a": "2"}, "why", "where", set={"b": "y"})
    assert apply_corrections("d", ROWS, [change])[1].cells == {"a": "2", "b": "y"}
    assert apply_corrections("other", ROWS, [drop]) == ROWS


@pytest.mark.parametrize(("match", "words"), [({"a": "9"}, "matches no row any more"), ({"b": "x"}, "matches 2 rows")])
def test_a_stale_correction_fails(match: dict[str, str], words: str, folders: Folders) -> None:
    stale = Correction(1, "d", match, "why", "where", drop=True)
    with pytest.raises(StaleCorrection, match=words):
        apply_corrections("d", ROWS, [stale])
    committed = folders.data / "committed"
    (committed / "reference").mkdir(parents=True)
    shutil.copy(folders.committed / "reference" / "exchanges.csv", committed / "reference")
    of_days = "- {dataset: exchanges, match: {exchange_mic: XXXX}, reason: why, evidence: where, drop: true}\n"
    (committed / "corrections.yml").write_text(of_days)
    landing = land_now("exchanges", Folders(committed, folders.data))
    assert "matches no row any more" in landing.refused[0].reason


@pytest.mark.parametrize(
    "text",
    [
        "a: 1",
        "- {dataset: d}",
        "- {dataset: d, match: {a: 1}, reason: r, evidence: e}",
        "- {dataset: d, match: {a: 1}, reason: r, evidence: e, drop: true, set: {a: 2}}",
        "[",
    ],
)
def test_corrections_that_are_no_corrections_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "corrections.yml"
    path.write_text(text)
    with pytest.raises(BadCorrections, match=r"corrections\.yml"):
        read_corrections(path)


def test_a_file_larger_than_the_limit_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "sparse.csv"
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(RefusedFile, match="at most"):
        read_csv(path, "sparse.csv", ["a"], [])


def test_a_file_that_is_refused_is_no_document_and_is_not_read_whole(folders: Folders, monkeypatch: pytest.MonkeyPatch) -> None:
    digested: list[Path] = []
    monkeypatch.setattr(kept, "file_sha256", lambda path: digested.append(path) or file_sha256(path))
    path = folders.inbox / "lockups" / "sparse.csv"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        file.truncate(2 * 1024**3)
    land_now("documents", folders)
    documents = pl.read_parquet(folders.landed / "documents" / "documents.parquet")
    assert "inbox/lockups/sparse.csv" not in documents["document_id"].to_list()
    assert "at most" in land_now("lockups", folders).refused[0].reason
    # nor for the record of what is kept
    assert digested and path not in digested


def test_prose_with_commas_on_two_lines_is_a_cell_and_a_quote_that_is_not_closed_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('a,b,c,d\n1,2,3,"Cuts list prices:\ninput, output, cache read, batch"\n4,5,6,"open\n7,8,9,closed"\n')
    rows = read_csv(path, "a.csv", ("a", "b", "c", "d"), ())
    assert [row.fault is None for row in rows] == [True, False]
    assert rows[0].cells["d"].endswith("batch") and "close the quote" in str(rows[1].fault)


CLASSES = "ticker,as_of,share_class,shares\n"
UNDERTAKING = (
    "ticker,holder,category,share_class,shares,last_day_locked,rule\n"
    "9999.HK,Founder,controlling shareholder,H,30000000,2027-03-01,12 months\n"
)


def put(folders: Folders, name: str, text: str) -> None:
    path = folders.inbox / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_a_chain_of_share_capital_lands_whole_and_lock_ups_stand_on_what_is_left_of_other_files(folders: Folders) -> None:
    put(
        folders,
        "share_capital_events/more.csv",
        LISTING.replace("2026-03-02,listing", "2026-10-12,placing") + "9999.HK,x,y,1,1\n",
    )
    landing = land_now("share_capital_events", folders)
    assert [fault.row for fault in landing.faults if "another row of this table is rejected" in fault.reason] == [2]
    assert land_lockups(folders, f"{HEADER}\n{GOOD}\n").is_clean  # acme.csv still states the capital
    (folders.inbox / "share_capital_events" / "acme.csv").unlink()
    put(folders, "listing_events/acme.csv", "sector,company,ticker,date,status\nRobotics,Acme,9999.HK,2026-03-02,listed\n")
    (message,) = land_lockups(folders, f"{HEADER}\n{GOOD}\n").messages()
    assert "needs the share_capital_events of 9999.HK, which are rejected (inbox/share_capital_events/more.csv row 3)" in message


def test_lock_ups_of_classes_are_not_counted_without_the_classes_that_are_rejected(folders: Folders) -> None:
    put(folders, "filing_lockups/acme.csv", UNDERTAKING)
    assert land_now("filing_lockups", folders).is_clean
    put(folders, "share_class_balances/acme.csv", CLASSES + "9999.HK,2026-03-02,H,6\n9999.HK,2026-03-02,unlisted domestic,-4\n")
    (message,) = land_now("filing_lockups", folders).messages()
    assert "needs the share_class_balances of 9999.HK, which are rejected (inbox/share_class_balances/acme.csv row 3)" in message
