-- Each source's splits and dividends, in the newest version that is known, without those that the source has taken back.
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
)

{{ newest_listed_version('select * from versions', ['document_id', 'ticker', 'ex_on', 'action']) }}
