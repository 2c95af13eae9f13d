"""The form `allotment results`: the announcement, before dealings begin, of who got shares, who is locked, and how many float.

Summary -> tables of lock-ups -> holdings -> proofs -> rows of datasets. Here is what the facts, holders, notes and floats of this
form mean, what proves them, and what they give to each dataset. `announcement` is the way in and says the order; `reading` is all
that was read, as one value. How lines become tables, rows and cells is common, in the room above. Other forms are not known here.
"""
