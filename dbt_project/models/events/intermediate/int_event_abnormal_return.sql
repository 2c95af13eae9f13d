-- One expiry and session of its estimation or event window: the return less what is normal, by both models of what that is.
-- market-adjusted: R - Rm. Market model: R - (alpha + beta * Rm), with alpha and beta of int_event_estimation.
select
    returns.*,
    returns.return_ratio - (estimations.alpha_ratio + estimations.beta * returns.benchmark_return_ratio)
        as market_model_abnormal_return_ratio
from {{ ref('int_event_return') }} as returns
left join {{ ref('int_event_estimation') }} as estimations
    on returns.ticker = estimations.ticker and returns.first_tradable_on = estimations.first_tradable_on
