-- Each source's splits and dividends, in the newest version that is known.
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
            retrieved_at
        from ({{ known(dataset) }}) as {{ dataset }}
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
)

{{ newest_version('select * from versions', ['document_id', 'ticker', 'ex_on', 'action']) }}
