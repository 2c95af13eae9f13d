"""The site: static pages of the current release that people look at, print and send on.

Each module names the charts of its pages: a query of marts, how its rows are drawn and read, and what would have to be landed
where there are none. Nothing is computed here, nor in a page: a figure that a chart needs stands in a mart. May import the rest
of `orchestration.reading`, whose templates and style sheet the report shares; never Dagster, dbt or the rules of ingestion.
"""
