"""Reading text in the same way for dates and figures: dashes and spaces, remarks in parentheses, the words of a clause."""

from __future__ import annotations

import re
import unicodedata

#: Characters of the longest text that is read as a figure or a date: longer ones are prose.
MAX_LENGTH = 500

# one character for one, so that places in the plain text are places in the printed one
_PLAIN = {ord(dash): "-" for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"} | {
    code: " " for code in range(0x3001) if chr(code).isspace()
}
_CLAUSE_END = re.compile(r"[;()\[\]]|[,.](?= )|(?<= )(?:and|or)(?= )")
_AROUND_WORDS = " :=,;+-/~"


def plain(text: str) -> str:
    """`text` with every kind of dash as `-` and every kind of space as a space; the length does not change."""
    return text.translate(_PLAIN)


def single_spaced(text: str) -> str:
    """`text` with every run of spaces or line ends as one space."""
    return re.sub(r"\s\s+", " ", text)


def unreadable(text: str) -> str | None:
    """Why `text` can't be read at all, or None: too long, a NUL, digits other than 0-9."""
    if len(text) > MAX_LENGTH:
        return f"longer than {MAX_LENGTH} characters; give it alone, and the words elsewhere"
    if "\x00" in text:
        return "holds a NUL character; remove it"
    if any(not character.isascii() and unicodedata.category(character)[0] == "N" for character in text):
        return "digits other than 0-9; write them as 0-9"
    return None


def without_remarks(text: str) -> tuple[str, list[str]]:
    """`text` without the parentheses that end it, and what these say, the last first."""
    text, remarks = text.strip(), []
    while text.endswith(")"):
        depth = 0
        for place in range(len(text) - 1, -1, -1):
            depth += (text[place] == ")") - (text[place] == "(")
            if depth == 0:
                break
        if depth:
            break
        remarks.append(text[place + 1 : -1].strip())
        text = text[:place].strip()
    return text, remarks


def clause_words(text: str, start: int, end: int, gap_start: int, gap_end: int) -> tuple[str, str, int]:
    """The words before and after text[start:end] in its clause, and where the clause ends.

    A clause ends at a semicolon, comma, full stop, parenthesis, `and` or `or`; the words looked at lie in
    text[gap_start:gap_end], so that words between two finds with no such end between them belong to both.
    """
    begin = gap_start
    for clause_end in _CLAUSE_END.finditer(text, gap_start, start):
        begin = clause_end.end()
    stop = _CLAUSE_END.search(text, end, gap_end)
    stop_at = stop.start() if stop else gap_end
    before = " ".join(text[begin:start].split()).strip(_AROUND_WORDS)
    after = " ".join(text[end:stop_at].split()).strip(_AROUND_WORDS)
    return before, after, stop_at
