"""Inbox files of invented companies that go on under another ticker, and what follows from them, counted by hand.

- 96510.HK has 80,000,000 H and 20,000,000 unlisted shares; its code is 96511.HK from 3 August on. A lot is extended, and
  shares are placed, under the new code.
- 96512.HK is withdrawn on 11 March; each 2 of its shares become 3 of 96513.HK, which begins on the 16th and goes on to another
  market as 96514.HK on 10 August. A lot of 10,000,000 is free on 13 March, on which neither is listed. A paper of 10 March that
  releases 15,000,000 of the founder's early names the new ticker, and so counts in its shares: of 90,000,000, not of 60,000,000.
- 96515.HK was to become 96516.HK on 1 September, which was called off in June.
- 96517.HK leaves for another market, and nothing tells as what it goes on; 96518.HK is suspended, and nothing ends that.
"""

_LOTS = "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on,amends\n"

FILES = {
    "share_capital_events/moving.csv": (
        "ticker,issuer,effective_date,event,share_class,shares_issued_delta,total_shares_after,known_on\n"
        "96510.HK,Moving,2026-01-12,listing,H,20000000,100000000,2026-01-09\n"
        "96510.HK,Moving,2026-05-18,placing,H,10000000,110000000,2026-05-18\n"
        "96511.HK,Moving,2026-10-12,placing,H,30000000,140000000,2026-10-12\n"
        "96512.HK,Exchanged,2026-01-12,listing,H,20000000,100000000,2026-01-09\n"
        "96513.HK,Exchanged Holdings,2026-06-15,placing,H,30000000,180000000,2026-06-15\n"
        "96515.HK,Staying,2026-01-12,listing,H,20000000,100000000,2026-01-09\n"
        "96517.HK,Leaving,2026-01-12,listing,H,20000000,100000000,2026-01-09\n"
        "96518.HK,Halted,2026-01-12,listing,H,20000000,100000000,2026-01-09\n"
    ),
    "share_class_balances/moving.csv": (
        "ticker,as_of,share_class,shares,known_on\n"
        "96510.HK,2026-01-12,H,80000000,2026-01-09\n"
        "96510.HK,2026-01-12,unlisted domestic,20000000,2026-01-09\n"
    ),
    "filing_lockups/moving.csv": _LOTS
    + "96510.HK,Founder,controlling shareholder,H,40000000,12 months from listing,undertaking,2026-01-09,\n"
    "96510.HK,Corner,cornerstone investor,H,10000000,2026-07-11,undertaking,2026-01-09,\n"
    "96510.HK,Fund,existing shareholder,H,5000000,2026-09-11,undertaking,2026-01-09,\n"
    "96512.HK,Founder,controlling shareholder,H,60000000,12 months from listing,undertaking,2026-01-09,\n"
    "96512.HK,Corner,cornerstone investor,H,10000000,2026-03-12,undertaking,2026-01-09,\n"
    "96512.HK,Fund,existing shareholder,H,7000000,2026-07-11,undertaking,2026-01-09,\n"
    "96515.HK,Founder,controlling shareholder,H,60000000,12 months from listing,undertaking,2026-01-09,\n"
    "96517.HK,Founder,controlling shareholder,H,60000000,12 months from listing,undertaking,2026-01-09,\n"
    "96518.HK,Founder,controlling shareholder,H,60000000,6 months from listing,undertaking,2026-01-09,\n",
    "filing_lockups/moved.csv": _LOTS
    + "96511.HK,Fund,existing shareholder,H,5000000,2027-09-11,undertaking,2026-09-09,extends\n",
    "filing_lockups/ahead.csv": _LOTS
    + "96513.HK,Founder,controlling shareholder,H,15000000,2026-09-11,consent,2026-03-10,releases early\n",
    "corporate_events/moving.csv": (
        "ticker,event,status,date,known_on\n"
        "96512.HK,listing_withdrawn,past,2026-03-11,2026-03-11\n"
        "96517.HK,listing_transferred,past,2026-06-01,2026-06-01\n"
        "96518.HK,trading_suspended,past,2026-07-06,2026-07-06\n"
    ),
    "security_successors/moving.csv": (
        "ticker,successor,kind,effective_on,new_shares,old_shares,status,issuer,known_on\n"
        "96510.HK,96511.HK,code change,2026-08-03,,,past,,2026-08-03\n"
        "96512.HK,96513.HK,exchange of shares,2026-03-16,3,2,past,Exchanged Holdings,2026-03-16\n"
        "96513.HK,96514.HK,transfer of market,2026-08-10,,,past,,2026-08-10\n"
        "96515.HK,96516.HK,code change,2026-09-01,,,announced,,2026-04-10\n"
        "96515.HK,96516.HK,code change,2026-09-01,,,withdrawn,,2026-06-01\n"
    ),
}

#: A return of June says that more shares of the listing were not listed than a file did.
CORRECTED_BALANCES = {
    "documents/return_of_june.yml": (
        "document_id: return_of_june\ntitle: Return\nproducer: Corrected\ndocument_type: announcement\n"
        "published_on: 2026-06-05\nlicence: invented\nrank: 10\n"
    ),
    "share_capital_events/corrected.csv": (
        "ticker,effective_date,event,share_class,shares_issued_delta,total_shares_after,known_on\n"
        "96519.HK,2026-01-12,listing,H,20000000,60000000,2026-01-09\n"
    ),
    "share_class_balances/corrected.csv": (
        "ticker,as_of,share_class,shares,known_on\n"
        "96519.HK,2026-01-12,H,30000000,2026-01-09\n"
        "96519.HK,2026-01-12,unlisted domestic,30000000,2026-01-09\n"
    ),
    "share_class_balances/correcting.csv": (
        "ticker,as_of,share_class,shares,document_id\n"
        "96519.HK,2026-01-12,H,20000000,return_of_june\n"
        "96519.HK,2026-01-12,unlisted domestic,40000000,return_of_june\n"
    ),
    "filing_lockups/corrected.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
        "96519.HK,Founder,controlling shareholder,H,20000000,2027-01-11,undertaking,2026-01-09\n"
    ),
}

#: ticker, first and last session of a stretch, float, total, listed and locked shares
FLOATS = [
    ("96510.HK", "2026-01-12", "2026-05-15", 25_000_000, 100_000_000, 80_000_000, 55_000_000),
    ("96510.HK", "2026-05-18", "2026-07-10", 35_000_000, 110_000_000, 90_000_000, 55_000_000),
    ("96510.HK", "2026-07-13", "2026-07-31", 45_000_000, 110_000_000, 90_000_000, 45_000_000),
    ("96511.HK", "2026-08-03", "2026-10-09", 45_000_000, 110_000_000, 90_000_000, 45_000_000),
    ("96511.HK", "2026-10-12", "2027-01-11", 75_000_000, 140_000_000, 120_000_000, 45_000_000),
    ("96511.HK", "2027-01-12", "2027-09-10", 115_000_000, 140_000_000, 120_000_000, 5_000_000),
    ("96511.HK", "2027-09-13", "2027-09-13", 120_000_000, 140_000_000, 120_000_000, 0),
    ("96512.HK", "2026-01-12", "2026-03-10", 23_000_000, 100_000_000, 100_000_000, 77_000_000),
    # 33,000,000 x 3 / 2, of which the 10,000,000 of Corner
    ("96513.HK", "2026-03-16", "2026-06-12", 49_500_000, 150_000_000, 150_000_000, 100_500_000),
    ("96513.HK", "2026-06-15", "2026-07-10", 79_500_000, 180_000_000, 180_000_000, 100_500_000),
    ("96513.HK", "2026-07-13", "2026-08-07", 90_000_000, 180_000_000, 180_000_000, 90_000_000),
    ("96514.HK", "2026-08-10", "2026-09-11", 90_000_000, 180_000_000, 180_000_000, 90_000_000),
    ("96514.HK", "2026-09-14", "2027-01-11", 105_000_000, 180_000_000, 180_000_000, 75_000_000),
    ("96514.HK", "2027-01-12", "2027-01-12", 180_000_000, 180_000_000, 180_000_000, 0),
    ("96515.HK", "2026-01-12", "2027-01-11", 40_000_000, 100_000_000, 100_000_000, 60_000_000),
    ("96515.HK", "2027-01-12", "2027-01-12", 100_000_000, 100_000_000, 100_000_000, 0),
    ("96517.HK", "2026-01-12", "2026-05-29", 40_000_000, 100_000_000, 100_000_000, 60_000_000),
]

#: As of 20 April, when the third company's end was announced and nothing was known of any other that lies ahead.
FLOATS_THEN = [
    ("96513.HK", "2026-03-16", "2026-07-10", 49_500_000, 150_000_000, 150_000_000, 100_500_000),
    ("96513.HK", "2026-07-13", "2026-09-11", 60_000_000, 150_000_000, 150_000_000, 90_000_000),
    ("96513.HK", "2026-09-14", "2027-01-11", 75_000_000, 150_000_000, 150_000_000, 75_000_000),
    ("96513.HK", "2027-01-12", "2027-01-12", 150_000_000, 150_000_000, 150_000_000, 0),
    ("96515.HK", "2026-01-12", "2026-08-31", 40_000_000, 100_000_000, 100_000_000, 60_000_000),
    ("96516.HK", "2026-09-01", "2027-01-11", 40_000_000, 100_000_000, 100_000_000, 60_000_000),
    ("96516.HK", "2027-01-12", "2027-01-12", 100_000_000, 100_000_000, 100_000_000, 0),
]

#: Each share once, under the ticker that it has on its day: first tradable day, released, float before.
EXPIRIES = [
    ("96510.HK", "2026-07-13", 10_000_000, 35_000_000),
    ("96511.HK", "2027-01-12", 40_000_000, 75_000_000),
    ("96511.HK", "2027-09-13", 5_000_000, 115_000_000),
    ("96513.HK", "2026-03-16", 15_000_000, 34_500_000),
    ("96513.HK", "2026-07-13", 10_500_000, 79_500_000),
    ("96514.HK", "2026-09-14", 15_000_000, 90_000_000),
    ("96514.HK", "2027-01-12", 75_000_000, 105_000_000),
    ("96515.HK", "2027-01-12", 60_000_000, 40_000_000),
]

SECURITIES = [
    ("96510.HK", None, "96511.HK", "2026-01-12", None, "2026-08-03", "stock_code_changed", "withdrawn", "Moving"),
    ("96511.HK", "96510.HK", None, "2026-01-12", "2026-08-03", None, None, "listed", "Moving"),
    ("96512.HK", None, "96513.HK", "2026-01-12", None, "2026-03-11", "listing_withdrawn", "withdrawn", "Exchanged"),
    (
        "96513.HK",
        "96512.HK",
        "96514.HK",
        "2026-01-12",
        "2026-03-16",
        "2026-08-10",
        "listing_transferred",
        "withdrawn",
        "Exchanged Holdings",
    ),
    ("96514.HK", "96513.HK", None, "2026-01-12", "2026-08-10", None, None, "listed", "Exchanged Holdings"),
    ("96515.HK", None, None, "2026-01-12", None, None, None, "listed", "Staying"),
    ("96517.HK", None, None, "2026-01-12", None, "2026-06-01", "listing_transferred", "withdrawn", "Leaving"),
    ("96518.HK", None, None, "2026-01-12", None, None, None, "listed", "Halted"),
]

#: The tickers of which `status` has these lines and no others, but for locked shares without an end.
TOLD_OF = tuple(f"9651{number}." for number in range(9))
DOUBTS = [
    "96518.HK: trading is suspended since 2026-07-06; 60,000,000 shares whose lock-up ends wait for that: no row of "
    "corporate_events says that it is resumed (inbox/corporate_events/moving.csv)",
    "96510.HK: not listed since 2026-08-03 (stock code changed, inbox/security_successors/moving.csv); goes on as 96511.HK "
    "from 2026-08-03",
    "96512.HK: not listed since 2026-03-11 (listing withdrawn, inbox/corporate_events/moving.csv); goes on as 96513.HK from "
    "2026-03-16, 5 days later: neither has a float in between",
    "96513.HK: not listed since 2026-08-10 (listing transferred, inbox/security_successors/moving.csv); goes on as 96514.HK "
    "from 2026-08-10",
    "96517.HK: not listed since 2026-06-01 (listing transferred, inbox/corporate_events/moving.csv); its float ends with it: "
    "name what it goes on as in inbox/security_successors/",
]
