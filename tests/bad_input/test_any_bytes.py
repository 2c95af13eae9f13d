"""Whatever bytes a file holds and whatever text a cell: it is read, refused or quarantined, and nothing is ever raised."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ingestion.dataset import Folders, Given, all_datasets
from ingestion.datasets import documents, filings
from ingestion.files.cell_text import unsafe
from ingestion.files.csv import RefusedFile, read_csv
from ingestion.landing.land import Landing
from tests.bad_input.corpus import TEMPLATES, House, rows
from tests.conftest import PROJECT

HEADER = ["ticker", "note", "shares"]
#: Letters that mean something to one of the readers, beside any other.
LETTERS = (
    st.sampled_from(list(",\";'\n\r\t\x00\ufeff=+-@#&*!|>%[]{}:?<~`\\ 0159aEx\u202e\u00a0１٣−é中\U0001f600")) | st.characters()
)
TEXTS = st.text(LETTERS, max_size=40)
BEGINNINGS = (
    "",
    "ACME.HK",
    "2026-09-01",
    "earlier_of(",
    "later of 6 months from listing, and ",
    "20,000,000",
    "19.4%",
    "~$1.2bn",
)
#: Text that begins like what is expected, so that more than the first check is met.
NEARLY = st.tuples(st.sampled_from(BEGINNINGS), TEXTS).map("".join)
#: No example is made smaller: that takes minutes where one takes milliseconds.
QUICK = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)

#: No filing in the inbox.
NO_FILINGS = {"filings": pl.DataFrame(schema=filings.DATASET.polars_schema)}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"), [])


@settings(QUICK, max_examples=300)
@given(
    content=st.binary(max_size=300)
    | st.lists(TEXTS, max_size=6).map(lambda lines: ("ticker,note,shares\n" + "\n".join(lines)).encode("utf-8", "replace"))
)
def test_any_bytes_are_a_table_or_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(content)
    try:
        found = read_csv(path, "any.csv", HEADER[:1], HEADER[1:])
    except RefusedFile as error:
        assert str(error).startswith("any.csv: ") and str(error).isprintable()
        return
    lines = [row.number for row in found]
    assert lines == sorted(set(lines))
    for row in found:
        assert row.fault or set(row.cells) <= set(HEADER)


FIELDS = st.sampled_from(
    ["document_id", "title", "producer", "document_type", "published_on", "licence", "rank", "url", "note", "x"]
)
YAML = st.lists(
    st.tuples(FIELDS, st.sampled_from([": ", ":", ": &a ", ": *a", ": !!str ", ": |\n  "]), TEXTS).map("".join), max_size=9
)


@settings(QUICK, max_examples=150)
@given(content=st.binary(max_size=200) | YAML.map(lambda lines: "\n".join(lines).encode("utf-8", "replace")))
def test_any_bytes_are_a_document_or_refused(content: bytes, tmp_path: Path) -> None:
    folders = Folders(tmp_path / "committed", tmp_path / "data")
    path = folders.inbox / "documents" / "any.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    source = documents.read(Given(folders, datetime.now(UTC), NO_FILINGS), documents.DATASET)
    assert len(source.rows) + len(source.refused) == 1
    for error in source.refused:
        assert error.file == "inbox/documents/any.yml" and str(error).isprintable()
    for row in source.rows:
        assert row.cells["document_id"] == "any" and all(isinstance(cell, str) for cell in row.cells.values())


def assert_sound(landing: Landing, folders: Folders, label: str, count: int | None = None) -> None:
    """Each of the `count` rows of the file is landed or quarantined, and nothing that is landed is a danger to show."""
    assert all(message.isprintable() for message in landing.messages())
    assert {error.file for error in landing.refused} | {fault.file for fault in landing.faults} <= {label}
    landed = rows(folders, all_datasets()[landing.dataset]).filter(pl.col("source_file") == label)
    if count is not None:
        rejected = {fault.row for fault in landing.faults}
        assert len(rejected) + landed["source_row"].n_unique() == count
        assert not rejected & set(landed["source_row"])
    for text in landed.select(pl.col(pl.String)).unpivot()["value"].drop_nulls().unique():
        assert unsafe(text) is None


@settings(QUICK, max_examples=20)
@given(
    content=st.binary(max_size=300) | st.lists(TEXTS, max_size=6).map(lambda lines: "\n".join(lines).encode("utf-8", "replace"))
)
def test_any_bytes_in_the_inbox_land_or_are_told(content: bytes, house: House, tmp_path: Path) -> None:
    folders = house.room(tmp_path, "lockups") if not (tmp_path / "landed").exists() else Folders(PROJECT / "data", tmp_path)
    (folders.inbox / "lockups" / "zz.csv").write_bytes((TEMPLATES / "lockups.csv").read_bytes()[:400] + content)
    landing = house.land("lockups", folders)
    assert_sound(landing, folders, "inbox/lockups/zz.csv")
    assert house.lost(folders, "lockups") == 0


@pytest.mark.parametrize(
    "dataset", ["lockups", "filing_lockups", "share_capital_events", "prices", "lockup_comparables", "funding_rounds"]
)
@settings(QUICK, max_examples=6)
@given(data=st.data())
def test_any_text_in_a_cell_lands_or_is_told(dataset: str, data: st.DataObject, house: House, tmp_path: Path) -> None:
    made = Folders(PROJECT / "data", tmp_path)
    folders = made if made.landed.exists() else house.room(tmp_path, dataset)
    with (TEMPLATES / f"{dataset}.csv").open(encoding="utf-8", newline="") as file:
        header, good, *_ = csv.reader(file)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n", quoting=csv.QUOTE_ALL)
    writer.writerow(header)
    count = data.draw(st.integers(1, 25))
    for _ in range(count):
        cells = [*good]
        for place in data.draw(st.sets(st.integers(0, len(header) - 1), min_size=1, max_size=2)):
            cells[place] = data.draw(NEARLY).replace("\x00", "")
        writer.writerow(cells)
    label = f"inbox/{dataset}/zz.csv"  # the good file is read first: of two rows of one key the first is kept
    (folders.inbox / dataset / "zz.csv").write_text(text.getvalue(), encoding="utf-8", errors="replace", newline="")
    landing = house.land(dataset, folders)
    if not landing.refused:
        assert_sound(landing, folders, label, count)
    assert house.lost(folders, dataset) == 0
