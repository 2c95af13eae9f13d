"""Covers of the Exchange's returns: issuer, day of submission, and what stands on each page of a form.

What only one form prints on its cover is read in the form's room.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from ingestion.filings.cells import DAY
from ingestion.filings.fact import Fact
from ingestion.filings.lines import Line
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.running_text import RunningText, spaced
from ingestion.printed_text.dates import parse_date

#: A day of a return: `31 March 2026`, `31/03/2026`.
RETURN_DAY = rf"(?:{DAY}|\d\d/\d\d/\d{{4}})"
_FURNITURE = re.compile(r"v?\s*Page\s+\d+\s+of\s+\d+(?:\s+v?\s*[\d.]+)?|v\s*\d+\.\d+\.\d+|FF30\d(?:\s+Page.*)?", re.IGNORECASE)
_SUBMITTED = re.compile(spaced("Date Submitted") + rf"\s*[:：]?\s*(?P<day>{RETURN_DAY})", re.IGNORECASE)
_ISSUER = re.compile(
    spaced("Name of Issuer") + r"\s*[:：]?\s*(?P<name>.{2,200}?)\s*(?=\n\s*Date\s+Submitted)", re.IGNORECASE | re.DOTALL
)


def return_text(lines: Sequence[Line]) -> RunningText:
    """The text of a return without the foot of its pages."""
    return RunningText([line for line in lines if line.text and not _FURNITURE.fullmatch(line.text)])


def day_after(found: RunningText, pattern: re.Pattern[str], label: str) -> Fact[date]:
    """The day in the group `day` of the first match of `pattern`, which begins with `label`. Raises RefusedFiling."""
    match = pattern.search(found.text)
    if not match:
        raise RefusedFiling(None, f"no day stands after `{label}`", "it would have to, as in `31 March 2026`")
    return day_fact(found, match, label)


def day_fact(found: RunningText, match: re.Match[str], label: str) -> Fact[date]:
    """The day in the group `day` of a match. Raises RefusedFiling where it is none."""
    printed = " ".join(match["day"].split())
    place = found.place(match.start("day"))
    try:
        if "/" in printed:
            day, month, year = (int(part) for part in printed.split("/"))
            return Fact(date(year, month, day), printed, place)
        return Fact(parse_date(printed.replace(" ,", ",")).earliest_on, printed, place)
    except ValueError:
        raise RefusedFiling(place, f"{printed!r} after `{label}`", "it would have to be a day") from None


def submitted_on(found: RunningText, closed: date, of_what: str) -> Fact[date]:
    """The day of submission, which is no earlier than `closed`. Raises RefusedFiling."""
    submitted = day_after(found, _SUBMITTED, "Date Submitted")
    if submitted.value < closed:
        needed = f"it would have to be no earlier than the close of {of_what}, {closed}"
        raise RefusedFiling(submitted.place, f"it was submitted on {submitted.value}", needed)
    return submitted


def issuer_of(found: RunningText, ticker: str, proofs: Proofs) -> str:
    """The issuer's English name; its ticker, said as open, where the cover names none."""
    issuer = _ISSUER.search(found.text)
    name = " ".join(re.split(r"[\u3400-\u9fff（]", issuer["name"])[0].split()) if issuer else ""
    if not name:
        proofs.open.append("the issuer's name was not found; its ticker stands in for it")
    return name or ticker
