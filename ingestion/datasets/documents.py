"""The documents that facts name: one YAML a document, and the user's own files, each of which is a document by itself."""

import contextlib
import difflib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml

from ingestion.columns import DOCUMENT_ID, BadCell, Count, Day, Text, parse_day
from ingestion.corrections import SAFE_LOADER
from ingestion.csv_files import RawRow, RefusedFile, check_inside, csv_paths
from ingestion.dataset import Dataset, Folders, Source, all_datasets, inbox_document_id, inbox_label, read_rows

#: The rank of a user's file that names no document: after filings, announcements and notes.
USER_FILE_RANK = 50
_FIELDS = ("document_id", "title", "producer", "document_type", "licence", "rank")
_OPTIONAL = ("published_on", "data_as_of", "accessed_on", "url", "note")
_MAX_BYTES = 1_000_000


def read(folders: Folders, dataset: Dataset) -> Source:
    """Committed documents, the user's (`inbox/documents/*.yml`), and one for each of the user's CSV files."""
    rows: list[RawRow] = []
    refused: list[RefusedFile] = []
    for inside, folder, prefix in (
        (folders.committed, folders.committed / "documents", "documents"),
        (folders.inbox, folders.inbox / "documents", "inbox/documents"),
    ):
        for path in sorted(folder.glob("*.y*ml")) if folder.is_dir() else ():
            label = f"{prefix}/{path.name}"
            try:
                check_inside(path, inside, label)
                rows.append(RawRow(label, 1, _cells(path, label)))
            except RefusedFile as error:
                refused.append(error)
    rows += _user_files(folders)
    return Source(rows, [*refused, *_refused_places(folders)])


def _cells(path: Path, label: str) -> dict[str, str]:
    if path.stat().st_size > _MAX_BYTES:
        raise RefusedFile(label, f"is larger than {_MAX_BYTES:,} bytes")
    try:
        body: Any = yaml.load(path.read_text(encoding="utf-8"), Loader=SAFE_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        raise RefusedFile(label, f"is not YAML in UTF-8: {str(error)[:200]}") from None
    if not isinstance(body, dict):
        raise RefusedFile(label, "is not a mapping of fields; see data/templates/documents/")
    missing = [name for name in _FIELDS if body.get(name) in (None, "")]
    unknown = [str(name) for name in body if name not in _FIELDS + _OPTIONAL]
    if missing or unknown:
        words = [f"lacks {', '.join(missing)}"] if missing else []
        words += [f"has fields that are not known: {', '.join(unknown)[:200]}"] if unknown else []
        raise RefusedFile(label, "; ".join(words))
    if body["document_id"] != path.stem:
        raise RefusedFile(label, f"names itself {body['document_id']!r}; a document's file is <document_id>.yml")
    cells = {name: "" if value is None else str(value) for name, value in body.items()}
    # a document is known from its publication; a package or feed, which has no such day, always
    return cells | {"known_on": cells.get("published_on", "")}


def _user_files(folders: Folders) -> Iterable[RawRow]:
    if not folders.inbox.is_dir():
        return
    for name, dataset in all_datasets().items():
        if not dataset.inbox or name == "documents":
            continue
        for path in csv_paths(folders.inbox / name, folders.inbox):
            label = inbox_label(name, path)
            try:
                check_inside(path, folders.inbox, label)
                modified = datetime.fromtimestamp(path.stat().st_mtime, UTC).date()
                known_on = min([modified, *_stated_days(path, label, dataset)])
            except (OSError, RefusedFile):
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
        stated = (row.cells.get("known_on") or row.cells.get(own_date) or "").strip()
        with contextlib.suppress(BadCell):  # landing the row says what is wrong with it
            yield parse_day("known_on", stated)


def _refused_places(folders: Folders) -> Iterator[RefusedFile]:
    """Files and folders of the inbox that belong to no dataset: a misspelt name must not be passed over."""
    names = sorted(name for name, dataset in all_datasets().items() if dataset.inbox)
    for path in sorted(folders.inbox.iterdir()) if folders.inbox.is_dir() else ():
        if path.name.startswith(".") or path.name in names or path.name == "documents":
            continue
        close = difflib.get_close_matches(path.name, names, n=1)
        hint = f"did you mean inbox/{close[0]}/?" if close else f"folders are named like their dataset: {', '.join(names)}"
        kind = "is a folder of no dataset" if path.is_dir() else "stands in no dataset's folder"
        yield RefusedFile(f"inbox/{path.name}", f"{kind}; {hint}")


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
    read=read,
)
