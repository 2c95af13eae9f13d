"""Which parsed rows of a dataset may land: those that meet its contract, stand on nothing rejected, and pass its check."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from ingestion.dataset import Dataset, Frames
from ingestion.files.csv import RawRow, RefusedFile
from ingestion.landing.contract import Fault, enforce
from ingestion.landing.parse_rows import Parsed
from ingestion.landing.source_files import inbox_document_id

_PLACE = "place of the row"


@dataclass(frozen=True)
class Validated:
    """The rows of a dataset that may land, in its landed columns, and why the others may not."""

    frame: pl.DataFrame
    faults: list[Fault]
    refused: list[RefusedFile]
    rejected_tickers: dict[str, Fault]  # the tickers that rejected rows name, with a fault of each


def validate(dataset: Dataset, parsed: Parsed, frames: Frames, parents: dict[str, Validated]) -> Validated:
    """What of the parsed rows meets the contract, stands on nothing rejected, and passes the dataset's check."""
    # a row that failed its own contract is not compared with other datasets
    frame, faults = enforce(dataset, parsed.frame.with_row_index(_PLACE), parsed.places)
    faults = parsed.faults + faults
    places = [parsed.places[place] for place in frame[_PLACE]]
    frame = frame.drop(_PLACE)
    without_ground = dict(_without_ground(frame, parents))
    faults += [Fault(*places[index], None, None, words) for index, words in without_ground.items()]
    kept = [index for index in range(frame.height) if index not in without_ground]
    frame, places = frame[kept], [places[index] for index in kept]
    if dataset.check and frame.height:
        wrong = dataset.check(frames, frame)
        faults += [Fault(*places[fault.index], fault.column, fault.value, fault.reason) for fault in wrong]
        frame = frame[sorted(set(range(frame.height)) - {fault.index for fault in wrong})]
    if dataset.reject_together_by and faults:
        frame, more = _whole_tables(dataset, frame, parsed.rows, faults)
        faults += more
    return Validated(frame, faults, parsed.refused, _rejected_tickers(parsed.rows, faults))


def _without_ground(frame: pl.DataFrame, parents: dict[str, Validated]) -> Iterator[tuple[int, str]]:
    """The rows whose ticker has lost all that it had in a dataset on which they stand: their index, and why."""
    for name, parent in parents.items():
        kept = set(parent.frame["ticker"])
        lost = {ticker: fault for ticker, fault in parent.rejected_tickers.items() if ticker not in kept}
        for index, ticker in enumerate(frame["ticker"]) if lost else ():
            if ticker in lost:
                place = f"{lost[ticker].file} row {lost[ticker].row}"
                yield index, f"needs the {name} of {ticker}, which are rejected ({place}); correct those and this row lands too"


def _rejected_tickers(rows: list[RawRow], faults: list[Fault]) -> dict[str, Fault]:
    """The tickers that the rejected source rows name, each with the first fault of its first row."""
    if not faults:
        return {}
    found = {(row.file, row.number): row.cells.get("ticker", "").strip() for row in rows}
    tickers: dict[str, Fault] = {}
    for fault in faults:
        tickers.setdefault(found[fault.file, fault.row], fault)
    tickers.pop("", None)
    return tickers


def _whole_tables(
    dataset: Dataset, frame: pl.DataFrame, rows: list[RawRow], faults: list[Fault]
) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows of tables of which every row is good, and a fault for each row of the others.

    A row that can't be told to be of one table (it can't be read as a row, or the cells that tell are bad) may be of any
    table in its file.
    """

    def table(row: RawRow) -> tuple[str, ...]:
        own = {"document_id": inbox_document_id(row.file)}
        return tuple(row.cells.get(name, "").strip() or own.get(name, "") for name in dataset.reject_together_by)

    found = {(row.file, row.number): row for row in rows}
    bad_columns: dict[tuple[str, int], set[str | None]] = {}
    for fault in faults:
        bad_columns.setdefault((fault.file, fault.row), set()).add(fault.column)
    torn: dict[tuple[str, ...], int] = {}
    for place, columns in bad_columns.items():
        row = found[place]
        is_told = not row.fault and not columns & set(dataset.reject_together_by)
        torn.setdefault((row.file, *table(row)) if is_told else (row.file,), row.number)
    kept, more = [], []
    for index, values in enumerate(frame.select("source_file", "source_row", *dataset.reject_together_by).iter_rows(named=True)):
        file, number = values["source_file"], values["source_row"]
        first = torn.get((file,)) or torn.get((file, *(values[name] for name in dataset.reject_together_by)))
        if first is None:
            kept.append(index)
        else:
            why = f"{dataset.reject_together_because}; correct that row and all of them land"
            more.append(Fault(file, number, None, None, f"another row of this table is rejected (row {first}): {why}"))
    return frame[kept], more
