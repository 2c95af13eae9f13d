"""Movements of a monthly return: the dated rows of its part III (E), believed if they add up to what the balances moved by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from ingestion.filings.cells import DAY
from ingestion.filings.class_shares import Movement, joined
from ingestion.filings.printed_counts import COUNT, as_sum, count_of, run_of_counts
from ingestion.filings.proofs import Proofs
from ingestion.filings.refusal import RefusedFiling
from ingestion.filings.running_text import RunningText
from ingestion.printed_text.dates import parse_date

_PART_E = re.compile(r"(?:^|\n)\(?E\)?\.?\s+Other\s+Movements", re.IGNORECASE)
_CLASS = re.compile(
    r"\n\d{1,2}\.\s+(?P<head>(?:Class|Type)\s+of\s+shares\b.*?)(?=\n\s*Events?\b|\n\d+\)|\Z)", re.IGNORECASE | re.DOTALL
)
_ROW = re.compile(r"\n\d{1,2}\)\.?\s+")
_ROW_END = re.compile(
    r"\n(?:Total\s+)?increase\s*/\s*decrease|\n\d{1,2}\.\s+(?:Class|Type)\s+of\s+shares|\nRemarks?\b", re.IGNORECASE
)
_DAY = re.compile(DAY, re.IGNORECASE)
_PRICE = re.compile(r"(?P<currency>HKD|HK\$|RMB|USD|US\$|CNY)\s*(?P<amount>\d[\d,]*(?:\.\d+)?)")
_TOTAL = re.compile(
    r"Total\s+increase\s*/\s*decrease\s*\(\s*[-–−]\s*\)\s+in\s+(?P<of>[^:：\d]{3,80}?)\s+during\s+the\s+month\s*"
    rf"\(\s*i\.e\.?\s+Total\s+of\s+A\d?\s+to\s+E\d?\s*\)\s*[:：]?\s*(?P<count>{COUNT})",
    re.IGNORECASE,
)
#: Issued shares, treasury shares, and what is bought back and not yet cancelled.
_COLUMNS = 3
#: How much of what the return calls an event is its name.
_LONGEST_EVENT = 120


def read_movements(
    found: RunningText, part_3: tuple[int, int], moved: Mapping[str, tuple[int, int]], closed: date, proofs: Proofs
) -> list[Movement]:
    """The dated movements of the month that `closed` ends, of the classes whose rows add up to `moved` (issued, treasury).

    Raises RefusedFiling where the printed totals of part III are others.
    """
    start, end = part_3
    _prove_totals(found, start, end, moved, proofs)
    part = _PART_E.search(found.text, start, end)
    rows = list(_rows(found, part.end(), end, list(moved))) if part else []
    proved: list[Movement] = []
    for share_class, (issued, treasury) in moved.items():
        own = [row for row in rows if row.share_class == share_class and (row.issued or row.treasury)]
        if not own or any((row.on.year, row.on.month) != (closed.year, closed.month) for row in own):
            continue
        if (sum(row.issued for row in own), sum(row.treasury for row in own)) == (issued, treasury):
            numbers = as_sum([row.issued for row in own])
            proofs.add(
                "movement", f"class {share_class}: the rows of part III (E) = the change of its balance", numbers, own[0].place
            )
            proved += own
    return joined(proved)


def _prove_totals(found: RunningText, start: int, end: int, moved: Mapping[str, tuple[int, int]], proofs: Proofs) -> None:
    totals = list(_TOTAL.finditer(found.text, start, end))
    for column, label in ((0, "issued shares"), (1, "treasury shares")):
        own = [one for one in totals if one["of"].lower().startswith("treasury") == bool(column)]
        if not own:
            continue
        printed, needed = sum(count_of(one["count"]) for one in own), sum(change[column] for change in moved.values())
        place = found.place(own[0].start("count"))
        if printed != needed:
            read = f"part III has a movement of {printed:,} {label}"
            raise RefusedFiling(place, read, f"it would have to be {needed:,}, by which the balances of part II moved")
        proofs.add("movement", f"total of part III = changes of part II, {label}", f"{printed:,} = {needed:,}", place)


def _rows(found: RunningText, start: int, end: int, classes: list[str]) -> list[Movement]:
    """The rows of part III (E) that have a day and counts; a row without them is left to the sum, which then does not hold."""
    heads = list(_CLASS.finditer(found.text, start, end))
    marks = list(_ROW.finditer(found.text, start, end))
    rows: list[Movement] = []
    for mark, following in zip(marks, [*(one.start() for one in marks[1:]), end], strict=True):
        stop = _ROW_END.search(found.text, mark.end(), following)
        stop_at = stop.start() if stop else following
        head = next((one["head"] for one in reversed(heads) if one.start() < mark.start()), "")
        share_class = _class_of(head, classes)
        days = list(_DAY.finditer(found.text, mark.end(), stop_at))
        if share_class is None or not days:
            continue
        counts, _ = run_of_counts(found.text, days[-1].end(), stop_at, _COLUMNS)
        if not counts:
            continue
        price = _PRICE.search(found.text, mark.end(), days[0].start())
        words = " ".join(found.text[mark.end() : price.start() if price else days[0].start()].split())
        rows.append(
            Movement(
                share_class,
                parse_date(" ".join(days[0][0].split()).replace(" ,", ",")).earliest_on,
                words[:_LONGEST_EVENT] or "movement",
                counts[0],
                counts[1] if len(counts) > 1 else 0,
                price["amount"] if price and price["currency"] in ("HKD", "HK$") else None,
                found.place(mark.start() + 1),
            )
        )
    return rows


def _class_of(head: str, classes: list[str]) -> str | None:
    """The class of part II that the head of a table of part III names; the only one where there is but one."""
    if len(classes) == 1:
        return classes[0]
    words = " ".join(head.split())
    if re.search(r"\b(?:unlisted|domestic)\b", words, re.IGNORECASE):
        return "unlisted domestic" if "unlisted domestic" in classes else None
    letter = re.search(r"\bshares\s+(?:Class\s+)?([ABH])\b(?!\w)", words)
    return letter[1] if letter and letter[1] in classes else None
