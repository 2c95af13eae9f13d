"""The rows that the filings of the inbox give to a dataset, as source rows like those of a user's CSV file."""

from __future__ import annotations

from ingestion.dataset import Given
from ingestion.files.csv import RawRow
from ingestion.filings.kept import recall

#: The dataset of the filings that were read and proved: whoever reads it gets their rows.
FILINGS = "filings"


def filed_rows(given: Given, dataset: str) -> list[RawRow]:
    """The rows that the filings give to `dataset`; none for one that doesn't read `filings`.

    A row's file is the filing, its number the line that it has in the file that `freefloat read --csv` writes. A filing that
    another file states gives none. Raises OSError if what was read of a filing in this refresh is gone.
    """
    if FILINGS not in given.frames:
        return []
    landed = given.frames[FILINGS]
    rows = []
    for label, digest in landed.filter(landed["stated_by"].is_null()).select("file", "digest").iter_rows():
        kept = recall(given.folders.filings, digest)
        rows += [RawRow(label, number, cells) for number, cells in enumerate(kept.rows.get(dataset, ()), 2)]
    return rows
