{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
-- a warehouse as of a day holds nothing that was known only later
{{ marts_that_know_the_future() }}
