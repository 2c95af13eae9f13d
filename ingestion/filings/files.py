"""Files: from a path to lines and to a reading, whether the file is a PDF or text with page marks.

The only module here that opens files. What can't be opened or is neither is refused by name.
"""

from __future__ import annotations

from pathlib import Path

from ingestion.filings.forms import AnyReading, parse_filing
from ingestion.filings.lines import Line
from ingestion.filings.pdf_pages import read_pdf
from ingestion.filings.reading_order import in_cell_order
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.text_pages import MAX_BYTES, read_text

_OTHER_KINDS = (
    (b"PK\x03\x04", "is a ZIP or an Office file"),
    (b"\xd0\xcf\x11\xe0", "is an old Office file"),
    (b"\x1f\x8b", "is packed with gzip"),
    (b"{\\rtf", "is in RTF"),
    (b"\x89PNG", "is a picture"),
    (b"\xff\xd8\xff", "is a picture"),
    (b"II*\x00", "is a picture"),
    (b"MM\x00*", "is a picture"),
)
_GIVE = "give the announcement's PDF, or its text with page marks"


def read_lines(path: Path) -> list[Line]:
    """The lines of a PDF or text. Raises RefusedFiling."""
    try:
        if not path.is_file():
            raise RefusedFiling(None, "there is no such file" if not path.exists() else "it is no regular file", _GIVE)
        with path.open("rb") as file:
            start = file.read(1024)
            if b"%PDF-" in start:
                return in_cell_order(read_pdf(path))
            for magic, words in _OTHER_KINDS:
                if start.startswith(magic):
                    raise RefusedFiling(None, f"the file {words}", _GIVE)
            if path.suffix.lower() == ".pdf":
                raise RefusedFiling(
                    None,
                    "the file is no PDF, whatever its name says",
                    "download it again: a web page may have been saved in its place",
                )
            # a byte more than is read shows that there is more
            return read_text(start + file.read(MAX_BYTES + 1 - len(start)))
    except OSError as error:
        raise RefusedFiling(None, f"it can't be read ({error.strerror})", "check its rights and its path") from None


def read_filing(path: Path) -> AnyReading:
    """The reading of a filing, whichever form it has. Raises RefusedFiling."""
    return parse_filing(read_lines(path))
