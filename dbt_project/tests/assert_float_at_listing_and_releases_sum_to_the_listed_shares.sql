{{ config(meta={'dagster': {'ref': {'name': 'fct_lockup_tranche'}}}) }}
-- on the first day: the float plus everything that the document will release is everything listed, to the share
with openings as (
    select
        ticker,
        document_id,
        listed_shares,
        float_shares,
        row_number() over (partition by ticker, document_id order by step_on) as step_number
    from {{ ref('int_float_step') }}
    where policy = 'unlocked'
),

tranches as (
    select
        ticker,
        document_id,
        sum(case when is_listed_class and date_basis <> 'at listing' then shares else 0 end) as released_shares
    from {{ ref('fct_lockup_tranche') }}
    group by ticker, document_id
)

select openings.ticker, openings.document_id, openings.listed_shares, openings.float_shares, tranches.released_shares
from openings
inner join tranches on openings.ticker = tranches.ticker and openings.document_id = tranches.document_id
where openings.step_number = 1 and openings.float_shares + tranches.released_shares <> openings.listed_shares
