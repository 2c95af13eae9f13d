-- Every restriction of a holder's shares that counts, of a filing's table or of a note's, with the kind of lot that it binds. A
-- rule that frees the shares in parts is one restriction for each part: it binds those of the lot above `above_shares`, up to
-- `shares`.
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
        -- the day in whose shares the rule counts, and that in whose shares the lot does
        lockups.shares_of_on,
        lockups.counted_on,
        lockups.stage,
        lockups.locked_from_on,
        true as is_of_a_filing
    from {{ ref('int_filing_lockup') }} as lockups
    left join {{ ref('stg_holder_categories') }} as categories
        on lockups.holder_category = categories.printed_category
    -- a lot that was given away as a whole, or replaced, is gone
    where lockups.shares > 0

    union all

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
        {{ day_of_shares('lockups', 'securities') }} as shares_of_on,
        {{ day_of_shares('lockups', 'securities') }} as counted_on,
        cast(null as string) as stage,
        cast(null as date) as locked_from_on,
        false as is_of_a_filing
    from {{ ref('stg_lockups') }} as lockups
    left join {{ ref('stg_holder_categories') }} as categories
        on lockups.holder_category = categories.printed_category
    left join {{ ref('int_security') }} as securities on lockups.stated_ticker = securities.ticker
),

-- the company's total on the day on which a part ends that leaves the holder a share of it, in the shares of the document
kept_totals as (
    select
        rules.ticker,
        rules.part_rule,
        rules.counted_on,
        {{ after_splits(before_splits('capital.total_shares', 'splits'), 'stated_splits') }} as total_shares,
        capital.known_on,
        row_number() over (
            partition by rules.ticker, rules.part_rule, rules.counted_on
            order by capital.effective_on desc, capital.event_number desc
        ) as events_back
    from (
        select distinct
            stated.ticker,
            parts.part_rule,
            stated.counted_on
        from stated
        inner join {{ ref('stg_release_rule_parts') }} as parts on stated.release_rule = parts.release_rule
        where parts.kept_of_total_ratio is not null
    ) as rules
    inner join {{ ref('int_release_rule_date') }} as dates on rules.ticker = dates.ticker and rules.part_rule = dates.release_rule
    inner join {{ ref('int_share_capital') }} as capital
        on rules.ticker = capital.ticker and dates.last_locked_latest_on >= capital.effective_on
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'capital.ticker', 'capital.effective_on') }}
    left join {{ ref('int_split') }} as stated_splits
        on {{ splits_until('stated_splits', 'rules.ticker', 'rules.counted_on') }}
),

-- a part ends with a whole share; the shares that a holder keeps are no fewer than the rule says, and no total leaves him all
parted as (
    select
        stated.*,
        parts.part_rule,
        parts.part_number,
        case
            when parts.up_to_ratio is not null
                then
                    floor(round(cast(stated.shares as double) * cast(parts.up_to_ratio as double), 4))
                    + {{ no_more_than_whole_shares(
                        after_splits(before_splits('parts.up_to_shares', 'stated_splits'), 'splits')
                    ) }}
            when parts.kept_of_total_ratio is not null
                then coalesce(
                    stated.shares - ceil(round(cast(parts.kept_of_total_ratio as double) * totals.total_shares, 4)), 0
                )
            else stated.shares
        end as part_end,
        greatest(stated.known_on, totals.known_on) as part_known_on
    from stated
    left join {{ ref('stg_release_rule_parts') }} as parts on stated.release_rule = parts.release_rule
    left join kept_totals as totals
        on
            stated.ticker = totals.ticker
            and parts.part_rule = totals.part_rule
            and stated.counted_on = totals.counted_on
            and totals.events_back = 1
            and parts.kept_of_total_ratio is not null
    left join {{ ref('int_split') }} as stated_splits
        on {{ splits_until('stated_splits', 'stated.ticker', 'stated.shares_of_on') }} and parts.up_to_shares > 0
    left join {{ ref('int_split') }} as splits
        on {{ splits_until('splits', 'stated.ticker', 'stated.counted_on') }} and parts.up_to_shares > 0
),

bounded as (
    select
        *,
        cast(
            least(
                shares,
                max(part_end) over (
                    partition by
                        ticker, document_id, holder, share_class, lot_origin, lot, holder_category, release_rule, restriction,
                        stage, shares, known_on
                    order by part_number
                )
            ) as bigint
        ) as up_to_shares
    from parted
),

ranges as (
    select
        *,
        coalesce(
            lag(up_to_shares) over (
                partition by
                    ticker, document_id, holder, share_class, lot_origin, lot, holder_category, release_rule, restriction,
                    stage, shares, known_on
                order by part_number
            ),
            0
        ) as above_shares
    from bounded
)

select
    ticker,
    document_id,
    holder,
    share_class,
    lot_origin,
    lot,
    holder_category,
    specificity,
    coalesce(part_rule, release_rule) as release_rule,
    restriction,
    up_to_shares as shares,
    part_known_on as known_on,
    stage,
    is_of_a_filing,
    above_shares,
    locked_from_on,
    counted_on
from ranges
where up_to_shares > above_shares
