"""Running text: lines joined to one text in which places are still known, and its sentences.

Whatever reads labels or paragraphs looks here; tables are read cell by cell in `cells`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ingestion.filings.lines import Line
from ingestion.filings.refusal import Place

#: A sentence ends at a full stop before a capital; not after an initial, a rule's number or an abbreviation.
_SENTENCE_END = re.compile(r"(?<![A-Z])(?<!\b[Nn]o)(?<!\bLtd)(?<!\bCo)(?<!\bMr)(?<!\bMs)(?<!\bDr)\.\s+(?=[A-Z(“\"])")


class RunningText:
    """The text of some lines: `text` has one blank or line end between lines; words broken at a hyphen stay so."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = list(lines)
        self._starts: list[int] = []
        length = 0
        for line in self.lines:
            self._starts.append(length)
            length += len(line.text) + 1
        self.text = "\n".join(line.text for line in self.lines)

    def place(self, offset: int) -> Place:
        """Where the letter at `offset` stands."""
        return self.lines[max(bisect_right(self._starts, offset) - 1, 0)].place

    def page(self, offset: int) -> int:
        """The page on which the letter at `offset` stands."""
        return self.place(offset).page

    def sentences(self) -> Iterator[tuple[str, int]]:
        """Each sentence with single blanks, and where it begins."""
        start = 0
        for end in _SENTENCE_END.finditer(self.text):
            yield " ".join(self.text[start : end.start() + 1].split()), start
            start = end.end()
        if self.text[start:].strip():
            yield " ".join(self.text[start:].split()), start


def spaced(pattern: str) -> str:
    """A pattern in which every blank stands for any run of blanks and line ends, also after a hyphen in a word."""
    return pattern.replace("-", r"-\s*").replace(" ", r"\s+")
