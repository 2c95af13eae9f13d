-- One row a day: what is surely tradable beside what can be, so that nothing is counted twice; and the float as others count it.
{% set policies = ['hkex_free_float', 'hkex_public_float', 'hsi', 'msci', 'ftse'] %}
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
    greatest(
        sure.known_on,
        earliest.known_on,
        hkex_free_float.known_on,
        hkex_public_float.known_on,
        hsi.known_on,
        msci.known_on,
        ftse.known_on
    ) as known_on,
    sure.lent_shares,
    earliest.lent_shares as earliest_lent_shares,
    sure.is_session_provisional,
    sure.treasury_shares,
    {% for policy in policies %}
        {{ policy }}.float_shares as {{ policy }}_shares,
        {{ policy }}.most_float_shares as most_{{ policy }}_shares,
    {% endfor %}
    hsi.factor_ratio as hsi_factor_ratio,
    hsi.most_factor_ratio as most_hsi_factor_ratio,
    msci.factor_ratio as msci_factor_ratio,
    msci.most_factor_ratio as most_msci_factor_ratio,
    ftse.factor_ratio as ftse_factor_ratio,
    ftse.most_factor_ratio as most_ftse_factor_ratio
from {{ ref('fct_float_daily') }} as sure
inner join {{ ref('fct_float_daily') }} as earliest
    on sure.ticker = earliest.ticker and sure.trading_date = earliest.trading_date
{% for policy in policies %}
    left join {{ ref('int_float_policy') }} as {{ policy }}
        on
            {{ policy }}.policy = '{{ policy }}'
            and sure.ticker = {{ policy }}.ticker
            and sure.trading_date >= {{ policy }}.step_on
            and sure.trading_date < coalesce({{ policy }}.next_step_on, {{ never() }})
{% endfor %}
where sure.policy = 'unlocked' and earliest.policy = 'unlocked_earliest'
