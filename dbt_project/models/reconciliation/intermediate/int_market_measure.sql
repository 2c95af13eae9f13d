-- What daily bars give for an input that a declaration asks of them: from the last session on or before the first of its days to
-- the last of them, the lowest and the highest close. Only bars up to the day that the document's figures are of count, and a
-- close is in the shares of that day; by the offer price, in those of the first session. Of a currency, its rate of the last day.
with asked as (
    select
        figures.figure_id,
        figures.subject,
        inputs.operand_number,
        inputs.input_subject as ticker,
        inputs.input_metric as measure,
        inputs.earliest_on,
        {{ described_on('figures', 'documents') }} as document_on,
        least(inputs.latest_on, {{ described_on('figures', 'documents') }}) as latest_on
    from {{ ref('int_derived_figure') }} as figures
    inner join {{ ref('stg_derived_figure_inputs') }} as inputs
        on
            figures.declared_document = inputs.document
            and figures.declared_table_ref = inputs.table_ref
            and figures.declared_subject = inputs.subject
            and figures.declared_metric = inputs.metric
    inner join {{ ref('stg_documents') }} as documents on figures.document_id = documents.document_id
    where inputs.kind = 'market data'
),

bars as (
    select
        asked.*,
        prices.trading_date,
        prices.currency,
        prices.close * prices.cumulative_split_factor as close_before_splits,
        prices.known_on,
        max(case when prices.trading_date <= asked.earliest_on then prices.trading_date end) over (
            partition by asked.figure_id, asked.operand_number
        ) as start_on,
        max(case when prices.trading_date <= asked.latest_on then prices.trading_date end) over (
            partition by asked.figure_id, asked.operand_number
        ) as end_on,
        {% for column in ['close', 'cumulative_split_factor'] %}
            first_value(prices.{{ column }}) over (
                partition by asked.figure_id, asked.operand_number order by prices.trading_date desc
            ) as document_{{ column }},
        {% endfor %}
        first_value(prices.cumulative_split_factor) over (
            partition by asked.figure_id, asked.operand_number order by prices.trading_date
        ) as first_split_factor
    from asked
    inner join {{ ref('int_followed_price_bar') }} as prices
        on asked.ticker = prices.ticker and asked.document_on >= prices.trading_date
),

measured as (
    select
        bars.figure_id,
        bars.operand_number,
        case bars.measure
            when 'close' then bars.close_before_splits / bars.document_cumulative_split_factor
            when 'close by offer price'
                then bars.close_before_splits / bars.first_split_factor / nullif(securities.ipo_price, 0)
            when {{ text_literal("close by close on the document's day") }}
                then bars.close_before_splits / bars.document_cumulative_split_factor / nullif(bars.document_close, 0)
        end as value,
        case when bars.measure = 'close' then 'money' else 'x' end as unit,
        case when bars.measure = 'close' then bars.currency end as currency,
        case
            when bars.measure = 'close by offer price' then greatest(bars.known_on, securities.known_on) else bars.known_on
        end as known_on
    from bars
    left join {{ ref('int_security') }} as securities on bars.ticker = securities.ticker
    where
        bars.trading_date between bars.start_on and bars.end_on
        -- a bar long before a day is not its price
        and bars.start_on > {{ add_days('bars.earliest_on', -15) }}
        and bars.end_on > {{ add_days('bars.latest_on', -15) }}

    union all

    select
        asked.figure_id,
        asked.operand_number,
        rates.per_usd as value,
        cast(null as string) as unit,
        cast(null as string) as currency,
        rates.known_on
    from asked
    inner join {{ ref('int_fx_rate') }} as rates on {{ fx_on('rates', 'asked.ticker', 'asked.latest_on') }}
    where asked.measure = 'for a US dollar'
)

select
    figure_id,
    operand_number,
    min(value) as low,
    max(value) as high,
    max(unit) as unit,
    max(currency) as currency,
    {{ interval_in_words('min(value)', 'max(value)', 'max(unit)', 'max(currency)') }} as words,
    max(known_on) as known_on
from measured
group by figure_id, operand_number
