"""Random lives of companies, drawn: what happens to each, and the files of an inbox that state it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from random import Random

from tests.dbt import lives_ended
from tests.dbt.lives import HEADS, KNOWN_ON, LISTED_ON, NEVER, UNIT, Blocks, Change, Life, Lot, fixed

#: A class that is listed, and one that isn't and turns into it: of a mainland issuer, or with weighted votes.
CLASSES = (("H", "unlisted domestic"), ("Class A", "Class B"))


def _months_later(day: date, months: int) -> date:
    return date(day.year + (day.month - 1 + months) // 12, (day.month - 1 + months) % 12 + 1, day.day)


def rule(draw: Random, life: Life, number: int, shares: int) -> tuple[str, Blocks]:
    """A release rule in words and the blocks that it cuts so many shares into."""
    months, days = draw.randint(4, 9), draw.randint(90, 280)
    in_months = (f"{months} months from listing", _months_later(LISTED_ON, months) - timedelta(days=1))
    in_days = (f"{days} days from listing", LISTED_ON + timedelta(days=days - 1))
    form = draw.choice(["day", "months", "later", "earlier", "event", "if", "parts", "counts"])
    first, last = sorted((in_months, in_days), key=lambda end: end[1])
    if form in ("event", "if"):
        event = f"approval_given_{number}"
        said_on = draw.choice(KNOWN_ON[1:6])
        happens_on, off_on = said_on + timedelta(days=60), said_on + timedelta(days=21)
        is_called_off = draw.random() < 0.5
        life.say("corporate_events", said_on, life.codes[0][0], event, "announced", happens_on)
        if is_called_off:
            life.say("corporate_events", off_on, life.codes[0][0], event, "withdrawn", "")

        def end(known: date) -> date:
            if known < said_on:
                return NEVER if form == "event" else last[1]
            if is_called_off and known >= off_on:
                return NEVER if form == "event" else in_days[1]
            return happens_on + timedelta(days=5) if form == "event" else in_months[1]

        words = f"the 5th day after {event}" if form == "event" else f"{in_months[0]} if {event}, else {in_days[0]}"
        return words, [(shares, end)]
    if form == "parts":
        percent = draw.choice([25, 50, 75])
        return f"{percent}% at {first[0]}, the rest at {last[0]}", [
            (shares * percent // 100, fixed(first[1])),
            (shares - shares * percent // 100, fixed(last[1])),
        ]
    if form == "counts":
        return f"{shares // 2:,} shares at {first[0]}, the rest at {last[0]}", [
            (shares // 2, fixed(first[1])),
            (shares - shares // 2, fixed(last[1])),
        ]
    words, day = {
        "day": (str(in_days[1]), in_days[1]),
        "months": in_months,
        "later": (f"later of {in_months[0]} and {in_days[0]}", last[1]),
        "earlier": (f"earlier of {in_months[0]} and {in_days[0]}", first[1]),
    }[form]
    return words, [(shares, fixed(day))]


def _amend(draw: Random, life: Life, known: date) -> bool:
    """A later document about one lot: extended, released early, handed on, corrected."""
    lots = [
        lot
        for lot in life.lots
        if len(lot.versions) == 1
        and len(lot.versions[0][1]) == 1
        and known + timedelta(days=10) < lot.blocks(known)[0][1](known) < NEVER
        and lot.share_class == life.listed_class
        and lot.holder != "Lender"
        and "approval" not in lot.rule
    ]
    if not lots:
        return False
    lot = draw.choice(lots)
    (_, end), how = lot.blocks(known)[0], draw.choice(["extends", "releases early", "transfers", "corrects"])
    locked_to = end(known)
    taken, new_to, to = lot.shares, locked_to + timedelta(days=draw.randint(1, 60)), ""
    if how in ("releases early", "transfers"):
        taken = draw.randint(1, lot.shares // UNIT) * UNIT
        new_to = known + timedelta(days=2) if how == "releases early" else locked_to
        to = "Buyer" if how == "transfers" else ""
    lot.versions.append((known, [(taken, fixed(new_to)), (lot.shares - taken, fixed(locked_to))]))
    ticker = life.code(known, known)
    life.say(
        "filing_lockups",
        known,
        ticker,
        lot.holder,
        "existing shareholder",
        life.listed_class,
        int(taken * life.scale(known, known)),
        new_to,
        "undertaking",
        how,
        to,
        "",
    )
    return True


def _place(draw: Random, life: Life, known: date) -> bool:
    """New shares, which float at once; sometimes a better document says later that they were others."""
    on, shares = known + timedelta(days=draw.choice([-12, -3, 0, 5])), draw.randint(1, 40) * UNIT
    change = Change(known, on, shares)
    life.changes.append(change)
    life.capital(known, on, "placing of new shares", "placing", shares, life.issued(known, on))
    if draw.random() < 0.4 and known < KNOWN_ON[-1]:
        later = known + timedelta(days=21)
        change.corrected = (later, draw.randint(1, 40) * UNIT)
        document = f"lives_{life.number}_corrects_{later:%Y_%m_%d}"
        life.capital(later, on, "placing", "placing", change.corrected[1], life.issued(later, on), document=document)
    return True


def _buy_back(draw: Random, life: Life, known: date) -> bool:
    """Listed shares that become the issuer's own."""
    on, shares = known + timedelta(days=1), draw.randint(1, 5) * UNIT
    life.changes.append(Change(known, on, 0, treasury=shares))
    for share_class, delta in ((life.listed_class, -shares), (f"{life.listed_class} treasury", shares)):
        life.capital(known, on, "bought back into treasury", "treasury", delta, life.issued(known, on), share_class=share_class)
    return True


def _split(draw: Random, life: Life, known: date) -> bool:
    """A split, a bonus issue or a consolidation, of which a document can state the new shares too."""
    if len(life.splits) == 2:
        return False
    kind, new, old = draw.choice([("share split", 2, 1), ("bonus issue", 3, 2), ("consolidation", 1, 10), ("share split", 5, 1)])
    ex_on = known + timedelta(days=draw.randint(-5, 6))
    before = life.scale(known, ex_on)
    life.splits.append((known, ex_on, Fraction(new, old)))
    ticker, total = life.code(known, ex_on), life.issued(known, ex_on)
    life.say("corporate_actions", known, ticker, ex_on, "split", new, old)
    if draw.random() < 0.5:
        after = life.scale(known, ex_on)
        cells = (ticker, ex_on, kind, "", int(total * (after - before)), int(total * after), kind, "")
        life.say("share_capital_events", known, *cells)
    return True


def _convert(draw: Random, life: Life, known: date) -> bool:
    """Unlisted shares of one holder become listed ones, with their lock."""
    lots = [lot for lot in life.lots if lot.share_class == life.other_class and not lot.converted]
    if not lots:
        return False
    lot, on = draw.choice(lots), known + timedelta(days=draw.randint(1, 6))
    lot.converted = (on, known)
    life.changes.append(Change(known, on, 0, unlisted=-lot.shares))
    for share_class, delta in ((life.other_class, -lot.shares), (life.listed_class, lot.shares)):
        more = {"share_class": share_class, "holder": lot.holder}
        life.capital(known, on, "conversion of unlisted shares", "class conversion", delta, life.issued(known, on), **more)
    return True


def _correct_classes(draw: Random, life: Life, known: date) -> bool:
    """A better document says how many shares of the listing were not listed."""
    if len(life.unlisted) != 1:
        return False
    shares = life.unlisted[0][1] + draw.randint(1, 10) * UNIT
    life.unlisted.append((known, shares))
    for share_class, count in ((life.listed_class, life.opening - shares), (life.other_class, shares)):
        cells = (life.codes[0][0], LISTED_ON, share_class, count)
        life.say("share_class_balances", known, *cells, document=f"lives_{life.number}_balances_{known:%Y_%m_%d}")
    return True


def _lend(draw: Random, life: Life) -> None:
    """Over-allocated shares that a holder lends, which the option's shares or purchases in the market give back."""
    shares = draw.randint(2, 10) * UNIT
    life.lots.append(
        Lot(
            "Lender",
            life.listed_class,
            20 * UNIT,
            "9 months from listing",
            [(LISTED_ON, [(20 * UNIT, fixed(date(2025, 12, 5)))])],
        )
    )
    last_on, known, settled_on = LISTED_ON + timedelta(days=25), KNOWN_ON[1], KNOWN_ON[1] + timedelta(days=2)
    row = (life.codes[0][0], life.listed_class, shares, "borrowed", "Lender")
    life.say("over_allocations", LISTED_ON, *row, "", "", "", last_on, "")
    life.loans.append((LISTED_ON, LISTED_ON, last_on + timedelta(days=1), shares))
    used = draw.randint(1, shares // UNIT) * UNIT
    life.say("over_allocations", known, *row, shares - used, used, shares - used, last_on, settled_on)
    life.loans.append((known, LISTED_ON, settled_on, shares))
    life.changes.append(Change(known, settled_on, used))
    life.capital(known, settled_on, "over-allotment option", "over-allotment", used, life.issued(known, settled_on))


ACTIONS = (_amend, _amend, _place, _buy_back, _split, _convert, _correct_classes, lives_ended.move)


def life(seed: int, number: int) -> Life:
    """One life of a seed; the numbers of a seed are its companies."""
    draw = Random(f"{seed} {number}")
    ticker = f"97{number:03d}.HK"
    opening = draw.randint(100, 400) * UNIT
    found = Life(number, opening, [(ticker, LISTED_ON, LISTED_ON, NEVER)], *draw.choice(CLASSES))
    for share_class, is_listed in ((found.listed_class, "true"), (found.other_class, "false")):
        found.say("share_classes", LISTED_ON, ticker, share_class, is_listed, "traded or not")
    found.capital(LISTED_ON, LISTED_ON, "listing", "listing", 20 * UNIT, opening)
    listed = opening
    if draw.random() < 0.6:
        unlisted = draw.randint(10, 30) * UNIT
        listed -= unlisted
        found.unlisted.append((LISTED_ON, unlisted))
        for share_class, count in ((found.listed_class, listed), (found.other_class, unlisted)):
            found.say("share_class_balances", LISTED_ON, ticker, LISTED_ON, share_class, count)
        for lot in range(draw.randint(1, 2)):
            shares = draw.randint(1, 5) * UNIT
            end = LISTED_ON + timedelta(days=draw.randint(60, 300))
            found.lots.append(Lot(f"Owner {lot}", found.other_class, shares, str(end), [(LISTED_ON, [(shares, fixed(end))])]))
    if draw.random() < 0.5:
        _lend(draw, found)
    for lot in range(draw.randint(1, 4)):
        shares = draw.randint(1, 12) * UNIT
        words, blocks = rule(draw, found, lot, shares)
        found.lots.append(Lot(f"Holder {lot}", found.listed_class, shares, words, [(LISTED_ON, blocks)]))
    for one in found.lots:
        cells = (
            ticker,
            one.holder,
            "existing shareholder",
            one.share_class,
            one.shares,
            f'"{one.rule}"',
            "undertaking",
            "",
            "",
            "",
        )
        found.say("filing_lockups", LISTED_ON, *cells)
    for known in KNOWN_ON[2:]:
        # what a better document corrects, or calls off, has a day of its own
        own = {one.corrected[0] for one in found.changes if one.corrected} | {one[3] for one in found.codes}
        if known in own or draw.random() < 0.2:
            continue
        if known == KNOWN_ON[-1] and draw.random() < 0.3:
            lives_ended.end(found, known)
            continue
        if known > KNOWN_ON[6] and draw.random() < 0.15 and lives_ended.merge(draw, found, known):
            found.told.append(f"{known}: merge")
            break
        action = draw.choice(ACTIONS)
        if action(draw, found, known):
            found.told.append(f"{known}: {action.__name__.strip('_')}")
    return found


def files(lives: list[Life]) -> dict[str, str]:
    """The files of an inbox that state the lives, one for each dataset and day, and the documents that they name."""
    texts: dict[str, list[str]] = {}
    for one in lives:
        for dataset, document, known, cells in one.rows:
            head = f"{HEADS[dataset]},document_id,known_on\n"
            texts.setdefault(f"{dataset}/lives_{known:%Y_%m_%d}.csv", [head]).append(f"{cells},{document},{known}\n")
            if document:
                texts[f"documents/{document}.yml"] = [
                    f"document_id: {document}\ntitle: Return\nproducer: Lives\ndocument_type: announcement\n"
                    f"published_on: {known}\nlicence: invented\nrank: 10\n"
                ]
    # rows in any order
    draw = Random(len(texts))
    return {name: "".join([lines[0], *draw.sample(lines[1:], len(lines) - 1)]) for name, lines in texts.items()}
