"""The reading room: from a filing (a PDF with a text layer, or text with page marks) to rows that the filing itself proves.

A form of filing has a room of its own (`allotment_results/`, `over_allotment/`, `monthly_return/`, `next_day_disclosure/`): its
words, what they mean, and what proves them. Beside them is what forms share, in the order of the work:

- pages to lines: `pdf_pages`, `text_pages`, `reading_order`, `lines`, and `files`, which opens them
- lines to text: `running_text`, `issuer`, `fact`; of the Exchange's returns also `return_cover`, `share_class_heads`,
  `printed_counts`
- lines to tables: `blocks`, `heads`, `cells`, `names`, `rows`, `row_values`
- what is proved, and what is refused: `proofs`, `refusal`
- what was read: `capital_reading`, `class_shares` (forms on share capital), `plain_values`, `document`, `inbox`, and `kept`,
  which recalls it

`forms` chooses the form; no other module here knows one, and forms don't know each other. What belongs here reads printed words
and figures; it may know how a figure, a date or a release rule is printed, and nothing of live sources, datasets, Dagster, dbt
or DuckDB. A filing is believed whole or refused whole: no row of it is guessed.
"""
