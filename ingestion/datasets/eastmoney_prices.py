"""Daily bars of East Money with turnover; A-share volume is printed in lots."""

from ingestion.datasets._bars import bars_dataset

DATASET = bars_dataset("eastmoney_prices", "feed_eastmoney_kline")
