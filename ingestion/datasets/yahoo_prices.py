"""Daily bars of Yahoo's charts: all securities and the benchmarks; no turnover."""

from ingestion.datasets._bars import bars_dataset

DATASET = bars_dataset("yahoo_prices", "feed_yahoo_chart")
