"""What prices are asked for: every security that a fact names by its ticker, and each exchange's benchmark."""

from datetime import date

from ingestion.columns import INSTRUMENT, Day, Text
from ingestion.dataset import Dataset, Given, Source
from ingestion.datasets._securities import SECURITIES, listings
from ingestion.files.csv import RawRow


def read(given: Given, dataset: Dataset) -> Source:
    """The securities of the landed facts with the first day on which each can have been listed, and the benchmarks."""
    exchanges = given.frames["exchanges"]
    rows: list[RawRow] = []

    def add(ticker: str, mic: str, currency: str, kind: str, name: str, earliest: date | None, counter_of: str = "") -> None:
        cells = {
            "ticker": ticker,
            "exchange_mic": mic,
            "currency": currency,
            "kind": kind,
            "name": name,
            "listing_earliest_on": str(earliest or ""),
            "counter_of": counter_of,
        }
        rows.append(RawRow("tickers of the landed facts", len(rows) + 1, cells))

    places = {row["ticker_suffix"]: row for row in exchanges.iter_rows(named=True)}
    listed = listings(given.frames)
    tickers = set(listed["ticker"])
    for ticker, issuer, earliest in listed.iter_rows():
        place = places.get("." + ticker.rpartition(".")[2])
        if not place:  # a ticker of an exchange that is not known can't be asked for
            continue
        prefix, currency, counter_of = place["other_counter_prefix"], place["currency"], ""
        if prefix and ticker.startswith(prefix) and ticker.removeprefix(prefix) in tickers:
            currency, counter_of = place["other_counter_currency"], ticker.removeprefix(prefix)
        add(ticker, place["exchange_mic"], currency, "security", issuer or ticker, earliest, counter_of)
    benchmarks = exchanges.group_by("benchmark", maintain_order=True).first()
    for row in benchmarks.iter_rows(named=True):
        add(row["benchmark"], row["exchange_mic"], row["currency"], "benchmark", row["benchmark_name"], None)
    return Source(rows, [])


DATASET = Dataset(
    name="instruments",
    grain="one security or benchmark that prices are asked for",
    group="market",
    columns=(
        Text("ticker", pattern=INSTRUMENT),
        Text("exchange_mic", pattern=r"^[A-Z]{4}$"),
        Text("currency", pattern=r"^[A-Z]{3}$"),
        Text("kind", isin=("security", "benchmark")),
        Text("name"),
        Day("listing_earliest_on", nullable=True),
        Text("counter_of", nullable=True, pattern=INSTRUMENT),
    ),
    key=("ticker",),
    has_lineage=False,
    inbox=False,
    read=read,
    reads=SECURITIES,
)
