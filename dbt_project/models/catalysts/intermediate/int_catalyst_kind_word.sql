-- The words by which a text names a kind of event, one per row; what a kind means stays in stg_catalyst_kinds.
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
