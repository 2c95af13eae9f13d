"""Daily bars of Tencent for Hong Kong: turnover, and a second opinion on closes."""

from ingestion.datasets._bars import bars_dataset

DATASET = bars_dataset("tencent_prices", "feed_tencent_kline")
