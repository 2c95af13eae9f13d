select
    currency,
    rate_on,
    next_rate_on,
    per_eur,
    per_usd,
    per_hkd,
    document_id,
    known_on
from {{ ref('int_fx_rate') }}
