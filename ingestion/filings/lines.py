"""Lines: what every later step reads, whether the filing came as text or as PDF.

A line is what stands in one column of one printed line, in the order in which the document draws it: a table is drawn cell by
cell, so the lines of a holder's name come before its figures. Page numbers, running heads and empty lines are taken out here.
How a file becomes lines is in `text_pages` and `pdf_pages`; what lines mean is not known here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingestion.filings.refusal import Place

#: A printed page number, alone on its line: `12`, `- 12 -`, `–12–`.
_PAGE_NUMBER = re.compile(r"[-–—\s]*(\d{1,4})[-–—\s]*")
#: How far a printed page number may run ahead of the page as the file counts it (a cover that is counted but not in the file).
_RUNS_AHEAD = 3
#: A line that opens this many pages or more, and most of all pages, is a running head.
_RUNNING_PAGES = 4
#: A running head is words without figures, and none of a table's head: `2027` ends many pages of a table too.
_RUNNING = re.compile(r"[^\d%]*[A-Za-z㐀-鿿]{2}[^\d%]*")
_HEAD_WORDS = re.compile(r"name|number|last day|share|undertaking|note", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `text` without blanks at its ends, and where it stands.

    `left` and `right` are in points from the left edge of the page, `top` from its upper edge; None where the file is text.
    """

    text: str
    page: int
    number: int
    left: float | None = None
    right: float | None = None
    top: float | None = None

    @property
    def place(self) -> Place:
        """Where the line stands."""
        return Place(self.page, self.number)


#: Blanks of every width, and letters that can't be seen.
_BLANKS = dict.fromkeys((160, 5760, *range(8192, 8203), 8239, 8287, 12288), " ")
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))


def plain_blanks(text: str) -> str:
    """The text with every blank as a plain one, and without letters that can't be seen."""
    return text.translate(_BLANKS | _UNSEEN)


def content_lines(lines: Sequence[Line]) -> list[Line]:
    """The lines without empty ones, page numbers and running heads or feet."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        if line.text:
            pages.setdefault(line.page, []).append(line)
    apart = _apart(pages)
    for page, content in pages.items():
        pages[page] = _trimmed(content, lambda line: _is_page_number(line, apart))
    running = _running_lines(pages)
    # a running head can stand over a page number as well as under it
    return [
        line
        for content in pages.values()
        for line in _trimmed(content, lambda line: line.text in running or _is_page_number(line, apart))
    ]


def _trimmed(content: list[Line], is_furniture: Callable[[Line], bool]) -> list[Line]:
    """A page's lines without what stands at its edges and is no content."""
    first, last = 0, len(content)
    while first < last and is_furniture(content[first]):
        first += 1
    while last > first and is_furniture(content[last - 1]):
        last -= 1
    return content[first:last]


def _is_page_number(line: Line, apart: Counter[int]) -> bool:
    number = _PAGE_NUMBER.fullmatch(line.text)
    if not number:
        return False
    # printed pages never run far ahead of counted ones, unless pages were left out: then more than one page is as far
    ahead = int(number[1]) - line.page
    return ahead <= _RUNS_AHEAD or apart[ahead] > 1


def _apart(pages: dict[int, list[Line]]) -> Counter[int]:
    """How far numbers at the edges of pages are from the page as counted, with the number of pages that are as far."""
    found: Counter[int] = Counter()
    for page, content in pages.items():
        edges = (_PAGE_NUMBER.fullmatch(line.text) for line in (content[0], content[-1]))
        found.update({int(number[1]) - page for number in edges if number})
    return found


def _running_lines(pages: dict[int, list[Line]]) -> set[str]:
    """The lines that open or close most pages."""
    edges = Counter(text for content in pages.values() if content for text in {content[0].text, content[-1].text})
    enough = max(_RUNNING_PAGES, (len(pages) * 2 + 2) // 3)
    return {
        text for text, count in edges.items() if count >= enough and _RUNNING.fullmatch(text) and not _HEAD_WORDS.search(text)
    }
