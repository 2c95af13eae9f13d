"""How far back the warehouse looks: nothing is asked for, and no calendar kept, before this day."""

from datetime import date

#: The first of January of the first year in which a security of the facts, or one that it is compared with, has a session.
HISTORY_STARTS_ON = date(2020, 1, 1)
