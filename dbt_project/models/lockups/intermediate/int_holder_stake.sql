-- Who holds the lots of a security, by its preferred document, and of which kind he is: what a user's file states decides before
-- the heading. Holders who are connected with the issuer are one group, as controlling shareholders act together; another stands
-- alone, unless a file names his group. A row that sums several holders, or a note's tranche, does not tell what any of them has.
-- In shares from before all splits.
with preferred as (
    select distinct ticker, document_id
    from {{ ref('int_lockup_tranche') }}
    where is_preferred
),

categories as (
    select
        holder_category,
        max(holder_kind) as holder_kind
    from {{ ref('stg_holder_categories') }}
    group by holder_category
),

ranked as (
    select
        kinds.*,
        row_number() over (
            partition by kinds.ticker, kinds.holder order by documents.rank, kinds.known_on desc, kinds.document_id
        ) as preference
    from {{ ref('stg_holder_kinds') }} as kinds
    inner join {{ ref('stg_documents') }} as documents on kinds.document_id = documents.document_id
),

kinded as (
    select
        lots.*,
        ranked.holder_group,
        coalesce(ranked.holder_kind, categories.holder_kind) as holder_kind,
        ranked.known_on as kind_known_on
    from {{ ref('int_lot') }} as lots
    inner join preferred on lots.ticker = preferred.ticker and lots.document_id = preferred.document_id
    left join categories on lots.holder_category = categories.holder_category
    left join ranked on lots.ticker = ranked.ticker and lots.holder = ranked.holder and ranked.preference = 1
)

select
    kinded.ticker,
    kinded.document_id,
    kinded.holder,
    coalesce(
        kinded.holder_group,
        case when kinded.holder_kind = 'connected' then 'holders connected with the issuer' end,
        kinded.holder
    ) as holder_group,
    kinded.holder_kind,
    -- as `51 holders under Existing shareholders`; the connected are one group however many they are
    coalesce(kinded.holder_kind, '') <> 'connected' and (kinded.holder like '%holders %' or kinded.share_class = 'not stated')
        as is_of_several_holders,
    kinded.is_listed_class,
    kinded.date_basis <> 'at listing' as is_locked,
    kinded.last_locked_earliest_on,
    kinded.last_locked_latest_on,
    kinded.locked_from_on,
    {{ before_splits('kinded.shares', 'splits') }} as shares_before_splits,
    coalesce(greatest(kinded.known_on, kinded.kind_known_on), kinded.known_on) as known_on
from kinded
left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'kinded.ticker', 'kinded.counted_on') }}
