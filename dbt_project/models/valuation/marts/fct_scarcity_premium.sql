-- A focal security's change of price over a window, taken apart: the market's move, the revision of forecasts, and what is
-- left, the change of multiple.
with measured as (
    {% for kind, forecast in [('revenue', 'forward revenue'), ('earnings', 'forward earnings'), ('none', 'price only')] %}
        {% for comparison in ['absolute', 'relative to benchmark'] %}
            select
                windows.ticker,
                windows.window_start_earliest_on,
                windows.window_start_on,
                windows.window_end_on,
                '{{ forecast }}, {{ comparison }}' as measure,
                windows.basis,
                windows.price_value,
                windows.price_low,
                windows.price_high,
                windows.benchmark_value,
                windows.benchmark_low,
                windows.benchmark_high,
                {% for end in ['value', 'low', 'high'] %}
                    {{ 'cast(null as double)' if kind == 'none' else 'windows.' ~ kind ~ '_' ~ end }} as revision_{{ end }},
                {% endfor %}
                {% for end, opposite in [('value', 'value'), ('low', 'high'), ('high', 'low')] %}
                    {% set market = '1' if comparison == 'absolute' else '(1 + windows.benchmark_' ~ opposite ~ ')' %}
                    (1 + windows.price_{{ end }}) / nullif({{ market }}, 0) as move_{{ end }},
                {% endfor %}
                windows.document_id,
                windows.price_document_id,
                windows.table_ref,
                windows.known_on
            from {{ ref('int_scarcity_window') }} as windows
            where
                {% if kind == 'none' %}
                    windows.revenue_low is null and windows.earnings_low is null
                {% else %}
                    windows.{{ kind }}_low is not null
                {% endif %}
                {{ 'and windows.benchmark_low is not null' if comparison != 'absolute' }}
            {% if not (loop.last and kind == 'none') %} union all {% endif %}
        {% endfor %}
    {% endfor %}
),

-- the other listed securities of its sector at either end of the window
peers as (
    select
        measured.ticker,
        measured.window_start_on,
        measured.window_end_on,
        {% for end, day in [('before', 'measured.window_start_on'), ('after', 'measured.window_end_on')] %}
            count(
                distinct case
                    when others.listing_latest_on <= {{ day }} and coalesce(others.delisted_on, {{ never() }}) > {{ day }}
                        then others.security_id
                end
            ) as listed_peers_{{ end }},
        {% endfor %}
        max(case when others.listing_latest_on <= measured.window_end_on then others.known_on end) as known_on
    from (select distinct ticker, window_start_on, window_end_on from measured) as measured
    inner join {{ ref('dim_security') }} as focal on measured.ticker = focal.ticker
    left join {{ ref('dim_security') }} as others
        on
            focal.sector = others.sector
            and focal.security_id <> others.security_id
            and others.listing_status in ('listed', 'withdrawn')
            -- a share's second counter is the same share
            and others.counter_of is null
    group by measured.ticker, measured.window_start_on, measured.window_end_on
),

changed as (
    select
        measured.*,
        measured.move_value / nullif(1 + measured.revision_value, 0) - 1 as multiple_change,
        measured.move_low / nullif(1 + measured.revision_high, 0) - 1 as multiple_change_low,
        measured.move_high / nullif(1 + measured.revision_low, 0) - 1 as multiple_change_high
    from measured
)

select
    changed.ticker,
    changed.window_start_on,
    changed.window_start_earliest_on,
    changed.window_end_on,
    changed.measure,
    changed.basis,
    {% for name in ['price', 'benchmark'] %}
        changed.{{ name }}_value as {{ name }}_change_ratio,
        changed.{{ name }}_low as {{ name }}_change_low_ratio,
        changed.{{ name }}_high as {{ name }}_change_high_ratio,
    {% endfor %}
    changed.revision_value as revision_ratio,
    changed.revision_low as revision_low_ratio,
    changed.revision_high as revision_high_ratio,
    changed.multiple_change as multiple_change_ratio,
    changed.multiple_change_low as multiple_change_low_ratio,
    changed.multiple_change_high as multiple_change_high_ratio,
    1 / nullif(1 + changed.multiple_change, 0) - 1 as premium_ratio,
    1 / nullif(1 + changed.multiple_change_high, 0) - 1 as premium_low_ratio,
    1 / nullif(1 + changed.multiple_change_low, 0) - 1 as premium_high_ratio,
    peers.listed_peers_before,
    peers.listed_peers_after,
    changed.document_id,
    changed.price_document_id,
    changed.table_ref,
    greatest(changed.known_on, coalesce(peers.known_on, changed.known_on)) as known_on
from changed
left join peers
    on
        changed.ticker = peers.ticker
        and changed.window_start_on = peers.window_start_on
        and changed.window_end_on = peers.window_end_on
