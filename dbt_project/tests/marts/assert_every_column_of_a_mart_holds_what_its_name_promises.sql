{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
-- the names' promises are in macros/mart_promises.sql
{{ marts_that_break_the_promise_of_a_name(audited_from()) }}
