"""Heads: the words over a table's columns, and what each column holds.

A head goes from `Name` to the words of the last day. Its lines are wrapped, hyphenated, broken inside words, and carry note
marks: only the letters count. Rows are read in `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingestion.filings.lines import Line

#: No head of the form has more lines than this, even one word a line.
_LONGEST_HEAD = 120
_NAME = re.compile(
    r"(?:full)?names?(?:of(?:the)?(?:share|cornerstone|existing|pre-?ipo|controlling)?(?:holders?|investors?|shareholders?)?)?|(?:share)?holders?|shareholders?name|investors?|cornerstoneinvestors?"
)
_MARKS = re.compile(
    r"\(\s*[Nn]otes?\s*[\d,/&\s]*\)|Notes?\s*\d{1,2}(?:\s*[,/&]\s*(?:Notes?\s*)?\d{1,2})*|\(\d{1,2}\)|[*¹²³⁴-⁹]|Notes?\s*$"
)
_MARK_LINE = re.compile(r"\(?\s*[Nn]otes?\s*[\d,/&\s]*\)?|(?:\(\d{1,2}\)\s*)+|[*¹²³⁴-⁹]+")
_FIGURE = re.compile(r"\d{1,3}(?:,\d{3})+|\d\.\d+\s?%|\b20\d\d\b")
#: The words with which a column begins. `% of` comes first: the `number of` in `% of total number of shares` begins none.
_COLUMN = re.compile(
    r"(?P<percent>(?:[hab]?sharesas|as)?(?:approximate)?(?:%|percentageof)(?:of)?(?:the)?(?:total)?(?:numberof|no\.?of)?(?:issued)?"
    r"|(?:approximate)?percentage)"
    r"|(?P<count>(?:aggregate|total)?(?:numberand(?:description|class)of|numberof|no\.?of))"
    r"|(?P<day>lastday|lastdate|expirydate|expirydayof|expiryof|dateofexpiry|enddate|lock-?upexpiry|endof(?:the)?lock)"
    r"|(?P<capacity>capacity|relationship|position|natureofinterest)"
    r"|(?P<share_class>(?:class|type|description)of(?:the)?shares?|shareclass)"
)
_DAY_END = re.compile(
    r"(?:lastday|lastdate|expiry|enddate|dateofexpiry|endof).*?(?:undertakings|undertaking|periods?|lock-?up|arrangements?|expiry)"
)


#: Ends the name of a whole that is enlarged by the over-allotment option.
ENLARGED = " with over-allotment"
_EXERCISED = re.compile(r"(?<!not)(?<!notbeen)(?<!notfully)(?<!notbe)(?:fully)?exercised|fullexerciseoftheoverallotment")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `kind` is `count`, `percent`, `capacity`, `share_class` or `day`; `of` says of what.

    For a count `of` is the class of its shares (`H`, `A`, `domestic`, `unlisted`), or `all` where the head names none; for a
    percentage its whole: `offer`, `listed` (the listed class), `issued`, with `ENLARGED` where it assumes that the
    over-allotment option is exercised.
    """

    kind: str
    of: str
    words: str


@dataclass(frozen=True, slots=True)
class Head:
    """A head: its columns after the name, its lines `first` to `last` (the latter excluded), and its letters."""

    columns: tuple[Column, ...]
    first: int
    last: int
    letters: str

    @property
    def figures(self) -> tuple[Column, ...]:
        """The columns of counts and percentages."""
        return tuple(column for column in self.columns if column.kind in ("count", "percent"))

    @property
    def shape(self) -> tuple[tuple[str, str], ...]:
        """What two pages of one table have in common."""
        return tuple((column.kind, column.of) for column in self.columns)

    @property
    def has_capacity(self) -> bool:
        """Whether a column says in words what a holder is."""
        return any(column.kind == "capacity" for column in self.columns)


def letters_of(text: str) -> str:
    """The letters and signs of a head that count: without marks, blanks, dashes and brackets, in small letters."""
    plain = re.sub(r"[\s‐-―−-]+|[()（）,:;“”\"'’‘]", "", _MARKS.sub(" ", text))
    return plain.lower()


def head_at(lines: Sequence[Line], first: int) -> Head | None:
    """The head that begins with line `first`, or None if none does."""
    name = letters_of(lines[first].text)
    start = _NAME.match(name)
    if not start or not (start.end() == len(name) or _COLUMN.match(name, start.end())):
        return None
    if "name" not in name and first + 1 < len(lines) and head_at(lines, first + 1):
        return None  # the heading `Cornerstone Investors` over a head that begins with `Name`
    letters = ""
    for last in range(first, min(first + _LONGEST_HEAD, len(lines))):
        text = lines[last].text
        if _FIGURE.search(text):
            return None
        letters += letters_of(text)
        days = list(
            re.finditer(
                r"lastday|lastdate|expirydate|expiryof|expiryday|dateofexpiry|enddate|endof(?:the)?lock|lock-?upexpiry", letters
            )
        )
        if days and _DAY_END.fullmatch(letters[days[-1].start() :]) and not _goes_on(lines, last + 1):
            return _head(letters, first, _after_marks(lines, last))
    return None


def _goes_on(lines: Sequence[Line], place: int) -> bool:
    """Whether the last column's words go on in the next line: `lock-up` / `undertakings`, `undertaking` / `s Note 2`."""
    following = letters_of(lines[place].text) if place < len(lines) else ""
    return bool(re.match(r"s$|(?:s?uponlisting|undertak|periods?|expires?|ends?|restrictions?|arrangements?)", following))


def _after_marks(lines: Sequence[Line], last: int) -> int:
    """The first line after line `last` and the marks that follow it."""
    place = last + 1
    while place < len(lines):
        text = lines[place].text
        dangling = re.search(r"[Nn]otes?$", lines[place - 1].text)
        if not (_MARK_LINE.fullmatch(text) or (dangling and re.fullmatch(r"\d{1,2}\)?", text))):
            break
        place += 1
    return place


def _head(letters: str, first: int, last: int) -> Head | None:
    starts = list(_COLUMN.finditer(letters))
    columns = []
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(letters)
        kind = str(start.lastgroup)
        words = letters[start.start() : end]
        columns.append(Column(kind, _of(kind, words), words))
    kinds = [column.kind for column in columns]
    if "count" not in kinds or kinds.count("day") != 1 or kinds[-1] != "day":
        return None
    return Head(tuple(columns), first, last, letters)


def _of(kind: str, words: str) -> str:
    if kind == "percent":
        # what follows is of the time or the assumption, not of the whole
        whole = re.split(r"subject|after|upon|assuming|without|held", words.removeprefix("hsharesas"))[0]
        name = "offer" if "offershares" in whole else "listed" if re.search(r"hshares?|class[ab]", whole) else "issued"
        return f"{name}{ENLARGED}" if _EXERCISED.search(words) else name
    if kind != "count":
        return ""
    found = re.search(r"(unlisted|domestic|[hab](?=shares))", words.replace("heldinthe", ""))
    name = "all" if not found else found[1].upper() if len(found[1]) == 1 else found[1]
    return f"{name}{ENLARGED}" if _EXERCISED.search(words) else name
