-- What an expiry did over the usual windows of sessions, by both models of what is normal.
with windows as (
    {% for name, first_session, last_session in [
        ('[-1,+1]', -1, 1),
        ('[0,0]', 0, 0),
        ('[0,+1]', 0, 1),
        ('[-5,+5]', -5, 5),
        ('[-10,+10]', -10, 10),
        ('[-20,+20]', -20, 20),
        ('[-60,-1]', -60, -1),
        ('[0,+60]', 0, 60),
        ('pre-positioning', 'null', -1),
    ] %}
        select
            '{{ name }}' as event_window,
            cast({{ first_session }} as integer) as first_session,
            {{ last_session }} as last_session
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

expiry_windows as (
    select
        expiries.*,
        windows.event_window,
        coalesce(windows.first_session, expiries.two_months_before_session) as first_session,
        windows.last_session
    from {{ ref('int_event_expiry') }} as expiries
    cross join windows
),

abnormal_returns as (
    {% for model, abnormal_return in [
        ('market-adjusted', 'abnormal_return_ratio'), ('market model', 'market_model_abnormal_return_ratio')
    ] %}
        select
            ticker,
            first_tradable_on,
            relative_session,
            '{{ model }}' as model,
            return_ratio,
            {{ abnormal_return }} as abnormal_return_ratio,
            document_id,
            known_on
        from {{ ref('fct_lockup_event_window') }}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

-- rounded beyond any meaning, so that the order in which rows are added up leaves no trace
sums as (
    select
        windows.ticker,
        windows.first_tradable_on,
        windows.event_window,
        returns.model,
        windows.first_session,
        windows.last_session,
        windows.released_shares,
        windows.float_before_shares,
        windows.is_date_certain,
        windows.basis as expiry_basis,
        windows.total_basis,
        windows.document_id as expiry_document_id,
        round(sum(returns.abnormal_return_ratio), 12) as cumulative_abnormal_return_ratio,
        count(returns.abnormal_return_ratio) as sessions,
        -- the returns reach from the first session to the last; one over a gap covers the sessions that it spans
        count(*) = count(returns.abnormal_return_ratio)
        and min(returns.relative_session) = windows.first_session
        and max(returns.relative_session) = windows.last_session as is_complete,
        round(exp(sum(ln(1 + returns.return_ratio))) - 1, 12) as price_change_ratio,
        round(avg(volumes.volume_before_splits), 6) as average_volume_before_splits,
        {{ first_not_null('returns.document_id', '-returns.relative_session') }} as document_id,
        max(returns.known_on) as known_on
    from expiry_windows as windows
    inner join abnormal_returns as returns
        on
            windows.ticker = returns.ticker
            and windows.first_tradable_on = returns.first_tradable_on
            and windows.first_session <= returns.relative_session
            and windows.last_session >= returns.relative_session
    inner join {{ ref('int_event_return') }} as volumes
        on
            returns.ticker = volumes.ticker
            and returns.first_tradable_on = volumes.first_tradable_on
            and returns.relative_session = volumes.relative_session
    group by
        windows.ticker, windows.first_tradable_on, windows.event_window, returns.model, windows.first_session,
        windows.last_session, windows.released_shares, windows.float_before_shares, windows.is_date_certain, windows.basis,
        windows.document_id, windows.total_basis
),

with_sigma as (
    select
        sums.*,
        estimations.estimation_returns,
        estimations.average_volume_before_splits as estimation_volume_before_splits,
        case sums.model when 'market model' then estimations.alpha_ratio end as alpha_ratio,
        case sums.model when 'market model' then estimations.beta end as beta,
        case sums.model
            when 'market model' then estimations.market_model_sigma_ratio
            else estimations.market_adjusted_sigma_ratio
        end as sigma_ratio
    from sums
    left join {{ ref('int_event_estimation') }} as estimations
        on sums.ticker = estimations.ticker and sums.first_tradable_on = estimations.first_tradable_on
)

select
    ticker,
    first_tradable_on,
    event_window,
    model,
    first_session,
    last_session,
    is_complete,
    sessions,
    cumulative_abnormal_return_ratio,
    -- independent returns: the standard deviation of a sum grows with the root of their number
    cumulative_abnormal_return_ratio / nullif(sigma_ratio * sqrt(sessions), 0) as t_statistic,
    price_change_ratio,
    average_volume_before_splits / nullif(estimation_volume_before_splits, 0) as volume_vs_estimation_x,
    estimation_returns,
    alpha_ratio,
    beta,
    sigma_ratio,
    released_shares,
    float_before_shares,
    is_date_certain,
    expiry_basis,
    document_id,
    expiry_document_id,
    known_on,
    total_basis
from with_sigma
