-- What daily bars give for a cell of a printed comparison table, by its metric; only where bars are landed. Bars count up to the
-- day that the document's figures are of: its average of a period that was not over is one of the sessions by then.
{% set metrics = [
    ('IPO Price (HKD)', 'ipo_price_hkd', 'offer price in the share basis of the expiry day'),
    ('Price at 6M Expiry (HKD)', 'price_at_expiry_hkd', 'close of the expiry day'),
    ('6M Post Expiry Price (HKD)', 'price_after_hkd', 'close six months after the expiry'),
    ('Change from IPO to 6M Expiry', 'change_to_expiry_ratio', 'close of the expiry day / offer price - 1'),
    ('6M Post Expiry Return', 'return_after_ratio', 'close six months after / close of the expiry day - 1'),
    ('Pre-6M Avg Price (HKD)', 'average_price_before_hkd', 'average close from listing to the session before the expiry'),
    ('Total Market Cap Pre-6M (HKD bn)', 'market_cap_before_hkd', 'average close before * total shares'),
    ('Float Market Cap Pre-6M (HKD bn)', 'float_market_cap_before_hkd', 'average close before * float before'),
    ('Daily Turnover Pre-6M (HKD bn)', 'turnover_before_hkd', 'average turnover from listing to the session before the expiry'),
    (
        'Turnover/Float Ratio Pre-6M (%)',
        'turnover_to_float_cap_before_ratio',
        'average turnover before / float market cap before'
    ),
    ('6M Expiry Day Performance', 'expiry_day_return_ratio', 'return of the expiry day'),
    ('6M Expiry Day Volume (mn shares)', 'expiry_day_volume_shares', 'volume of the expiry day'),
    ('Daily Turnover Post-6M (HKD bn)', 'turnover_after_hkd', 'average turnover from the expiry to six months after'),
    ('Daily Turnover Post-6M vs Pre-6M', 'turnover_after_to_before_x', 'average turnover after / average turnover before'),
    ('Post-6M Float Market Cap (HKD bn)', 'float_market_cap_after_hkd', 'average close after * float after'),
    ('Post-6M Turnover Ratio (%)', 'turnover_to_float_cap_after_ratio', 'average turnover after / float market cap after'),
] %}
with metrics as (
    {% for metric, column, words in metrics %}
        select
            ticker,
            document_on,
            '{{ metric }}' as metric,
            cast({{ column }} as double) as value,
            '{{ words }}' as words,
            known_on
        from {{ ref('int_lockup_comparable') }}
        where document_on is not null and {{ column }} is not null
        {% if not loop.last %} union all {% endif %}
    {% endfor %}
)

select
    figures.figure_id,
    figures.document_id,
    figures.table_ref,
    figures.layout,
    figures.subject,
    figures.metric,
    figures.row_label,
    figures.column_label,
    figures.printed,
    figures.unit,
    figures.currency,
    figures.value,
    figures.low,
    figures.high,
    figures.all_digits_low,
    figures.all_digits_high,
    metrics.value as derived_low,
    metrics.value as derived_high,
    metrics.words || ', in bars up to ' || cast(metrics.document_on as string) as words,
    greatest(figures.known_on, metrics.known_on) as known_on
from {{ ref('int_printed_figure') }} as figures
inner join {{ ref('stg_documents') }} as documents on figures.document_id = documents.document_id
inner join metrics
    on
        figures.subject = metrics.ticker
        and figures.metric = metrics.metric
        and {{ described_on('figures', 'documents') }} = metrics.document_on
where figures.dataset = 'lockup_comparables' and figures.is_number
