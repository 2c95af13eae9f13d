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

    def add(ticker: str, mic: str, currency: str, kind: str, name: str, earliest: date | None) -> None:
        cells = {
            "ticker": ticker,
            "exchange_mic": mic,
            "currency": currency,
            "kind": kind,
            "name": name,
            "listing_earliest_on": str(earliest or ""),
        }
        rows.append(RawRow("tickers of the landed facts", len(rows) + 1, cells))

    places = {
        suffix: (mic, currency)
        for suffix, mic, currency in exchanges.select("ticker_suffix", "exchange_mic", "currency").iter_rows()
    }
    for ticker, issuer, earliest in listings(given.frames).iter_rows():
        place = places.get("." + ticker.rpartition(".")[2])
        if place:  # a ticker of an exchange that is not known can't be asked for
            add(ticker, *place, "security", issuer or ticker, earliest)
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
    ),
    key=("ticker",),
    has_lineage=False,
    inbox=False,
    read=read,
    reads=SECURITIES,
)
