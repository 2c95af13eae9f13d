-- Every balance of a class that a document states, with the shares before the document's own events of the day. An issuer can
-- publish several returns of one day: each goes on from where another ended, and only the last one states the close. By the
-- totals, never by the names of the documents: a balance is not of the close if steps of the day go on from it as often as
-- lead to it.
{{ recursive() }} moved as (
    select
        ticker,
        document_id,
        effective_on,
        share_class,
        sum(shares_issued_delta) as moved_shares
    from {{ ref('stg_share_capital_events') }}
    where share_class is not null
    group by ticker, document_id, effective_on, share_class
),

stated as (
    select
        balances.*,
        balances.shares - coalesce(moved.moved_shares, 0) as shares_before
    from {{ ref('stg_share_class_balances') }} as balances
    left join moved
        on
            balances.ticker = moved.ticker
            and balances.document_id = moved.document_id
            and balances.as_of = moved.effective_on
            and balances.share_class = moved.share_class
),

-- what several documents state is one step
steps as (
    select distinct ticker, as_of, share_class, shares_before, shares
    from stated
    where shares_before <> shares
),

nodes as (
    select ticker, as_of, share_class, shares, sum(departures) as departures, sum(arrivals) as arrivals
    from (
        select ticker, as_of, share_class, shares_before as shares, 1 as departures, 0 as arrivals from steps
        union all
        select ticker, as_of, share_class, shares, 0 as departures, 1 as arrivals from steps
    ) as ends
    group by ticker, as_of, share_class, shares
),

-- where the steps lead back to where they began, nothing tells which is the last
days as (
    select ticker, as_of, share_class, max(arrivals - departures) > 0 as has_a_close
    from nodes
    group by ticker, as_of, share_class
),

-- how many steps lead to one, from where the day began: no day has more than 20 returns
{% set first %}
    select steps.ticker, steps.as_of, steps.share_class, steps.shares_before, steps.shares, 0 as step_number
    from steps
    inner join nodes
        on
            steps.ticker = nodes.ticker
            and steps.as_of = nodes.as_of
            and steps.share_class = nodes.share_class
            and steps.shares_before = nodes.shares
    where nodes.departures > nodes.arrivals
{% endset %}
{% set further %}
    select steps.ticker, steps.as_of, steps.share_class, steps.shares_before, steps.shares, led_to.step_number + 1 as step_number
    from led_to
    inner join steps
        on
            led_to.ticker = steps.ticker
            and led_to.as_of = steps.as_of
            and led_to.share_class = steps.share_class
            and led_to.shares = steps.shares_before
    where led_to.step_number < 20
{% endset %}
{{ recursive_rows('led_to', first, further, is_distinct=true) }},

numbered as (
    select ticker, as_of, share_class, shares_before, shares, min(step_number) as step_number
    from led_to
    group by ticker, as_of, share_class, shares_before, shares
)

select
    stated.ticker,
    stated.as_of,
    stated.share_class,
    stated.shares_before,
    stated.shares,
    coalesce(numbered.step_number, 0) as step_number,
    nodes.ticker is null or not days.has_a_close or nodes.departures < nodes.arrivals or nodes.departures = 0 as is_at_close,
    stated.document_id,
    stated.known_on
from stated
left join numbered
    on
        stated.ticker = numbered.ticker
        and stated.as_of = numbered.as_of
        and stated.share_class = numbered.share_class
        and stated.shares_before = numbered.shares_before
        and stated.shares = numbered.shares
left join nodes
    on
        stated.ticker = nodes.ticker
        and stated.as_of = nodes.as_of
        and stated.share_class = nodes.share_class
        and stated.shares = nodes.shares
left join days
    on stated.ticker = days.ticker and stated.as_of = days.as_of and stated.share_class = days.share_class
