"""Inbox files of nine companies whose later documents about one lot can't be, or can't be told: each is refused with its reason.

Each has one lot, 30,000,000 shares of its Fund, and what it amends contradicts the lot, the day, or another document.
"""

_CAPITAL = "ticker,effective_date,event,shares_issued_delta,total_shares_after\n"
_LOTS = "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on,amends,transferred_to,amended_document_id\n"


def _fund(ticker: str, shares: int, last_day: str, known_on: str, amends: str = "", to: str = "", table: str = "") -> str:
    return f"{ticker},Fund,existing shareholder,H,{shares},{last_day},undertaking,{known_on},{amends},{to},{table}\n"


#: The last is free in parts: of which of them shares are released early, nothing tells.
_ENDS = {f"998{number}.HK": "2026-06-01" if number == 2 else "2027-03-02" for number in (*range(6), 7, 8)}
_ENDS["9986.HK"] = '"20% at 2026-08-03, the rest at 2027-03-03"'

FILES = {
    "share_capital_events/funds.csv": _CAPITAL + "".join(f"{ticker},2026-03-03,listing,25000000,100000000\n" for ticker in _ENDS),
    "filing_lockups/funds.csv": _LOTS + "".join(_fund(ticker, 30_000_000, end, "2026-03-02") for ticker, end in _ENDS.items()),
    "filing_lockups/funds_of_april.csv": _LOTS + _fund("9985.HK", 30_000_000, "2027-03-02", "2026-04-01"),
    "filing_lockups/funds_of_may.csv": _LOTS
    + _fund("9980.HK", 20_000_000, "2026-05-01", "2026-05-01", "releases early", table="inbox/filing_lockups/funds.csv")
    + _fund("9981.HK", 10_000_000, "2026-05-01", "2026-05-01", "releases early")
    + _fund("9983.HK", 10_000_000, "2027-09-02", "2026-05-01", "releases early")
    + _fund("9984.HK", 25_000_000, "2027-03-02", "2026-05-01", "corrects")
    + _fund("9985.HK", 30_000_000, "2027-09-02", "2026-05-01", "extends", table="inbox/filing_lockups/funds.csv")
    + _fund("9986.HK", 10_000_000, "2026-05-04", "2026-05-01", "releases early"),
    "filing_lockups/funds_of_may_too.csv": _LOTS
    + _fund("9984.HK", 10_000_000, "2027-03-02", "2026-05-01", "transfers", to="Trust"),
    "filing_lockups/funds_of_july.csv": _LOTS
    + _fund("9980.HK", 20_000_000, "2027-03-02", "2026-07-01", "transfers", to="Trust")
    + _fund("9981.HK", 30_000_000, "2027-09-02", "2026-07-01", "extends")
    + _fund("9982.HK", 30_000_000, "2027-09-02", "2026-07-01", "extends")
    + _fund("9987.HK", 60_000_001, "2027-09-02", "2026-07-01", "extends")
    + _fund("9988.HK", 60_000_001, "2026-07-01", "2026-07-01", "releases early"),
    # what is 30,000,000 in March is 60,000,000 in July
    "corporate_actions/funds.csv": "ticker,ex_on,action,new_shares,old_shares\n"
    "9987.HK,2026-06-01,split,2,1\n9988.HK,2026-06-01,split,2,1\n",
}

REASONS = {
    "9980.HK": "more is released early or transferred than the lot has",
    "9981.HK": "is extended by more than is left",
    "9982.HK": "the lot was free before this was known",
    "9983.HK": "an early release that ends after the lot does",
    "9984.HK": "two documents of one day change the lot",
    "9985.HK": "the table that is amended does not count",
    "9986.HK": "write the parts as lots of their own names",
    "9987.HK": "more is extended than the lot has: each document counts in the shares of its own day",
    "9988.HK": "more is released early or transferred than the lot has",
}
