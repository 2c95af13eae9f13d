"""Inbox files of invented companies that others take over, and what follows from them, counted by hand.

- 96520.HK has 100,000,000 shares: its founder's 60,000,000 and a fund's 8,000,000 are locked when 96521.HK takes it over on
  15 June, one share for four. 96521.HK has 400,000,000, half of them locked, and issues 25,000,000, of which 15,000,000 and
  2,000,000 stay locked as long: no document but the merger's states that.
- 96522.HK has 50,000,000, of which 96523.HK had 10,000,000 before; for the other 40,000,000 it gives 20,000,000 on 15 June. Its
  return states them on the 17th, on which they come, once.
- 96524.HK was to become 96521.HK's, share for share, on 5 October, which was called off in June.
- 96525.HK was to become 96521.HK's too; that was called off, and its listing was withdrawn: no shares are given for it.
"""

FILES = {
    "share_capital_events/merged.csv": (
        "ticker,issuer,effective_date,event,share_class,shares_issued_delta,total_shares_after,known_on\n"
        "96520.HK,Absorbed,2026-01-12,listing,H,20000000,100000000,2026-01-09\n"
        "96521.HK,Acquirer,2025-09-01,listing,H,20000000,400000000,2025-08-29\n"
        "96522.HK,Held,2026-01-12,listing,H,20000000,50000000,2026-01-09\n"
        "96523.HK,Holder,2025-09-01,listing,H,20000000,300000000,2025-08-29\n"
        "96523.HK,Holder,2026-06-17,consideration shares,H,20000000,320000000,2026-06-18\n"
        "96524.HK,Staying,2026-01-12,listing,H,20000000,100000000,2026-01-09\n"
        "96525.HK,Leaving,2026-01-12,listing,H,20000000,100000000,2026-01-09\n"
    ),
    "filing_lockups/merged.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
        "96520.HK,Founder,controlling shareholder,H,60000000,12 months from listing,undertaking,2026-01-09\n"
        "96520.HK,Corner,cornerstone investor,H,10000000,2026-03-12,undertaking,2026-01-09\n"
        "96520.HK,Fund,existing shareholder,H,8000000,2026-07-11,undertaking,2026-01-09\n"
        "96521.HK,Owner,controlling shareholder,H,200000000,12 months from listing,undertaking,2025-08-29\n"
        "96522.HK,Founder,controlling shareholder,H,30000000,2026-12-31,undertaking,2026-01-09\n"
        "96523.HK,Owner,controlling shareholder,H,100000000,2027-03-31,undertaking,2025-08-29\n"
        "96524.HK,Founder,controlling shareholder,H,50000000,12 months from listing,undertaking,2026-01-09\n"
    ),
    "mergers/merged.csv": (
        "ticker,acquirer,effective_on,new_shares,old_shares,exchanged_shares,status,known_on\n"
        "96520.HK,96521.HK,2026-06-15,1,4,,past,2026-06-15\n"
        "96522.HK,96523.HK,2026-06-15,1,2,40000000,announced,2026-05-04\n"
        "96524.HK,96521.HK,2026-10-05,1,1,,announced,2026-04-10\n"
        "96524.HK,96521.HK,2026-10-05,1,1,,withdrawn,2026-06-01\n"
        "96525.HK,96521.HK,2026-10-05,1,1,,announced,2026-05-04\n"
        "96525.HK,96521.HK,2026-10-05,1,1,,withdrawn,2026-06-01\n"
    ),
    "corporate_events/merged.csv": ("ticker,event,status,date,known_on\n96525.HK,listing_withdrawn,past,2026-09-01,2026-09-01\n"),
}

#: ticker, first and last session of a stretch, float, total, listed and locked shares
FLOATS = [
    ("96520.HK", "2026-01-12", "2026-03-12", 22_000_000, 100_000_000, 100_000_000, 78_000_000),
    ("96520.HK", "2026-03-13", "2026-06-12", 32_000_000, 100_000_000, 100_000_000, 68_000_000),
    ("96521.HK", "2025-09-01", "2026-06-12", 200_000_000, 400_000_000, 400_000_000, 200_000_000),
    ("96521.HK", "2026-06-15", "2026-07-10", 208_000_000, 425_000_000, 425_000_000, 217_000_000),
    ("96521.HK", "2026-07-13", "2026-08-31", 210_000_000, 425_000_000, 425_000_000, 215_000_000),
    ("96521.HK", "2026-09-01", "2027-01-11", 410_000_000, 425_000_000, 425_000_000, 15_000_000),
    ("96521.HK", "2027-01-12", "2027-01-12", 425_000_000, 425_000_000, 425_000_000, 0),
    ("96522.HK", "2026-01-12", "2026-06-12", 20_000_000, 50_000_000, 50_000_000, 30_000_000),
    ("96523.HK", "2025-09-01", "2026-06-16", 200_000_000, 300_000_000, 300_000_000, 100_000_000),
    ("96523.HK", "2026-06-17", "2026-12-31", 205_000_000, 320_000_000, 320_000_000, 115_000_000),
    ("96523.HK", "2027-01-04", "2027-03-31", 220_000_000, 320_000_000, 320_000_000, 100_000_000),
    ("96523.HK", "2027-04-01", "2027-04-01", 320_000_000, 320_000_000, 320_000_000, 0),
    ("96524.HK", "2026-01-12", "2027-01-11", 50_000_000, 100_000_000, 100_000_000, 50_000_000),
    ("96524.HK", "2027-01-12", "2027-01-12", 100_000_000, 100_000_000, 100_000_000, 0),
]

#: As of 20 April, when only the merger that was called off later was known.
FLOATS_THEN = [
    ("96521.HK", "2025-09-01", "2026-08-31", 200_000_000, 400_000_000, 400_000_000, 200_000_000),
    ("96521.HK", "2026-09-01", "2026-10-02", 400_000_000, 400_000_000, 400_000_000, 0),
    ("96521.HK", "2026-10-05", "2027-01-11", 450_000_000, 500_000_000, 500_000_000, 50_000_000),
    ("96521.HK", "2027-01-12", "2027-01-12", 500_000_000, 500_000_000, 500_000_000, 0),
]

#: Each share once, under the ticker that it has on its day: first tradable day, released, float before.
EXPIRIES = [
    ("96520.HK", "2026-03-13", 10_000_000, 22_000_000),
    ("96521.HK", "2026-07-13", 2_000_000, 208_000_000),
    ("96521.HK", "2026-09-01", 200_000_000, 210_000_000),
    ("96521.HK", "2027-01-12", 15_000_000, 410_000_000),
    ("96523.HK", "2027-01-04", 15_000_000, 205_000_000),
    ("96523.HK", "2027-04-01", 100_000_000, 220_000_000),
    ("96524.HK", "2027-01-12", 50_000_000, 50_000_000),
]

#: The acquirer's capital: one issue, by the merger or by its own return.
CAPITAL = [
    ("96521.HK", "2026-06-15", "consideration for 96520.HK", "H", 25_000_000, 425_000_000, "inbox/mergers/merged.csv"),
    ("96523.HK", "2026-06-17", "consideration shares", "H", 20_000_000, 320_000_000, "inbox/share_capital_events/merged.csv"),
]

#: What reaches the market of the acquirer on the day of the exchange: what of the old shares was free.
SUPPLY = [("96521.HK", "2026-06-15", 8_000_000), ("96523.HK", "2026-06-17", 5_000_000)]

DOUBTS = [
    "96520.HK: not listed since 2026-06-15 (shares exchanged, inbox/mergers/merged.csv); its shares are exchanged for those of "
    "96521.HK",
    "96522.HK: not listed since 2026-06-15 (shares exchanged, inbox/mergers/merged.csv); its shares are exchanged for those of "
    "96523.HK",
    "96525.HK: not listed since 2026-09-01 (listing withdrawn, inbox/corporate_events/merged.csv); its float ends with it; if "
    "its shares go on as others, name those in inbox/security_successors/ or inbox/mergers/",
]

#: What can't be counted: two companies without a share capital, one whose unlisted shares are said to be exchanged by nobody, one
#: whose acquirer's issue is another number, and one whose acquirer's lock-ups no document states.
REFUSED = {
    "share_capital_events/unmerged.csv": (
        "ticker,issuer,effective_date,event,share_class,shares_issued_delta,total_shares_after,known_on\n"
        "96540.HK,First,2026-03-03,listing,H,20000000,100000000,2026-03-02\n"
        "96541.HK,Second,2026-03-03,listing,H,20000000,100000000,2026-03-02\n"
        "96542.HK,Third,2026-03-03,listing,H,20000000,100000000,2026-03-02\n"
        "96549.HK,Large,2026-03-03,listing,H,20000000,500000000,2026-03-02\n"
        "96548.HK,Wide,2026-03-03,listing,H,20000000,500000000,2026-03-02\n"
        "96548.HK,Wide,2026-06-01,consideration shares,H,90000000,590000000,2026-06-01\n"
        "96547.HK,Free,2026-03-03,listing,H,20000000,500000000,2026-03-02\n"
    ),
    "share_class_balances/unmerged.csv": (
        "ticker,as_of,share_class,shares,known_on\n"
        "96540.HK,2026-03-03,H,70000000,2026-03-02\n96540.HK,2026-03-03,unlisted domestic,30000000,2026-03-02\n"
    ),
    "filing_lockups/unmerged.csv": (
        "ticker,holder,category,share_class,shares,last_day_locked,rule,known_on\n"
        "96540.HK,Founder,controlling shareholder,H,60000000,2027-03-02,undertaking,2026-03-02\n"
        "96541.HK,Founder,controlling shareholder,H,60000000,2027-03-02,undertaking,2026-03-02\n"
        "96542.HK,Founder,controlling shareholder,H,60000000,2027-03-02,undertaking,2026-03-02\n"
        "96548.HK,Owner,controlling shareholder,H,60000000,2027-03-02,undertaking,2026-03-02\n"
        "96549.HK,Owner,controlling shareholder,H,60000000,2027-03-02,undertaking,2026-03-02\n"
    ),
    "mergers/unmerged.csv": (
        "ticker,acquirer,effective_on,new_shares,old_shares,status,known_on\n"
        "96540.HK,96549.HK,2026-06-01,1,1,past,2026-06-01\n"
        "96541.HK,96548.HK,2026-06-01,1,1,past,2026-06-01\n"
        "96542.HK,96547.HK,2026-06-01,1,1,past,2026-06-01\n"
    ),
}
REASONS = {
    "96540.HK": "not all shares of the ticker are listed, or some are in treasury: write exchanged_shares",
    "96541.HK": "the consideration issues that are stated of these days are not what the ratio gives",
    "96542.HK": "no document states what of the acquirer is locked: add its table to filing_lockups",
}
