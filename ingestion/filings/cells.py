"""Cells: what stands in the lines of a table, kind by kind: a count of shares, a percentage, nothing, a day, a stage, words.

A cell can go over lines and several can stand on one: `12,345,678` / `H` / `Shares`, `1.25% March 1, 2027`. Note marks are
taken out of the words here and kept beside the cell before them. What a cell means in its table is in `rows`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ingestion.filings.lines import Line
from ingestion.printed_text.dates import MONTH_NAME, NotADate, parse_date


@dataclass(slots=True)
class Cell:
    """One cell: its `kind`, what is `printed`, the `line` on which it begins, and its value.

    `kind` is `count` (shares, int), `percent` (Decimal, in per cent), `nothing` (a dash, N/A), `day` (date), `stage` (`first` or
    `second` six-month period), `words`, or `page` (a page break). `parts` are the classes named inside a count, with their
    shares; `marks` the numbers of the notes that it carries.
    """

    kind: str
    printed: str
    line: Line
    value: int | Decimal | date | str | None = None
    parts: tuple[tuple[str, int], ...] = ()
    marks: list[int] = field(default_factory=list)
    #: the largest error of a percentage that is printed as a bound (`<0.01%`): it is anything from 0 to its value
    is_bound: bool = False


_COUNT = r"\d{1,3}(?:,\d{3})+(?![\d,])|\d{1,13}(?![\d,.%])"
_COMMA_COUNT = r"\d{1,3}(?:,\d{3})+(?![\d,%])"
_CLASS = (
    r"(?P<share_class>H|A|B|Class\s+[A-Z]|Domestic|Unlisted(?:\s+Domestic|\s+Foreign)?|Listed|Ordinary|Non-H|Treasury"
    r"|Preferred|Preference|Series\s+\w{1,3}(?:\s+Preferred)?)"
)
_UNIT = rf"(?:{_CLASS}\s+)?[Ss]hares?\b"
_NOTHING = rf"(?:[-–—―−‐/]{{1,3}}|N/?A|n/a|Nil|NIL|nil)(?=[ \t]*(?:\n|$)|[ \t]+(?:[\d–—−-]|{MONTH_NAME} \d))"
_MONTH = f"(?:{MONTH_NAME})"
#: A day as filings print it, also over lines.
DAY = (
    rf"{_MONTH}\.?\s+\d{{1,2}}\s*,?\s+\d{{4}}(?!\d)|\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}\s*,?\s+\d{{4}}(?!\d)"
    r"|\d{4}-\d\d-\d\d(?!\d)"
)
_STAGE = r"\(?\s*(?:the\s+)?(?P<stage>first|second)\s+(?:six|6)[-\s]*months?(?:\s+period)?\s*\)?\s*[:：]?"
_NUMBERS = r"\d{1,2}(?:\s*(?:,|/|&|and)\s*(?:Notes?\s*)?\d{1,2})*(?![\d%])(?!,\d)"
#: `Note 2`, `Notes 3, 4, 6`, `(Note 2)`, `(note 3)`, `Note 4/Note 7`, `(2)`, `(1)(2)`, `(Note)`, raised digits.
_MARK = re.compile(
    rf"\(\s*[Nn]otes?\s*:?\s*(?:{_NUMBERS})?\s*\)|(?:(?<=[a-z0-9)”’’.*])|\b)Notes?\s*{_NUMBERS}|\(\d{{1,2}}\)(?:\s*\(\d{{1,2}}\))*|[¹²³⁴-⁹]+"
)
_RAISED = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹", "123456789")
_LEXER = re.compile(
    rf"(?P<day>{DAY})"
    rf"|(?P<percent>[<＜]?\s?\d{{1,3}}(?:\.\d{{1,8}})?\s?%)"
    rf"|(?P<count>{_COUNT})(?:\s+(?P<unit>{_UNIT}))?(?P<parts>\s*\(\s*(?:including|comprising|being|consisting\s+of)\s[^()]*\))?"
    rf"|(?P<decimal>\d{{1,3}}\.\d{{1,4}}(?=\s*(?:\n|$)))"
    rf"|(?P<stage_cell>{_STAGE})"
    rf"|(?P<nothing>{_NOTHING})",
    re.IGNORECASE,
)
_PART = re.compile(rf"(?P<count>{_COMMA_COUNT}|\d{{1,13}})\s+{_CLASS}\s+shares?\b", re.IGNORECASE)
#: Where the words of a line end and its figures begin: `Birch Fund 9,000,000`.
_FIGURES_FOLLOW = re.compile(rf"\s(?=(?:{_COMMA_COUNT})(?:\s|$))")


def read_cells(lines: Sequence[Line]) -> list[Cell]:
    """The cells of the lines, in their order; a `page` cell stands where a page ends."""
    starts, texts, length = [], [], 0
    for line in lines:
        starts.append(length)
        texts.append(line.text)
        length += len(line.text) + 1
    joined = "\n".join(texts)
    marks = [(match.start(), _numbers(match[0])) for match in _MARK.finditer(joined)]
    # blanks in the place of each mark: places stay what they are
    plain = _MARK.sub(lambda match: re.sub(r"\S", " ", match[0]), joined)
    cells: list[Cell] = []
    places: list[int] = []
    place, page = 0, lines[0].page if lines else 0
    while place < len(plain):
        if plain[place].isspace():
            place += 1
            continue
        line = lines[bisect_right(starts, place) - 1]
        if line.page != page:
            cells.append(Cell("page", "", line))
            places.append(place)
            page = line.page
        cell, end = _cell_at(plain, place, line)
        cells.append(cell)
        places.append(place)
        place = end
    for start, numbers in marks:
        before = bisect_right(places, start) - 1
        if before >= 0:
            cells[before].marks += numbers
    return cells


def _cell_at(text: str, place: int, line: Line) -> tuple[Cell, int]:
    match = _LEXER.match(text, place)
    cell = _figure_cell(match, text, line) if match else None
    if match and cell:
        return cell, match.end()
    end = text.find("\n", place)
    end = len(text) if end < 0 else end
    figures = _FIGURES_FOLLOW.search(text, place, end)
    if figures:
        end = figures.start()
    return Cell("words", " ".join(text[place:end].split()), line), end


def _figure_cell(match: re.Match[str], text: str, line: Line) -> Cell | None:
    """The cell of a match, or None if what matches is the beginning of words (`16 Investment Partnership`)."""
    printed = " ".join(match[0].split())
    if match["day"]:
        try:
            day = parse_date(printed.replace(" ,", ","))
        except NotADate:
            return None
        return Cell("day", printed, line, day.earliest_on)
    if match["percent"]:
        value = Decimal(re.sub(r"[^\d.]", "", printed))
        return Cell("percent", printed.replace(" ", ""), line, value, is_bound=printed[0] in "<＜")
    if match["decimal"]:
        return Cell("percent", printed, line, Decimal(printed))
    if match["stage_cell"]:
        return Cell("stage", printed, line, match["stage"].lower())
    if match["nothing"]:
        return Cell("nothing", printed, line, 0)
    count = int(match["count"].replace(",", ""))
    if "," not in match["count"] and not match["unit"]:
        # a number without commas is a cell only alone on its line, or before other figures
        rest = text[match.end() : (text + "\n").find("\n", match.end())]
        if not re.fullmatch(r"\s*|\s+[\d–—-].*", rest):
            return None
    parts: tuple[tuple[str, int], ...] = ()
    if match["parts"]:
        parts = tuple(
            (share_class(part["share_class"]), int(part["count"].replace(",", ""))) for part in _PART.finditer(match["parts"])
        )
    elif match["share_class"]:
        parts = ((share_class(match["share_class"]), count),)
    return Cell("count", printed, line, count, parts)


def class_alone(printed: str) -> str | None:
    """The class that a cell of nothing but a class names (`H Shares`), or None."""
    match = re.fullmatch(_UNIT, printed, re.IGNORECASE)
    return share_class(match["share_class"]) if match and match["share_class"] else None


def share_class(printed: str) -> str:
    """One name for each class: `H`, `A`, `B`, `domestic`, `unlisted`, or the printed words in small letters."""
    words = " ".join(printed.split())
    return words.upper() if len(words) == 1 else words.lower()


def _numbers(mark: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", mark.translate(_RAISED))]
