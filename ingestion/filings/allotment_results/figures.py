"""Printed figures: the rows of a filing as it prints them, and what follows from what.

The reading proves a filing before it is believed. Here each printed percentage, subtotal and float becomes a figure of a dataset
(`filing_figures`), and a declaration (`derived_figures`) says by which formula it follows from others, so that the models
recompute it as they do a note's. Nothing is computed here but all shares of a row whose filing prints only its classes.

A row of a table is named by its group and holder; a group is what one printed total closes first, by the number of that total in
the filing. So a total is the sum of its groups. A `=` in a group marks shares that another row counts already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingestion.filings.allotment_results.floats import PrintedFloat
from ingestion.filings.allotment_results.percentages import follows
from ingestion.filings.allotment_results.reading import PrintedTotal, Reading
from ingestion.filings.cells import Cell
from ingestion.filings.heads import ENLARGED
from ingestion.filings.refusal import Place

#: The columns of a row: percentages by what they are of.
_PERCENTS = {
    "issued": "pct_of_issued",
    "listed": "pct_of_listed",
    "offer": "pct_of_offer",
    "issued" + ENLARGED: "pct_of_issued_enlarged",
    "listed" + ENLARGED: "pct_of_listed_enlarged",
    "offer" + ENLARGED: "pct_of_offer_enlarged",
}
#: The table of the facts, and of the floats.
SUMMARY, FLOATS = "summary", "public float and free float"
OFFER, ISSUED, OVER = "offer shares", "issued shares at listing", "over-allocated shares"
_AMOUNT = re.compile(r"(?:HK\$|HKD|US\$|USD|RMB)\s?\d[\d,]*(?:\.\d+)?\s*(?:million|billion)")
_Row = dict[str, str]


def figure_rows(reading: Reading) -> Iterator[_Row]:
    """The printed rows: the facts, each row and total of each table, the floats; cells as text, with `table_ref`."""
    summary = reading.summary
    for name, fact in ((ISSUED, summary.issued_shares), (OFFER, summary.offer_shares), (OVER, summary.over_allocated_shares)):
        if fact and fact.value:
            yield _row(SUMMARY, name, fact.place, shares=fact.value)
    if summary.gross_proceeds and (amount := _AMOUNT.search(summary.gross_proceeds[0].printed)):
        yield _row(SUMMARY, "gross proceeds", summary.gross_proceeds[0].place, amount=amount[0])
    groups = _groups(reading)
    for number, holding in enumerate(reading.holdings):
        percents = {_PERCENTS[of]: _percent(cell) for of, cell in holding.percents}
        name = f"{groups[number]}, {_plain(holding.holder)}"
        table = _table(reading, number)
        yield _row(table, name, holding.place, holding.shares, holding.listed, holding.unlisted, **percents)
    for number, total in enumerate(reading.totals):
        yield _total_row(reading, number, total)
    for name, printed in (("public float", reading.floats.public), ("free float", reading.floats.free)):
        if printed:
            yield _float_row(reading, name, printed)


def declarations(reading: Reading, document: str) -> Iterator[_Row]:
    """What follows from what in `document`: rows of `derived_figures`."""
    summary, capital = reading.summary, reading.capital
    listed_on = summary.listing_on.value.isoformat()
    wholes = {
        "issued": _of(f"{ISSUED}, shares") if not summary.treasury_shares else f"[# {reading.issued_whole}]",
        "offer": _of(f"{OFFER}, shares"),
        "listed": _of(f"{reading.listed_class}, {listed_on}, shares in issue") if capital.listed else "[? the listed shares]",
    }
    used = {of for holding in reading.holdings for of, _ in holding.percents}
    floats = [one for one in (reading.floats.public, reading.floats.free) if one and one.percent_printed]
    used |= {_float_whole(reading, one) for one in floats}
    for of in sorted(used):
        part = "[@ listed shares]" if of.startswith("listed") else "[@ shares]"
        if of.endswith(ENLARGED):
            inputs = f"{part} {wholes[of.removesuffix(ENLARGED)]} {_of(f'{OVER}, shares')}"
            yield _declared(document, reading, f"*, {label_of(_PERCENTS[of])}", "ratio to sum", inputs)
        else:
            yield _declared(document, reading, f"*, {label_of(_PERCENTS[of])}", "ratio", f"{part} {wholes[of]}")
    groups = _groups(reading)
    for number, total in enumerate(reading.totals):
        closed = list(dict.fromkeys(groups[row] for row in total.closes))
        for column in _counted(reading, total) if closed else ():
            inputs = " ".join(f"[{group}, *, {label_of(column)}]" for group in closed)
            metric = f"{_total_name(number, total)}, {label_of(column)}"
            yield _declared(document, reading, metric, "sum", inputs, _table(reading, total.closes[0]))
    price = _of(f"listing, {listed_on}, issue price") if summary.currency == "HKD" else f"[? offer price in {summary.currency}]"
    yield _declared(document, reading, "gross proceeds, amount", "product", f"{_of(f'{OFFER}, shares')} {price}")
    yield _declared(document, reading, "free float, amount", "product", f"[@ shares] {price}")
    locked = [row for row, one in enumerate(reading.holdings) if one.is_offer and one.same_as is None]
    taken = list(dict.fromkeys(f"[{_table(reading, row)} | . | {groups[row]}, *, shares]" for row in locked))
    if capital.unlocked_before:
        taken.append("[? shares from before the offer that are not locked]")
    formula = "difference" if taken else "same"
    yield _declared(document, reading, "free float, shares", formula, " ".join([_of(f"{OFFER}, shares"), *taken]))


def label_of(column: str) -> str:
    """The heading of a column, as the dataset names it."""
    return LABELS[column]


LABELS = {
    "shares": "shares",
    "listed_shares": "listed shares",
    "unlisted_shares": "unlisted shares",
    "pct_of_issued": "% of issued shares",
    "pct_of_listed": "% of listed shares",
    "pct_of_offer": "% of offer shares",
    "pct_of_issued_enlarged": "% of issued shares with over-allotment",
    "pct_of_listed_enlarged": "% of listed shares with over-allotment",
    "pct_of_offer_enlarged": "% of offer shares with over-allotment",
    "amount": "amount",
}


def _groups(reading: Reading) -> list[str]:
    """The group of each holding."""
    first: dict[int, int] = {}
    for number, total in enumerate(reading.totals, 1):
        for row in total.closes:
            first.setdefault(row, number)
    return [
        f"{first.get(number, 'no total')}{'=' if one.same_as is not None else ''}" for number, one in enumerate(reading.holdings)
    ]


def _table(reading: Reading, row: int) -> str:
    """The name of the table in which a row stands."""
    holding = reading.holdings[row]
    return f"table {holding.table + 1}, {_plain(holding.heading)[:120]}"


def _total_name(number: int, total: PrintedTotal) -> str:
    return f"{_plain(total.label)} {number + 1}"


def _total_row(reading: Reading, number: int, total: PrintedTotal) -> _Row:
    values: dict[str, int | str | None] = {}
    counted = {_column(reading, of): cell for of, cell in total.laid_out if cell.kind == "count"}
    for column, cell in counted.items():
        values[column] = int(str(cell.value))
    if counted and "shares" not in counted:
        # as in the rows: all shares, where only classes are printed
        values["shares"] = sum(int(str(cell.value)) for cell in counted.values())
    for of, cell in total.laid_out:
        if cell.kind == "percent":
            values[_PERCENTS[of]] = _percent(cell)
    table = _table(reading, total.closes[0]) if total.closes else _plain(total.heading)
    return _row(table, _total_name(number, total), total.place, **values)


def _counted(reading: Reading, total: PrintedTotal) -> list[str]:
    """The columns of counts that a total prints."""
    return list(dict.fromkeys(_column(reading, of) for of, cell in total.laid_out if cell.kind == "count"))


def _column(reading: Reading, of: str) -> str:
    return "shares" if of == "all" else "listed_shares" if of in ("listed", reading.listed_class) else "unlisted_shares"


def _float_row(reading: Reading, name: str, printed: PrintedFloat) -> _Row:
    values: dict[str, int | str | None] = {"shares": printed.shares, "amount": printed.value_printed}
    if printed.percent_printed:
        of = _float_whole(reading, printed)
        values[_PERCENTS[of]] = printed.percent_printed
        if of == "listed":
            values["listed_shares"] = printed.shares
    return _row(FLOATS, name, printed.place, **values)


def _float_whole(reading: Reading, printed: PrintedFloat) -> str:
    """Of which shares the per cent of a float is: of the listed ones where only these give it."""
    shares = printed.shares if printed.shares is not None else reading.capital.free_float
    cell = Cell("percent", printed.percent_printed or "", reading.holdings[0].row.line, printed.percent)
    is_of_listed = reading.capital.listed and follows(shares, reading.capital.listed, cell)
    return "listed" if is_of_listed and not follows(shares, reading.capital.issued, cell) else "issued"


def _percent(cell: Cell) -> str:
    """The percentage with its sign, which a head can have taken; nothing for a bound, which claims no figure."""
    return "" if cell.is_bound else f"{cell.value}%"


def _of(metric: str) -> str:
    return f"[* | . | {metric}]"


def _plain(words: str) -> str:
    """Words without the signs that mean something in a declaration."""
    return " ".join(re.sub(r"[\[\]|*]", " ", words).split())


def _row(
    table: str,
    name: str,
    place: Place,
    shares: int | str | None = None,
    listed_shares: int | str | None = None,
    unlisted_shares: int | str | None = None,
    **values: int | str | None,
) -> _Row:
    columns = {"shares": shares, "listed_shares": listed_shares, "unlisted_shares": unlisted_shares}
    printed = columns | dict.fromkeys((*_PERCENTS.values(), "amount")) | values
    cells = {column: "" if value is None else str(value) for column, value in printed.items()}
    return {"row": name, **cells, "page": str(place.page), "line": str(place.line), "table_ref": table}


def _declared(document: str, reading: Reading, metric: str, formula: str, inputs: str, table: str = "*") -> _Row:
    return {
        "document": document,
        "table_ref": table,
        "subject": reading.summary.ticker,
        "metric": metric,
        "formula": formula,
        "inputs": inputs,
    }
