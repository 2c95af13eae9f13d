-- The expiries whose events are studied, each on its session: the preferred document's, the printed comparison table's where
-- no document states lock-ups of the ticker, and those of the A-share lock-up calendar. Every one is an event, whichever month
-- after the listing it is in.
with stated as (
    select
        ticker,
        first_tradable_on as tradable_on,
        released_shares,
        float_before_shares,
        is_date_certain,
        'lock-up undertakings' as basis,
        1 as basis_order,
        document_id,
        known_on,
        total_basis
    from {{ ref('int_lockup_expiry') }}
    where is_preferred

    union all

    select
        ticker,
        expiry_on as tradable_on,
        released_shares,
        float_before_shares,
        true as is_date_certain,
        'printed comparison table' as basis,
        2 as basis_order,
        document_id,
        known_on,
        'printed comparison table' as total_basis
    from {{ ref('int_comparable_input') }}
    where ticker not in (select ticker from {{ ref('int_lockup_expiry') }})

    union all

    select
        ticker,
        free_on as tradable_on,
        released_shares,
        float_before_shares,
        true as is_date_certain,
        'lock-up calendar' as basis,
        3 as basis_order,
        document_id,
        known_on,
        'lock-up calendar' as total_basis
    from {{ ref('int_a_share_unlock') }}
),

-- a day that is not a session is moved to the next one
located as (
    select
        stated.ticker,
        exchanges.exchange_mic,
        exchanges.benchmark,
        days.trading_date as first_tradable_on,
        days.session_number,
        cast(sum(stated.released_shares) as bigint) as released_shares,
        -- of several kinds of shares on a day, the largest release gives the float before it most exactly
        {{ first_not_null('stated.float_before_shares', '-stated.released_shares') }} as float_before_shares,
        min(case when stated.is_date_certain then 1 else 0 end) = 1 as is_date_certain,
        stated.basis,
        max(stated.document_id) as document_id,
        max(stated.known_on) as known_on,
        max(stated.total_basis) as total_basis,
        row_number() over (partition by stated.ticker, days.trading_date order by stated.basis_order) as preference
    from stated
    inner join {{ ref('stg_exchanges') }} as exchanges on stated.ticker like '%' || exchanges.ticker_suffix
    inner join {{ ref('int_trading_day') }} as days
        on
            exchanges.exchange_mic = days.exchange_mic
            and stated.tradable_on > days.previous_trading_date
            and stated.tradable_on <= days.trading_date
    where stated.released_shares > 0
    group by
        stated.ticker, exchanges.exchange_mic, exchanges.benchmark, days.trading_date, days.session_number, stated.basis,
        stated.basis_order
),

-- whose shares come free; the printed comparison table does not say
released as (
    select
        ticker,
        first_tradable_latest_on as tradable_on,
        case
            when holder_category = 'cornerstone investors' then 'cornerstone and strategic investors'
            when
                holder_category in (
                    'controlling shareholders and key persons', 'pathfinder investors', 'other pre-IPO investors'
                )
                then 'pre-IPO holders'
            else holder_category
        end as holder_kind,
        tradable_shares as shares,
        'lock-up undertakings' as basis
    from {{ ref('int_lockup_tranche') }}
    where is_preferred and is_listed_class and date_basis <> 'at listing'

    union all

    select
        ticker,
        free_on as tradable_on,
        -- the calendar's own words: holders from before the offer, strategic and other placees of the offer, placees of a later
        -- issue, employees
        case
            when shares_type like '%原股东%' then 'pre-IPO holders'
            when shares_type like '%战略%' then 'cornerstone and strategic investors'
            when shares_type like '%首发%' then 'placees of the offer'
            when shares_type like '%定向增发%' then 'placees of a later issue'
            when shares_type like '%股权激励%' then 'employees'
            else 'others'
        end as holder_kind,
        released_shares as shares,
        'lock-up calendar' as basis
    from {{ ref('int_a_share_unlock') }}
),

holders as (
    select
        located.ticker,
        located.first_tradable_on,
        released.holder_kind,
        row_number() over (
            partition by located.ticker, located.first_tradable_on
            order by sum(released.shares) desc, released.holder_kind
        ) as size_order
    from located
    inner join {{ ref('int_trading_day') }} as days
        on located.exchange_mic = days.exchange_mic and located.first_tradable_on = days.trading_date
    inner join released
        on
            located.ticker = released.ticker
            and located.basis = released.basis
            and days.previous_trading_date < released.tradable_on
            and days.trading_date >= released.tradable_on
    where located.preference = 1 and released.shares > 0
    group by located.ticker, located.first_tradable_on, released.holder_kind
),

kinds as (
    select
        ticker,
        first_tradable_on,
        max(case when size_order = 1 then holder_kind end) as holder_kind,
        {{ dbt.listagg('holder_kind', "'; '", 'order by size_order') }} as holder_kinds
    from holders
    group by ticker, first_tradable_on
)

select
    located.ticker,
    located.exchange_mic,
    located.benchmark,
    located.first_tradable_on,
    located.session_number,
    -- the first session of the two calendar months before, as a session relative to the expiry
    cast(months_before.session_number - located.session_number as integer) as two_months_before_session,
    securities.listing_on,
    {{ whole_months('securities.listing_on', 'located.first_tradable_on') }} as months_from_listing,
    listing_days.session_number as listing_session_number,
    coalesce(kinds.holder_kind, 'not stated') as holder_kind,
    coalesce(kinds.holder_kinds, 'not stated') as holder_kinds,
    located.released_shares,
    located.float_before_shares,
    located.is_date_certain,
    located.basis,
    located.document_id,
    located.known_on,
    located.total_basis
from located
left join kinds on located.ticker = kinds.ticker and located.first_tradable_on = kinds.first_tradable_on
left join {{ ref('int_security') }} as securities on located.ticker = securities.ticker
left join {{ ref('int_trading_day') }} as listing_days
    on located.exchange_mic = listing_days.exchange_mic and securities.listing_on = listing_days.trading_date
left join {{ ref('int_trading_day') }} as months_before
    on
        located.exchange_mic = months_before.exchange_mic
        and {{ add_months('located.first_tradable_on', -2) }} > months_before.previous_trading_date
        and {{ add_months('located.first_tradable_on', -2) }} <= months_before.trading_date
where located.preference = 1
