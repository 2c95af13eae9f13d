"""What a reference rate is, whoever prints it: units of a currency for one euro, fixed on a day by the ECB."""

from __future__ import annotations

from ingestion.columns import Column, Day, Exact, Text

RATE_COLUMNS: tuple[Column, ...] = (
    Text("currency", isin=("USD", "HKD", "CNY")),
    Day("rate_on"),
    Exact("per_eur"),
)
