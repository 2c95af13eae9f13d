-- The events that other subjects work out exactly: lock-up expiries, corporate events, issues of shares, listings, entries into
-- an index.
with tranche_rules as (
    -- the day of an expiry can move, its release rule stays: the rule identifies it
    select
        tranches.ticker,
        tranches.document_id,
        tranches.first_tradable_latest_on,
        min(tranches.release_rule) as release_rule,
        -- the first day after the last locked one, if the event that a rule waits for had not come
        max({{ add_days('rules.backstop_on', 1) }}) as backstop_on
    from {{ ref('int_lockup_tranche') }} as tranches
    left join {{ ref('int_release_rule_date') }} as rules
        on tranches.ticker = rules.ticker and tranches.release_rule = rules.release_rule
    where tranches.is_preferred and tranches.date_basis <> 'at listing'
    group by tranches.ticker, tranches.document_id, tranches.first_tradable_latest_on
),

expiries as (
    select
        'lock-up expiry|' || expiries.ticker || '|' || tranche_rules.release_rule as catalyst_id,
        'lock-up expiry' as event,
        expiries.ticker,
        cast(null as string) as company,
        'lock-up expiry' as catalyst_kind,
        cast(null as string) as timing_printed,
        expiries.first_tradable_earliest_on as earliest_on,
        expiries.first_tradable_on as latest_on,
        case when expiries.date_basis like 'interval%' or expiries.date_basis like 'several%' then 'expected' else 'announced' end
            as stated_status,
        true as comes_by_itself,
        expiries.date_basis
        || case when expiries.is_session_provisional then '; provisional session, can move by a day or two' else '' end
        || coalesce('; earlier only by ' || replace(expiries.waivable_by, '_', ' '), '') as condition,
        expiries.released_shares as supply_shares,
        expiries.release_value_hkd as supply_hkd,
        expiries.price_basis as supply_hkd_basis,
        expiries.price_document_id as supply_hkd_document_id,
        case when expiries.price_hkd is not null then expiries.price_on end as supply_hkd_on,
        expiries.is_price_stale as is_supply_hkd_stale,
        cast(null as bigint) as possible_supply_shares,
        cast(null as double) as net_proceeds_hkd,
        expiries.document_id,
        cast(null as string) as table_ref,
        expiries.known_on,
        tranche_rules.backstop_on,
        expiries.is_session_provisional
    from {{ ref('int_lockup_expiry') }} as expiries
    inner join tranche_rules
        on
            expiries.ticker = tranche_rules.ticker
            and expiries.document_id = tranche_rules.document_id
            and expiries.first_tradable_on = tranche_rules.first_tradable_latest_on
),

corporate_event_kinds as (
    select
        events.ticker,
        events.event,
        min(words.match_order) as match_order
    from {{ ref('int_corporate_event') }} as events
    inner join {{ ref('int_catalyst_kind_word') }} as words on {{ names_word('events.event', 'words.word') }}
    group by events.ticker, events.event
),

corporate_events as (
    select
        'corporate event|' || events.ticker || '|' || events.event as catalyst_id,
        replace(events.event, '_', ' ') as event,
        events.ticker,
        cast(null as string) as company,
        coalesce(kinds.catalyst_kind, 'other') as catalyst_kind,
        events.event_printed as timing_printed,
        events.event_earliest_on as earliest_on,
        events.event_latest_on as latest_on,
        events.status as stated_status,
        false as comes_by_itself,
        events.note as condition,
        {{ no_supply() }},
        events.document_id,
        events.table_ref,
        events.known_on,
        cast(null as date) as backstop_on,
        false as is_session_provisional
    from {{ ref('int_corporate_event') }} as events
    left join corporate_event_kinds on events.ticker = corporate_event_kinds.ticker and events.event = corporate_event_kinds.event
    left join {{ ref('stg_catalyst_kinds') }} as kinds on corporate_event_kinds.match_order = kinds.match_order
    -- an event of a company that goes on under another ticker is of the one that it has on that day
    left join {{ ref('int_succession') }} as begun on events.ticker = begun.successor and begun.is_direct
    left join {{ ref('int_succession') }} as gone on events.ticker = gone.ticker and gone.is_direct
    where
        events.is_preferred
        and not coalesce(events.event_latest_on < begun.began_on, false)
        and not coalesce(events.event_earliest_on > gone.left_on, false)
),

-- what stays locked when its class changes comes with the expiry of its lock-up
locked_conversions as (
    select
        ticker,
        effective_on,
        listed_event_number,
        sum(locked_shares) as locked_shares
    from {{ ref('int_lock_conversion') }}
    where is_preferred
    group by ticker, effective_on, listed_event_number
),

-- and what is locked from the day of its issue on: of several issues of a day the largest first
locked_issues as (
    select
        tranches.ticker,
        tranches.locked_from_on,
        {{ whole_shares('sum(' ~ after_splits(before_splits('tranches.shares', 'stated_splits'), 'splits') ~ ')') }}
            as locked_shares,
        max(tranches.known_on) as known_on
    from {{ ref('int_lockup_tranche') }} as tranches
    left join {{ ref('int_split') }} as stated_splits
        on {{ splits_until('stated_splits', 'tranches.ticker', 'tranches.stated_on') }}
    left join {{ ref('int_split') }} as splits on {{ splits_until('splits', 'tranches.ticker', 'tranches.locked_from_on') }}
    where
        tranches.is_preferred
        and tranches.is_listed_class
        and tranches.date_basis <> 'at listing'
        and tranches.locked_from_on is not null
    group by tranches.ticker, tranches.locked_from_on
),

-- shares of a class that is not listed can't be sold on the exchange; shares of an over-allotment option that go back to the
-- holder who lent as many are no supply, and where the delivery is not stated, they can have come with the listing
issues as (
    select
        capital.*,
        row_number() over (
            partition by capital.ticker, capital.effective_on, capital.share_class, capital.event order by capital.event_number
        ) as like_number,
        case
            when loans.settlement = 'not stated' then coalesce(securities.listing_on, capital.effective_on)
            else capital.effective_on
        end as earliest_on,
        case
            when loans.settlement = 'borrowed' then cast(0 as bigint)
            when coalesce(classes.is_listed, capital.share_class = 'not stated')
                then cast(capital.issued_shares - coalesce(locked_conversions.locked_shares, 0) as bigint)
            else 0
        end as free_shares,
        locked_issues.locked_shares,
        locked_issues.known_on as locked_known_on
    from {{ ref('int_share_capital') }} as capital
    left join {{ ref('int_share_class') }} as classes
        on capital.ticker = classes.ticker and capital.share_class = classes.share_class
    left join {{ ref('int_over_allocation') }} as loans on capital.is_over_allotment and capital.ticker = loans.ticker
    left join locked_conversions
        on
            capital.ticker = locked_conversions.ticker
            and capital.effective_on = locked_conversions.effective_on
            and capital.event_number = locked_conversions.listed_event_number
    left join locked_issues
        on capital.ticker = locked_issues.ticker and capital.effective_on = locked_issues.locked_from_on
    left join {{ ref('int_security') }} as securities on capital.ticker = securities.ticker
    where
        capital.issued_shares > 0
        and not capital.is_split
        and capital.event_kind <> 'listing'
        and capital.effective_on >= coalesce(securities.began_on, capital.effective_on)
),

supplied as (
    select
        issues.*,
        cast(
            issues.free_shares - least(
                issues.free_shares,
                greatest(
                    coalesce(issues.locked_shares, 0) - coalesce(
                        sum(issues.free_shares) over (
                            partition by issues.ticker, issues.effective_on order by issues.free_shares desc, issues.event_number
                            rows between unbounded preceding and 1 preceding
                        ),
                        0
                    ),
                    0
                )
            ) as bigint
        ) as supply_shares
    from issues
),

-- an issue without a stated price is worth what it brought: see int_share_issue
financings as (
    select
        'share issue|' || issues.ticker || '|' || cast(issues.effective_on as string)
        || '|' || issues.share_class || '|' || issues.event
        || case when issues.like_number > 1 then '|' || issues.like_number else '' end as catalyst_id,
        issues.event,
        issues.ticker,
        cast(null as string) as company,
        'financing' as catalyst_kind,
        cast(null as string) as timing_printed,
        issues.earliest_on,
        issues.effective_on as latest_on,
        'announced' as stated_status,
        true as comes_by_itself,
        issues.note as condition,
        issues.supply_shares,
        issues.supply_shares * money.price_hkd as supply_hkd,
        money.price_basis as supply_hkd_basis,
        case when money.price_hkd is not null then money.document_id end as supply_hkd_document_id,
        case when money.price_hkd is not null then money.price_on end as supply_hkd_on,
        -- the money of the issue itself does not grow old
        false as is_supply_hkd_stale,
        cast(null as bigint) as possible_supply_shares,
        money.net_proceeds_hkd,
        issues.document_id,
        issues.table_ref,
        greatest(
            issues.known_on,
            coalesce(money.money_known_on, issues.known_on),
            coalesce(issues.locked_known_on, issues.known_on)
        ) as known_on,
        cast(null as date) as backstop_on,
        false as is_session_provisional
    from supplied as issues
    left join {{ ref('int_share_issue') }} as money
        on
            issues.ticker = money.ticker
            and issues.effective_on = money.issued_on
            and issues.event = money.event
            and issues.event_number = money.event_number
            and issues.share_class = money.share_class
),

-- shares that a holder of the bonds can have from now on, at no known day: possible supply, and none that is sure
convertibles as (
    select
        'convertible bonds|' || ticker || '|' || cast(issued_on as string) || '|' || event as catalyst_id,
        event,
        ticker,
        cast(null as string) as company,
        'financing' as catalyst_kind,
        cast(null as string) as timing_printed,
        issued_on as earliest_on,
        issued_on as latest_on,
        'announced' as stated_status,
        true as comes_by_itself,
        'when holders convert' as condition,
        cast(null as bigint) as supply_shares,
        cast(null as double) as supply_hkd,
        cast(null as string) as supply_hkd_basis,
        cast(null as string) as supply_hkd_document_id,
        cast(null as date) as supply_hkd_on,
        false as is_supply_hkd_stale,
        conversion_shares as possible_supply_shares,
        net_proceeds_hkd,
        document_id,
        table_ref,
        money_known_on as known_on,
        cast(null as date) as backstop_on,
        false as is_session_provisional
    from {{ ref('int_share_issue') }}
    where issue_kind = 'convertible bonds'
),

-- what is offered in a listing is in the float already, or comes to it when its lock-up ends: no supply of its own
listings as (
    select
        'listing|' || securities.security_id as catalyst_id,
        'listing' as event,
        securities.ticker,
        securities.issuer as company,
        'listing' as catalyst_kind,
        statements.listing_printed as timing_printed,
        securities.listing_earliest_on as earliest_on,
        securities.listing_latest_on as latest_on,
        case
            when securities.listing_status = 'listed' or capital.ticker is not null then 'announced'
            when securities.listing_status in {{ taken_back() }} then securities.listing_status
            else 'expected'
        end as stated_status,
        securities.listing_status = 'listed' or capital.ticker is not null as comes_by_itself,
        cast(null as string) as condition,
        {{ no_supply() }},
        securities.document_id,
        coalesce(capital.table_ref, statements.table_ref) as table_ref,
        securities.known_on,
        cast(null as date) as backstop_on,
        false as is_session_provisional
    from {{ ref('int_security') }} as securities
    left join {{ ref('stg_listing_events') }} as statements
        on
            securities.document_id = statements.document_id
            and coalesce(securities.ticker, securities.issuer) in (statements.ticker, statements.company)
    left join {{ ref('int_share_capital') }} as capital
        on
            securities.document_id = capital.document_id
            and securities.ticker = capital.ticker
            and capital.event_kind = 'listing'
    -- left out: a company that only a comparison table names, which belongs to no sector that is followed
    where (securities.sector is not null or capital.ticker is not null) and securities.began_on is null
),

index_entries as (
    select
        'index inclusion|' || members.ticker || '|' || members.index_name as catalyst_id,
        'index inclusion: ' || members.index_name as event,
        members.ticker,
        cast(null as string) as company,
        'index inclusion' as catalyst_kind,
        cast(null as string) as timing_printed,
        members.effective_on as earliest_on,
        members.effective_on as latest_on,
        'announced' as stated_status,
        true as comes_by_itself,
        case when members.is_confirmed then members.reason else 'derived: ' || members.reason end as condition,
        {{ no_supply() }},
        members.document_id,
        members.table_ref,
        members.known_on,
        cast(null as date) as backstop_on,
        false as is_session_provisional
    from {{ ref('int_index_member') }} as members
    inner join {{ ref('int_security') }} as securities on members.ticker = securities.ticker
    -- left out: a company that only a comparison table names, and the index's other members
    where
        members.is_preferred
        and (
            securities.sector is not null
            or securities.ticker in (select capital.ticker from {{ ref('int_share_capital') }} as capital)
        )
),

events as (
    select * from expiries
    union all
    select * from corporate_events
    union all
    select * from financings
    union all
    select * from convertibles
    union all
    select * from listings
    union all
    select * from index_entries
)

select
    events.catalyst_id,
    events.event,
    coalesce(events.company, securities.issuer, events.ticker) as subject,
    events.ticker,
    events.catalyst_kind,
    events.timing_printed,
    events.earliest_on,
    events.latest_on,
    events.stated_status,
    events.comes_by_itself,
    events.condition,
    events.supply_shares,
    events.supply_hkd,
    events.supply_hkd_basis,
    events.supply_hkd_document_id,
    events.supply_hkd_on,
    events.is_supply_hkd_stale,
    events.possible_supply_shares,
    events.net_proceeds_hkd,
    events.document_id,
    events.table_ref,
    events.known_on,
    events.backstop_on,
    events.is_session_provisional
from events
left join {{ ref('int_security') }} as securities on events.ticker = securities.ticker
