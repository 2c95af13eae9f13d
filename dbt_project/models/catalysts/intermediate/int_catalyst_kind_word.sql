-- `channel`, `expected_direction` and the rest stay in the kinds; this is only how a text names one.
with words as (
    select
        catalyst_kind,
        match_order,
        {{ each_part('words', ';') }} as word
    from {{ ref('stg_catalyst_kinds') }}
    where words is not null
)

select
    catalyst_kind,
    match_order,
    trim(word) as word
from words
where trim(word) <> ''
