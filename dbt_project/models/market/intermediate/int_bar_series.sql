-- The least and greatest close that each source ever stated of a ticker, newest versions and those that they replaced: no series
-- with less between them can have leapt (int_held_back_bar), so that its history need not be read.
{{ config(materialized='incremental', incremental_strategy='newest_version',
    unique_key=['ticker', 'document_id']) }}

{% set since = last_retrieval() %}

select
    ticker,
    document_id,
    min(lowest_close) as lowest_close,
    max(highest_close) as highest_close
from (
    select
        ticker,
        document_id,
        close as lowest_close,
        close as highest_close
    from {{ ref('int_bar_candidate') }}
    where close > 0
    {% if since %}
        and retrieved_at > {{ since }}

        union all

        select
            ticker,
            document_id,
            lowest_close,
            highest_close
        from {{ this }}
    {% endif %}
) as stated
group by ticker, document_id
