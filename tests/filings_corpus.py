"""Checks the reading of filings against a folder of expectations: `python -m tests.filings_corpus FOLDER`.

The folder holds `<code>.txt` (or `.pdf`) and `<code>.json` for each filing, the latter written by a person who read it. Its
keys: `listing_on`, `offer_price`, `currency`, `offer_shares`, `issued_shares_at_listing`, `over_allocation_shares`,
`listed_class_shares_at_listing`, `lockups` (each with `heading`, `holder`, `shares`, `last_locked_on`, `stage`, `pct_printed`,
and where known `listed_class_shares`, `unlisted_shares`, `same_shares_as`) and `subtotals`. A key that is missing or null is
not checked.

Each filing is `right` (read whole, every row and fact as expected), `refused` (with the reason), or `WRONG` (something landed
that is not as expected). Exits with 1 if anything is wrong.
"""

from __future__ import annotations

import json
import re
import sys
import time
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingestion.filings.allotment_results.holdings import Holding
from ingestion.filings.allotment_results.reading import Reading
from ingestion.filings.files import read_filing
from ingestion.filings.refusal import RefusedFiling

_STAGES = {"first": "first six-month period", "second": "second six-month period"}
_MARKS = re.compile(r"\(?\s*Notes?\s*\d+(?:\s*[,/]\s*(?:Notes?\s*)?\d+)*\s*\)?|\(\d{1,2}\)", re.IGNORECASE)


def main(folder: Path) -> int:
    """Checks every filing of the folder and prints what came of it; returns the exit code."""
    counts = {"right": 0, "refused": 0, "WRONG": 0}
    rows = floats = 0
    for expectation in sorted(folder.glob("*.json")):
        source = next((path for ending in (".txt", ".pdf") if (path := expectation.with_suffix(ending)).exists()), None)
        if source is None:
            continue
        expected = json.loads(expectation.read_text(encoding="utf-8"))
        started = time.perf_counter()
        try:
            reading = read_filing(source)
            assert isinstance(reading, Reading), f"{source.name} is taken as another form: {reading.form}"
        except RefusedFiling as refused:
            counts["refused"] += 1
            print(f"{expectation.stem}  refused  {refused}")
            continue
        differences = list(_differences(reading, expected))
        verdict = "WRONG" if differences else "right"
        counts[verdict] += 1
        rows += sum(len(holding.days) for holding in reading.holdings)
        floats += any(proof.kind == "free float" for proof in reading.proofs.proved)
        seconds = time.perf_counter() - started
        print(
            f"{expectation.stem}  {verdict:<7}  {len(expected['lockups'])} rows, {len(reading.proofs.proved)} proofs, "
            f"{len(reading.proofs.findings)} findings, {len(reading.proofs.open)} open, {seconds:.2f} s"
        )
        for difference in differences[:12]:
            print(f"          {difference}")
    total = sum(counts.values())
    print(f"{total} filings: {counts['right']} right, {counts['refused']} refused, {counts['WRONG']} WRONG")
    print(f"{rows} rows read, {floats} printed free floats proved")
    return 1 if counts["WRONG"] or not total else 0


def _differences(reading: Reading, expected: dict[str, Any]) -> Iterator[str]:
    summary = reading.summary
    facts = (
        ("code", summary.ticker, expected.get("code")),
        ("listing_on", summary.listing_on.value.isoformat(), expected.get("listing_on")),
        ("offer_price", float(summary.price.value), expected.get("offer_price")),
        ("currency", summary.currency, expected.get("currency")),
        ("offer_shares", summary.offer_shares.value, expected.get("offer_shares")),
        ("issued_shares_at_listing", summary.issued_shares.value, expected.get("issued_shares_at_listing")),
        (
            "over_allocation_shares",
            summary.over_allocated_shares.value if summary.over_allocated_shares else None,
            expected.get("over_allocation_shares"),
        ),
    )
    for name, read, wanted in facts:
        if wanted is not None and read != wanted:
            yield f"{name}: read {read}, expected {wanted}"
    if summary.issuer and expected.get("issuer") and _letters(summary.issuer.value) not in _letters(expected["issuer"]):
        yield f"issuer: read {summary.issuer.value!r}, expected {expected['issuer']!r}"
    yield from _row_differences(reading, expected["lockups"])
    for subtotal in expected.get("subtotals") or []:
        if subtotal.get("shares") is not None and not any(
            _letters(total.heading) == _letters(subtotal["heading"])
            and f"{subtotal['shares']:,}" in " ".join(cell or "" for cell in total.cells)
            for total in reading.totals
        ):
            yield f"total under {subtotal['heading'][:40]!r}: {subtotal['shares']:,} was not read"


def _row_differences(reading: Reading, expected: list[dict[str, Any]]) -> Iterator[str]:
    read = [(holding, day) for holding in reading.holdings for day in holding.days]
    if len(read) != len(expected):
        yield f"{len(read)} rows read, {len(expected)} expected"
    for number, ((holding, day), wanted) in enumerate(zip(read, expected, strict=False), 1):
        stage = _STAGES.get(day.stage or "")
        wrong = [
            words
            for words, is_wrong in (
                (f"heading {holding.heading[:40]!r}", _letters(holding.heading) != _letters(wanted["heading"])),
                (f"holder {holding.holder!r}", _letters(holding.holder) != _letters(wanted["holder"])),
                (f"shares {holding.shares:,}", holding.shares not in _expected_shares(wanted)),
                (f"last day {day.last_locked_on}", day.last_locked_on.isoformat() != wanted["last_locked_on"]),
                (f"stage {stage}", stage != wanted.get("stage")),
                (f"listed shares {holding.listed}", _is_other(holding.listed, wanted.get("listed_class_shares"))),
                (f"unlisted shares {holding.unlisted}", _is_other(holding.unlisted, wanted.get("unlisted_shares"))),
                (f"percentages {_percents(holding)}", _is_other_percents(holding, wanted.get("pct_printed"))),
                (f"same shares as {holding.same_as}", _is_other_lot(holding, wanted)),
            )
            if is_wrong
        ]
        if wrong:
            row = f"{wanted['holder'][:50]}, {wanted.get('shares')}, {wanted['last_locked_on']}"
            yield f"row {number} ({row}): read {'; '.join(wrong)}"


def _expected_shares(wanted: dict[str, Any]) -> set[int]:
    if wanted.get("shares") is not None:
        return {wanted["shares"]}
    return {
        wanted.get("shares_total_computed") or (wanted.get("unlisted_shares") or 0) + (wanted.get("listed_class_shares") or 0)
    }


def _is_other(read: int | None, wanted: int | None) -> bool:
    """Whether two counts contradict; what one of them leaves open contradicts nothing."""
    return read is not None and wanted is not None and read != wanted


def _percents(holding: Holding) -> list[str]:
    return [cell.printed for _, cell in holding.percents]


def _is_other_percents(holding: Holding, wanted: list[str] | None) -> bool:
    digits = [re.sub(r"\s", "", text) for text in wanted or [] if re.search(r"\d", text)]
    return wanted is not None and _percents(holding) != digits


def _is_other_lot(holding: Holding, wanted: dict[str, Any]) -> bool:
    """Whether the row is taken as shares of another row and should not be. The other way round is told by the capital."""
    said = wanted.get("same_shares_as")
    return holding.same_as is not None and not said and bool(holding.shares)


def _letters(text: str) -> str:
    """A name or heading without note marks, blanks and signs, in small letters of plain width."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", _MARKS.sub("", text)).lower())


if __name__ == "__main__":
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        raise SystemExit("usage: python -m tests.filings_corpus FOLDER (with <code>.txt or .pdf and <code>.json)")
    raise SystemExit(main(Path(sys.argv[1])))
