-- One row a day: what is surely tradable beside what can be, so that nothing is counted twice.
select
    sure.ticker,
    sure.trading_date,
    sure.float_shares,
    earliest.float_shares as earliest_float_shares,
    sure.total_shares,
    sure.listed_shares,
    sure.locked_shares,
    earliest.locked_shares as earliest_locked_shares,
    sure.float_ratio,
    earliest.float_ratio as earliest_float_ratio,
    sure.float_of_listed_ratio,
    earliest.float_of_listed_ratio as earliest_float_of_listed_ratio,
    sure.locked_shares = earliest.locked_shares as is_float_certain,
    sure.is_projected,
    sure.document_id,
    sure.total_basis,
    greatest(sure.known_on, earliest.known_on) as known_on,
    sure.lent_shares,
    earliest.lent_shares as earliest_lent_shares,
    sure.is_session_provisional,
    sure.treasury_shares
from {{ ref('fct_float_daily') }} as sure
inner join {{ ref('fct_float_daily') }} as earliest
    on sure.ticker = earliest.ticker and sure.trading_date = earliest.trading_date
where sure.policy = 'unlocked' and earliest.policy = 'unlocked_earliest'
