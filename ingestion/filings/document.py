"""The filing as a document: its name, its description, and what each of its rows says of where it stands."""

from __future__ import annotations

from ingestion.filings.reading import Reading

#: After filings that a person typed and checked (10): where both state one listing, the typed facts decide.
RANK = "11"


def document_id(reading: Reading) -> str:
    """The name of the filing as a document: `acme_hk_allotment_results_2026_03_02`, by ticker and listing day."""
    day = reading.summary.listing_on.value
    return f"hk_{reading.summary.ticker.removesuffix('.HK')}_allotment_results_{day:%Y_%m_%d}"


def document_fields(reading: Reading, source: str) -> dict[str, str]:
    """The document's description, field by field; `source` is the filing's file name."""
    published, listing_on = reading.summary.published_on, reading.summary.listing_on
    note = f"Read from {source}"
    if published is None:
        # it is published before dealings begin; the listing day is the last day on which it can have been
        note += "; published_on is the listing day: write the day of publication"
    return {
        "document_id": document_id(reading),
        "title": f"Announcement of allotment results, {issuer_of(reading)} ({reading.summary.ticker})",
        "producer": f"{issuer_of(reading)} ({reading.summary.ticker})",
        "document_type": "allotment results",
        "published_on": (published or listing_on).value.isoformat(),
        "licence": "Issuer's publication under the Listing Rules; figures quoted as facts",
        "rank": RANK,
        "note": note,
    }


def issuer_of(reading: Reading) -> str:
    """The issuer's name; its short name or its ticker where the filing has none."""
    summary = reading.summary
    named = summary.issuer or summary.short_name
    return named.value if named else summary.ticker


def lineage(reading: Reading, table_ref: str) -> dict[str, str]:
    """Document, place and day known of a row; the day is that of the document."""
    return {"table_ref": table_ref, "document_id": document_id(reading), "known_on": ""}
