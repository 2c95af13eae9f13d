"""Daily bars of the user's own files: our shape, Tushare's `hk_daily` or `daily`, or yfinance's CSV; the header tells them apart.

| shape | known by | what it means |
| --- | --- | --- |
| ours | `ticker, trading_date, ...` | as traded; volume in shares, turnover in `currency` |
| Tushare hk_daily | `ts_code, trade_date, ...`, codes `.HK` | volume in shares, amount in HKD |
| Tushare daily | the same, codes `.SH` and `.SZ` | volume in lots of 100, amount in thousands of CNY |
| yfinance | lines `Price`, `Ticker`, `Date` | needs `Adj Close` and `Stock Splits`; prices are split-adjusted, which is undone |
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from ingestion.dataset import Dataset
from ingestion.datasets._bars import BAR_COLUMNS, BAR_RULES, BAR_WORDS, check_bars
from ingestion.files.csv import RawRow, RefusedFile, read_csv
from ingestion.files.workbook import WORKBOOK, read_workbook
from ingestion.sources.yahoo_chart import shortest_single

_PRICES = ("open", "high", "low", "close")
OWN = ("ticker", "trading_date", "currency", *_PRICES, "volume_shares")
OWN_OPTIONAL = ("turnover", "document_id", "table_ref", "known_on")
TUSHARE = ("ts_code", "trade_date", *_PRICES, "vol", "amount")
TUSHARE_OPTIONAL = ("pre_close", "change", "pct_chg")
YFINANCE = ("Date", "Adj Close", "Close", "High", "Low", "Open", "Volume", "Stock Splits")

#: The currency of each Tushare and yfinance suffix: neither export names one.
_CURRENCY = {"HK": "HKD", "SH": "CNY", "SS": "CNY", "SZ": "CNY"}
_BEGINNING = 10_000  # characters in which the first three lines of an export stand
_COMPACT_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?: 00:00:00.*)?")


def read_file(dataset: Dataset, path: Path, label: str) -> list[RawRow]:
    """The bars of one file in our shape; a workbook has ours. Raises RefusedFile if it has none of the known shapes."""
    if path.suffix.lower() == WORKBOOK:
        return [_with_precisions(row) for row in read_workbook(path, label, dataset.name, OWN, OWN_OPTIONAL)]
    start = _first_lines(path)
    if start and start[0][:1] == ["Price"]:
        return list(_from_yfinance(path, label, start))
    if start and "ts_code" in start[0]:
        return [_from_tushare(row) for row in read_csv(path, label, TUSHARE, TUSHARE_OPTIONAL)]
    return [_with_precisions(row) for row in read_csv(path, label, OWN, OWN_OPTIONAL)]


def _first_lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        beginning = io.StringIO(file.read(_BEGINNING), newline="")  # a file can be one endless line
    try:
        return [[cell.strip() for cell in line] for line in itertools.islice(csv.reader(beginning), 3)]
    except csv.Error:
        return []  # reading the file says what is wrong with it


def _from_tushare(row: RawRow) -> RawRow:
    """A Tushare row in our shape; a cell that isn't as Tushare writes it stays, for the column to refuse it."""
    cells = row.cells
    code, _, suffix = cells.get("ts_code", "").strip().partition(".")
    lots = suffix in ("SH", "SZ")
    shape = {
        "ticker": f"{_hong_kong_code(code) if suffix == 'HK' else code}.{suffix}",
        "trading_date": _day(cells.get("trade_date", "")),
        "currency": _CURRENCY.get(suffix, ""),
        **{name: cells.get(name, "") for name in _PRICES},
        "volume_shares": _times(cells.get("vol", ""), 100 if lots else 1),
        "turnover": _times(cells.get("amount", ""), 1000 if lots else 1),
    }
    precisions = {
        "volume_precision_shares": "100" if lots else "1",
        "turnover_precision": _precision([cells.get("amount", "")], 1000 if lots else 1),
    }
    return _with_precisions(replace(row, cells=shape), precisions)


def _from_yfinance(path: Path, label: str, start: list[list[str]]) -> Iterator[RawRow]:
    tickers = {cell for cell in (start[1][1:] if len(start) > 1 else []) if cell}
    if len(tickers) != 1 or [line[:1] for line in start[1:]] != [["Ticker"], ["Date"]]:
        raise RefusedFile(label, "is not a yfinance export of one ticker (lines Price, Ticker, Date); export one ticker a file")
    if "Adj Close" not in start[0]:
        raise RefusedFile(label, "has no Adj Close: its prices are dividend-adjusted; export with auto_adjust=False")
    if "Stock Splits" not in start[0]:
        raise RefusedFile(label, "has no Stock Splits, by which its prices are divided; export with actions=True")
    (symbol,) = tickers
    code, _, suffix = symbol.rpartition(".")
    ticker = f"{code}.SH" if suffix == "SS" and not symbol.startswith("000300") else symbol
    # the names stand in the first line, the day's own in the third: read it as one table of lines and cells
    names = ["Date", *start[0][1:]]
    missing = [name for name in YFINANCE if name not in names]
    if missing:
        raise RefusedFile(label, f"lacks the column {', '.join(missing)}")
    precision = Decimal("0.001" if suffix == "HK" else "0.01")
    optional = ("Dividends", "Capital Gains")
    rows = [
        replace(row, cells=dict(zip(names, row.cells.values(), strict=False)))
        for row in read_csv(path, label, [name for name in start[0] if name not in optional], optional)[2:]
    ]
    later_splits = Fraction(1)
    # from the newest day back: what is divided by the splits after a day is multiplied again
    for row in sorted(rows, key=lambda row: row.cells.get("Date", ""), reverse=True):
        cells = row.cells
        shape = {
            "ticker": ticker,
            "trading_date": _day(cells.get("Date", "")),
            "currency": _CURRENCY.get(suffix, ""),
            **{name: _undone(cells.get(name.title(), ""), later_splits, precision) for name in _PRICES},
            "volume_shares": _undone(cells.get("Volume", ""), 1 / later_splits, Decimal(1)),
            "turnover": "",
        }
        yield _with_precisions(replace(row, cells=shape), {"price_precision": str(precision)})
        split = _number(cells.get("Stock Splits", ""))
        if split is None or split < 0:
            raise RefusedFile(label, f"row {row.number}, Stock Splits: {cells.get('Stock Splits', '')!r} is no ratio")
        later_splits *= Fraction(split) or 1


def _with_precisions(row: RawRow, known: dict[str, str] | None = None) -> RawRow:
    """The row with the unit of the last printed digit of prices, volume and turnover."""
    cells = row.cells
    volume, turnover = cells.get("volume_shares", "").strip(), cells.get("turnover", "").strip()
    precisions = {
        "price_precision": _precision([cells.get(name, "") for name in _PRICES]),
        "volume_precision_shares": "1",
        "turnover_precision": _precision([turnover]),
    } | (known or {})
    if not volume:
        precisions["volume_precision_shares"] = ""
    if not turnover:
        precisions["turnover_precision"] = ""
    return replace(row, cells=cells | precisions)


def _precision(texts: list[str], unit: int = 1) -> str:
    """The unit of the last printed digit of the finest of the texts, in units of `unit`; 1 for whole numbers."""
    digits = max((len(text.strip().partition(".")[2]) for text in texts), default=0)
    return str(max(Decimal(unit).scaleb(-digits), Decimal("0.01") if unit > 1 else Decimal("0.000001")))


def _hong_kong_code(code: str) -> str:
    """`00100` -> `0100`: four digits, as the exchange's tickers are written elsewhere."""
    return f"{int(code):04d}" if code.isascii() and code.isdigit() and len(code) <= 5 else code


def _day(text: str) -> str:
    match = _COMPACT_DAY.fullmatch(text.strip())
    return "-".join(match.groups()) if match else text


def _number(text: str) -> Decimal | None:
    """A number of a size that a figure of a market can have; None for anything else."""
    try:
        number = Decimal(text.strip())
    except ArithmeticError:
        return None
    return number if number.is_finite() and abs(number) < 10**20 and number.as_tuple().exponent > -40 else None  # ty: ignore


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _times(text: str, unit: int) -> str:
    """A number in units of `unit` as plain digits; what is no number stays, for the column to refuse it."""
    number = _number(text)
    return text.strip() if number is None else _plain(number * unit)


def _undone(text: str, factor: Fraction, precision: Decimal) -> str:
    """The shortest decimal of the same 32-bit float (`301.79998779296875` is 301.8) times `factor`, as plain digits."""
    number = _number(text)
    if number is None:
        return text.strip()
    exact = Fraction(shortest_single(number)) * factor
    return _plain((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(precision))


DATASET = Dataset(
    name="prices",
    grain="one daily bar of one security, as a user's file states it",
    group="market",
    header=OWN,
    columns=BAR_COLUMNS,
    key=("document_id", "ticker", "trading_date"),
    rules=BAR_RULES,
    committed=False,
    known_on_column="trading_date",
    reads=("instruments", "trading_days"),
    check=check_bars,
    words=BAR_WORDS,
    read_file=read_file,
    has_retrieved_at=True,
)
