-- Each trade of an issuer in its own shares once: of like rows the best-ranked document's count, as many as one document states
with numbered as (
    select
        trades.*,
        documents.rank as document_rank,
        row_number() over (
            partition by
                trades.document_id, trades.ticker, trades.share_class, trades.trade, trades.traded_on, trades.venue,
                trades.currency, trades.shares, trades.highest_price
            order by trades.source_file, trades.source_row
        ) as same_number
    from {{ ref('stg_own_share_trades') }} as trades
    inner join {{ ref('stg_documents') }} as documents on trades.document_id = documents.document_id
),

ranked as (
    select
        *,
        row_number() over (
            partition by
                ticker, share_class, trade, traded_on, venue, currency, shares, highest_price, same_number
            order by document_rank, known_on, document_id
        ) as preference
    from numbered
)

select
    ticker,
    traded_on,
    share_class,
    trade,
    cast(
        row_number() over (
            partition by ticker, share_class, trade, traded_on
            order by document_rank, known_on, document_id, source_file, source_row
        ) as bigint
    ) as trade_number,
    shares,
    venue,
    currency,
    highest_price,
    coalesce(lowest_price, highest_price) as lowest_price,
    amount,
    cast(amount as double) / shares as average_price,
    for_cancellation_shares,
    for_treasury_shares,
    document_id,
    table_ref,
    known_on
from ranked
where preference = 1
