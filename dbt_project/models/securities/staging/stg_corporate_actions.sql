-- Each source's splits and dividends, in the newest version that is known, without those that the source has taken back. What
-- was before a ticker went on as another is of both; shares that are exchanged for others are a split of those. Reads
-- intermediate models for the tickers.
with versions as (
    {% for dataset in ['yahoo_corporate_actions', 'corporate_actions'] %}
        select
            ticker,
            ex_on,
            action,
            new_shares,
            old_shares,
            dividend_per_share,
            currency,
            document_id,
            table_ref,
            known_on,
            retrieved_at,
            {{ 'not_listed_since' if dataset == 'yahoo_corporate_actions' else 'cast(null as date) as not_listed_since' }}
        from ({{ known(dataset) }}) as {{ dataset }}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
),

listed as (
    {{ newest_listed_version('select * from versions', ['document_id', 'ticker', 'ex_on', 'action']) }}
),

exchanges as (
    select
        successors.successor as ticker,
        successors.effective_on as ex_on,
        'split' as action,
        cast(successors.new_shares as decimal(18, 6)) as new_shares,
        cast(successors.old_shares as decimal(18, 6)) as old_shares,
        cast(null as decimal(18, 6)) as dividend_per_share,
        cast(null as string) as currency,
        successors.document_id,
        successors.table_ref,
        successors.known_on,
        listed.retrieved_at,
        cast(null as date) as not_listed_since
    from {{ ref('int_security_successor') }} as successors
    -- for the type of an instant only
    left join listed on false
    where successors.is_preferred and successors.new_shares <> successors.old_shares
),

known_actions as (
    select
        ticker,
        ex_on,
        action,
        new_shares,
        old_shares,
        dividend_per_share,
        currency,
        document_id,
        table_ref,
        known_on,
        retrieved_at,
        not_listed_since
    from listed
    union all
    select * from exchanges
)

select * from known_actions

union all

select
    successions.successor as ticker,
    known_actions.ex_on,
    known_actions.action,
    known_actions.new_shares,
    known_actions.old_shares,
    known_actions.dividend_per_share,
    known_actions.currency,
    known_actions.document_id,
    known_actions.table_ref,
    known_actions.known_on,
    known_actions.retrieved_at,
    known_actions.not_listed_since
from known_actions
inner join {{ ref('int_succession') }} as successions
    on known_actions.ticker = successions.ticker and known_actions.ex_on < successions.left_on
