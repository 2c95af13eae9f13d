"""`freefloat read`: what a filing says and how it is proved, for people and as JSON, and as inbox files.

Reading and proving are in `ingestion.filings`; here a reading is only shown and written. Nothing is landed.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

from ingestion.files.cell_text import printable
from ingestion.filings.allotment_results.holdings import Holding
from ingestion.filings.allotment_results.reading import Reading
from ingestion.filings.capital_reading import CapitalReading
from ingestion.filings.files import read_filing, read_lines
from ingestion.filings.forms import AnyReading
from ingestion.filings.inbox import write_inbox
from ingestion.filings.lines import Line
from ingestion.filings.refusal import RefusedFiling

#: How wide a page is that no terminal shows.
_WIDTH = 140


def read_files(files: Sequence[Path], format_: str, csv_folder: Path | None, text_folder: Path | None) -> int:
    """Reads the files one by one and writes what was read to standard output; returns how many were refused.

    A file that is refused is named on standard error with the reason, and the others are read all the same. `csv_folder` also
    gets the inbox files of each reading, `text_folder` the lines of each file, refused or not, as text with page marks.
    """
    console = Console(width=None if sys.stdout.isatty() else _WIDTH, soft_wrap=False)
    errors = Console(stderr=True, width=None if sys.stderr.isatty() else _WIDTH)
    shown: list[dict[str, object]] = []
    refused = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=errors, disable=len(files) < 2 or not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task("reading", total=len(files))
        for path in files:
            progress.update(task, description=f"reading {printable(path.name)}")
            try:
                if text_folder:
                    _write_text(read_lines(path), text_folder / f"{path.stem}.txt")
                reading = read_filing(path)
                written = write_inbox(reading, csv_folder, path.name) if csv_folder else []
            except RefusedFiling as error:
                refused += 1
                shown.append({"file": str(path), "refused": _refusal(error)})
                errors.print(f"Error: {printable(str(path))}: refused: {error}", markup=False, highlight=False, soft_wrap=True)
            else:
                if format_ == "table":
                    show(reading, str(path), console)
                else:
                    shown.append({"file": str(path), **reading.as_json()})
                for one in written:
                    errors.print(f"written: {printable(str(one))}", markup=False, highlight=False, soft_wrap=True)
            progress.advance(task)
    if format_ == "json":
        sys.stdout.write(json.dumps(shown[0] if len(files) == 1 else shown, ensure_ascii=False, indent=2) + "\n")
    elif len(files) > 1:
        errors.print(f"{len(files)} filings: {len(files) - refused} read, {refused} refused", highlight=False)
    return refused


def show(reading: AnyReading, name: str, console: Console) -> None:
    """Prints a reading: the facts, each table, what proves them, what contradicts them, what is open."""
    console.rule(Text(f"{printable(reading.issuer)}  {reading.ticker}"))
    console.print(f"{escape(printable(name))}: {reading.form}, {reading.pages} pages", highlight=False)
    if isinstance(reading, CapitalReading):
        console.print(_shown_facts([(label, _plain(fact.value), str(fact.place)) for label, fact in reading.facts.items()]))
        if reading.table:
            console.print(_movements(reading))
    else:
        console.print(_facts(reading))
        for heading in dict.fromkeys(holding.heading for holding in reading.holdings):
            console.print(_table(reading, heading))
    proofs = Table(title=f"{len(reading.proofs.proved)} proofs", title_justify="left", box=None, padding=(0, 2, 0, 0))
    for column in ("", "what holds", "with which numbers", "where"):
        proofs.add_column(column, overflow="fold")
    for proof in reading.proofs.proved:
        proofs.add_row("[green]✓[/]", _cell(proof.statement), _cell(proof.numbers), str(proof.place or ""))
    console.print(proofs)
    if reading.proofs.findings:
        findings = Table(title=f"{len(reading.proofs.findings)} findings", title_justify="left", box=None, padding=(0, 2, 0, 0))
        for column in ("", "what does not hold", "why it lands all the same", "where"):
            findings.add_column(column, overflow="fold")
        for finding in reading.proofs.findings:
            findings.add_row("[yellow]![/]", _cell(finding.statement), _cell(finding.rule), str(finding.place or ""))
        console.print(findings)
    if reading.proofs.open:
        console.print("open (the filing does not say)", style="italic")
        for one in reading.proofs.open:
            console.print(f"  ? {printable(one)}", markup=False, highlight=False)
    console.print()


def _facts(reading: Reading) -> Table:
    summary, capital = reading.summary, reading.capital
    rows: list[tuple[str, str, str]] = [
        ("listing day", summary.listing_on.value.isoformat(), str(summary.listing_on.place)),
        ("offer price", f"{summary.currency} {summary.price.value}", str(summary.price.place)),
        ("offer shares", f"{summary.offer_shares.value:,}", str(summary.offer_shares.place)),
        ("issued shares at listing", f"{summary.issued_shares.value:,}", str(summary.issued_shares.place)),
        (
            f"of class {reading.listed_class}, which is listed",
            "not stated" if capital.listed is None else f"{capital.listed:,}",
            "derived",
        ),
        ("locked, of holders from before the offer", f"{capital.locked_before:,}", "each lot once"),
        ("locked, of the offer", f"{capital.locked_offer:,}", "cornerstone investors"),
        ("in no table", f"{capital.in_no_table:,}", "derived"),
        ("free float at listing", f"{capital.free_float:,}", "derived"),
    ]
    for label, fact in (
        ("over-allocated shares", summary.over_allocated_shares),
        ("size adjustment, in the offer", summary.size_adjustment_shares),
        ("treasury shares", summary.treasury_shares),
    ):
        if fact:
            rows.append((label, f"{fact.value:,}", str(fact.place)))
    for label, printed in (("public float as printed", reading.floats.public), ("free float as printed", reading.floats.free)):
        if printed:
            figures = [
                f"{printed.shares:,}" if printed.shares is not None else None,
                printed.percent_printed,
                printed.value_printed,
            ]
            rows.append((label, ", ".join(one for one in figures if one), str(printed.place)))
    return _shown_facts(rows)


def _shown_facts(rows: Sequence[tuple[str, str, str]]) -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style="dim")
    for row in rows:
        table.add_row(*(_cell(cell) for cell in row))
    return table


def _movements(reading: CapitalReading) -> Table:
    table = Table(padding=(0, 1))
    for number, column in enumerate(reading.head):
        table.add_column(column, justify="left" if number < reading.head.index("") + 1 else "right", no_wrap=True)
    for row in reading.table:
        table.add_row(*(_cell(cell) for cell in row))
    return table


def _plain(value: object) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)


def _table(reading: Reading, heading: str) -> Table:
    rows = [(number, row) for number, row in enumerate(reading.holdings) if row.heading == heading]
    table = Table(title=_cell(heading), title_justify="left", padding=(0, 1))
    table.add_column("holder", overflow="fold", ratio=3)
    for column in ("shares", reading.listed_class):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("%", justify="right")
    table.add_column("last locked day", no_wrap=True)
    table.add_column("what locks", overflow="fold", ratio=2)
    table.add_column("page", justify="right")
    for number, row in rows:
        table.add_row(
            _cell(f"{number + 1} {' and '.join((row.holder, *row.row.shared_with))}"),
            f"{row.shares:,}",
            "?" if row.listed is None else f"{row.listed:,}",
            _cell(" ".join(cell.printed for _, cell in row.percents)),
            "\n".join(f"{day.last_locked_on}{f' ({day.stage} six months)' if day.stage else ''}" for day in row.days),
            _cell(row.basis + _twin(row)),
            str(row.place.page),
        )
    for total in (one for one in reading.totals if one.heading == heading):
        table.add_row(
            _cell(f"{total.label} ({total.rows} rows)"),
            _cell(next((c for c in total.cells if c), "")),
            "",
            "",
            "",
            "",
            str(total.place.page),
            style="bold",
        )
    return table


def _twin(row: Holding) -> str:
    if row.same_as is None:
        return ""
    numbers = ", ".join(str(number + 1) for number in row.same_rows)
    return f"\n= row {numbers}" if numbers else f"\n= {row.same_because}"


def _cell(text: str) -> str:
    return escape(printable(text) if "\n" not in text else "\n".join(printable(line) for line in text.split("\n")))


def _refusal(error: RefusedFiling) -> dict[str, object]:
    place = error.place
    return {
        "page": place.page if place else None,
        "line": place.line if place else None,
        "read": error.read,
        "needed": error.needed,
    }


def _write_text(lines: Sequence[Line], path: Path) -> None:
    """Writes lines as text with page marks, which `freefloat read` reads again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = None
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for line in lines:
            if line.page != page:
                page = line.page
                file.write(f"<<<PAGE {page}>>>\n")
            file.write(line.text + "\n")
