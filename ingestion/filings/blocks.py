"""Blocks: the parts of a filing under their headings, and the tables of its lock-up undertakings.

A table is a heading, a head that each of its pages may repeat, a body and notes. Which lines belong to which table is decided
here; what stands in a body is in `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingestion.filings.heads import Head, head_at
from ingestion.filings.lines import Line
from ingestion.filings.refusal import RefusedFiling

#: Headings of the prescribed form, in capitals or not, alone on a line (a bracket may follow).
_SECTION = re.compile(
    r"(?:(?:final |other )?summary|lock[-–— ]?up undertakings|allotment results(?: details)?|placee concentration analysis"
    r"|(?:h )?shareholders? concentration analysis|basis of allocation.*|compliance with (?:the )?(?:listing rules|guidance).*"
    r"|others?(?: ?/ ?additional information)?|additional information.*|disclaimers?|public float(?: and free float)?|free float"
    r"|commencement of dealings|international offering|hong kong public offering|proceeds"
    r"|placing guide.*|confirmations? .*|our controlling shareholders)",
    re.IGNORECASE,
)
#: Words that only headings in capitals have together, whatever else stands in them.
_CAPITALS = re.compile(
    r"(?=[^a-z]*\b(?:CONCENTRATION|BASIS OF|COMPLIANCE|DISCLAIMERS?|PUBLIC FLOAT|FREE FLOAT|DEALINGS"
    r"|ALLOTMENT|WAIVERS?|STABILI[SZ]\w+)\b)"
    r"[^a-z\d]{8,120}"
)
LOCKUPS = "lock-up undertakings"
_NOTES = re.compile(
    r"notes?\s*[:：].*|notes?|\*?\s*for identification purposes?.*|\*\s*denotes.*|remarks?\s*[:：].*", re.IGNORECASE
)
_NOTE_NUMBER = re.compile(r"\(?\d{1,2}\)?[.)]?(?:\s.*)?")
#: The kinds of holders by which the form's tables are headed.
_HOLDERS = (
    r"(?:(?:other|all|our|the|certain|remaining|ultimate|key|existing|major|new|joint|group of|direct|a|h|domestic|unlisted)\s+)*"
    r"(?:controlling|single largest|largest|key persons?|pathfinder|pre[-–— ]?ipo|existing|shareholders?|cornerstone|substantial"
    r"|sophisticated|senior|employee|esop|founders?|co-founders?|founding|directors?|supervisors?|strategic|connected|concert"
    r"|management|investors?|wvr|weighted|individual|angel|series|promoters?|reserved|anchor|placees?|core|close associates?"
    r"|holders?|restricted|share (?:incentive|award|option)|trustees?|onshore|offshore|state-owned|participants?)"
)
_HEADING = re.compile(rf"{_HOLDERS}\b.*", re.IGNORECASE)
#: A heading that is nothing but the kind of holders: believed at the top of a page, before the end of the table that still runs.
_BARE_HEADING = re.compile(
    r"(?:(?:other|certain|remaining)\s+)?(?:controlling shareholders?"
    r"|single largest (?:group of )?shareholders?(?: group)?|key persons?"
    r"|pathfinder siis?|pre[-–]ipo (?:investors?|shareholders?)|existing (?:unlisted )?shareholders?|cornerstone investors?"
    r"|sophisticated independent investors?|shareholders of unlisted shares)(?:\s*\(.*\))?",
    re.IGNORECASE,
)
#: A count or percentage alone on a line, and the words of a last column: cells of a table.
_LOST_CELL = re.compile(r"\d{1,3}(?:,\d{3})+(?:\s+[A-Z]\w*)*(?:\s+Shares?)?|\d{1,3}\.\d+\s?%|[Ll]ast day(?: subject.*)?")
_LONGEST_HEADING = 6


@dataclass(slots=True)
class Table:
    """A table: its `heading`, its `head`, the lines of its body page by page, and its notes."""

    heading: str
    heading_line: Line
    head: Head
    body: list[Line] = field(default_factory=list)
    notes: list[Line] = field(default_factory=list)


def float_lines(lines: Sequence[Line]) -> list[Line]:
    """The lines under PUBLIC FLOAT, FREE FLOAT or both, up to the next heading of another part; [] where there are none."""
    found: list[Line] = []
    is_inside = False
    for line in lines:
        title = _title(line.text)
        if title is not None:
            is_inside = "float" in title
        elif is_inside:
            found.append(line)
    return found


def _title(text: str) -> str | None:
    """The name of the part that a line opens, in small letters, or None."""
    plain = re.sub(r"[–—]", "-", text.strip())
    if plain[:1].islower() or not (_SECTION.fullmatch(plain) or _CAPITALS.fullmatch(plain)) or plain.endswith((".", ",")):
        return None
    return plain.lower()


def lockup_tables(lines: Sequence[Line]) -> list[Table]:
    """The tables of the lock-up undertakings, in the order of their heads.

    Raises RefusedFiling where a filing has none, or a table has no heading.
    """
    found = _lockup_lines(lines)
    heads: list[Head] = []
    place = 0
    while place < len(found):
        head = head_at(found, place)
        if head:
            heads.append(head)
        place = head.last if head else place + 1
    if not heads:
        titles = (line.place for line in lines if (_title(line.text) or "").startswith(LOCKUPS))
        where = next(titles, None)
        raise RefusedFiling(
            where,
            "no table of lock-up undertakings was found",
            "an announcement of allotment results has the heading LOCK-UP UNDERTAKINGS, and under it tables whose heads go from "
            "`Name` to `Last day subject to the lock-up undertakings`",
        )
    return _tables(found, heads)


def _lockup_lines(lines: Sequence[Line]) -> list[Line]:
    """The lines under LOCK-UP UNDERTAKINGS up to the next part."""
    starts = [number for number, line in enumerate(lines) if (_title(line.text) or "").startswith(LOCKUPS)]
    for start in starts:
        end = start + 1
        while end < len(lines) and (_title(lines[end].text) in (None, LOCKUPS)):
            end += 1
        part = [line for line in lines[start + 1 : end] if _title(line.text) is None]
        if any(head_at(part, place) for place in range(len(part))):
            return part
    return []


def _tables(lines: Sequence[Line], heads: Sequence[Head]) -> list[Table]:
    tables: list[Table] = []
    taken: set[int] = set()  # lines that turned out to be headings
    in_notes = False
    previous_end = 0
    for number, head in enumerate(heads):
        following = heads[number + 1].first if number + 1 < len(heads) else len(lines)
        before = range(previous_end, head.first)
        heading = _heading_before(lines, before)
        if not heading and tables:
            is_new = any(_NOTES.fullmatch(lines[place].text) for place in before) or tables[-1].head.shape != head.shape
            heading = _heading_at_page_top(lines, before) if is_new else []
            if not heading and tables[-1].head.shape != head.shape:
                raise RefusedFiling(
                    lines[head.first].place,
                    "a table begins here with other columns than the one before, and no heading stands before it",
                    "a heading that names the kind of holders (such as `Cornerstone Investors`) would have to stand "
                    "on the line before",
                )
        if heading or not tables:
            if not heading:
                raise RefusedFiling(
                    lines[head.first].place,
                    "the first table has no heading",
                    "a line that names the kind of holders would have to stand before it",
                )
            words = _joined([lines[place].text for place in heading])
            tables.append(Table(words, lines[heading[0]], head))
            in_notes = False
            taken |= set(heading)
        tables[-1].head = head if not tables[-1].body else tables[-1].head
        previous_end = head.last
        next_heading = _heading_before(lines, range(head.last, following)) if number + 1 < len(heads) else []
        end = next_heading[0] if next_heading else following
        for place in range(head.last, end):
            text = lines[place].text
            if not in_notes and _NOTES.fullmatch(text):
                in_notes = True
            (tables[-1].notes if in_notes else tables[-1].body).append(lines[place])
        in_notes = in_notes and _still_notes(lines, following, heads, number)
    _check_no_figures(lines[: heads[0].first], tables)
    for table in tables:
        table.body = [line for line in table.body if not any(lines[place] is line for place in taken)]
        table.notes = [line for line in table.notes if not any(lines[place] is line for place in taken)]
    return tables


def _check_no_figures(before: Sequence[Line], tables: Sequence[Table]) -> None:
    """Raises RefusedFiling if cells stand where no table is: a table whose head was not understood would be lost in silence."""
    for line in (*before, *(line for table in tables for line in table.notes)):
        if _LOST_CELL.fullmatch(line.text):
            raise RefusedFiling(
                line.place,
                f"{line.text!r} stands alone on a line outside of every table",
                "the table to which it belongs would have to begin with a heading and a head from `Name` to `Last day "
                "subject to the lock-up undertakings`",
            )


def _still_notes(lines: Sequence[Line], following: int, heads: Sequence[Head], number: int) -> bool:
    """Whether the notes go on under the next head, which a page repeats though no row follows."""
    if number + 1 >= len(heads):
        return True
    after = heads[number + 1].last
    return after < len(lines) and bool(_NOTE_NUMBER.fullmatch(lines[after].text)) and following < len(lines)


def _heading_before(lines: Sequence[Line], before: range) -> list[int]:
    """The places of the heading's lines that end right before a head, or []."""
    places = list(before)
    for length in range(1, min(_LONGEST_HEADING, len(places)) + 1):
        first = places[-length]
        text = _joined([lines[place].text for place in places[-length:]])
        if not _HEADING.fullmatch(lines[first].text) or text.endswith((".", ";", ",")) or len(text) > 400:
            continue
        if length == len(places) or _ends(lines[places[-length - 1]], lines[first]):
            return places[-length:]
    return []


def _ends(line: Line, following: Line) -> bool:
    """Whether what stands on `line` ends there: a sentence, figures, the marks of a note, or the page."""
    if line.page != following.page and _BARE_HEADING.fullmatch(following.text):
        return True
    return bool(re.search(r"[.:)”’/–—-]$|\d%?$", line.text)) or bool(_BARE_HEADING.fullmatch(following.text))


def _heading_at_page_top(lines: Sequence[Line], before: range) -> list[int]:
    """A heading that the page draws at its top, before the end of the table that still runs; the last one of the region."""
    for place in reversed(before):
        if place and lines[place - 1].page != lines[place].page and _BARE_HEADING.fullmatch(lines[place].text):
            return [place]
    return []


def _joined(texts: Sequence[str]) -> str:
    return " ".join(" ".join(texts).split())
