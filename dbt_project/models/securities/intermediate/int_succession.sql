-- Every ticker with each one that it goes on as, however many changes lie between them.
{{ recursive() }} links as (
    select ticker, successor, effective_on, known_on
    from {{ ref('int_security_successor') }}
    where is_preferred
),

{% set first %}
    select
        ticker,
        successor,
        effective_on as left_on,
        effective_on as began_on,
        known_on,
        1 as links
    from links
{% endset %}
{% set further %}
    select
        led_to.ticker,
        links.successor,
        led_to.left_on,
        links.effective_on as began_on,
        greatest(led_to.known_on, links.known_on) as known_on,
        led_to.links + 1 as links
    from led_to
    inner join links on led_to.successor = links.ticker
    -- a circle, which landing refuses, would have no end
    where led_to.links < 20
{% endset %}
{{ recursive_rows('led_to', first, further) }}

select
    led_to.ticker,
    led_to.successor,
    -- the first day on which the ticker is no longer listed, and the first of the successor
    led_to.left_on,
    led_to.began_on,
    led_to.links = 1 as is_direct,
    led_to.known_on,
    -- the first day of the ticker itself; empty for the first of a company
    links.effective_on as ticker_began_on
from led_to
left join links on led_to.ticker = links.successor
