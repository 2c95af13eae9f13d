"""The form `over-allotment`: the announcement that the over-allotment option was exercised in full, in part, or has lapsed.

Here is what only this form says and proves: its words, the facts that they state, and what these add up to. `announcement` is
the way in. Lines, running text, the issuer and the reading of a form on share capital are common, in the room above. Other forms
are not known here.
"""
