{{ config(meta={'dagster': {'ref': {'name': 'dim_release'}}}) }}
-- readers find each column explained, and none that is not there
{{ marts_that_are_documented_otherwise() }}
