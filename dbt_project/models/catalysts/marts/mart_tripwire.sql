-- What to land for a measure without a value.
with inputs as (
    select
        'rank among Chinese developers' as measure,
        'needs the score of a model of a listed model company: landed.epoch_capability_index has '
        || cast(count(*) as string) || ' known rows' as lacking
    from {{ ref('stg_epoch_capability_index') }}

    union all

    select
        'lead of an internet or cloud major' as measure,
        'needs scores of a Chinese internet or cloud major and of another Chinese developer: '
        || 'landed.epoch_capability_index has ' || cast(count(*) as string) || ' known rows' as lacking
    from {{ ref('stg_epoch_capability_index') }}

    union all

    select
        'months behind the US frontier' as measure,
        'needs scores of US and Chinese models: landed.epoch_capability_index has ' || cast(count(*) as string) || ' known rows'
            as lacking
    from {{ ref('stg_epoch_capability_index') }}

    union all

    select
        'ARR growth over usage growth in 30 days' as measure,
        'needs two statements of ARR of a listed model company, of one basis, each with a week of tokens from its day on: '
        || 'landed.openrouter_token_usage has ' || cast(count(*) as string) || ' known rows' as lacking
    from {{ ref('stg_openrouter_token_usage') }}
),

-- the threshold that the signal's own document states
stated as (
    select
        'months behind the US frontier' as measure,
        document_id,
        max(gap_high_months) as threshold
    from {{ ref('fct_capability_gap') }}
    where basis = 'stated' and subject = 'China'
    group by document_id
),

compared as (
    select
        tripwires.signal_number,
        tripwires.signal,
        tripwires.what_would_trip_it,
        thresholds.measure,
        thresholds.unit,
        thresholds.comparison,
        coalesce(cast(thresholds.threshold as double), stated.threshold) as threshold,
        thresholds.reason as threshold_reason,
        measures.value,
        measures.can_trip,
        measures.data_on,
        measures.data_age_days,
        coalesce(measures.evidence, inputs.lacking, 'no measure is given for this signal in tripwire_thresholds') as evidence,
        measures.document_id as evidence_document_id,
        tripwires.document_id,
        tripwires.table_ref,
        greatest(tripwires.known_on, coalesce(measures.known_on, tripwires.known_on)) as known_on
    from {{ ref('stg_tripwires') }} as tripwires
    left join {{ ref('stg_tripwire_thresholds') }} as thresholds on tripwires.signal = thresholds.signal
    left join {{ ref('int_tripwire_measure') }} as measures on thresholds.measure = measures.measure
    left join inputs on thresholds.measure = inputs.measure
    left join stated on thresholds.measure = stated.measure and tripwires.document_id = stated.document_id
)

select
    signal_number,
    signal,
    {{ as_of() }} as evaluated_on,
    measure,
    unit,
    value,
    comparison,
    threshold,
    case
        when value is null or threshold is null then 'no data'
        when
            can_trip and (
                (comparison = 'more than' and value > threshold)
                or (comparison = 'at least' and value >= threshold)
                or (comparison = 'less than' and value < threshold)
                or (comparison = 'at most' and value <= threshold)
            )
            then 'tripped'
        else 'clear'
    end as state,
    evidence,
    threshold_reason,
    what_would_trip_it,
    evidence_document_id,
    document_id,
    table_ref,
    known_on,
    data_on,
    data_age_days
from compared
