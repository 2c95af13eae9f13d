-- The securities that stand in a pair
select ticker
from {{ ref('stg_pairs') }}
union
select other_ticker as ticker
from {{ ref('stg_pairs') }}
