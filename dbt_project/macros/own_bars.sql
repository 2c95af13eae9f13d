{# Parts of the models of bars that are written where they are read: a table expression with all columns that is read twice is
   held in memory. #}

{# From the landed bars, those that are built (`changed_bars`), each beside what tells whether it counts; `days` is a table
   expression with the tickers and days of several sources. #}
{% macro bars_beside_judgements(changed, days) -%}
from {{ of_changed(ref('int_bar_candidate'), changed) }} as bars
    left join {{ days }} on bars.ticker = {{ days }}.ticker and bars.trading_date = {{ days }}.trading_date
    left join {{ since_first_change(ref('int_zero_volume_bar'), changed) }} as zero_volume_bars
        on
            bars.ticker = zero_volume_bars.ticker
            and bars.trading_date = zero_volume_bars.trading_date
            and bars.document_id = zero_volume_bars.document_id
    left join {{ since_first_change(ref('int_held_back_bar'), changed) }} as held_back
        on
            bars.ticker = held_back.ticker
            and bars.trading_date = held_back.trading_date
            and bars.document_id = held_back.document_id
{%- endmacro %}

{# Columns of a bar that counts: its prices, and its turnover, which `turnover` of the document `turnover_document_id` reports,
   if it is not null. #}
{% macro own_bar(bar, turnover, turnover_document_id) -%}
{{ bar }}.ticker,
        {{ bar }}.counter_of,
        {{ bar }}.exchange_mic,
        {{ bar }}.kind,
        {{ bar }}.trading_date,
        {{ bar }}.currency,
        cast({{ bar }}.open as double) as open,
        cast({{ bar }}.high as double) as high,
        cast({{ bar }}.low as double) as low,
        cast({{ bar }}.close as double) as close,
        {{ bar }}.volume_shares,
        case
            when {{ turnover }} is not null then cast({{ turnover }} as double)
            -- to the cent, so that sums of turnover don't depend on the order of the rows
            when {{ bar }}.kind = 'security'
                then round({{ bar }}.volume_shares * cast({{ bar }}.high + {{ bar }}.low + {{ bar }}.close as double) / 3, 2)
        end as turnover,
        case
            when {{ turnover }} is not null then 'reported'
            when {{ bar }}.kind = 'security' and {{ bar }}.volume_shares = 0 then 'no trades'
            when {{ bar }}.kind = 'security' and {{ bar }}.volume_shares > 0 then 'estimated: volume times typical price'
        end as turnover_basis,
        {{ bar }}.document_id,
        case
            when {{ turnover }} is not null then {{ turnover_document_id }}
            when {{ bar }}.kind = 'security' and {{ bar }}.volume_shares is not null then {{ bar }}.document_id
        end as turnover_document_id
{%- endmacro %}

{# Averages of the last 20 sessions that traded, null while there are fewer, and the first of those that there are: of the rows
   `sessions` of a group, or of a window if `over` names one. Sums of decimals don't depend on the order of the rows; earlier
   volume counts in the shares of the first bar. #}
{% macro averages_of_sessions(sessions, over='') -%}
min(case when {{ sessions }}.has_traded then {{ sessions }}.trading_date end){{ over }} as sessions_from_on,
        {% for name, value, type in [
            ('turnover_20d', sessions ~ '.turnover', 'decimal(24, 2)'),
            ('volume_before_splits_20d', sessions ~ '.volume_shares / ' ~ sessions ~ '.cumulative_share_factor', 'decimal(24, 6)')
        ] %}
        case
            when count(case when {{ sessions }}.has_traded then {{ value }} end){{ over }} = 20
                then cast(
                    sum(case when {{ sessions }}.has_traded then cast({{ value }} as {{ type }}) end){{ over }} as double
                ) / 20
        end as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
{%- endmacro %}
