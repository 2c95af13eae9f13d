"""PDF pages: from the text layer of a PDF to lines, in a process of its own.

A PDF from outside can hang, explode or break the library that reads it. So the file is read by a child with bounds on time,
memory, pages and letters, and what the child says is plain JSON. A line is what stands side by side in one column of one
printed line: letters are parted where the baseline changes or a gap opens. They come in the order in which the page draws them,
cell by cell.

A page that is a picture has no text: the filing is refused by name, as is one that is encrypted, cut short, or no PDF.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.filings.lines import Line, plain_blanks
from ingestion.filings.refusal import RefusedFiling

MAX_BYTES = 64 * 1024 * 1024
MAX_PAGES = 500
#: Letters of one page, and of all.
MAX_PAGE_LETTERS, MAX_LETTERS = 60_000, 3_000_000
#: Seconds of work, seconds of waiting, and bytes of address space that a child may take.
CPU_SECONDS, WALL_SECONDS, MEMORY_BYTES = 20, 45, 2 * 1024**3
#: How wide a gap parts two columns, and how much two letters of one line overlap upright, both in heights of a letter.
_COLUMN_GAP, _SAME_LINE = 1.6, 0.4
_GIVE_TEXT = "give its text with page marks, or another copy of the PDF"


def read_pdf(path: Path) -> list[Line]:
    """The lines of a PDF, each with its page, its number on the page and its position in points. Raises RefusedFiling."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise RefusedFiling(None, f"the PDF has {size:,} bytes", f"at most {MAX_BYTES:,} are read: give the announcement alone")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "ingestion.filings.pdf_pages", str(path)],
            capture_output=True,
            timeout=WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RefusedFiling(None, f"reading the PDF took longer than {WALL_SECONDS} seconds", _GIVE_TEXT) from None
    try:
        said = json.loads(done.stdout)
    except ValueError:
        raise RefusedFiling(
            None,
            f"the PDF could not be read within {CPU_SECONDS} seconds and {MEMORY_BYTES // 1024**3} GiB of memory",
            _GIVE_TEXT,
        ) from None
    if "refused" in said:
        raise RefusedFiling(None, said["refused"], said["needed"])
    return [Line(text, page, number, left, right, top) for text, page, number, left, right, top in said["lines"]]


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The edges of a page in points, and by how many degrees it is turned clockwise to be read."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    def seen(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        """A box of the page as the reader sees it: left, right, top and bottom, from the upper left corner."""
        if self.rotation == 90:
            return bottom - self.bottom, top - self.bottom, left - self.left, right - self.left
        if self.rotation == 180:
            return self.right - right, self.right - left, bottom - self.bottom, top - self.bottom
        if self.rotation == 270:
            return self.top - top, self.top - bottom, self.right - right, self.right - left
        return left - self.left, right - self.left, self.top - top, self.top - bottom


@dataclass(slots=True)
class _Piece:
    """Letters that stand side by side: their text and the box around them, in points from the upper left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float


def _main(path: str) -> None:
    """The child: prints the lines, or why there are none, as JSON."""
    _bound()
    try:
        print(json.dumps({"lines": list(_lines(path))}))
    except RefusedFiling as refused:
        print(json.dumps({"refused": refused.read, "needed": refused.needed}))
    except MemoryError:
        print(json.dumps({"refused": f"the PDF needs more than {MEMORY_BYTES // 1024**3} GiB of memory", "needed": _GIVE_TEXT}))


def _bound() -> None:
    """Bounds the memory and time of this process, where the system can (not on Windows: there only the waiting is bounded)."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _lines(path: str) -> Iterator[tuple[str, int, int, float, float, float]]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        words = str(error).lower()
        if "password" in words or "security" in words:
            raise RefusedFiling(None, "the PDF is encrypted", "give a copy that opens without a password") from None
        raise RefusedFiling(None, "the file can't be opened as a PDF: it is cut short or damaged", "download it again") from None
    if pages > MAX_PAGES:
        raise RefusedFiling(None, f"the PDF has {pages:,} pages", f"at most {MAX_PAGES} are read: give the announcement alone")
    letters = 0
    pictures = []
    for number in range(pages):
        try:
            page = document[number]
            text_page = page.get_textpage()
            count = text_page.count_chars()
        except pypdfium2.PdfiumError:
            raise RefusedFiling(
                None, f"page {number + 1} of the PDF can't be read", "download it again; the file may be cut short"
            ) from None
        letters += count
        if count > MAX_PAGE_LETTERS or letters > MAX_LETTERS:
            raise RefusedFiling(
                None,
                f"page {number + 1} of the PDF brings it to {letters:,} letters",
                "no announcement has as many: " + _GIVE_TEXT,
            )
        pieces = [
            piece for piece in _pieces(text_page, count, _Sheet(*page.get_mediabox(), page.get_rotation())) if piece.text.strip()
        ]
        if not pieces and next(iter(page.get_objects(max_depth=3)), None) is not None:
            pictures.append(number + 1)
        for line, piece in enumerate(pieces, 1):
            yield (
                " ".join(plain_blanks(piece.text).split()),
                number + 1,
                line,
                round(piece.left, 1),
                round(piece.right, 1),
                round(piece.top, 1),
            )
        text_page.close()
        page.close()
    if pictures:
        named = ", ".join(map(str, pictures[:5])) + (" and others" if len(pictures) > 5 else "")
        raise RefusedFiling(
            None,
            f"page {named} of the PDF is a picture without text (a scan)",
            "give a PDF with text, or type its lines with page marks",
        )
    if not letters:
        raise RefusedFiling(None, "the PDF has no text", "give a PDF with text, or type its lines with page marks")


def _pieces(text_page: object, count: int, sheet: _Sheet) -> Iterator[_Piece]:
    """The pieces of a page, in the order in which it draws them."""
    from pypdfium2 import raw

    box = (ctypes.c_double(), ctypes.c_double(), ctypes.c_double(), ctypes.c_double())
    current: _Piece | None = None
    blank = False
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text_page, index)
        letter = "-" if code in (0x2, 0xFFFE) else chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""
        if letter in "\r\n":
            if current:
                yield current
            current, blank = None, False
            continue
        if letter.isspace() or (code < 0x20 and code != 0x2):
            blank = True
            continue
        raw.FPDFText_GetCharBox(text_page, index, *(ctypes.byref(value) for value in box))
        left, right, bottom, top = (value.value for value in box)
        piece = _Piece(letter, *sheet.seen(left, bottom, right, top))
        if current and _is_beside(current, piece):
            current.text += (" " if blank else "") + letter
            current.right = max(current.right, piece.right)
            current.top, current.bottom = min(current.top, piece.top), max(current.bottom, piece.bottom)
        else:
            if current:
                yield current
            current = piece
        blank = False
    if current:
        yield current


def _is_beside(line: _Piece, letter: _Piece) -> bool:
    """Whether a letter goes on with a line: on the same height, and neither far to the right nor back to the left."""
    size = max(line.bottom - line.top, letter.bottom - letter.top, 1.0)
    overlap = min(line.bottom, letter.bottom) - max(line.top, letter.top)
    smaller = min(line.bottom - line.top, letter.bottom - letter.top)
    if overlap < _SAME_LINE * smaller - 0.01:
        return abs(line.bottom - letter.bottom) < 0.35 * size and letter.left - line.right < _COLUMN_GAP * size
    return -0.6 * size < letter.left - line.right < _COLUMN_GAP * size


if __name__ == "__main__":
    _main(sys.argv[1])
