"""What a contract says of a frame: the rows that meet it, and a fault with its place for each of the others."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from ingestion.dataset import Dataset


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


def enforce(dataset: Dataset, frame: pl.DataFrame, places: list[tuple[str, int]]) -> tuple[pl.DataFrame, list[Fault]]:
    """The rows that meet the dataset's contract, and a fault for each promise that one of the others breaks.

    `places` holds the file and line of each row of the frame, which may have more columns. Raises TypeError for what is no
    row's fault: a landed column of another type, or none.
    """
    landed = frame.schema  # made anew each time it is asked for
    wrong = [
        f"{name} is {landed.get(name)}, not {dtype}" for name, dtype in dataset.polars_schema.items() if landed.get(name) != dtype
    ]
    if wrong:
        raise TypeError(f"{dataset.name}: {'; '.join(wrong)}")
    # once there is something to land: it takes long to import
    import pandera.polars as pa

    try:
        return dataset.contract.validate(frame), []
    except pa.errors.SchemaError:
        cases = _failure_cases(dataset, frame)
    faults = []
    for case in cases.sort("index", maintain_order=True).iter_rows(named=True):
        file, number = places[case["index"]]
        is_row_rule = case["schema_context"] == "DataFrameSchema"
        value = None if is_row_rule or case["failure_case"] is None else str(case["failure_case"])[:200]
        faults.append(Fault(file, number, None if is_row_rule else case["column"], value, case["check"]))
    bad = set(cases["index"].to_list())
    good = [index for index in range(frame.height) if index not in bad]
    # a rule over several rows can fail anew without the rows that went: enforce again what is left
    rest, more = enforce(dataset, frame[good], [places[index] for index in good])
    return rest, faults + more


def _failure_cases(dataset: Dataset, frame: pl.DataFrame) -> pl.DataFrame:
    """What fails where, one row per promise and row that breaks it: pandera's table, columns in order before rules of the row."""
    import pandera.polars as pa

    kept = frame.select(one.holds.fill_null(True).all().alias(str(n)) for n, one in enumerate(dataset.promises)).row(0)
    broken = [promise for promise, is_kept in zip(dataset.promises, kept, strict=True) if not is_kept]
    try:
        dataset.contract_by_promise(broken).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        return error.failure_cases
    raise AssertionError(f"{dataset.name}: a row breaks the contract, and no promise of it")
