"""The documents that facts name: one YAML a document, and the user's own files, each of which is a document by itself."""

import contextlib
import difflib
import os
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from ingestion.columns import DOCUMENT_ID, BadCell, Count, Day, Text, latest_day, parse_day
from ingestion.dataset import Dataset, Folders, Given, Source, all_datasets
from ingestion.files.cell_text import printable
from ingestion.files.csv import RawRow, RefusedFile, check_inside
from ingestion.files.flat_yaml import read_fields
from ingestion.landing.filed_rows import FILINGS, filed_rows
from ingestion.landing.source_files import inbox_document_id, read_rows, user_files

#: The rank of a user's file that names no document: after filings, announcements and notes.
USER_FILE_RANK = 50
_FIELDS = ("document_id", "title", "producer", "document_type", "licence", "rank")
_OPTIONAL = ("published_on", "data_as_of", "accessed_on", "url", "note")


def read(given: Given, dataset: Dataset) -> Source:
    """Committed documents, the user's (`inbox/documents/*.yml`), one for each of the user's CSV files and filings."""
    folders = given.folders
    rows: list[RawRow] = []
    refused: list[RefusedFile] = []
    committed_ids: set[str] = set()
    for inside, folder, prefix in (
        (folders.committed, folders.committed / "documents", "documents"),
        (folders.inbox, folders.inbox / "documents", "inbox/documents"),
    ):
        try:
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
        except OSError as error:
            refused.append(RefusedFile(prefix, f"can't be read ({error.strerror})"))
            continue
        for path in paths:
            label = f"{prefix}/{printable(path.name)}"
            if path.name.startswith("."):
                continue
            try:
                if path.suffix.lower() not in (".yml", ".yaml"):
                    raise RefusedFile(label, "is not read: a document is described in <document_id>.yml")
                check_inside(path, inside, label)
                cells = _cells(path, label)
                if prefix == "documents":
                    committed_ids.add(cells["document_id"])
                else:
                    _check_users(cells, label, committed_ids, latest_day(given.now))
                rows.append(RawRow(label, 1, cells))
            except RefusedFile as error:
                refused.append(error)
            except OSError as error:
                refused.append(RefusedFile(label, f"can't be read ({error.strerror})"))
    rows += _user_files(folders)
    rows += _filings(given)
    return Source(rows, [*refused, *_refused_places(folders)])


def _cells(path: Path, label: str) -> dict[str, str]:
    """The fields of a document as they are written. Raises RefusedFile, OSError."""
    cells = read_fields(path, label, _FIELDS, _OPTIONAL, "see data/templates/documents/")
    if cells["document_id"] != path.stem:
        shown = repr(cells["document_id"][:60])
        raise RefusedFile(label, f"names itself {shown}; a document's file is <document_id>.yml")
    # a document is known from its publication; a package or feed, which has no such day, always
    return cells | {"known_on": cells.get("published_on", "")}


def _check_users(cells: dict[str, str], label: str, committed_ids: set[str], today: date) -> None:
    """Raises RefusedFile for a user's document that is the project's, or was published after `today`: nobody can have read it."""
    if cells["document_id"] in committed_ids:
        raise RefusedFile(label, "is a document of the project; give yours another document_id")
    with contextlib.suppress(BadCell):  # landing the row says what is wrong with the day
        if parse_day("published_on", cells.get("published_on", "")) > today:
            raise RefusedFile(label, f"published_on {cells['published_on']} is in the future; write the day of publication")


def _filings(given: Given) -> Iterator[RawRow]:
    """The filings of the inbox, each with what stands beside it."""
    beside = {row["document_id"]: row for row in given.frames[FILINGS].iter_rows(named=True)}
    for row in filed_rows(given, "documents"):
        filing = beside[row.cells["document_id"]]
        published_on = filing["published_on"].isoformat()
        stated = {
            "published_on": published_on,
            "url": filing["url"] or "",
            "licence": filing["licence"],
            "known_on": published_on,
        }
        yield replace(row, number=1, cells=row.cells | stated)


def _user_files(folders: Folders) -> Iterable[RawRow]:
    if not folders.inbox.is_dir():
        return
    for name, dataset in all_datasets().items():
        if not dataset.inbox or name == "documents":
            continue
        for path, label in user_files(folders, dataset)[0]:
            try:
                modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
                known_on = min([modified, *_stated_days(path, label, dataset)])
            except (OSError, ValueError, OverflowError):
                continue  # landing the file itself says what is wrong with it
            cells = {
                "document_id": inbox_document_id(label),
                "title": label,
                "producer": "user",
                "document_type": "user file",
                "published_on": modified.isoformat(),
                "known_on": known_on.isoformat(),
                "licence": "the user's own",
                "rank": str(USER_FILE_RANK),
                "note": "published_on is the day the file was last changed",
            }
            yield RawRow(label, 1, cells)


def _stated_days(path: Path, label: str, dataset: Dataset) -> Iterator[date]:
    """The days from which the rows of a user's file say that they are known: the file is known from the first of them.

    Raises RefusedFile if the file can't be read as a table of the dataset.
    """
    own_date = next((c.name for c in dataset.columns if dataset.known_on_column in c.landed()), "")
    for row in read_rows(dataset, path, label):
        stated = (row.cells.get("known_on") or "").strip()
        if not stated and row.cells.get("document_id", "").strip() in ("", inbox_document_id(label)):
            # a row that names another document is known from that document's day
            stated = (row.cells.get(own_date) or "").strip()
        with contextlib.suppress(BadCell):  # landing the row says what is wrong with it
            yield parse_day("known_on", stated)


def _refused_places(folders: Folders) -> Iterator[RefusedFile]:
    """Files and folders of the inbox that belong to no dataset: a misspelt name must not be passed over."""
    names = sorted(name for name, dataset in all_datasets().items() if dataset.inbox)
    if not folders.inbox.is_dir():
        if os.path.lexists(folders.inbox):
            yield RefusedFile("inbox", "is not a folder; make it one")
        return
    try:
        paths = sorted(folders.inbox.iterdir())
    except OSError as error:
        yield RefusedFile("inbox", f"can't be read ({error.strerror})")
        return
    for path in paths:
        if path.name.startswith("."):
            continue
        if path.name in names:
            if not path.is_dir():
                yield RefusedFile(f"inbox/{path.name}", "is not a folder; put the file into a folder of this name")
            continue
        close = difflib.get_close_matches(path.name, names, n=1)
        hint = f"did you mean inbox/{close[0]}/?" if close else f"folders are named like their dataset: {', '.join(names)}"
        kind = "is a folder of no dataset" if path.is_dir() else "stands in no dataset's folder"
        yield RefusedFile(f"inbox/{printable(path.name)}", f"{kind}; {hint}")


DATASET = Dataset(
    name="documents",
    grain="one source document, package or feed",
    group="reference",
    columns=(
        Text("document_id", pattern=DOCUMENT_ID),
        Text("title"),
        Text("producer"),
        Text("document_type"),
        Day("published_on", nullable=True),
        Day("known_on", nullable=True),
        Day("data_as_of", nullable=True),
        Day("accessed_on", nullable=True),
        Text("url", nullable=True, pattern=r"^https?://\S+$"),
        Text("licence"),
        Count("rank", minimum=1),
        Text("note", nullable=True),
    ),
    key=("document_id",),
    has_lineage=False,
    reads=(FILINGS,),
    read=read,
    reads_whole_inbox=True,
)
