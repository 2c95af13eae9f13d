"""What a contract says of a frame: the rows that meet it, and a fault with its place for each of the others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandera.polars as pa
import polars as pl


@dataclass(frozen=True)
class Fault:
    """Why a row is in quarantine: its `file` and `row` (its line there), and the `column` and `value` if one cell is to blame."""

    file: str
    row: int
    column: str | None
    value: str | None
    reason: str

    def __str__(self) -> str:
        place = f"{self.file} row {self.row}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.value!r} {self.reason}" if self.value is not None else f"{place}: {self.reason}"


def enforce(contract: pa.DataFrameSchema, frame: pl.DataFrame, places: list[tuple[str, int]]) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows that meet the contract, and a fault for each failure of the others.

    `places` holds the file and line of each row of the frame. Raises pandera's SchemaErrors only for what is no row's fault
    (a wrong column or type).
    """
    try:
        return contract.validate(frame, lazy=True), []
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
        if cases["index"].null_count():
            raise
        faults = []
        for case in cases.sort("index", maintain_order=True).iter_rows(named=True):
            file, number = places[case["index"]]
            is_row_rule = case["schema_context"] == "DataFrameSchema"
            value = None if is_row_rule or case["failure_case"] is None else str(case["failure_case"])[:200]
            faults.append(Fault(file, number, None if is_row_rule else case["column"], value, _words(case)))
        bad = set(cases["index"].to_list())
        kept = [index for index in range(frame.height) if index not in bad]
        # a rule over several rows can fail anew without the rows that went: enforce again what is left
        rest, more = enforce(contract, frame[kept], [places[index] for index in kept])
        return rest, faults + more


def _words(case: dict[str, Any]) -> str:
    return "is empty; write a value" if case["check"] == "not_nullable" else case["check"]
