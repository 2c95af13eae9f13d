"""What the facts of a security are checked against: which securities there are, when they were listed, how many shares they have.

A check here finds what no row can tell by itself and no source can mean: an unknown ticker, a lock-up that ends before the
listing, more shares than were issued. What sources merely disagree about is landed side by side.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from math import prod

import polars as pl

from ingestion.dataset import Frames, RowFault
from ingestion.datasets._event_kinds import second_listings, unnamed_kinds
from ingestion.datasets._successions import earlier_tickers, standing_successors
from ingestion.printed_text.release_rules import rule_parts, rule_terms

#: The datasets that say when a security was listed, and with what a ticker that it goes on as, each from its first day.
LISTED_BY = ("listing_events", "lockup_comparables", "share_capital_events", "security_successors")
#: What a dataset reads to know which securities there are.
SECURITIES = ("exchanges", *LISTED_BY)
#: The same without the tickers as which they go on.
DIRECTLY_LISTED = tuple(name for name in SECURITIES if name != "security_successors")
#: What a lock-up table reads for its release rules: words of events that come only by somebody's decision.
RULE_WORDS = ("waiver_words",)
#: What a dataset reads to know whether a class of shares is listed.
CLASSES = ("share_classes", "share_class_names")
#: What a lock-up table reads to know how many shares a company can have: splits that a user states multiply them.
SPLITS = ("corporate_actions",)
#: Why the rows of a lock-up table land together or not at all.
LOCKED_TOGETHER = "a table with a hole would count its locked shares as free"
UNKNOWN = (
    "is no security that is known; correct it, or add its listing to inbox/share_capital_events/ (from which the shares come) "
    "or inbox/listing_events/"
)
#: Shares held before the offer, and shares bought in it: never the same shares.
LOT_ORIGINS = ("pre-IPO", "offer")
# the lock-ups of a company in one file and document: another file's rows never make a table's bad
_TABLE = ("source_file", "document_id", "ticker")
#: A share of the total is rounded, and may be of an earlier capital; so far from what its shares give, it is in another unit.
_OTHER_UNIT = 5
#: Words by which a rule says its first free day, or a time before which nothing is sold.
_FIRST_FREE = re.compile(r"\b(free|released|opening|a\.?m\.?)\b", re.IGNORECASE)


def check_ticker(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of a frame with a `ticker` that is no known security's: nothing would ever read them. `frames`: SECURITIES."""
    known = _listed_from(frames)
    return [RowFault(index, "ticker", ticker, UNKNOWN) for index, ticker in enumerate(frame["ticker"]) if ticker not in known]


def check_directly_listed(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of a frame of `security_successors` whose `ticker` is neither listed nor what another row goes on as.

    `frames`: DIRECTLY_LISTED.
    """
    return check_ticker({**frames, "security_successors": frame}, frame)


def check_actions(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The splits and dividends of no known security, or from before its listing: the ticker was another company's then.

    `frames` holds SECURITIES, `frame` has a `ticker` and an `ex_on`.
    """
    known = _listed_from(frames)
    faults = check_ticker(frames, frame)
    for index, (ticker, ex_on) in enumerate(frame.select("ticker", "ex_on").iter_rows()):
        listed_on = known.get(ticker)
        if listed_on and ex_on < listed_on:
            faults.append(RowFault(index, "ex_on", str(ex_on), f"is before {ticker} was listed ({listed_on}); check the year"))
    return faults


def check_tranches(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The tranches (`lockups`) that can't be: see `_check_lockups`; and whose percentage is of another size than their shares.

    `frames` holds SECURITIES and SPLITS.
    """
    shares = frame.group_by(_TABLE).agg(pl.col("shares").sum())
    faults = _check_lockups(frames, frame, shares, "expiry")
    totals = _totals(frames)
    columns = ("ticker", "shares", "pct_of_post_ipo_value", "pct_of_post_ipo_printed")
    for index, (ticker, count, ratio, printed) in enumerate(frame.select(columns).iter_rows()):
        if not ratio or ticker not in totals:
            continue
        apart = [count / (float(ratio) * total) for total in totals[ticker]]
        if all(not 1 / _OTHER_UNIT <= one <= _OTHER_UNIT for one in apart):
            share = f"{count / max(totals[ticker]):.4%}"
            words = (
                f"is not what {count:,} shares are of the {max(totals[ticker]):,} issued ({share}); write single shares, and the "
                "percentage as printed: 48.92%, not 0.4892%"
            )
            faults.append(RowFault(index, "pct_of_post_ipo", printed, words))
    return faults


def check_restrictions(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The restrictions (`filing_lockups`) that can't be: see `_check_lockups`. Shares of two headings or stages count once. And
    those of a class of which nothing tells whether it is listed, or of a heading that may be of either of a holder's lots.

    `frames` holds SECURITIES, SPLITS, CLASSES and `holder_categories`.
    """
    lots = (*_TABLE, "holder", "share_class")
    # the second stage of an undertaking binds the shares of the first
    whole = frame.filter(pl.col("stage").ne_missing("second"))
    by_heading = whole.group_by(*lots, "holder_category").agg(pl.col("shares").sum())
    by_holder = by_heading.group_by(lots).agg(pl.col("shares").max())
    shares = by_holder.group_by(_TABLE).agg(pl.col("shares").sum())
    faults = _check_lockups(frames, frame, shares, "last_day_locked")
    return faults + _unknown_classes(frames, frame) + _unknown_origins(frames, frame)


def _unknown_classes(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows of a class that no document describes and that has no known name: its shares would be float or not by chance."""
    stated = set(frames["share_classes"].select("ticker", "share_class").iter_rows())
    before = earlier_tickers(frames)
    stated |= {(new, name) for new, olds in before.items() for old, name in tuple(stated) if old in olds}
    named = set(frames["share_class_names"]["share_class"].str.to_lowercase())
    words = "is a class of which nothing tells whether it is listed; add it, with is_listed, to inbox/share_classes/"
    return [
        RowFault(index, "share_class", name, words)
        for index, (ticker, name) in enumerate(frame.select("ticker", "share_class").iter_rows())
        if (ticker, name) not in stated and name.lower() not in named
    ]


def _unknown_origins(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The rows under a heading of own words, of a holder whose other headings are of shares bought in the offer and of shares
    held before: which of them it locks, nothing tells."""
    known = dict(frames["holder_categories"].select("printed_category", "lot_origin").iter_rows())
    columns = ("document_id", "ticker", "holder", "share_class")
    origins: dict[tuple[str, ...], set[str]] = {}
    rows = list(frame.select(*columns, "holder_category", "lot_origin").iter_rows())
    for *lot, heading, stated in rows:
        if origin := stated or known.get(heading):
            origins.setdefault(tuple(lot), set()).add(origin)
    words = (
        "is a heading of own words, and the holder has shares of both kinds of lots; write which it locks in the column "
        f"lot_origin: {' or '.join(LOT_ORIGINS)}"
    )
    return [
        RowFault(index, "category", heading, words)
        for index, (*lot, heading, stated) in enumerate(rows)
        if not stated and heading not in known and len(origins.get(tuple(lot), ())) > 1
    ]


def check_balances(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The balances (`share_class_balances`) of no known security, and of a class of which nothing tells whether it is listed.

    `frames` holds SECURITIES and CLASSES.
    """
    return check_ticker(frames, frame) + _unknown_classes(frames, frame)


def check_capital(frames: Frames, frame: pl.DataFrame) -> list[RowFault]:
    """The capital events of no known exchange, those whose price in HKD is of an exchange that quotes in another currency, those
    of no known kind, second listings, and those without a total of all classes where none follows from an earlier one.

    `frames` holds `exchanges` and `capital_event_kinds`.
    """
    currencies = dict(frames["exchanges"].select("ticker_suffix", "currency").iter_rows())
    faults = unnamed_kinds(frames["capital_event_kinds"], frame) + second_listings(frame) + _without_total(frame)
    for index, (ticker, price) in enumerate(frame.select("ticker", "issue_price_hkd_printed").iter_rows()):
        suffix = "." + ticker.rpartition(".")[2]
        if suffix not in currencies:
            words = f"is of an exchange that is not known; known are {', '.join(currencies)}"
            faults.append(RowFault(index, "ticker", ticker, words))
        elif price and currencies[suffix] != "HKD":
            words = (
                f"is in HKD, and {ticker} trades in {currencies[suffix]}; leave it empty and write the money in gross_proceeds, "
                "with its currency"
            )
            faults.append(RowFault(index, "issue_price_hkd", price, words))
    return faults


def _check_lockups(frames: Frames, frame: pl.DataFrame, shares: pl.DataFrame, rule_column: str) -> list[RowFault]:
    """The lock-ups of an unknown security, those that end before its listing, and all of a table that locks more shares
    (`shares` a table) than the company has ever had in issue."""
    known, totals, splits = _listed_from(frames), _totals(frames), _splits(frames)
    locked = {tuple(table): count for *table, count in shares.iter_rows()}
    faults = check_ticker(frames, frame)
    waivers = [word.replace(" ", "_") for word in frames["waiver_words"]["word"]]
    for index, row in enumerate(frame.iter_rows(named=True)):
        ticker, listed_on = row["ticker"], known.get(row["ticker"])
        if waits := _locked_after_a_waiver(row["release_rule"], row["release_rule_printed"], waivers):
            faults.append(RowFault(index, rule_column, row["release_rule_printed"], waits))
        ends = [latest_end(part.rule) for part in rule_parts(row["release_rule"])]
        end_on = min((end for end in ends if end), default=None)
        if end_on and listed_on and end_on < listed_on:
            words = f"ends the lock-up on {end_on}, before {ticker} was listed ({listed_on}); check the year"
            faults.append(RowFault(index, rule_column, row["release_rule_printed"], words))
        count, total = locked[tuple(row[name] for name in _TABLE)], max(totals.get(ticker, ()), default=None)
        multiple = prod(factor for ex_on, factor in splits.get(ticker, ()) if ex_on <= (row["known_on"] or date.max))
        if total is not None and count > total * multiple:
            words = (
                f"is of a table that adds up to {count:,} shares, more than the {total:,} that {ticker} has issued; write single "
                "shares, each once, or add the event that issued them to inbox/share_capital_events/, or the split that "
                "multiplied them to inbox/corporate_actions/"
            )
            faults.append(RowFault(index, "shares", f"{row['shares'] or 0:,}", words))
    return faults


def _locked_after_a_waiver(rule: str, printed: str, waivers: list[str]) -> str | None:
    """What is wrong with words that count the n-th day after a waiver as locked: who waives frees the shares on it."""
    if not any(word in rule for word in waivers):
        return None
    for _, _, term in (found for part in rule_parts(rule) for found in rule_terms(part.rule)):
        kind, event = term.kind, term.event or ""
        is_waiver = any(f"_{word}" in f"_{event}" for word in waivers)
        # the canonical form says what it means, and so does a first free day
        is_told = str(term) in printed or _FIRST_FREE.search(printed.replace(event, ""))
        if kind in ("calendar_day_after", "trading_day_after") and is_waiver and not is_told:
            day = "trading day" if kind.startswith("trading") else "day"
            return (
                f"counts {day} {term.ordinal} after {event} as the last locked one: write `the 1st {day} from {event}` if the "
                f"shares are free on the {day} after it, or {term}"
            )
    return None


def latest_end(rule: str) -> date | None:
    """The day after which a rule without parts binds nothing, whatever happens; None where an event can move every end."""
    clauses: dict[int, list[date | None]] = {}
    for clause, _, term in rule_terms(rule):
        clauses.setdefault(clause, []).append(term.fixed_on)
    ends = [max(days) for days in ([day for day in clause if day] for clause in clauses.values() if None not in clause)]
    return min(ends, default=None)


def listings(frames: Frames) -> pl.DataFrame:
    """Each security of the facts in the order of tickers: `ticker`, `issuer`, and `earliest`, the first day
    on which it can have been listed (null where no fact says). `frames` holds LISTED_BY."""
    comparables, capital, events = (frames[name] for name in ("lockup_comparables", "share_capital_events", "listing_events"))
    successors = standing_successors(frames["security_successors"])
    statements = pl.concat(
        [
            comparables.filter(pl.col("metric") == "Listing Date").select(
                "ticker", "issuer", earliest="printed_earliest_on", latest="printed_latest_on"
            ),
            capital.filter(pl.col("event_kind") == "listing").select(
                "ticker", "issuer", earliest="effective_on", latest="effective_on"
            ),
            events.filter(pl.col("ticker").is_not_null()).select(
                "ticker", issuer="company", earliest="listing_earliest_on", latest="listing_latest_on"
            ),
            successors.select(pl.col("successor").alias("ticker"), "issuer", earliest="effective_on", latest="effective_on"),
        ]
    )
    # a statement of the day itself counts before one of a span of days
    first = (
        statements.sort(pl.col("earliest") != pl.col("latest"), "earliest", nulls_last=True)
        .group_by("ticker", maintain_order=True)
        .first()
    )
    return first.sort("ticker").select("ticker", "issuer", "earliest")


def _listed_from(frames: Frames) -> dict[str, date | None]:
    """Each known security of an exchange that is known, with the first day on which it can have been listed."""
    suffixes = set(frames["exchanges"]["ticker_suffix"])
    found = listings(frames).select("ticker", "earliest")
    return {ticker: earliest for ticker, earliest in found.iter_rows() if "." + ticker.rpartition(".")[2] in suffixes}


def _without_total(frame: pl.DataFrame) -> list[RowFault]:
    """The capital events without a total of all classes whose class is not stated, or before which no document states a total."""
    first = dict(frame.drop_nulls("total_shares_after").group_by("ticker").agg(pl.col("effective_on").min()).iter_rows())
    faults = []
    columns = ("ticker", "effective_on", "share_class", "total_shares_after")
    for index, (ticker, on, share_class, total) in enumerate(frame.select(columns).iter_rows()):
        if total is not None:
            continue
        if share_class is None:
            words = "is empty; write the total, or in share_class whose shares the document states without it"
            faults.append(RowFault(index, "total_shares_after", "", words))
        elif ticker not in first or first[ticker] >= on:
            words = f"is empty, and no earlier event of {ticker} has one from which it would follow; write it"
            faults.append(RowFault(index, "total_shares_after", "", words))
    return faults


def _splits(frames: Frames) -> dict[str, list[tuple[date, Fraction]]]:
    """The days and factors of the splits of each ticker that a user states and that make its shares more."""
    found: dict[str, list[tuple[date, Fraction]]] = {}
    splits = frames["corporate_actions"].filter(pl.col("action") == "split", pl.col("new_shares") > pl.col("old_shares"))
    for ticker, ex_on, new, old in splits.select("ticker", "ex_on", "new_shares", "old_shares").iter_rows():
        found.setdefault(ticker, []).append((ex_on, Fraction(new) / Fraction(old)))
    return found


def _totals(frames: Frames) -> dict[str, list[int]]:
    """Every total of shares that a document states for a ticker."""
    frame = frames["share_capital_events"]
    return dict(frame.drop_nulls("total_shares_after").group_by("ticker").agg(pl.col("total_shares_after")).iter_rows())
