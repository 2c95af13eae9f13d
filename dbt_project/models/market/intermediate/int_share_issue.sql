-- Issues of shares and of convertible bonds with the money that they brought; a placing's price beside the market's.
with issues as (
    select
        capital.ticker,
        capital.effective_on as issued_on,
        capital.event,
        capital.event_number,
        capital.share_class,
        case
            when capital.event_kind in ('listing', 'over-allotment', 'placing') then capital.event_kind
            else 'other issue'
        end as issue_kind,
        capital.issued_shares,
        cast(null as bigint) as conversion_shares,
        cast(null as double) as conversion_price_hkd,
        capital.total_shares,
        stated.priced_on,
        capital.issue_price_hkd,
        cast(stated.gross_proceeds_value as double) as printed_gross_proceeds,
        stated.gross_proceeds_currency,
        cast(stated.net_proceeds_value as double) as net_proceeds,
        stated.net_proceeds_currency,
        cast(stated.discount_to_close_value as double) as printed_discount_ratio,
        capital.document_id,
        capital.table_ref,
        capital.known_on
    from {{ ref('int_share_capital') }} as capital
    inner join {{ ref('stg_share_capital_events') }} as stated
        on
            capital.ticker = stated.ticker
            and capital.document_id = stated.document_id
            and capital.source_file = stated.source_file
            and capital.source_row = stated.source_row
    -- what a company issued under its earlier code is that code's
    left join {{ ref('int_succession') }} as successions on capital.ticker = successions.successor and successions.is_direct
    where
        capital.issued_shares > 0
        and not capital.is_split
        and capital.effective_on >= coalesce(successions.began_on, capital.effective_on)

    union all

    select
        ticker,
        issued_on,
        event,
        0 as event_number,
        share_class,
        'convertible bonds' as issue_kind,
        cast(0 as bigint) as issued_shares,
        conversion_shares,
        conversion_price_hkd,
        total_shares,
        cast(null as date) as priced_on,
        cast(null as double) as issue_price_hkd,
        gross_proceeds as printed_gross_proceeds,
        currency as gross_proceeds_currency,
        net_proceeds,
        currency as net_proceeds_currency,
        cast(null as double) as printed_discount_ratio,
        document_id,
        table_ref,
        known_on
    from {{ ref('int_convertible_bond') }}
),

-- money keeps its currency; in HKD it is at the rate of the day of issue
valued as (
    select
        issues.*,
        coalesce(issues.printed_gross_proceeds, issues.issue_price_hkd * issues.issued_shares) as gross_proceeds,
        case
            when issues.printed_gross_proceeds is not null then issues.gross_proceeds_currency
            when issues.issue_price_hkd is not null then 'HKD'
        end as gross_currency,
        case
            when issues.printed_gross_proceeds is not null then 'printed'
            when issues.issue_price_hkd is not null then 'price of issue x shares'
        end as gross_proceeds_basis,
        case when issues.net_proceeds_currency = 'HKD' then 1 else 1 / nullif(net_rates.per_hkd, 0) end as hkd_per_net_currency,
        case when issues.gross_proceeds_currency = 'HKD' then 1 else 1 / nullif(gross_rates.per_hkd, 0) end
            as hkd_per_gross_currency,
        coalesce(issues.priced_on, issues.issued_on) as price_on,
        greatest(
            issues.known_on,
            coalesce(net_rates.known_on, issues.known_on),
            coalesce(gross_rates.known_on, issues.known_on)
        ) as money_known_on
    from issues
    left join {{ ref('int_fx_rate') }} as net_rates
        on {{ fx_on('net_rates', 'issues.net_proceeds_currency', 'issues.issued_on') }}
    left join {{ ref('int_fx_rate') }} as gross_rates
        on {{ fx_on('gross_rates', 'issues.gross_proceeds_currency', 'issues.issued_on') }}
),

in_hkd as (
    select
        *,
        net_proceeds * hkd_per_net_currency as net_proceeds_hkd,
        case
            when printed_gross_proceeds is not null then printed_gross_proceeds * hkd_per_gross_currency
            else issue_price_hkd * issued_shares
        end as gross_proceeds_hkd
    from valued
),

priced as (
    select
        *,
        coalesce(
            issue_price_hkd,
            gross_proceeds_hkd / nullif(issued_shares, 0),
            net_proceeds_hkd / nullif(issued_shares, 0)
        ) as price_hkd,
        case
            when issued_shares = 0 then null
            when issue_price_hkd is not null then 'price of issue'
            when gross_proceeds_hkd is not null then 'gross proceeds a share'
            when net_proceeds_hkd is not null then 'net proceeds a share'
        end as price_basis
    from in_hkd
),

-- the last close before the day of the price, in the shares of the day of issue
compared as (
    select
        priced.ticker,
        priced.issued_on,
        priced.event,
        priced.event_number,
        priced.share_class,
        bars.trading_date as close_on,
        bars.close
        * case when bars.currency = 'HKD' then 1 else 1 / nullif(rates.per_hkd, 0) end
        * {{ after_splits(before_splits('1', 'day_splits'), 'bar_splits') }} as close_hkd,
        bars.document_id as close_document_id,
        greatest(bars.known_on, coalesce(rates.known_on, bars.known_on)) as close_known_on,
        row_number() over (
            partition by priced.ticker, priced.issued_on, priced.event, priced.event_number, priced.share_class
            order by bars.trading_date desc
        ) as bars_back
    from priced
    inner join {{ ref('int_price_bar') }} as bars on priced.ticker = bars.ticker and bars.trading_date < priced.price_on
    left join {{ ref('int_fx_rate') }} as rates on {{ fx_on('rates', 'bars.currency', 'bars.trading_date') }}
    left join {{ ref('int_price_adjustment') }} as bar_splits
        on {{ splits_until('bar_splits', 'priced.ticker', 'bars.trading_date') }}
    left join {{ ref('int_price_adjustment') }} as day_splits
        on {{ splits_until('day_splits', 'priced.ticker', 'priced.issued_on') }}
    where priced.issue_kind = 'placing'
)

select
    priced.ticker,
    priced.issued_on,
    priced.event,
    priced.event_number,
    priced.share_class,
    priced.issue_kind,
    priced.issued_shares,
    priced.conversion_shares,
    priced.conversion_price_hkd,
    priced.total_shares,
    priced.total_shares + coalesce(priced.conversion_shares, 0) as total_shares_if_converted,
    cast(priced.issued_shares as double) / nullif(priced.total_shares - priced.issued_shares, 0) as issued_of_total_before_ratio,
    cast(priced.conversion_shares as double) / nullif(priced.total_shares, 0) as conversion_of_total_ratio,
    cast(priced.conversion_shares as double) / nullif(priced.total_shares + priced.conversion_shares, 0) as dilution_ratio,
    priced.price_hkd,
    priced.price_on,
    priced.price_basis,
    priced.gross_proceeds,
    priced.gross_currency as gross_proceeds_currency,
    priced.gross_proceeds_basis,
    priced.net_proceeds,
    priced.net_proceeds_currency,
    priced.gross_proceeds_hkd,
    priced.net_proceeds_hkd,
    priced.net_proceeds_hkd / nullif(priced.issued_shares, 0) as net_proceeds_a_share_hkd,
    compared.close_hkd,
    compared.close_on,
    case
        when compared.close_on is null then null
        when priced.priced_on is not null then 'last close before the price was agreed'
        else 'last close before the issue: the day of the price is not stated'
    end as close_basis,
    1 - priced.price_hkd / nullif(compared.close_hkd, 0) as discount_to_close_ratio,
    priced.printed_discount_ratio,
    case
        when priced.issue_kind <> 'placing' then 'no placing'
        when priced.price_hkd is null then 'no price and no proceeds are stated'
        when compared.close_on is null then 'no bar before it is landed'
    end as discount_missing_reason,
    compared.close_document_id,
    priced.document_id,
    priced.table_ref,
    priced.money_known_on,
    greatest(priced.money_known_on, coalesce(compared.close_known_on, priced.money_known_on)) as known_on
from priced
left join compared
    on
        priced.ticker = compared.ticker
        and priced.issued_on = compared.issued_on
        and priced.event = compared.event
        and priced.event_number = compared.event_number
        and priced.share_class = compared.share_class
        and compared.bars_back = 1
