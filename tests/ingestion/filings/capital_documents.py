"""Forms on share capital of the invented Larkspur Robotics, typed for the tests: 100,000,000 shares at its listing on 2 March
2026, 60,000,000 of them H shares at HK$5.00, and 3,000,000 allotted beyond the offer."""

from __future__ import annotations

_OPTION = """<<<PAGE 1>>>
LARKSPUR ROBOTICS CO., LTD.
雲雀機器人股份有限公司
(a company limited by shares, of the mainland)
(Stock Code: 9998)
{title},
STABILIZING ACTIONS AND END OF STABILIZATION PERIOD
{body}
"""
_SIGNED = """By order of the Board
Hong Kong, {published}
"""
_ENDED = """STABILIZING ACTIONS AND END OF STABILIZATION PERIOD
The Company further announces that the stabilization period in connection with the Global
Offering ended on March 26, 2026, being the 30th day after the last day for lodging applications.
The stabilizing actions undertaken by the Stabilizing Manager were:
(1) the over-allocation of an aggregate of 3,000,000 H Shares in the International Offering;
(2) the borrowing of an aggregate of 3,000,000 H Shares from Alder Holding Limited pursuant to
the Stock Borrowing Agreement; and
"""
_PART = """The Company announces that the Over-allotment Option was partially exercised by the Overall
Coordinators on March 26, 2026, in respect of an aggregate of 2,000,000 H Shares (the
“Over-allotment Shares”), to facilitate the return to Alder Holding Limited of
the 3,000,000 H Shares borrowed to cover over-allocations.
The Over-allotment Shares will be allotted and issued by the Company at HK$5.00 per H
Share (exclusive of brokerage of 1.0%), being the Offer Price.
The Over-allotment Shares are expected to be listed at 9:00 a.m. on March 31, 2026.
<<<PAGE 2>>>
2
Shareholders
Immediately before the issue
Immediately after the issue
Number of Shares
Approximate %
Number of Shares
Approximate %
Alder Holding
60,000,000
60.00%
60,000,000
58.82%
Other holders
40,000,000
40.00%
42,000,000
41.18%
Total
100,000,000
100.00%
102,000,000
100.00%
The Company will receive additional net proceeds of approximately HK$9.7 million.
"""


def option_announcement(title: str, body: str, published: str = "March 27, 2026") -> str:
    """An announcement on the option with this title and text."""
    return _OPTION.format(title=title, body=body) + _SIGNED.format(published=published)


def partial_exercise() -> str:
    """2,000,000 of the option's shares are issued, 1,000,000 were bought in the market: 102,000,000 shares from 31 March 2026."""
    bought = "(3) the purchase of an aggregate of 1,000,000 H Shares at HK$4.50 to HK$4.98 per H\nShare on the market.\n"
    lapsed = "The Over-allotment Option lapsed in respect of the remaining 1,000,000 H Shares.\n"
    return option_announcement("PARTIAL EXERCISE OF THE OVER-ALLOTMENT OPTION", _PART + _ENDED + bought + lapsed)


def full_exercise() -> str:
    """All 3,000,000 shares of the option are issued before the stabilization period ends, to placees who agreed to wait."""
    body = (
        _PART.replace("partially exercised", "exercised in full")
        .replace("2,000,000 H", "3,000,000 H")
        .replace("102,000", "103,000")
    )
    body = body.replace(
        "the return to Alder Holding Limited of\nthe 3,000,000 H Shares borrowed to cover over-allocations.",
        "the delivery of H Shares to placees who have agreed to delayed delivery.\nThere was an over-allocation of 3,000,000 H "
        "Shares.",
    ).replace("9.7 million", "14.6 million")
    return option_announcement("FULL EXERCISE OF THE OVER-ALLOTMENT OPTION", body)


def lapse() -> str:
    """Nothing is issued: all 3,000,000 over-allocated shares were bought in the market."""
    body = "The Company announces that the Over-allotment Option was not exercised and lapsed on March 26, 2026.\n"
    bought = "(3) successive purchases of an aggregate of 3,000,000 H Shares at HK$4.50 to HK$4.98 on the market.\n"
    return option_announcement("LAPSE OF THE OVER-ALLOTMENT OPTION", body + _ENDED + bought)


_RETURN = """<<<PAGE 1>>>
FF301
Monthly Return for Equity Issuer and Hong Kong Depositary Receipts listed under Chapter 19B of the
Exchange Listing Rules on Movements in Securities
For the month ended:
31 March 2026
Status:
New Submission
To : Hong Kong Exchanges and Clearing Limited
Name of Issuer:
Larkspur Robotics Co., Ltd.
Date Submitted:
08 April 2026
I. Movements in Authorised / Registered Share Capital
1. Class of shares
Ordinary shares
Type of shares
H
Listed on the Exchange (Note 1)
Yes
Stock code
09998
Description
Number of authorised/registered shares
Par value
Authorised/registered share capital
Balance at close of preceding month
60,000,000
RMB
1
RMB
60,000,000
Increase / decrease (-)
Balance at close of the month
60,000,000
RMB
1
RMB
60,000,000
Page 1 of 5
v 1.1.1
<<<PAGE 2>>>
FF301
II. Movements in Issued Shares and/or Treasury Shares
1. Class of shares
Ordinary shares
Type of shares
H
Listed on the Exchange (Note 1)
Yes
Stock code
09998
Description
Number of issued shares (excluding treasury
shares)
Number of treasury shares
Total number of issued shares
Balance at close of preceding month
60,000,000
0
60,000,000
Increase / decrease (-)
1,500,000
500,000
Page 2 of 5
v 1.1.1
<<<PAGE 3>>>
FF301
Balance at close of the month
61,500,000
500,000
62,000,000
2. Class of shares
Ordinary shares
Type of shares
Other type (specify in description)
Listed on the Exchange (Note 1)
No
Stock code
Description
Unlisted Shares
Number of issued shares (excluding treasury
shares)
Number of treasury shares
Total number of issued shares
Balance at close of preceding month
40,000,000
0
40,000,000
Increase / decrease (-)
Nil
Balance at close of the month
40,000,000
0
40,000,000
III. Details of Movements in Issued Shares and/or Treasury Shares
(A). Share Options (under Share Option Schemes of the Issuer)
Not applicable
(E). Other Movements in Issued Shares and/or Treasury Shares
1. Class of shares
Ordinary shares
Type of shares
H
Listed on the Exchange (Note 1)
Yes
Events
At price (if applicable)
Date of event
1). Exercise of the Over-allotment Option
HKD
5.00
31 March 2026
2,000,000
2). Repurchase of shares (shares held as treasury shares)
HKD
4.62
20 March 2026
(500,000)
500,000
Increase/ decrease (-) in issued shares (excluding treasury shares):
1,500,000
Total increase/ decrease (-) in issued shares (excluding treasury shares) during the month (i.e. Total of A1 to E1):
1,500,000
Total increase/ decrease (-) in treasury shares during the month (i.e. Total of A2 to E2):
500,000
IV. Information about Hong Kong Depositary Receipt (HDR)
Not applicable
Page 3 of 5
v 1.1.1
"""


def monthly_return() -> str:
    """March 2026 with two classes: 2,000,000 H shares are issued, 500,000 become treasury shares; a table goes over pages."""
    return _RETURN


def monthly_return_of_before_2024() -> str:
    """The older layout, without treasury shares: 250,000 of 100,000,000 ordinary shares are cancelled."""
    return """<<<PAGE 1>>>
Monthly Return for Equity Issuer and Hong Kong Depositary Receipts listed under Chapter 19B of the Exchange Listing Rules on
Movements in Securities
For the month ended: 31/03/2026
Name of Issuer: Larkspur Robotics Co., Ltd.
Date Submitted: 08/04/2026
II. Movements in Issued Shares
1. Type of shares      Ordinary shares      Class of shares      Not applicable      Listed on SEHK (Note 1)      Yes
Stock code      09998      Description
No. of shares
Balance at close of preceding month      100,000,000
Increase / decrease (-)      (250,000)
Balance at close of the month      99,750,000
III. Details of Movements in Issued Shares
(A). Share Options      Not applicable
Total increase / decrease (-) in Ordinary shares during the month (i.e. Total of A to E)      -250,000
IV. Information about Hong Kong Depositary Receipt (HDR)      Not applicable
"""


_NEXT_DAY = """<<<PAGE 1>>>
FF305
Next Day Disclosure Return
(Equity issuer - changes in issued shares or treasury shares, share buybacks and/or on-market sales of treasury shares)
Instrument: Equity issuer
Status: New Submission
Name of Issuer: Larkspur Robotics Co., Ltd.
Date Submitted: 08 May 2026
Section I must be completed by a listed issuer where there has been a change in its issued shares or treasury shares which is
discloseable pursuant to rule 13.25A of the Rules Governing the Listing of Securities on the Exchange.
Section I
1. Class of shares
Ordinary shares
Type of shares
H
Listed on the Exchange
Yes
Stock code (if listed)
09998
Description
A. Changes in issued shares or treasury shares
Events
Changes in issued shares (excluding treasury shares)
Changes in treasury shares
Number of issued shares (excluding treasury shares)
As a % of existing number of issued shares (excluding treasury shares) before the relevant event (Note 3)
Number of treasury shares
Issue/selling price per share (Note 4)
Total number of issued shares
Opening balance as at (Note 1)
31 March 2026
61,500,000
500,000
62,000,000
1). Exercise of options under the share option scheme of 2025
100,000
0.16 %
HKD
3.10
Date of changes
07 May 2026
2). Repurchase of shares (shares held as treasury shares)
-300,000
0.49 %
300,000
Date of changes
08 May 2026
Page 1 of 5
v 1.3.0
<<<PAGE 2>>>
FF305
3). Cancellation of treasury shares
(200,000)
Date of changes
08 May 2026
Closing balance as at (Notes 5 and 6)
08 May 2026
61,300,000
600,000
61,900,000
B. Shares redeemed or repurchased for cancellation but not yet cancelled as at the closing balance date (Notes 5 and 6)
1). Shares repurchased for cancellation but not yet cancelled
40,000
0.07 %
Date of changes
08 May 2026
We hereby confirm to the best knowledge, information and belief that each issue of securities has been duly authorised.
Section II
1. Class of shares
Ordinary shares
Type of shares
H
Listed on the Exchange
Yes
Stock code (if listed)
09998
Description
A. Repurchase report
Trading date
Number of shares repurchased
1). 08 May 2026
340,000
On the Exchange
HKD
4.70
HKD
4.50
HKD
1,564,000
Total number of shares repurchased
340,000
Aggregate price paid $
HKD
1,564,000
Number of shares repurchased for cancellation
40,000
Number of shares repurchased for holding as treasury shares
300,000
B. Additional information for issuer who has a primary listing on the Exchange
1). Date of the resolution granting the repurchase mandate
02 March 2026
Section III must also be completed by a listed issuer where it has made a sale of treasury shares on the Exchange.
"""


def next_day_disclosure() -> str:
    """8 May 2026: 100,000 H shares of options, 300,000 bought back into treasury, 200,000 of it cancelled; over two pages."""
    return _NEXT_DAY


def next_day_disclosure_of_before_2024() -> str:
    """The older layout, without treasury shares, laid out as a page: 1,000,000 ordinary shares of the over-allotment option."""
    return """<<<PAGE 1>>>
Next Day Disclosure Return
(Equity issuer - changes in issued share capital and/or share buybacks)
Name of Issuer: Larkspur Robotics Co., Ltd.
Date Submitted: 31/03/2026
Section I
1. Type of shares      Ordinary shares      Class of shares      Not applicable      Listed on SEHK (Note 11)      Yes
Stock code      09998      Description
Issues of shares (Notes 6 and 7)      No. of shares      %      Issue price per share      Closing price      % discount(-)
Opening balance as at (Note 2)      02 March 2026      100,000,000
1). Other (please specify)      1,000,000      1 %      HKD 5      HKD 5.62      -11 %
Issue of ordinary shares on 31 March 2026 pursuant to the
partial exercise of the over-allotment option
Date of changes      31 March 2026
Closing balance as at (Note 8)      31 March 2026      101,000,000
Section II
Not applicable
"""


_LINE_BY_LINE = """<<<PAGE 1>>>
FF305
Next Day Disclosure Return
(Equity issuer - changes in issued shares or treasury shares, share buybacks and/or on-market sales of treasury shares)
Instrument: Equity issuer Status: New Submission
Name of Issuer: Larkspur Robotics Co., Ltd.
Date Submitted: 10 June 2026
Section I must be completed by a listed issuer where there has been a change in its issued shares or treasury shares.
Section I
1. Class of shares Ordinary shares Type of shares H Listed on the Exchange Yes
Stock code (if listed) 09998 Description
A. Changes in issued shares or treasury shares
Changes in issued shares Changes in treasury
(excluding treasury shares) shares
As a % of existing
Issue/ selling price per Total number of issued
Events number of issued
shares (excluding Number of treasury
treasury shares) before shares
the relevant event
Opening balance as at (Note 1) 09 June 2026 61,300,000 600,000 61,900,000
Sale of treasury shares on the Exchange, as Section III
1). 150,000 0.2447 % -150,000 HKD 5.1500
sets out
Date of changes 10 June 2026
Transfer of treasury shares to satisfy awards under
2). 50,000 0.0816 % (50,000)
the share scheme of 2025
Date of changes 10 June 2026
3). Other (please specify) 0 % 0
Not applicable
Date of changes 10 June 2026
Closing balance as at (Notes 5 and 6) 10 June 2026 61,500,000 400,000 61,900,000
Page 1 of 6 v1.3.0
<<<PAGE 2>>>
FF305
B. Shares redeemed or repurchased for cancellation but not yet cancelled as at the closing balance date (Notes 5 and 6)
1). Shares repurchased for cancellation but not yet cancelled 40,000 0.0652 % HKD 4.6000
Date of changes 08 May 2026
Confirmation
Pursuant to Main Board Rule 13.25C / GEM Rule 17.27C, we hereby confirm that each sale or transfer of treasury shares as set
out in Section I has been duly authorised.
<<<PAGE 3>>>
FF305
Section II must also be completed by a listed issuer where it has made a repurchase of shares.
Repurchase report
Section II
1. Class of shares Ordinary shares Type of shares H Listed on the Exchange Yes
Stock code (if listed) 09998 Description
A. Repurchase report
Repurchase price per share or
Number of shares Method of repurchase Lowest repurchase
Trading date highest repurchase price per Aggregate price paid $
repurchased (Note 1) price per share $
share $
1). 09 June 2026 30,000On the Exchange HKD 5.1HKD 5HKD 151,500
2). 09 June 2026 10,000On another stock exchange EUR 0.55EUR 5,500
Total number of shares
40,000 Aggregate price paid $HKD 151,500
repurchased
Number of shares
repurchased for 40,000
cancellation
Number of shares
repurchased for holding 0
as treasury shares
B. Additional information for issuer who has a primary listing on the Exchange
1). Date of the resolution granting the repurchase mandate 02 March 2026
2). Total number of shares which the issuer is authorised to repurchase under the repurchase mandate 6,150,000
<<<PAGE 4>>>
FF305
Section III must also be completed by a listed issuer where it has made a sale of treasury shares on the Exchange.
Report of on-market sale of treasury shares
Section III
1. Class of shares Ordinary shares Type of shares H Listed on the Exchange Yes
Stock code (if listed) 09998 Description
A. Report of on-market sale of treasury shares
Number of treasury Method of sale Sale price per share or Lowest sale
Trading date Aggregate price received $
shares sold (Note 1) highest sale price per share $ price per share $
1). 10 June 2026 100,000On the Exchange HKD 5.2HKD 5.1HKD 515,000
2). 10 June 2026 50,000On the Exchange HKD 5.15HKD 257,500
Total number of treasury shares
150,000 Aggregate price received $HKD 772,500
sold
B. Additional information for issuer who has a primary listing on the Exchange
Page 4 of 6 v1.3.0
"""


def next_day_disclosure_line_by_line() -> str:
    """10 June 2026, drawn line by line across its columns: 200,000 shares leave treasury, 150,000 of them sold on the market."""
    return _LINE_BY_LINE


def second_next_day_disclosure_of_the_day() -> str:
    """A second return of 10 June 2026, which goes on from that one: another 50,000 shares of treasury satisfy awards."""
    first = _LINE_BY_LINE[: _LINE_BY_LINE.index("<<<PAGE 3>>>")]
    start, end = first.index("Sale of treasury shares on the Exchange, as"), first.index("Transfer of treasury shares")
    closed = "10 June 2026 61,500,000 400,000 61,900,000\nPage"
    text = (first[:start] + first[end:]).replace(closed, "10 June 2026 61,550,000 350,000 61,900,000\nPage")
    return text.replace("09 June 2026 61,300,000 600,000 61,900,000", "10 June 2026 61,500,000 400,000 61,900,000")


def next_day_disclosure_of_a_purchase_before_2024() -> str:
    """The older form FF304, line by line: 70,000 ordinary shares are bought back, of which none is cancelled yet."""
    return """<<<PAGE 1>>>
FF304
Next Day Disclosure Return
(Equity issuer - changes in issued share capital and/or share buybacks)
Name of Issuer: Larkspur Robotics Co., Ltd.
Date Submitted: 18 May 2026
Section I
1. Class of shares Ordinary shares Type of shares Not applicable Listed on SEHK (Note 11) Yes
Stock code (if listed) 09998 Description
Issues of shares No. of shares Issue price per share
Opening balance as at (Note 2) 15 May 2026 101,000,000
Repurchase of shares (or other securities) but not
1). 50,000 % %
cancelled
Date of changes 08 May 2026
Repurchase of shares (or other securities) but not
2). 20,000 0.0198 % %
cancelled
Date of changes 18 May 2026
Closing balance as at (Note 8) 18 May 2026 101,000,000
We hereby confirm to the best knowledge, information and belief that each issue of securities has been duly authorised.
<<<PAGE 2>>>
FF304
The issuer has Purchase report or additional information for issuer whose primary listing is on the Exchange
Section II
1. Class of shares Ordinary shares Type of shares Not applicable Listed on SEHK (Note) Yes
Stock code (if listed) 09998 Description
A. Purchase report
Number of securities Method of purchase Price per share or highest price
Trading date Lowest price paid $ Total paid $
purchased (Note) paid $
1). 18 May 2026 20,000On the Exchange HKD 4.8HKD 4.7HKD 95,200
Total number of securities
20,000 Total paid $ HKD 95,200
purchased
B. Additional information for issuer whose primary listing is on the Exchange
1). Number of such securities purchased on the Exchange in the year to date (since ordinary resolution) (a) 70,000
"""
