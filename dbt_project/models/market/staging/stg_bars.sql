-- Every version of every source's daily bar that is known, as traded on the day.
{% for dataset in ['yahoo_prices', 'eastmoney_prices', 'tencent_prices', 'prices'] %}
    select
        ticker,
        trading_date,
        currency,
        open,
        high,
        low,
        close,
        price_precision,
        volume_shares,
        volume_precision_shares,
        turnover,
        turnover_precision,
        document_id,
        table_ref,
        known_on,
        retrieved_at
    from ({{ known(dataset) }}) as {{ dataset }}
    {% if not loop.last %} union all {% endif %}
{% endfor %}
