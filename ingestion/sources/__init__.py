"""One module a live source, named like it: its settings, subjects, what it is asked, what an answer says, and its traps.

It ends in one `SOURCE`, by which it is found; what is common to several belongs in `ingestion/live/`, what lands in the
datasets that name it as their feed. A source may import `ingestion.live` and what that may, no other source.
"""
