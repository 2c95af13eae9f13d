"""Text with page marks: a filing that a PDF library has already turned into lines.

A page begins with a line `<<<PAGE 12>>>`, or with a form feed. Most libraries write a cell's lines one after the other; some
keep the layout of the page, so that columns are parted by blanks: there the place of a word in its line is its position. What
is no such text is refused by name.
"""

from __future__ import annotations

import re

from ingestion.filings.lines import Line, plain_blanks
from ingestion.filings.reading_order import in_cell_order
from ingestion.filings.refusal import RefusedFiling

MAX_BYTES = 8 * 1024 * 1024
MAX_LINES = 200_000
MAX_PAGES = 1_000
#: A printed line has some hundred letters; a longer one is no line of a document.
MAX_LINE = 2_000
#: What parts two columns where a page keeps its layout, and how many columns and such lines tell that it does.
_GAP, _PIECE, _LAID_OUT = re.compile(r" {3,}"), re.compile(r"\S+(?: {1,2}\S+)*"), 3
#: How wide a letter and how high a line count there, in points.
_LETTER, _ROW = 5.0, 10.0
_MARK = re.compile(r"<<<\s*PAGE\s+(\d{1,5})\s*>>>", re.IGNORECASE)


def read_text(content: bytes) -> list[Line]:
    """The lines of a text in UTF-8, each with its page and its number in the file. Raises RefusedFiling."""
    if len(content) > MAX_BYTES:
        raise RefusedFiling(
            None, f"the text has {len(content):,} bytes", f"at most {MAX_BYTES:,} are read: give the announcement alone"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedFiling(
            None, f"byte {error.start + 1:,} is not UTF-8", "save the text as UTF-8, or give the PDF itself"
        ) from None
    if "\x00" in text:
        raise RefusedFiling(None, "it holds NUL characters", "give the PDF itself, or its text in UTF-8")
    pages: dict[int, list[tuple[int, str]]] = {}
    page, has_mark = 1, False
    # not splitlines(): it would also end a line at a form feed, which is a page mark here
    for number, raw in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
        if number > MAX_LINES:
            raise RefusedFiling(None, f"the text has more than {MAX_LINES:,} lines", "give the announcement alone")
        for count, part in enumerate(raw.split("\f")):
            if count:
                page, has_mark = page + 1, True
            mark = _MARK.fullmatch(part.strip())
            if mark:
                page, has_mark = int(mark[1]), True
                continue
            if len(part) > MAX_LINE:
                raise RefusedFiling(
                    None, f"line {number:,} has {len(part):,} characters", "give each printed line on a line of its own"
                )
            pages.setdefault(page, []).append((number, plain_blanks(part).expandtabs().rstrip()))
    lines = [line for page, content in pages.items() for line in _page_lines(page, content)]
    if len(pages) > MAX_PAGES:
        raise RefusedFiling(None, f"the text has more than {MAX_PAGES:,} pages", "give the announcement alone")
    if not any(line.text for line in lines):
        raise RefusedFiling(None, "the text is empty", "give the announcement's PDF, or its text with page marks")
    if not has_mark:
        raise RefusedFiling(
            None,
            "the text has no page marks",
            "begin each page with a line `<<<PAGE 1>>>` or a form feed, or give the PDF itself",
        )
    return lines


def _page_lines(page: int, content: list[tuple[int, str]]) -> list[Line]:
    """The lines of a page: as they are, or, where it keeps its layout, piece by piece with their positions, cell by cell."""
    if sum(len(_GAP.split(text.strip())) >= _LAID_OUT for _, text in content) < _LAID_OUT:
        return [Line(text.strip(), page, number) for number, text in content]
    pieces = [
        Line(piece[0], page, number, piece.start() * _LETTER, piece.end() * _LETTER, row * _ROW)
        for row, (number, text) in enumerate(content)
        for piece in _PIECE.finditer(text)
    ]
    return in_cell_order(pieces)
