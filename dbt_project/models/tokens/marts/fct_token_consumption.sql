-- Tokens a day as documents state them for a period, and as OpenRouter's rankings add up on a day.
with usage_rows as (
    select
        usage.usage_on,
        usage.document_id,
        usage.known_on,
        usage.tokens,
        usage.is_other,
        families.family,
        families.company
    from {{ ref('stg_openrouter_token_usage') }} as usage
    left join {{ ref('int_model_family') }} as families
        on families.seller = 'openrouter' and usage.model = families.model
),

usage_days as (
    select
        document_id,
        usage_on,
        sum(tokens) as tokens,
        sum(case when is_other then tokens end) as other_tokens,
        max(known_on) as known_on
    from usage_rows
    group by document_id, usage_on
),

usage_families as (
    select
        document_id,
        usage_on,
        family,
        max(company) as company,
        sum(tokens) as tokens,
        max(known_on) as known_on
    from usage_rows
    where family is not null
    group by document_id, usage_on, family
),

usage_series as (
    select
        'OpenRouter: all models' as series,
        cast(null as string) as family,
        cast(null as string) as company,
        document_id,
        usage_on,
        cast(tokens as double) as tokens_per_day,
        cast(tokens as double) as tokens_per_day_low,
        -- the models that are not ranked are in `other`, without which the day's total has no upper end
        cast(case when other_tokens is not null then tokens end as double) as tokens_per_day_high,
        known_on
    from usage_days

    union all

    select
        'OpenRouter: ' || usage_families.family as series,
        usage_families.family,
        usage_families.company,
        usage_families.document_id,
        usage_families.usage_on,
        cast(usage_families.tokens as double) as tokens_per_day,
        cast(usage_families.tokens as double) as tokens_per_day_low,
        -- any of the tokens of models that are not ranked can be the family's
        cast(usage_families.tokens + usage_days.other_tokens as double) as tokens_per_day_high,
        greatest(usage_families.known_on, usage_days.known_on) as known_on
    from usage_families
    inner join usage_days
        on usage_families.document_id = usage_days.document_id and usage_families.usage_on = usage_days.usage_on
),

periods as (
    select
        region as series,
        'national total' as series_kind,
        cast(null as string) as family,
        cast(null as string) as company,
        as_of_earliest_on as period_earliest_on,
        as_of_latest_on as period_on,
        cast(tokens_per_day_value as double) as tokens_per_day,
        cast(tokens_per_day_low as double) as tokens_per_day_low,
        cast(tokens_per_day_high as double) as tokens_per_day_high,
        {% for column in ['as_of_earliest_on', 'as_of_latest_on', 'known_on'] %}
            lag({{ column }}) over (partition by document_id, region order by as_of_latest_on, as_of_earliest_on)
                as previous_{{ column.replace('as_of_', '') }},
        {% endfor %}
        {% for end in ['value', 'low', 'high'] %}
            cast(
                lag(tokens_per_day_{{ end }}) over (partition by document_id, region order by as_of_latest_on, as_of_earliest_on)
                as double
            ) as previous_tokens_{{ end }},
        {% endfor %}
        document_id,
        table_ref,
        known_on
    from {{ ref('stg_token_consumption') }}

    union all

    -- four weeks before, on the same day of the week; a day without a row is not a day without tokens
    select
        usage_series.series,
        case when usage_series.family is null then 'OpenRouter total' else 'OpenRouter family' end as series_kind,
        usage_series.family,
        usage_series.company,
        usage_series.usage_on as period_earliest_on,
        usage_series.usage_on as period_on,
        usage_series.tokens_per_day,
        usage_series.tokens_per_day_low,
        usage_series.tokens_per_day_high,
        previous.usage_on as previous_earliest_on,
        previous.usage_on as previous_latest_on,
        previous.known_on as previous_known_on,
        previous.tokens_per_day as previous_tokens_value,
        previous.tokens_per_day_low as previous_tokens_low,
        previous.tokens_per_day_high as previous_tokens_high,
        usage_series.document_id,
        cast(null as string) as table_ref,
        usage_series.known_on
    from usage_series
    left join usage_series as previous
        on
            usage_series.document_id = previous.document_id
            and usage_series.series = previous.series
            and previous.usage_on = {{ add_days('usage_series.usage_on', -28) }}
),

growth as (
    select
        *,
        tokens_per_day / nullif(previous_tokens_value, 0) as growth_x,
        tokens_per_day_low / nullif(previous_tokens_high, 0) as growth_low_x,
        tokens_per_day_high / nullif(previous_tokens_low, 0) as growth_high_x,
        {{ dbt.datediff('previous_latest_on', 'period_on', 'day') }}
            as days_between,
        {{ dbt.datediff('previous_latest_on', 'period_earliest_on', 'day') }}
            as fewest_days_between,
        {{ dbt.datediff('previous_earliest_on', 'period_on', 'day') }}
            as most_days_between
    from periods
)

select
    document_id,
    series,
    series_kind,
    family,
    company,
    period_earliest_on,
    period_on,
    tokens_per_day,
    tokens_per_day_low,
    tokens_per_day_high,
    previous_latest_on as growth_since_on,
    growth_x,
    growth_low_x,
    growth_high_x,
    -- tokens grow by growth_x = 2 ^ (days / doubling days); what doesn't grow never doubles
    case when growth_x > 1 and days_between > 0 then days_between / (ln(growth_x) / ln(2)) end as doubling_days,
    case
        when growth_high_x > 1 and fewest_days_between > 0 then fewest_days_between / (ln(growth_high_x) / ln(2))
    end as doubling_low_days,
    case when growth_low_x > 1 and most_days_between > 0 then most_days_between / (ln(growth_low_x) / ln(2)) end
        as doubling_high_days,
    table_ref,
    greatest(known_on, coalesce(previous_known_on, known_on)) as known_on
from growth
