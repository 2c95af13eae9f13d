-- An issue of convertible bonds, by the best-ranked document, and what a full conversion adds to the shares of its day.
with ranked as (
    select
        bonds.*,
        row_number() over (
            partition by bonds.ticker, bonds.issued_on, bonds.event order by documents.rank, bonds.document_id
        ) as preference
    from {{ ref('stg_convertible_bonds') }} as bonds
    inner join {{ ref('stg_documents') }} as documents on bonds.document_id = documents.document_id
),

capital_days as (
    select
        bonds.ticker,
        bonds.issued_on,
        bonds.event,
        max(capital.effective_on) as effective_on
    from ranked as bonds
    inner join {{ ref('int_share_capital') }} as capital
        on bonds.ticker = capital.ticker and bonds.issued_on >= capital.effective_on
    where bonds.preference = 1
    group by bonds.ticker, bonds.issued_on, bonds.event
),

totals as (
    select
        bonds.ticker,
        bonds.issued_on,
        bonds.event,
        max(capital.closing_shares) as total_shares,
        max(capital.known_on) as known_on,
        max(capital.effective_on) as total_shares_on
    from capital_days as bonds
    inner join {{ ref('int_share_capital') }} as capital
        on bonds.ticker = capital.ticker and bonds.effective_on = capital.effective_on
    group by bonds.ticker, bonds.issued_on, bonds.event
)

select
    ranked.ticker,
    ranked.issued_on,
    ranked.event,
    coalesce(ranked.share_class, 'not stated') as share_class,
    coalesce(ranked.conversion_shares, ranked.total_shares_if_converted - totals.total_shares) as conversion_shares,
    cast(ranked.conversion_price_hkd_value as double) as conversion_price_hkd,
    totals.total_shares,
    totals.total_shares_on,
    cast(ranked.gross_proceeds_value as double) as gross_proceeds,
    cast(ranked.net_proceeds_value as double) as net_proceeds,
    coalesce(ranked.gross_proceeds_currency, ranked.net_proceeds_currency) as currency,
    ranked.note,
    ranked.document_id,
    ranked.table_ref,
    greatest(ranked.known_on, coalesce(totals.known_on, ranked.known_on)) as known_on
from ranked
left join totals
    on ranked.ticker = totals.ticker and ranked.issued_on = totals.issued_on and ranked.event = totals.event
where ranked.preference = 1
