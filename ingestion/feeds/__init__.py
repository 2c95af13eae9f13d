"""The live sources: what each is asked, and what its answer says.

One module a source: its docstring tells the format and its traps, `path` what is asked, `parse` what an answer holds.
`answer.py` has what they share. All are pure functions: asking is `http_client.py`'s work, what becomes of the rows `live.py`'s.
"""
