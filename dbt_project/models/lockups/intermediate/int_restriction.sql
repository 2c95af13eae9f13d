-- Every restriction of a holder's shares that counts, of a filing's table or of a note's, with the kind of lot that it binds.
with stated as (
    select
        lockups.ticker,
        lockups.document_id,
        lockups.holder,
        lockups.share_class,
        lockups.lot_origin,
        lockups.lot,
        coalesce(categories.holder_category, lockups.holder_category) as holder_category,
        coalesce(categories.specificity, 9) as specificity,
        lockups.release_rule,
        lockups.restriction,
        lockups.shares,
        lockups.known_on,
        lockups.stage,
        true as is_of_a_filing
    from {{ ref('int_filing_lockup') }} as lockups
    left join {{ ref('stg_holder_categories') }} as categories
        on lockups.holder_category = categories.printed_category
    -- a lot that was given away as a whole, or replaced, is gone
    where lockups.shares > 0
),

noted as (
    -- a note's tranche is one lot with one restriction
    select
        lockups.ticker,
        lockups.document_id,
        coalesce(lockups.holders, lockups.holder_category) as holder,
        'not stated' as share_class,
        coalesce(categories.lot_origin, 'pre-IPO') as lot_origin,
        lockups.holder_category || ' ' || lockups.release_rule as lot,
        coalesce(categories.holder_category, lockups.holder_category) as holder_category,
        coalesce(categories.specificity, 9) as specificity,
        lockups.release_rule,
        lockups.release_rule_kind as restriction,
        lockups.shares,
        lockups.known_on,
        cast(null as string) as stage,
        false as is_of_a_filing
    from {{ ref('stg_lockups') }} as lockups
    left join {{ ref('stg_holder_categories') }} as categories
        on lockups.holder_category = categories.printed_category
)

select * from stated
union all
select * from noted
