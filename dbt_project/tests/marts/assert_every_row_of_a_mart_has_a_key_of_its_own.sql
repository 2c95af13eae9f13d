{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
-- a mart has one row per what its description names
{{ marts_that_repeat_a_key(audited_from()) }}
