{# Where printed figures stand in the landed tables: what `int_printed_figure` reads, one entry a kind of printed cell. #}

{# How the cell of an entry is landed:
   printed: ingestion's Printed column with the prefix `of`      number: a Number column      period: a Period column
   count: a whole number (of shares)      day: a date      text: words. #}
{% macro printed_cells() -%}
    {%- set tranche = "holder_category || ', ' || release_rule_printed" -%}
    {%- set holding = "holder_category || ', ' || share_class || ', ' || release_rule || ', ' || holder || coalesce(', ' || lot, '')" -%}
    {%- set round = "round || ', ' || closed_printed" -%}
    {%- set layer_company = "layer || ', ' || company || case when statement_number > 1 then ' (' || statement_number || ')' else '' end" -%}
    {%- set capital_event = "event || ', ' || effective_on" -%}
    {{ return([
        ('lockups', 'lockups', 'ticker', tranche, 1, 'expiry', 'rule', 'release_rule'),
        ('lockups', 'lockups', 'ticker', tranche, 2, 'holders', 'text', 'holders'),
        ('lockups', 'lockups', 'ticker', tranche, 3, 'shares', 'count', 'shares'),
        ('lockups', 'lockups', 'ticker', tranche, 4, '% of post-IPO shares', 'number', 'pct_of_post_ipo'),
        ('lockups', 'lockups', 'ticker', tranche, 5, 'cumulative %', 'number', 'cumulative_pct'),
        ('lockup_totals', 'lockups', 'ticker', 'label', 3, 'shares', 'count', 'shares'),
        ('lockup_totals', 'lockups', 'ticker', 'label', 4, '% of post-IPO shares', 'number', 'pct_of_post_ipo'),
        ('lockup_totals', 'lockups', 'ticker', 'label', 5, 'cumulative %', 'number', 'cumulative_pct'),
        ('filing_lockups', 'filing_lockups', 'ticker', holding, 1, 'shares', 'count', 'shares'),
        ('filing_lockups', 'filing_lockups', 'ticker', holding, 2, 'last day locked', 'rule', 'release_rule'),
        ('lockup_comparables', 'lockup_comparables', 'ticker', 'metric', 'column_number', "ticker || ' ' || issuer", 'printed', ''),
        ('flow_summary', 'flow_summary', 'subject', 'topic', 'column_number', 'subject', 'printed', ''),
        ('flow_summary', 'flow_summary', 'subject', "topic || ', date'", 'column_number', 'subject', 'date', ''),
        ('catalysts', 'catalysts', 'subject', "event || ', ' || timing_printed", 1, 'timing', 'period', 'timing'),
        ('catalysts', 'catalysts', 'subject', "event || ', ' || timing_printed", 2, 'condition', 'text', 'condition'),
        ('funding_rounds', 'funding_rounds', 'company', round, 1, 'closed', 'period', 'closed'),
        ('funding_rounds', 'funding_rounds', 'company', round, 2, 'post-money valuation', 'number', 'post_money'),
        ('funding_rounds', 'funding_rounds', 'company', round, 3, 'ARR', 'number', 'arr'),
        ('funding_rounds', 'funding_rounds', 'company', round, 4, 'P/ARR', 'number', 'implied_p_arr'),
        ('arr_observations', 'arr_observations', 'company', "as_of_printed || coalesce(', ' || basis, '')", 1, 'ARR', 'number', 'arr'),
        ('priced_in', 'priced_in', 'company', 'quantity', 1, 'company', 'printed', ''),
        ('token_consumption', 'token_consumption', 'region', 'as_of_printed', 1, 'tokens a day', 'number', 'tokens_per_day'),
        ('api_prices', 'api_prices', 'provider', 'model', 1, 'input', 'number', 'input_per_mtok'),
        ('api_prices', 'api_prices', 'provider', 'model', 2, 'output', 'number', 'output_per_mtok'),
        ('api_prices', 'api_prices', 'provider', 'model', 3, 'cache read', 'number', 'cache_read_per_mtok'),
        ('api_price_claims', 'api_price_claims', 'subject', 'mechanism', 1, 'claim', 'printed', ''),
        ('capability_gap', 'capability_gap', "'China'", 'statement', 1, 'months', 'months', ''),
        ('scarcity_case', 'scarcity_case', 'company', "quantity || ', ' || as_of_printed", 1, 'company', 'printed', ''),
        ('listing_events', 'listing_events', 'company', "'listing'", 1, 'date', 'period', 'listing'),
        ('relative_valuation', 'relative_valuation', "'China'", 'scenario', 1, 'US', 'printed', 'us_'),
        ('relative_valuation', 'relative_valuation', "'China'", 'scenario', 2, 'China', 'printed', 'china_'),
        ('relative_valuation', 'relative_valuation', "'China'", 'scenario', 3, 'China as % of US', 'printed', 'ratio_'),
        ('value_chain', 'value_chain', 'region', layer_company, 1, 'market cap or valuation', 'printed', ''),
        ('value_chain', 'value_chain', 'region', layer_company, 2, 'category', 'text', 'category'),
        ('value_chain', 'value_chain', 'region', layer_company, 3, 'further figure', 'printed', 'extra_'),
        ('value_chain', 'value_chain', 'region', layer_company, 4, '% of value chain', 'number', 'pct_of_value_chain'),
        ('price_targets', 'price_targets', 'ticker', 'quantity', 1, "ticker || ' ' || company", 'printed', ''),
        ('text_claims', 'text_claims', 'subject', "quantity || case part when 'whole' then '' else ', ' || part end", 1, 'figure', 'printed', ''),
        ('share_capital_events', 'share_capital_events', 'ticker', capital_event, 1, 'effective date', 'day', 'effective_on'),
        ('share_capital_events', 'share_capital_events', 'ticker', capital_event, 2, 'shares issued', 'count', 'shares_issued_delta'),
        ('share_capital_events', 'share_capital_events', 'ticker', capital_event, 3, 'issue price', 'number', 'issue_price_hkd'),
        ('share_capital_events', 'share_capital_events', 'ticker', capital_event, 4, 'total shares after', 'count', 'total_shares_after'),
        ('share_class_balances', 'share_class_balances', 'ticker', "share_class || ', ' || as_of", 1, 'shares in issue', 'count', 'shares'),
        ('corporate_events', 'corporate_events', 'ticker', "event || ', ' || status", 1, 'date', 'period', 'event'),
    ]) }}
{%- endmacro %}

{# One entry as rows. A cell that is empty is none. #}
{% macro printed_cell_rows(dataset, layout, subject, row_label, column_number, column_label, kind, of) -%}
    {%- set text, number, boolean, day = 'cast(null as varchar)', 'cast(null as double)', 'cast(null as boolean)', 'cast(null as date)' -%}
    {%- set is_own_column = 'subject' in column_label or 'ticker' in column_label -%}
    {%- set column = column_label if is_own_column else "'" ~ column_label ~ "'" -%}
    {%- set is_whole_row = kind in ('printed', 'date', 'months') and of == '' and dataset not in ('value_chain', 'api_price_claims') or column_label in ('date', 'figure') -%}
    {%- if kind in ('printed', 'date') -%}
        {%- set printed, printed_kind = of ~ 'printed', of ~ 'printed_kind' if kind == 'printed' else "'date'" -%}
        {%- set columns = [of ~ 'value', of ~ 'low', of ~ 'high', of ~ 'unit', of ~ 'currency', of ~ 'bound', of ~ 'is_approximate'] -%}
        {%- set days = [of ~ 'printed_earliest_on', of ~ 'printed_latest_on'] -%}
        {%- if kind == 'date' -%} {%- set columns = [number, number, number, text, text, text, boolean] -%}
        {%- else -%} {%- set days = ['case when ' ~ of ~ "printed_kind = 'date' then " ~ of ~ 'printed_earliest_on end', 'case when ' ~ of ~ "printed_kind = 'date' then " ~ of ~ 'printed_latest_on end'] -%}
        {%- endif -%}
    {%- elif kind == 'number' -%}
        {%- set printed, printed_kind = of ~ '_printed', "'figure'" -%}
        {%- set columns = [of ~ '_value', of ~ '_low', of ~ '_high', of ~ '_unit', of ~ '_currency', of ~ '_bound', of ~ '_is_approximate'] -%}
        {%- set days = [day, day] -%}
        {%- if dataset == 'arr_observations' -%}
            {#- what is surpassed or exceeded is the least that it can be -#}
            {%- set is_floor = "coalesce(basis, '') like '%surpassed%' or coalesce(basis, '') like '%exceeds%'" -%}
            {%- set columns = columns[:1] + [
                'case when ' ~ is_floor ~ ' then arr_value else arr_low end', 'case when not (' ~ is_floor ~ ') then arr_high end',
                'arr_unit', 'arr_currency', 'case when ' ~ is_floor ~ " then 'at least' else arr_bound end", 'arr_is_approximate'
            ] -%}
        {%- endif -%}
    {%- elif kind == 'count' -%}
        {%- set printed, printed_kind = plain_number('cast(' ~ of ~ ' as double)'), "'figure'" -%}
        {%- set columns = [of, of, of, "'shares'", text, "'exact'", 'false'] -%}
        {%- set days = [day, day] -%}
    {%- elif kind == 'months' -%}
        {%- set printed, printed_kind = "low_months || '-' || high_months", "'figure'" -%}
        {%- set columns = [number, 'low_months', 'high_months', "'months'", text, "'range'", 'false'] -%}
        {%- set days = [day, day] -%}
    {%- elif kind == 'period' -%}
        {%- set printed, printed_kind = of ~ '_printed', 'case when ' ~ of ~ "_earliest_on is null then 'words' else 'date' end" -%}
        {%- set columns = [number, number, number, text, text, text, boolean] -%}
        {%- set days = [of ~ '_earliest_on', of ~ '_latest_on'] -%}
    {%- elif kind == 'day' -%}
        {%- set printed, printed_kind, days = 'cast(' ~ of ~ ' as varchar)', "'date'", [of, of] -%}
        {%- set columns = [number, number, number, text, text, text, boolean] -%}
    {%- elif kind == 'rule' -%}
        {%- set printed, printed_kind, days = of ~ '_printed', "case when fixed_on is null then 'words' else 'date' end", ['case when terms = 1 then fixed_on end', 'fixed_on'] -%}
        {%- set columns = [number, number, number, text, text, text, boolean] -%}
    {%- else -%}
        {%- set printed, printed_kind, days = of, "'words'", [day, day] -%}
        {%- set columns = [number, number, number, text, text, text, boolean] -%}
    {%- endif -%}
select
    '{{ dataset }}' as dataset,
    '{{ layout }}' as layout,
    document_id,
    coalesce(table_ref, '-') as table_ref,
    {{ subject }} as subject,
    {{ row_label }} as row_label,
    {{ column }} as column_label,
    {{ row_label }}{% if not is_whole_row %} || ', {{ column_label }}'{% endif %} as metric,
    source_row + {{ 100000 if dataset == 'lockup_totals' else 0 }} as row_number,
    cast({{ column_number }} as bigint) as column_number,
    {{ printed }} as printed,
    {{ printed_kind }} as printed_kind,
    {% for name in ['value', 'low', 'high'] %}
        cast({{ columns[loop.index0] }} as double) as {{ name }},
    {% endfor %}
    {{ columns[3] }} as unit,
    {{ columns[4] }} as currency,
    {{ columns[5] }} as bound,
    {{ columns[6] }} as is_approximate,
    {{ days[0] }} as earliest_on,
    {{ days[1] }} as latest_on,
    source_file,
    source_row,
    known_on
from {{ ref('stg_' ~ dataset) }}
{% if kind == 'rule' %}
    -- the day that a rule names; where it has other terms too, it can end earlier
    left join (
        select
            release_rule,
            max(fixed_on) as fixed_on,
            count(*) as terms
        from {{ ref('stg_release_rule_terms') }}
        group by release_rule
        having min(fixed_on) = max(fixed_on)
    ) as fixed_terms using (release_rule)
{% endif %}
where {{ of ~ 'printed' if kind in ('printed', 'date') else of ~ '_printed' if kind in ('number', 'period', 'rule') else of if kind in ('text', 'count', 'day') else 'low_months' }} is not null
{% if kind == 'date' %}
    -- a cell that is a date alone is one figure already
    and printed_kind <> 'date' and printed_earliest_on is not null
{% endif %}
{%- endmacro %}
