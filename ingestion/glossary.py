"""What each landed column is, in one place: the same name is the same quantity in every dataset.

The columns that a printed figure or date lands as are described by their suffix.
"""

from __future__ import annotations

WORDS = {
    "as_of": "day that the statement describes",
    "accessed_on": "day on which the document was retrieved, where known",
    "arr": "annual recurring revenue",
    "basis": "what the statement counts: run-rate revenue, revenue of a year, a company's own claim",
    "cache_read_per_mtok": "price of a million cached input tokens",
    "calendar": "code of the exchange's calendar in the exchange_calendars package",
    "calendar_ends_on": "last day up to which the calendar is used",
    "category": "kind of product or company, as printed",
    "channel": "through what the event works: fundamental, flow, competition",
    "china": "valuation of the Chinese companies",
    "clause_number": "number of the clause in the rule, from 1",
    "closed": "date of the round",
    "company": "name of the company",
    "compared_with": "what the subject is compared with",
    "condition": "condition or size, as printed",
    "cumulative_pct": "shares released so far as a share of the post-IPO total",
    "currency": "currency in which the exchange trades (ISO 4217)",
    "data_as_of": "day that the document's data describes",
    "document_id": "source document; joins `dim_document`",
    "document_type": "kind of document",
    "effective_on": "day from which the new share capital stands",
    "event": "the event",
    "exchange": "name of the exchange",
    "exchange_mic": "market identifier code (ISO 10383) of the exchange",
    "expected_direction": "direction that the document expects",
    "extra": "further words beside the figure",
    "fixed_on": "last locked day of a fixed term",
    "high_months": "upper end, months",
    "holder": "name of the holder",
    "holder_category": "kind of holder",
    "holders": "holders in the tranche, as printed",
    "implied_p_arr": "printed price to ARR multiple: a claim",
    "input_per_mtok": "price of a million input tokens",
    "is_half_day": "true if the exchange closes early on the day",
    "is_listed": "true if the class is traded on the exchange",
    "issue_price_hkd": "price of issue, HKD",
    "issuer": "name of the issuer",
    "known_on": "day on which the fact was known",
    "label": "label of the total, as printed",
    "layer": "layer of the value chain",
    "licence": "terms under which the content is used",
    "listing": "date of the listing",
    "lot": "name of the block of shares, where a heading lists several of one holder",
    "lot_origin": "`pre-IPO` or `offer`: shares held before the offer or bought in it, never the same shares",
    "low_months": "lower end, months",
    "mechanism": "mechanism that changed the price",
    "metric": "metric, as printed; its unit is in its words",
    "model": "name of the model",
    "note": "remark of the source",
    "ordinal": "count of days or months of the term",
    "output_per_mtok": "price of a million output tokens",
    "part": "`whole`, or `from` or `to` of a change",
    "pct_of_post_ipo": "shares as a share of the post-IPO total, as printed: a claim",
    "pct_of_value_chain": "layer as a share of the value chain, as printed: a claim",
    "post_money": "post-money valuation",
    "printed_category": "kind of holder in the document's words",
    "producer": "who published the document",
    "provider": "seller of the model",
    "published_on": "day of publication",
    "quantity": "what the figure counts, as printed; its unit is in its words",
    "rank": "which document decides where two disagree: the lower number",
    "ratio": "China as a share of the US, as printed: a claim",
    "reason": "why, in words",
    "region": "region",
    "release_rule": "release rule in canonical form",
    "release_rule_kind": "kind of rule, as printed",
    "restriction": "undertaking or law behind the lock-up, as printed",
    "round": "name of the round",
    "scenario": "scenario, as printed",
    "section": "section of the table, as printed",
    "sector": "sector, as printed",
    "share_class": "class of shares, as the document names it",
    "shares": "shares",
    "shares_issued_delta": "shares issued (negative: cancelled)",
    "signal": "signal, as printed",
    "signal_number": "number of the signal, from 1",
    "source_file": "file that the row was read from",
    "source_row": "line of that file",
    "specificity": "which heading names a lot that stands under several: 1 is the most specific",
    "statement": "statement, as printed",
    "statement_number": "number of the statement in its cell, from 1",
    "status": "status: expected, announced, past or listed",
    "subject": "what or whom the statement is about",
    "table_ref": "where in the document the figure stands",
    "term_kind": "kind of the term: a fixed day, months from listing, or the n-th day from an event",
    "term_number": "number of the term in its clause, from 1",
    "ticker": "ticker with its exchange suffix",
    "ticker_suffix": "suffix by which a ticker belongs to the exchange",
    "time_zone": "time zone of the exchange (IANA)",
    "timing": "when it is expected",
    "title": "title of the document",
    "tokens_per_day": "tokens a day",
    "topic": "topic, as printed",
    "total_shares_after": "total in issue after the event, as stated",
    "trading_date": "session, the exchange's local date",
    "url": "where the document is found",
    "us": "valuation of the US companies",
    "what_would_trip_it": "what would trip the signal, as printed",
    "printed": "the cell",
}

_SUFFIXES = {
    "printed": "as printed",
    "printed_kind": "whether the cell is a figure, a date, a figure in words, several figures, or words",
    "value": "value (empty for a range: no midpoint is made up)",
    "low": "lower end of what the printed precision allows (empty: unbounded)",
    "high": "upper end of what the printed precision allows (empty: unbounded)",
    "unit": "unit: money, ratio (a fraction), x, shares, tokens, months",
    "currency": "currency of the figure (ISO 4217)",
    "is_approximate": "true if the text calls the figure approximate",
    "bound": "exact, at least, at most or range",
    "not_a_figure": "why the cell is not one figure",
    "printed_earliest_on": "first day of the span that the printed date stands for",
    "printed_latest_on": "last day of that span",
    "earliest_on": "first day of the span that the printed date stands for",
    "latest_on": "last day of that span",
}


def describe(column: str) -> str:
    """One sentence on a landed column. Raises KeyError for a column that has no words yet."""
    words = WORDS.get(column)
    if words is None:
        for suffix, meaning in sorted(_SUFFIXES.items(), key=lambda item: -len(item[0])):
            if column == suffix:
                words = f"the cell's figure: {meaning}"
                break
            if column.endswith("_" + suffix):
                words = f"{WORDS[column.removesuffix('_' + suffix)]}: {meaning}"
                break
    if words is None:
        raise KeyError(f"{column}: say in ingestion/glossary.py what it is")
    return f"{words[0].upper()}{words[1:]}."
