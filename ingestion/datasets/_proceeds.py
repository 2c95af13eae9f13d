"""Money that an issue of shares or bonds brings: the columns `gross_proceeds` and `net_proceeds` of each dataset of issues."""

import polars as pl

#: A sum without its currency is no money: a Hong Kong company raises US dollars too.
HAS_CURRENCY = tuple(
    (
        f"{column} has no currency; write it with one, like HK$15,664.13m or US$3,010.77m",
        pl.col(f"{column}_printed").is_null() | pl.col(f"{column}_currency").is_not_null(),
    )
    for column in ("gross_proceeds", "net_proceeds")
)
