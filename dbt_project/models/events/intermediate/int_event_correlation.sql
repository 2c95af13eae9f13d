-- How two expiries' abnormal returns move together over the clean estimation sessions that they share, at least 20 of them: the
-- correlation that Kolari and Pynnonen (2010), Event Study Testing with Cross-Sectional Correlation of Abnormal Returns, Review
-- of Financial Studies 23(11), correct for. A pair without such sessions has no row.
with residuals as (
    {% for model, abnormal_return in [
        ('market-adjusted', 'abnormal_return_ratio'), ('market model', 'market_model_abnormal_return_ratio')
    ] %}
        select
            ticker,
            first_tradable_on,
            '{{ model }}' as model,
            trading_date,
            {{ abnormal_return }} as abnormal_return_ratio
        from {{ ref('int_event_abnormal_return') }}
        where is_estimation and {{ abnormal_return }} is not null
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
)

select
    firsts.model,
    firsts.ticker,
    firsts.first_tradable_on,
    seconds.ticker as other_ticker,
    seconds.first_tradable_on as other_first_tradable_on,
    count(*) as shared_sessions,
    round(corr(firsts.abnormal_return_ratio, seconds.abnormal_return_ratio), 12) as correlation
from residuals as firsts
inner join residuals as seconds
    on
        firsts.model = seconds.model
        and firsts.trading_date = seconds.trading_date
        and (
            firsts.ticker < seconds.ticker
            or (firsts.ticker = seconds.ticker and firsts.first_tradable_on < seconds.first_tradable_on)
        )
group by firsts.model, firsts.ticker, firsts.first_tradable_on, seconds.ticker, seconds.first_tradable_on
having
    count(*) >= {{ clean_sessions_for_a_deviation() }}
    and var_samp(firsts.abnormal_return_ratio) > 0
    and var_samp(seconds.abnormal_return_ratio) > 0
