"""Kept readings: what a filing gave, kept under the digest of its bytes, so that an unchanged file is not read again.

What is kept are the rows of the inbox files that `freefloat read --csv` would write, or why the filing is refused. It holds for
the code by which it was read: another version of it reads every file anew.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from ingestion.files.digest import file_sha256
from ingestion.files.replace import replace_file
from ingestion.filings.files import read_filing
from ingestion.filings.inbox import landing_rows
from ingestion.filings.pdf_pages import MAX_BYTES
from ingestion.filings.refusal import RefusedFiling

#: A dataset's rows, every cell as text.
Rows = list[dict[str, str]]


@dataclass(frozen=True)
class Kept:
    """What a filing gave: the rows of each dataset, or in words why there are none and the `line` of the file or page."""

    digest: str
    reader: str
    rows: dict[str, Rows]
    refused: str | None = None
    line: int = 1


@cache
def reader_version() -> str:
    """What decides how a filing is read: a digest of the modules that read it, and of the library that opens PDFs."""
    digest = hashlib.sha256(version("pypdfium2").encode())
    ingestion = Path(__file__).parents[1]
    for room in ("filings", "printed_text"):
        for path in sorted((ingestion / room).rglob("*.py")):
            digest.update(path.relative_to(ingestion).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


def read_or_recall(path: Path, folder: Path) -> Kept:
    """What the filing gives, read only if `folder` doesn't keep it yet. Raises OSError.

    A refusal without a place is of the file as a whole (it is encrypted, or took too long on a busy machine): that is not kept.
    """
    if path.stat().st_size > MAX_BYTES:
        return Kept("", reader_version(), {}, f"it has more than {MAX_BYTES:,} bytes; give the announcement alone")
    digest = file_sha256(path)
    place = kept_path(folder, digest)
    try:
        kept = Kept(**json.loads(place.read_bytes()))
        if kept.reader == reader_version():
            return kept
    except (FileNotFoundError, ValueError, TypeError):
        pass  # not read yet, or damaged: then it is read again
    try:
        kept = Kept(digest, reader_version(), landing_rows(read_filing(path), path.name))
    except RefusedFiling as refused:
        kept = Kept(digest, reader_version(), {}, str(refused), refused.place.line if refused.place else 1)
        if refused.place is None:
            return kept
    text = json.dumps(asdict(kept), ensure_ascii=False)
    replace_file(place, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return kept


def recall(folder: Path, digest: str) -> Kept:
    """What is kept of the filing with this digest. Raises OSError or ValueError if it isn't."""
    return Kept(**json.loads(kept_path(folder, digest).read_bytes()))


def kept_path(folder: Path, digest: str) -> Path:
    """Where a filing's rows are kept."""
    return folder / f"{digest}.json"
