-- Every private round, as its source gives it; the same round of two documents stands twice, one of them preferred.
with rounds as (
    select
        concat_ws(' | ', document_id, company, round, closed_printed) as round_id,
        company as printed_company,
        round,
        cast(null as string) as round_type,
        false as is_secondary,
        closed_printed,
        closed_earliest_on,
        closed_latest_on,
        cast(post_money_value as double) as post_money,
        cast(post_money_low as double) as post_money_low,
        cast(post_money_high as double) as post_money_high,
        post_money_currency,
        cast(arr_value as double) as arr,
        cast(arr_low as double) as arr_low,
        cast(arr_high as double) as arr_high,
        arr_currency,
        arr_printed is null as is_arr_sought,
        cast(null as string) as source,
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_funding_rounds') }}

    union all

    -- to the dollar, as the source states it; a closing without a day was before its report
    select
        concat_ws(' | ', document_id, company, round_id, cast(statement_number as string)) as round_id,
        company as printed_company,
        round_id as round,
        round_type,
        is_secondary and not is_primary as is_secondary,
        cast(closed_on as string) as closed_printed,
        closed_on as closed_earliest_on,
        coalesce(closed_on, report_on, known_on) as closed_latest_on,
        cast(post_money_usd as double) as post_money,
        cast(post_money_usd as double) as post_money_low,
        cast(post_money_usd as double) as post_money_high,
        'USD' as post_money_currency,
        cast(null as double) as arr,
        cast(null as double) as arr_low,
        cast(null as double) as arr_high,
        cast(null as string) as arr_currency,
        true as is_arr_sought,
        source_1 as source,
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_epoch_funding_rounds') }}
    where lower(status) = 'closed' and coalesce(closed_on, {{ as_of() }}) <= {{ as_of() }}
),

named as (
    select
        rounds.*,
        {{ known_as('rounds.printed_company', 'names') }} as company,
        -- what was known to have closed had closed by then
        least(rounds.closed_latest_on, coalesce(rounds.known_on, rounds.closed_latest_on)) as closed_on,
        documents.rank as document_rank
    from rounds
    inner join {{ ref('stg_documents') }} as documents on rounds.document_id = documents.document_id
    left join {{ ref('stg_company_names') }} as names on rounds.printed_company = names.printed_name
),

-- the same round of a document that counts before this one: its closing lies within a month
repeated as (
    select distinct named.round_id
    from named
    inner join named as others
        on
            named.company = others.company
            and named.is_secondary = others.is_secondary
            and named.document_id <> others.document_id
            and coalesce(others.closed_earliest_on, others.closed_latest_on) <= {{ add_days('named.closed_latest_on', 31) }}
            and others.closed_latest_on >= {{ add_days('coalesce(named.closed_earliest_on, named.closed_latest_on)', -31) }}
            and (
                others.document_rank < named.document_rank
                or (others.document_rank = named.document_rank and others.document_id < named.document_id)
            )
),

-- where a round states no ARR: the newest statement of the three months up to it
sought as (
    select
        named.round_id,
        statements.arr_usd,
        statements.arr_low_usd,
        statements.arr_high_usd,
        statements.as_of,
        statements.document_id,
        statements.known_on,
        row_number() over (partition by named.round_id order by statements.as_of desc) as preference
    from named
    inner join {{ ref('fct_arr') }} as statements
        on
            named.company = statements.company
            and statements.is_preferred
            and not statements.is_forecast
            and named.closed_on >= statements.as_of
            and {{ add_months('named.closed_on', -3) }} <= statements.as_of
    where named.is_arr_sought
),

in_dollars as (
    select
        named.*,
        {% for end in ['', '_low', '_high'] %}
            {{ in_usd('named.post_money' ~ end, 'named.post_money_currency', 'rates') }} as post_money{{ end }}_usd,
            coalesce(
                {{ in_usd('named.arr' ~ end, 'named.arr_currency', 'arr_rates') }}, sought.arr{{ end }}_usd
            ) as arr{{ end }}_usd,
        {% endfor %}
        case when named.is_arr_sought then sought.as_of else named.closed_on end as arr_as_of,
        case when named.is_arr_sought then sought.document_id else named.document_id end as arr_document_id,
        repeated.round_id is null as is_preferred,
        greatest(
            named.known_on,
            coalesce(rates.known_on, named.known_on),
            coalesce(arr_rates.known_on, named.known_on),
            coalesce(sought.known_on, named.known_on)
        ) as row_known_on
    from named
    left join repeated on named.round_id = repeated.round_id
    left join sought on named.round_id = sought.round_id and sought.preference = 1
    left join {{ ref('fct_fx_rate') }} as rates on {{ usd_rate_on('rates', 'named.post_money_currency', 'named.closed_on') }}
    left join {{ ref('fct_fx_rate') }} as arr_rates on {{ usd_rate_on('arr_rates', 'named.arr_currency', 'named.closed_on') }}
)

select
    round_id,
    company,
    printed_company,
    round,
    closed_on,
    closed_earliest_on,
    closed_latest_on,
    closed_printed,
    round_type,
    is_secondary,
    post_money_usd,
    post_money_low_usd,
    post_money_high_usd,
    arr_usd,
    arr_low_usd,
    arr_high_usd,
    post_money_usd / nullif(arr_usd, 0) as arr_multiple_x,
    post_money_low_usd / nullif(arr_high_usd, 0) as arr_multiple_low_x,
    post_money_high_usd / nullif(arr_low_usd, 0) as arr_multiple_high_x,
    arr_as_of,
    is_preferred,
    source,
    document_id,
    arr_document_id,
    table_ref,
    row_known_on as known_on
from in_dollars
