"""Daily bars as vendors' packages export them, in the shape of `prices`; the header tells the exports apart.

| export | known by | what it means |
| --- | --- | --- |
| Tushare hk_daily | `ts_code, trade_date, ...`, codes `.HK` | volume in shares, amount in HKD |
| Tushare daily | the same, codes `.SH`, `.SZ` and `.BJ` | volume in lots of 100, amount in thousands of CNY |
| yfinance download() | lines `Price`, `Ticker`, `Date` | split-adjusted prices, which is undone by `Stock Splits` |
| yfinance history() | `Date, Open, ...` | the same |
| akshare *_hist | `日期, 开盘, ...` | as traded; volume in shares in Hong Kong, else in lots of 100 |
| akshare *_daily | `date, open, ...` | as traded; volume in shares; `amount` is turnover, `turnover` a ratio |

The file's name says whose prices they are where no column does. yfinance prices without `Adj Close` are adjusted for dividends
too: they are read where the file has no dividend after a bar, and `table_ref` says so. An akshare export doesn't say whether it
is adjusted (`adjust="qfq"`, `"hfq"`); where it has an amount, turnover over volume tells (`_bars.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from ingestion.files.csv import RawRow, RefusedFile, read_csv
from ingestion.sources.yahoo_chart import shortest_single

PRICES = ("open", "high", "low", "close")
#: pandas writes the number of each row into a column without a name.
ROW_NUMBER = ("",)
_TUSHARE = ("ts_code", "trade_date", *PRICES, "vol", "amount")
_TUSHARE_OPTIONAL = ("pre_close", "change", "pct_chg", *ROW_NUMBER)
_YFINANCE = ("Date", "Close", "High", "Low", "Open", "Volume", "Stock Splits")
_YFINANCE_OPTIONAL = ("Adj Close", "Dividends", "Capital Gains", "Repaired?")
_HIST = {"open": "开盘", "high": "最高", "low": "最低", "close": "收盘"}
_HIST_OPTIONAL = ("成交额", "振幅", "涨跌幅", "涨跌额", "换手率", "股票代码", *ROW_NUMBER)
_DAILY_OPTIONAL = ("amount", "outstanding_share", "turnover", *ROW_NUMBER)

#: The currency of each suffix: no export names one.
_CURRENCY = {"HK": "HKD", "SH": "CNY", "SS": "CNY", "SZ": "CNY", "BJ": "CNY"}
_COMPACT_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?: 00:00:00.*)?")
_TICKER_IN_NAME = re.compile(rf"(?<![A-Za-z0-9])([A-Z0-9]+)\.({'|'.join(_CURRENCY)})(?![A-Za-z0-9])")
#: The exchange of an A-share by the beginning of its code.
_A_SHARES = ((re.compile(r"6\d{5}"), "SH"), (re.compile(r"[03]\d{5}"), "SZ"), (re.compile(r"(4|8|92)\d+"), "BJ"))


def from_export(path: Path, label: str, start: list[list[str]]) -> list[RawRow] | None:
    """The bars of a file in the shape of `prices`, if its first lines are a vendor's; else None. Raises RefusedFile."""
    header = start[0] if start else []
    if header[:1] == ["Price"]:
        return list(_from_download(path, label, start))
    if "ts_code" in header:
        return [_from_tushare(row) for row in read_csv(path, label, _TUSHARE, _TUSHARE_OPTIONAL)]
    if "日期" in header:
        required = ("日期", *_HIST.values(), "成交量")
        return [_from_hist(row, label) for row in read_csv(path, label, required, _HIST_OPTIONAL)]
    if "Date" in header:
        _check_adjustment(label, header)
        rows = read_csv(path, label, _YFINANCE, _YFINANCE_OPTIONAL)
        return list(_from_yfinance(rows, label, _ticker_in_name(label)))
    if "date" in header and "ticker" not in header:
        ticker = _ticker_in_name(label)
        rows = read_csv(path, label, ("date", *PRICES, "volume"), _DAILY_OPTIONAL)
        return [_bar(row, ticker, row.cells.get("date", ""), row.cells, "volume", "amount", 1) for row in rows]
    return None


def share_ticker(code: str) -> str:
    """A ticker as ours are written: `00100.HK` is 0100.HK, `688256.SS` 688256.SH; an index of Yahoo's keeps its own."""
    number, _, suffix = code.strip().rpartition(".")
    if suffix == "HK" and number.isascii() and number.isdigit() and len(number) <= 5:
        return f"{int(number):04d}.HK"
    return f"{number}.SH" if suffix == "SS" and number != "000300" else code.strip()


def compact_day(text: str) -> str:
    """`20261119`, or a midnight with its zone, as `2026-11-19`; anything else stays, for the column to refuse it."""
    match = _COMPACT_DAY.fullmatch(text.strip())
    return "-".join(match.groups()) if match else text


def times(text: str, unit: int | Decimal) -> str:
    """A number in units of `unit` as plain digits; what is no number stays, for the column to refuse it."""
    number = _number(text)
    return text.strip() if number is None else _plain(number * unit)


def with_precisions(row: RawRow, known: dict[str, str] | None = None) -> RawRow:
    """The row with the unit of the last printed digit of prices, volume and turnover."""
    cells = row.cells
    volume, turnover = cells.get("volume_shares", "").strip(), cells.get("turnover", "").strip()
    precisions = {
        "price_precision": _precision([cells.get(name, "") for name in PRICES]),
        "volume_precision_shares": "1",
        "turnover_precision": _precision([turnover]),
    } | (known or {})
    if not volume:
        precisions["volume_precision_shares"] = ""
    if not turnover:
        precisions["turnover_precision"] = ""
    return replace(row, cells=cells | precisions)


def _from_tushare(row: RawRow) -> RawRow:
    """A Tushare row in our shape; a cell that isn't as Tushare writes it stays, for the column to refuse it."""
    ticker = share_ticker(row.cells.get("ts_code", ""))
    lots = not ticker.endswith(".HK")
    return _bar(row, ticker, row.cells.get("trade_date", ""), row.cells, "vol", "amount", 100 if lots else 1, 1000 if lots else 1)


def _from_hist(row: RawRow, label: str) -> RawRow:
    """A row of akshare's `stock_hk_hist` or `stock_zh_a_hist` in our shape."""
    code = row.cells.get("股票代码", "").strip()
    suffix = next((suffix for codes, suffix in _A_SHARES if codes.fullmatch(code)), "")
    ticker = f"{code}.{suffix}" if suffix else _ticker_in_name(label)
    prices = {name: row.cells.get(column, "") for name, column in _HIST.items()}
    unit = 1 if ticker.endswith(".HK") else 100
    return _bar(row, ticker, row.cells.get("日期", ""), prices, "成交量", "成交额", unit)


def _bar(
    row: RawRow, ticker: str, day: str, prices: dict[str, str], volume: str, turnover: str, lot: int, money: int = 1
) -> RawRow:
    """A row as a bar in our shape: the columns `volume` and `turnover` of it count lots of `lot` shares and units of `money`."""
    cells = row.cells
    amount = cells.get(turnover, "")
    shape = {
        "ticker": ticker,
        "trading_date": compact_day(day),
        "currency": _CURRENCY.get(ticker.rpartition(".")[2], ""),
        **{name: prices.get(name, "") for name in PRICES},
        "volume_shares": times(cells.get(volume, ""), lot),
        "turnover": times(amount, money),
    }
    precisions = {"volume_precision_shares": str(lot), "turnover_precision": _precision([amount], money)}
    return with_precisions(replace(row, cells=shape), precisions)


def _from_download(path: Path, label: str, start: list[list[str]]) -> Iterator[RawRow]:
    """The bars of yfinance's `download()`: the names stand in the first line, the ticker in the second, `Date` in the third."""
    tickers = {cell for cell in (start[1][1:] if len(start) > 1 else []) if cell}
    if len(tickers) != 1 or [line[:1] for line in start[1:]] != [["Ticker"], ["Date"]]:
        raise RefusedFile(label, "is not a yfinance export of one ticker (lines Price, Ticker, Date); export one ticker a file")
    _check_adjustment(label, start[0])
    names = ["Date", *start[0][1:]]
    missing = [name for name in _YFINANCE if name not in names]
    if missing:
        raise RefusedFile(label, f"lacks the column {', '.join(missing)}")
    rows = [
        replace(row, cells=dict(zip(names, row.cells.values(), strict=False)))
        for row in read_csv(path, label, [name for name in start[0] if name not in _YFINANCE_OPTIONAL], _YFINANCE_OPTIONAL)[2:]
    ]
    return _from_yfinance(rows, label, share_ticker(tickers.pop()))


def _check_adjustment(label: str, header: Sequence[str]) -> None:
    """Raises RefusedFile if the columns of a yfinance export can't tell how its prices are adjusted."""
    if "Adj Close" not in header and "Dividends" not in header:
        raise RefusedFile(label, "has no Adj Close: its prices are dividend-adjusted; export with auto_adjust=False")
    if "Stock Splits" not in header:
        raise RefusedFile(label, "has no Stock Splits, by which its prices are divided; export with actions=True")


def _from_yfinance(rows: list[RawRow], label: str, ticker: str) -> Iterator[RawRow]:
    """Rows of yfinance in our shape, as traded. Raises RefusedFile where a dividend is taken out of prices."""
    suffix = ticker.rpartition(".")[2]
    precision = Decimal("0.001" if suffix == "HK" else "0.01")
    later_splits = Fraction(1)
    dividend = assumed = ""
    # from the newest day back: what is divided by the splits after a day is multiplied again
    for row in sorted(rows, key=lambda row: row.cells.get("Date", ""), reverse=True):
        cells = row.cells
        if dividend:
            raise RefusedFile(
                label, f"has prices from before a dividend ({dividend}) and no Adj Close: export with auto_adjust=False"
            )
        day = compact_day(cells.get("Date", ""))
        if "Adj Close" not in cells and not assumed:
            assumed = f", as if no dividend came after {day}"
        shape = {
            "ticker": ticker,
            "trading_date": day,
            "currency": _CURRENCY.get(suffix, ""),
            **{name: _undone(cells.get(name.title(), ""), later_splits, precision) for name in PRICES},
            "volume_shares": _undone(cells.get("Volume", ""), 1 / later_splits, Decimal(1)),
            "turnover": "",
            "table_ref": f"row {row.number}{assumed}",
        }
        yield with_precisions(replace(row, cells=shape), {"price_precision": str(precision)})
        split = _number(cells.get("Stock Splits", ""))
        if split is None or split < 0:
            raise RefusedFile(label, f"row {row.number}, Stock Splits: {cells.get('Stock Splits', '')!r} is no ratio")
        later_splits *= Fraction(split) or 1
        if "Adj Close" not in cells and _number(cells.get("Dividends", "")) != 0:
            dividend = f"row {row.number}, Dividends: {cells.get('Dividends', '')}"


def _ticker_in_name(label: str) -> str:
    """The ticker that a file's name holds. Raises RefusedFile if it holds none, or several."""
    found = {share_ticker(f"{code}.{suffix}") for code, suffix in _TICKER_IN_NAME.findall(label.rpartition("/")[2])}
    if len(found) != 1:
        how_many = "no security" if not found else "several securities"
        raise RefusedFile(
            label,
            f"doesn't say whose prices it has, and its name tells {how_many}: put the ticker into the name, such as 0100.HK.csv",
        )
    return found.pop()


def _precision(texts: list[str], unit: int = 1) -> str:
    """The unit of the last printed digit of the finest of the texts, in units of `unit`; 1 for whole numbers."""
    digits = max((len(text.strip().partition(".")[2]) for text in texts), default=0)
    return str(max(Decimal(unit).scaleb(-digits), Decimal("0.01") if unit > 1 else Decimal("0.000001")))


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


def _undone(text: str, factor: Fraction, precision: Decimal) -> str:
    """The shortest decimal of the same 32-bit float (`301.79998779296875` is 301.8) times `factor`, as plain digits."""
    number = _number(text)
    if number is None:
        return text.strip()
    exact = Fraction(shortest_single(number)) * factor
    return _plain((Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(precision))
