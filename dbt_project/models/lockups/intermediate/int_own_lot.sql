-- One row per lot (or slice of one): of its restrictions the one that ends last binds.
with dated as (
    select
        restrictions.*,
        dates.last_locked_earliest_on,
        dates.last_locked_latest_on,
        dates.date_basis,
        dates.known_on as dates_known_on,
        dates.waivable_by,
        row_number() over (
            partition by
                restrictions.ticker, restrictions.document_id, restrictions.holder, restrictions.share_class,
                restrictions.lot_origin, restrictions.lot, restrictions.slice_up_to_shares
            order by
                dates.last_locked_latest_on desc,
                dates.last_locked_earliest_on desc,
                restrictions.specificity,
                restrictions.release_rule,
                restrictions.restriction
        ) as binding_order,
        row_number() over (
            partition by
                restrictions.ticker, restrictions.document_id, restrictions.holder, restrictions.share_class,
                restrictions.lot_origin, restrictions.lot, restrictions.slice_up_to_shares
            order by
                dates.last_locked_earliest_on desc,
                dates.last_locked_latest_on desc,
                restrictions.specificity,
                restrictions.release_rule,
                restrictions.restriction
        ) as earliest_binding_order
    from {{ ref('int_lot_restriction') }} as restrictions
    inner join {{ ref('int_release_rule_date') }} as dates
        on restrictions.ticker = dates.ticker and restrictions.release_rule = dates.release_rule
),

lots as (
    select
        ticker,
        document_id,
        holder,
        share_class,
        lot_origin,
        lot,
        slice_up_to_shares,
        max(slice_shares) as shares,
        {{ first_not_null('holder_category', 'specificity') }} as holder_category,
        max(case when binding_order = 1 then release_rule end) as binding_rule,
        max(case when earliest_binding_order = 1 then release_rule end) as earliest_binding_rule,
        max(case when binding_order = 1 then restriction end) as restriction,
        max(case when binding_order = 1 then date_basis end) as date_basis,
        max(case when binding_order = 1 then waivable_by end) as waivable_by,
        max(last_locked_earliest_on) as last_locked_earliest_on,
        max(last_locked_latest_on) as last_locked_latest_on,
        -- a restriction that can't be dated leaves the lot undated, which the audit refuses
        count(*) - count(last_locked_latest_on) as undated_restrictions,
        count(*) as restrictions,
        -- landing refuses restrictions of one lot that begin on different days
        max(locked_from_on) as locked_from_on,
        -- a second stage lets the shares be sold while control is kept; every other restriction forbids it
        max(case when coalesce(stage, 'none') <> 'second' then last_locked_latest_on end) as no_disposal_until_on,
        -- the restrictions of a lot count it in the shares of one day
        max(counted_on) as counted_on,
        max(known_on) as known_on,
        max(dates_known_on) as dates_known_on
    from dated
    group by ticker, document_id, holder, share_class, lot_origin, lot, slice_up_to_shares
)

select
    lots.ticker,
    lots.document_id,
    lots.holder,
    lots.share_class,
    coalesce(
        classes.is_listed, names.is_listed and coalesce(names.listed_on_mic = exchanges.exchange_mic, true)
    ) as is_listed_class,
    lots.lot_origin,
    lots.lot,
    lots.slice_up_to_shares,
    lots.shares,
    lots.holder_category,
    -- where one restriction bounds the late end and another the early one, both bind
    case
        when lots.binding_rule = lots.earliest_binding_rule then lots.binding_rule
        else 'later_of(' || lots.binding_rule || ', ' || lots.earliest_binding_rule || ')'
    end as release_rule,
    lots.restriction,
    lots.date_basis,
    case when lots.undated_restrictions = 0 then lots.last_locked_earliest_on end as last_locked_earliest_on,
    case when lots.undated_restrictions = 0 then lots.last_locked_latest_on end as last_locked_latest_on,
    lots.restrictions,
    lots.known_on,
    lots.dates_known_on,
    coalesce(lots.no_disposal_until_on < lots.last_locked_latest_on, lots.no_disposal_until_on is null) as is_sellable_in_control,
    lots.no_disposal_until_on,
    lots.waivable_by,
    lots.locked_from_on,
    lots.counted_on
from lots
left join {{ ref('int_share_class') }} as classes
    on lots.ticker = classes.ticker and lots.share_class = classes.share_class
left join {{ ref('stg_share_class_names') }} as names on lower(lots.share_class) = lower(names.share_class)
left join {{ ref('stg_exchanges') }} as exchanges on lots.ticker like '%' || exchanges.ticker_suffix
