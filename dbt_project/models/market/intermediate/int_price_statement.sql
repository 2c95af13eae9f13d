-- What is known of a price or a turnover without a bar, with the day that it is of and its kind.
select
    ticker,
    price_on as stated_for_on,
    price_hkd,
    case when issue_kind = 'listing' then 'offer price' else price_basis || ' of a placing' end as price_basis,
    cast(null as double) as turnover_hkd,
    document_id,
    known_on
from {{ ref('int_share_issue') }}
where issue_kind in ('placing', 'listing') and price_hkd is not null

union all

-- an average over the time from the listing to the six-month expiry, or to the document's day if that is to come
select
    inputs.ticker,
    least(
        {{ described_on('inputs', 'documents') }},
        coalesce({{ add_days('inputs.expiry_on', -1) }}, {{ described_on('inputs', 'documents') }})
    ) as stated_for_on,
    inputs.average_price_before_hkd as price_hkd,
    'printed average of the period before' as price_basis,
    inputs.turnover_before_hkd as turnover_hkd,
    inputs.document_id,
    inputs.known_on
from {{ ref('int_comparable_input') }} as inputs
inner join {{ ref('stg_documents') }} as documents on inputs.document_id = documents.document_id
where inputs.average_price_before_hkd is not null or inputs.turnover_before_hkd is not null
