-- Every rule of an exchange, an index or Stock Connect that the floats, tests and dates follow, as rows say it, and what of it no
-- text confirms.
select
    'float_policies' as dataset,
    policy as rule_of,
    'float' as rule,
    in_force_from_on,
    unconfirmed is null as is_confirmed,
    unconfirmed,
    reason,
    document_id,
    table_ref,
    known_on
from {{ ref('stg_float_policies') }}

union all

select
    'float_bands' as dataset,
    policy as rule_of,
    'rounding above ' || cast(cast(above_ratio as double) as string) as rule,
    in_force_from_on,
    is_confirmed,
    case when not is_confirmed then 'the step' end as unconfirmed,
    reason,
    document_id,
    table_ref,
    known_on
from {{ ref('stg_float_bands') }}

union all

select
    'float_tests' as dataset,
    policy as rule_of,
    stage || ', ' || issuer_kind || ', ' || limb
    || coalesce(', above HKD ' || cast(cast(market_value_above_hkd as bigint) as string), '') as rule,
    in_force_from_on,
    unconfirmed is null as is_confirmed,
    unconfirmed,
    reason,
    document_id,
    table_ref,
    known_on
from {{ ref('stg_float_tests') }}

union all

select
    'index_reviews' as dataset,
    index_family as rule_of,
    review as rule,
    effective_on as in_force_from_on,
    is_announcement_confirmed and is_effective_confirmed as is_confirmed,
    nullif(
        concat_ws(
            '; ',
            case when not is_announcement_confirmed then 'the day of the announcement' end,
            case when not is_effective_confirmed then 'the day of the change' end
        ),
        ''
    ) as unconfirmed,
    reason,
    document_id,
    table_ref,
    known_on
from {{ ref('mart_index_review') }}

union all

select
    'index_entry_rules' as dataset,
    index_name as rule_of,
    entry || ', ' || test || case when listed_from_months > 0 then ', from month ' || listed_from_months else '' end as rule,
    in_force_from_on,
    is_confirmed,
    case when not is_confirmed then 'the threshold or its measure' end as unconfirmed,
    reason,
    document_id,
    table_ref,
    known_on
from {{ ref('stg_index_entry_rules') }}

union all

select
    'southbound_rules' as dataset,
    'Stock Connect' as rule_of,
    route || ', ' || test as rule,
    in_force_from_on,
    unconfirmed is null as is_confirmed,
    unconfirmed,
    reason,
    document_id,
    table_ref,
    known_on
from {{ ref('stg_southbound_rules') }}

union all

select
    'event_rules' as dataset,
    exchange_mic as rule_of,
    replace(event, '_', ' ') || ', ' || applies_to as rule,
    in_force_from_on,
    unconfirmed is null as is_confirmed,
    unconfirmed,
    reason,
    document_id,
    table_ref,
    known_on
from {{ ref('stg_event_rules') }}
