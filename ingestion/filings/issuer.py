"""The issuer: its name, and the class of its shares that is listed, as an announcement says them on its cover and in its text.

What a form prints under labels of its own is read in the form's room.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingestion.filings.fact import Fact
from ingestion.filings.lines import Line
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.running_text import RunningText

_COMPANY_KIND = re.compile(r"\((?:a|an)\s+(?:joint\s+stock|exempted|company).*|\(incorporated\s+in.*", re.IGNORECASE)
_ANNOUNCEMENT = re.compile(r"ANNOUNCEMENT\s+OF\b.*|(?:GLOBAL OFFERING|Global Offering)")
_ISSUED_BY = re.compile(r"prospectus[^.]{0,80}?(?:issued\s+by|of)\s+([A-Z][^(（“]{3,90}?)\s*[(（]")
_OTHER_CLASS = re.compile(r"\b(?:A Shares|Domestic Shares|Unlisted Shares|Class [AB] Shares)\b")
_DEALINGS = re.compile(r"dealings\s+in\s+(?:the\s+)?(?P<listed>H|Class\s+[AB])\s+(?:Ordinary\s+)?Shares", re.IGNORECASE)


def issuer_name(lines: Sequence[Line]) -> Fact[str] | None:
    """The company's name: the lines before its Chinese name, `(A joint stock company ...)` or the announcement's title."""
    for pattern in (_COMPANY_KIND, _ANNOUNCEMENT):
        number = next((number for number, line in enumerate(lines) if pattern.fullmatch(line.text)), 0)
        first = number
        while first and number - first < 5 and lines[first - 1].page == lines[number].page and _is_name(lines[first - 1].text):
            first -= 1
        names = [re.split(r"\s*/\s*(?=[㐀-鿿])|\s*[㐀-鿿]", one.text)[0].strip(" （(") for one in lines[first:number]]
        name = " ".join(text for text in names if text and not re.fullmatch(r"[\d\W]+", text))
        if name:
            return Fact(name, name, lines[first].place)
    found = RunningText(lines)
    match = _ISSUED_BY.search(found.text)
    if not match:
        return None
    name = " ".join(match[1].split())
    return Fact(name, name, found.place(match.start(1)))


def class_listed(lines: Sequence[Line]) -> str:
    """The class that is listed: `H`, `A` or `B` as the sentence on dealings names it, `ordinary` where the filing has but one.

    Raises RefusedFiling where there are several classes and no sentence says which is dealt in.
    """
    text = "\n".join(line.text for line in lines)
    dealings = _DEALINGS.search(text)
    if dealings and dealings["listed"]:
        return dealings["listed"].split()[-1].upper()
    if re.search(r"\bH[-–\s]+Shares?\b", text, re.IGNORECASE):
        return "H"
    other = _OTHER_CLASS.search(text)
    if other:
        raise RefusedFiling(
            None,
            f"the filing has {other[0]}, and no sentence says which shares are dealt in",
            "`dealings in the H Shares` (or another class) would have to stand in it",
        )
    return "ordinary"


def _is_name(text: str) -> bool:
    """Whether a line can be one of a company's name: short, and no end of a sentence or label."""
    return len(text) < 90 and not text.endswith((":", ";", ",")) and not _ANNOUNCEMENT.fullmatch(text)
