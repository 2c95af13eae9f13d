{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
-- each figure leads to its source
{{ marts_that_name_an_unknown_document() }}
