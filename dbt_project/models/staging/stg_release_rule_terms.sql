-- only the rules of lock-ups that are known
select *
from {{ source('landed', 'release_rule_terms') }}
where
    release_rule in (select release_rule from {{ ref('stg_lockups') }})
    or release_rule in (select release_rule from {{ ref('stg_filing_lockups') }})
