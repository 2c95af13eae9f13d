with amended as (
    select
        ticker,
        amended_document_id,
        {{ dbt.listagg('document_id', "', '", 'order by document_id') }} as amended_by
    from (select distinct ticker, amended_document_id, document_id from {{ ref('fct_lockup_amendment') }}) as amendments
    group by ticker, amended_document_id
)

select
    tranches.ticker,
    tranches.document_id,
    tranches.is_preferred,
    tranches.holder_category,
    tranches.share_class,
    tranches.is_listed_class,
    tranches.holders,
    tranches.shares,
    tranches.stated_on,
    tranches.tradable_shares,
    tranches.release_rule,
    tranches.restriction,
    tranches.last_locked_on,
    tranches.last_locked_earliest_on,
    tranches.last_locked_latest_on,
    tranches.first_tradable_on,
    tranches.first_tradable_earliest_on,
    tranches.first_tradable_latest_on,
    tranches.date_basis,
    tranches.known_on,
    tranches.first_tradable_certain_on,
    tranches.sellable_in_control_shares,
    tranches.no_disposal_until_on,
    tranches.is_session_provisional,
    amended.amended_by,
    tranches.suspended_on,
    tranches.waivable_by,
    tranches.locked_since_on as locked_from_on
from {{ ref('int_lockup_tranche') }} as tranches
left join amended on tranches.ticker = amended.ticker and tranches.document_id = amended.amended_document_id
