-- The rules by which each security's shares are freed, each once: of a rule that frees them in parts, the parts' rules.
with stated as (
    select ticker, release_rule from {{ ref('stg_lockups') }}
    union
    select ticker, release_rule from {{ ref('stg_filing_lockups') }}
)

select distinct
    stated.ticker,
    coalesce(parts.part_rule, stated.release_rule) as release_rule
from stated
left join {{ ref('stg_release_rule_parts') }} as parts on stated.release_rule = parts.release_rule
