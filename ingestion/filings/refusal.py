"""Refusals: how a filing, or a place in it, that can't be read or proved is named.

Only the exception and its words belong here. A refusal always says where, what was read, and what would have to be true.
"""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.files.cell_text import printable


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a filing: the page as the file counts it, and the line (of the file for text, of the page for a PDF)."""

    page: int
    line: int

    def __str__(self) -> str:
        return f"page {self.page}, line {self.line}"


#: What a message shows of what was read.
_SHOWN = 400


class RefusedFiling(ValueError):
    """A filing of which nothing is believed.

    `place` is where reading or proving ended (None where it is the file as a whole), `read` what was read there, `needed`
    what would have to be true, or what to do.
    """

    def __init__(self, place: Place | None, read: str, needed: str) -> None:
        where = f"{place}: " if place else ""
        read = read if len(read) <= _SHOWN else f"{read[:_SHOWN]} ..."
        super().__init__(printable(f"{where}{read}; {needed}"))
        self.place, self.read, self.needed = place, read, needed
