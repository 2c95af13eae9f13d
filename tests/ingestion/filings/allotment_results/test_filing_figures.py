"""What a filing prints as figures, and what it declares to follow from what: worked by hand from the typed announcements."""

from __future__ import annotations

from ingestion.filings.allotment_results.figures import declarations, figure_rows
from ingestion.filings.inbox import inbox_rows
from ingestion.printed_text.figure_references import parse_references
from tests.ingestion.filings.documents import ONE, filing, larkspur, read

CORNERSTONES = "table 3, Cornerstone Investors"


def test_each_printed_row_has_its_table_group_and_cells() -> None:
    rows = [
        (row["table_ref"], row["row"], row["shares"], row["listed_shares"], row["pct_of_issued"])
        for row in figure_rows(read(larkspur()))
    ]
    assert rows == [
        ("summary", "issued shares at listing", "100000000", "", ""),
        ("summary", "offer shares", "20000000", "", ""),
        ("summary", "over-allocated shares", "3000000", "", ""),
        ("summary", "gross proceeds", "", "", ""),
        ("table 1, Controlling Shareholders", "1, Alder Holding", "60000000", "20000000", "60.00%"),
        ("table 2, Existing Shareholders", "2, Birch Fund", "20000000", "20000000", "20.00%"),
        (CORNERSTONES, "3, Elm Partners", "4000000", "4000000", "4.00%"),
        ("table 1, Controlling Shareholders", "Total 1", "60000000", "20000000", "60.00%"),
        ("table 2, Existing Shareholders", "Total 2", "20000000", "20000000", "20.00%"),
        (CORNERSTONES, "Total 3", "4000000", "", "4.00%"),
        ("public float and free float", "free float", "16000000", "", ""),
    ]


def test_a_filing_declares_what_follows_from_what() -> None:
    found = {(row["table_ref"], row["metric"]): (row["formula"], row["inputs"]) for row in declarations(read(larkspur()), "d")}
    for formula, inputs in found.values():
        assert parse_references(inputs, formula)
    assert found == {
        ("*", "*, % of issued shares"): ("ratio", "[@ shares] [* | . | issued shares at listing, shares]"),
        ("table 1, Controlling Shareholders", "Total 1, unlisted shares"): ("sum", "[1, *, unlisted shares]"),
        ("table 1, Controlling Shareholders", "Total 1, listed shares"): ("sum", "[1, *, listed shares]"),
        ("table 2, Existing Shareholders", "Total 2, listed shares"): ("sum", "[2, *, listed shares]"),
        (CORNERSTONES, "Total 3, shares"): ("sum", "[3, *, shares]"),
        ("*", "gross proceeds, amount"): ("product", "[* | . | offer shares, shares] [* | . | listing, 2026-03-02, issue price]"),
        ("*", "free float, amount"): ("product", "[@ shares] [* | . | listing, 2026-03-02, issue price]"),
        ("*", "free float, shares"): (
            "difference",
            f"[* | . | offer shares, shares] [{CORNERSTONES} | . | 3, *, shares]",
        ),
    }


def test_a_percentage_of_the_enlarged_offer_is_of_the_offer_and_what_was_over_allocated() -> None:
    # 4,600,000 of 20,000,000 + 3,000,000
    head = ONE.replace(
        "% of\nshareholding in\nthe Company\nupon Listing",
        "% of Offer Shares (assuming the Over-allotment\nOption is fully exercised)",
    )
    text = "Existing Shareholders\n" + ONE + "Alder\n80,000,000\n80.00%\nMarch 1, 2027\nCornerstone Investors\n" + head
    found = list(
        declarations(
            read(filing(text + "Elm\n4,600,000\n20.00%\nSeptember 1, 2026\n", shares="Shares").replace("H Shares", "Shares")), "d"
        )
    )
    (enlarged,) = [row for row in found if row["formula"] == "ratio to sum"]
    assert enlarged["metric"] == "*, % of offer shares with over-allotment"
    assert enlarged["inputs"] == "[@ shares] [* | . | offer shares, shares] [* | . | over-allocated shares, shares]"


def test_treasury_shares_are_a_class_of_their_own_where_the_filing_says_of_which_class_they_are() -> None:
    note = "(1) It includes 1,000,000 repurchased {}Shares which are held by the\nCompany as treasury Shares"
    issued, after = "100,000,000\n", "Over-allocation\n"
    assert issued + after in larkspur()
    rows = inbox_rows(read(larkspur().replace(issued + after, f"{issued}{note.format('H ')}\n{after}")))
    assert [(row["share_class"], row["shares"]) for row in rows["share_class_balances"]] == [
        ("H", "59000000"),
        ("H treasury", "1000000"),
        ("unlisted domestic", "40000000"),
    ]
    treasury = rows["share_classes"][-1]
    assert (treasury["share_class"], treasury["is_listed"], treasury["is_treasury"]) == ("H treasury", "false", "true")
    # of which class they are is not said: they stay where they are
    rows = inbox_rows(read(larkspur().replace(issued + after, f"{issued}{note.format('')}\n{after}")))
    assert [row["shares"] for row in rows["share_class_balances"]] == ["60000000", "40000000"]
