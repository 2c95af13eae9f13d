"""Inbox files of companies whose lots begin, change hands and are amended after the listing, and the float of each, by hand.

Each lists on 2 February 2026 with 1,000 shares, if its rows don't say otherwise. `FLOATS` has the days on which the float steps.
"""

_CAPITAL = "ticker,effective_date,event,share_class,shares_issued_delta,total_shares_after,known_on\n"
_LOTS = "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on,amends,transferred_to,locked_from,lot\n"


def _listing(ticker: str, total: int = 1000) -> str:
    return f"{ticker},2026-02-02,listing,,100,{total},2026-01-30\n"


def _lot(
    holder: str, shares: int, last_day: str, known_on: str = "2026-01-30", *, amends: str = "", to: str = "", more: str = ""
) -> str:
    """The cells of a lot from its holder on; `more` is the first day of its lock-up and its name."""
    return f"{holder},existing shareholder,ordinary,{shares},{last_day},undertaking,{known_on},{amends},{to},{more or ','}\n"


#: The rows of each company: changes of capital after the listing, its table of lots, and what later documents say of them.
_LIVES: dict[str, tuple[str, list[str], list[str]]] = {
    # new shares are locked from their issue: 400 float before it and after it
    "9940.HK": (
        "2026-06-01,subscription of new shares,,200,1200",
        [_lot("Founder", 600, "2027-02-01")],
        [_lot("Investor", 200, "2026-11-30", "2026-06-01", amends="adds", more="2026-06-01,")],
    ),
    # what the table left out was locked from the listing on
    "9941.HK": (
        "",
        [_lot("Founder", 600, "2027-02-01")],
        [_lot("Fund", 100, "2026-07-31", "2026-05-04", amends="adds", more="2026-02-02,")],
    ),
    # free since August, locked again in September by a second undertaking
    "9942.HK": (
        "",
        [_lot("Founder", 600, "2026-07-31")],
        [_lot("Founder", 600, "2026-12-31", "2026-08-28", amends="adds", more="2026-09-01,second")],
    ),
    # Founder's 300 are Buyer's; of those 200 are Second's, who is extended, and 40 are released early
    "9943.HK": (
        "",
        [_lot("Founder", 900, "2027-02-01")],
        [
            _lot("Founder", 300, "2027-02-01", "2026-04-01", amends="transfers", to="Buyer"),
            _lot("Buyer", 200, "2027-02-01", "2026-05-04", amends="transfers", to="Second"),
            _lot("Second", 200, "2027-06-30", "2026-06-01", amends="extends"),
            _lot("Buyer", 40, "2026-08-31", "2026-08-28", amends="releases early"),
        ],
    ),
    # two holders transfer to one buyer by one document: 70 and 50 are 120
    "9944.HK": (
        "",
        [_lot("Founder", 600, "2027-02-01"), _lot("Fund", 300, "2026-07-31")],
        [
            _lot("Founder", 70, "2027-02-01", "2026-04-01", amends="transfers", to="Buyer"),
            _lot("Fund", 50, "2027-02-01", "2026-04-01", amends="transfers", to="Buyer"),
        ],
    ),
    # an added lot is released early in two steps
    "9945.HK": (
        "2026-06-01,consideration shares issued,,200,1200",
        [_lot("Founder", 600, "2027-02-01")],
        [
            _lot("Vendor", 200, "2027-05-31", "2026-06-01", amends="adds", more="2026-06-01,"),
            _lot("Vendor", 50, "2026-08-31", "2026-08-28", amends="releases early", more="2026-06-01,"),
            _lot("Vendor", 60, "2026-09-30", "2026-09-29", amends="releases early", more="2026-06-01,"),
        ],
    ),
    # each share becomes 4 on 4 May, so 400 of Fund: 20 that April said are 80; 60 and 260 that June and July say are as many
    "9946.HK": (
        "",
        [_lot("Founder", 600, "2027-02-01"), _lot("Fund", 100, "2027-02-01")],
        [
            _lot("Fund", 20, "2026-08-31", "2026-04-01", amends="releases early"),
            _lot("Fund", 60, "2027-02-01", "2026-06-01", amends="transfers", to="Buyer"),
            _lot("Buyer", 60, "2027-06-30", "2026-07-06", amends="extends"),
            _lot("Fund", 260, "2027-03-31", "2026-07-06", amends="extends"),
        ],
    ),
    # 10 shares become one on 4 May: 20 that April said are 2, 3 that June said are 3
    "9947.HK": (
        "",
        [_lot("Founder", 600, "2027-02-01"), _lot("Fund", 100, "2027-02-01")],
        [
            _lot("Fund", 20, "2026-08-31", "2026-04-01", amends="releases early"),
            _lot("Fund", 3, "2027-02-01", "2026-06-01", amends="transfers", to="Buyer"),
            _lot("Buyer", 3, "2027-06-30", "2026-07-06", amends="extends"),
        ],
    ),
}


def _later_files() -> dict[str, str]:
    """One file for the amendments of each day, as documents of their own."""
    found: dict[str, str] = {}
    for ticker, (_, _, later) in _LIVES.items():
        for row in later:
            name = f"filing_lockups/later_{row.split(',')[6].replace('-', '_')}.csv"
            found[name] = found.get(name, _LOTS) + f"{ticker},{row}"
    return found


FILES = {
    "share_capital_events/later.csv": _CAPITAL
    + "".join(
        _listing(ticker) + (f"{ticker},{event},{event[:10]}\n" if event else "") for ticker, (event, _, _) in _LIVES.items()
    )
    # an A-share whose H shares are offered later: that offer is no second listing of it
    + "688940.SH,2024-02-01,listing,A,100,1000,2024-01-31\n688940.SH,2026-06-01,H share offer,H,200,1200,2026-05-29\n",
    # nor of one whose listing another document states, and whose capital only the offer does
    "share_capital_events/later_offer.csv": _CAPITAL + "688941.SH,2026-06-01,global offering,H,200,1200,2026-05-29\n",
    "listing_events/later.csv": (
        "sector,company,ticker,date,status,known_on\nLots,Parent,688941.SH,2024-02-01,listed,2024-02-01\n"
    ),
    "corporate_actions/later.csv": (
        "ticker,ex_on,action,new_shares,old_shares,known_on\n"
        "9946.HK,2026-05-04,split,4,1,2026-04-20\n9947.HK,2026-05-04,split,1,10,2026-04-20\n"
    ),
    "share_classes/later.csv": (
        "ticker,share_class,is_listed,reason,known_on\n"
        "688940.SH,A,true,listed,2024-01-31\n688940.SH,H,false,in Hong Kong,2024-01-31\n"
    ),
    "share_class_balances/later.csv": (
        "ticker,as_of,share_class,shares,known_on\n688940.SH,2024-02-01,A,1000,2024-01-31\n688940.SH,2024-02-01,H,0,2024-01-31\n"
        "688941.SH,2026-06-01,A,1000,2026-05-29\n688941.SH,2026-06-01,H,200,2026-05-29\n"
    ),
    "filing_lockups/later_tables.csv": _LOTS
    + "".join(f"{ticker},{row}" for ticker, (_, table, _) in _LIVES.items() for row in table)
    + "688940.SH,Parent,controlling shareholder,A,700,36 months from listing,law,2024-01-31,,,,\n"
    + "688941.SH,Parent,controlling shareholder,A,700,36 months from listing,law,2024-01-31,,,,\n",
    **_later_files(),
}

DOUBTS = [
    "688941.SH: what inbox/share_capital_events/later_offer.csv calls its listing of 2026-06-01 is none, as it was listed by "
    "2024-02-01 (inbox/listing_events/later.csv): if that is a mistake, correct that day; if not, say what the offer is in "
    "event_kind of share_capital_events"
]
#: Ticker, first session of a float, and the float from then on; the last locked day is inclusive.
FLOATS = [
    ("688940.SH", "2024-02-01", 300),
    ("688940.SH", "2027-02-01", 1000),  # 36 months from February 2024
    ("688941.SH", "2026-06-01", 300),  # the day from which its capital is known
    ("688941.SH", "2027-02-01", 1000),
    ("9940.HK", "2026-02-02", 400),
    ("9940.HK", "2026-12-01", 600),
    ("9940.HK", "2027-02-02", 1200),
    ("9941.HK", "2026-02-02", 300),
    ("9941.HK", "2026-08-03", 400),  # 31 July is a Friday
    ("9941.HK", "2027-02-02", 1000),
    ("9942.HK", "2026-02-02", 400),
    ("9942.HK", "2026-08-03", 1000),
    ("9942.HK", "2026-09-01", 400),
    ("9942.HK", "2027-01-04", 1000),
    ("9943.HK", "2026-02-02", 100),
    ("9943.HK", "2026-09-01", 140),
    ("9943.HK", "2027-02-02", 800),
    ("9943.HK", "2027-07-02", 1000),  # 1 July is a holiday
    ("9944.HK", "2026-02-02", 100),
    ("9944.HK", "2026-08-03", 350),
    ("9944.HK", "2027-02-02", 1000),
    ("9945.HK", "2026-02-02", 400),
    ("9945.HK", "2026-09-01", 450),
    ("9945.HK", "2026-10-02", 510),  # 1 October is a holiday
    ("9945.HK", "2027-02-02", 1110),
    ("9945.HK", "2027-06-01", 1200),
    ("9946.HK", "2026-02-02", 300),
    ("9946.HK", "2026-05-04", 1200),
    ("9946.HK", "2026-09-01", 1280),
    ("9946.HK", "2027-02-02", 3680),
    ("9946.HK", "2027-04-01", 3940),
    ("9946.HK", "2027-07-02", 4000),
    ("9947.HK", "2026-02-02", 300),
    ("9947.HK", "2026-05-04", 30),
    ("9947.HK", "2026-09-01", 32),
    ("9947.HK", "2027-02-02", 97),
    ("9947.HK", "2027-07-02", 100),
]
