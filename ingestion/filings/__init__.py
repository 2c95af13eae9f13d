"""The reading room: from a filing (a PDF with a text layer, or text with page marks) to rows that the filing itself proves.

Pages -> lines -> blocks -> tables -> rows -> proofs, a module each, and a module for each form (`allotment_results`,
`over_allotment`, `monthly_return`). What belongs here reads printed words and figures; it may know how a figure, a date or a
release rule is printed, and nothing of live sources, datasets, Dagster, dbt or DuckDB. A filing is believed whole or refused
whole: no row of it is guessed.
"""
