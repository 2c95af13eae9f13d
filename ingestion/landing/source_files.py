"""The files of a dataset: the project's own, and the user's in the inbox, each of which is a document by itself."""

from __future__ import annotations

import filecmp
import hashlib
import re
import unicodedata
from pathlib import Path

from ingestion.dataset import Dataset, Folders, Given, Source
from ingestion.files.cell_text import printable
from ingestion.files.csv import RawRow, RefusedFile, check_inside, read_csv
from ingestion.files.workbook import WORKBOOK, read_workbook
from ingestion.landing.filed_rows import filed_rows

#: How the name of a user's table ends.
_TABLES = (".csv", WORKBOOK)


def read_files(given: Given, dataset: Dataset) -> Source:
    """The rows of the dataset's committed CSV, of the user's files in the inbox, and of the filings there that it reads."""
    folders = given.folders
    rows: list[RawRow] = []
    paths, refused = user_files(folders, dataset) if dataset.inbox else ([], [])
    if dataset.committed:
        committed = folders.committed / dataset.folder / f"{dataset.name}.csv"
        label = f"{dataset.folder}/{committed.name}"
        try:
            check_inside(committed, folders.committed, label)
            paths = [(committed, label), *paths]
        except RefusedFile as error:
            refused.append(error)
    for path, label in paths:
        try:
            rows += read_rows(dataset, path, label)
        except RefusedFile as error:
            refused.append(error)
        except OSError as error:
            refused.append(RefusedFile(label, f"can't be read ({error.strerror})"))
    return Source(rows + filed_rows(given, dataset.name), refused)


def user_files(folders: Folders, dataset: Dataset) -> tuple[list[tuple[Path, str]], list[RefusedFile]]:
    """The user's files of a dataset, each with its label, by name; and what in the dataset's folder can't be one.

    Files whose names begin with `.` or `~$` (a spreadsheet's lock) are passed over.
    """
    folder = folders.inbox / dataset.name
    found: list[tuple[Path, str]] = []
    refused: list[RefusedFile] = []
    by_document: dict[str, str] = {}
    by_size: dict[int, list[tuple[Path, str]]] = {}
    try:
        paths = sorted(folder.iterdir()) if folder.is_dir() else []
    except OSError as error:
        return [], [RefusedFile(f"inbox/{dataset.name}", f"can't be read ({error.strerror})")]
    for path in paths:
        if path.name.startswith((".", "~$")):
            continue
        label = inbox_label(dataset.name, path)
        try:
            if path.suffix.lower() not in _TABLES:
                words = "is not read: only files that end in .csv or .xlsx are; save the table as one of them, or remove it"
                raise RefusedFile(label, words)
            check_inside(path, folders.inbox, label)
            alike = by_size.setdefault(path.stat().st_size, [])
            same = next((other for one, other in alike if filecmp.cmp(one, path, shallow=False)), None)
            if same:
                raise RefusedFile(label, f"holds the same as {same}; keep one of them")
            namesake = by_document.setdefault(inbox_document_id(str(Path(label).with_suffix(""))), label)
            if Path(namesake).suffix.lower() != path.suffix.lower():
                raise RefusedFile(
                    label, f"has the name of {namesake}, which states its rows already; keep one of them, or rename one"
                )
            if namesake != label:
                raise RefusedFile(label, f"differs in its name from {namesake} only by capitals or signs; rename one of them")
            found.append((path, label))
            alike.append((path, label))
        except RefusedFile as error:
            refused.append(error)
        except OSError as error:
            refused.append(RefusedFile(label, f"can't be read ({error.strerror})"))
    return found, refused


def read_rows(dataset: Dataset, path: Path, label: str) -> list[RawRow]:
    """The rows of one file of a dataset. Raises RefusedFile if it can't be read as a table of it."""
    if dataset.read_file:
        return dataset.read_file(dataset, path, label)
    if path.suffix.lower() == WORKBOOK:
        return read_workbook(path, label, dataset.name, dataset.required, dataset.optional, open_ended=dataset.open_ended)
    return read_csv(path, label, dataset.required, dataset.optional, open_ended=dataset.open_ended)


def inbox_label(dataset: str, path: Path) -> str:
    """How a user's file is named in messages."""
    return f"inbox/{dataset}/{printable(unicodedata.normalize('NFC', path.name))}"


def inbox_document_id(label: str) -> str:
    """The document that a user's file is by itself, where its rows name none: its place in small letters, digits and _.

    A name that has other letters, or is too long, also gets a digest of the whole: two such names are never one.
    """
    plain = re.sub(r"[^a-z0-9_./-]", "_", label.lower())
    if label.isascii() and len(plain) <= 200:
        return plain
    digest = hashlib.sha256(unicodedata.normalize("NFC", label).encode()).hexdigest()[:8]
    return f"{plain[:191]}_{digest}"
