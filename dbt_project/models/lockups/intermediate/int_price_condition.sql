-- When the closes of a security meet a condition that a release rule waits for, by the bars that are landed. A session to
-- come, or one without a bar, may close either way: met on the early end if all of these do as is asked, on the late one if
-- none of them does. A halt is no session. Closes and the offer price are compared in the shares and prices of the listing.
with conditions as (
    select distinct
        rules.ticker,
        closes.event,
        closes.needed_closes,
        closes.sessions,
        closes.comparison,
        cast(closes.level as double) as level_number,
        closes.level_currency,
        closes.anchor,
        closes.anchor_rule,
        closes.by_rule,
        closes.known_on as rule_known_on
    from {{ ref('int_release_rule') }} as rules
    inner join {{ ref('stg_release_rule_terms') }} as terms on rules.release_rule = terms.release_rule
    inner join {{ ref('stg_release_rule_closes') }} as closes on terms.event = closes.event
),

anchors as (
    select ticker, anchor_rule as release_rule from conditions
    union
    select ticker, by_rule as release_rule from conditions
    where by_rule is not null
),

anchor_terms as (
    select
        anchors.ticker,
        terms.release_rule,
        terms.clause_number,
        terms.term_number,
        terms.term_kind,
        terms.fixed_on,
        terms.ordinal,
        terms.event
    from anchors
    inner join {{ ref('stg_release_rule_terms') }} as terms on anchors.release_rule = terms.release_rule
),

{{ dated_terms('anchor_terms') }},

-- an offer that is stated in money and shares only has the price that they give
offers as (
    select
        events.ticker,
        max(events.gross_proceeds_currency) as currency,
        max(cast(events.gross_proceeds_value as double) / nullif(events.shares_issued_delta, 0)) as offer_price
    from {{ ref('stg_share_capital_events') }} as events
    inner join {{ ref('int_security') }} as securities on events.ticker = securities.ticker
    where
        events.event_kind = 'listing'
        and events.issue_price_hkd_value is null
        and not coalesce({{ is_long_after('events.effective_on', 'securities.listing_latest_on') }}, false)
    group by events.ticker
    having count(*) = 1
),

anchored as (
    select
        conditions.*,
        securities.exchange_mic,
        securities.listing_on,
        coalesce(conditions.level_currency, securities.currency) as price_currency,
        coalesce(securities.ipo_price, offers.offer_price) as offer_price,
        -- rounded, so that the last bit of a product decides nothing
        round(
            case
                when conditions.level_currency is not null then conditions.level_number
                when securities.ipo_price is not null and securities.currency = 'HKD'
                    then conditions.level_number * securities.ipo_price
                when offers.currency = securities.currency then conditions.level_number * offers.offer_price
            end,
            6
        ) as level_price,
        greatest(starts.last_locked_earliest_on, securities.listing_on) as anchor_earliest_on,
        greatest(starts.last_locked_latest_on, securities.listing_on) as anchor_latest_on,
        coalesce(bys.last_locked_earliest_on, {{ never() }}) as by_earliest_on,
        coalesce(bys.last_locked_latest_on, {{ never() }}) as by_latest_on,
        greatest(starts.known_on, bys.known_on) as anchor_known_on,
        {{ as_of() }} as as_of_on
    from conditions
    inner join {{ ref('int_security') }} as securities on conditions.ticker = securities.ticker
    inner join dated_terms as starts
        on conditions.ticker = starts.ticker and conditions.anchor_rule = starts.release_rule
    left join dated_terms as bys on conditions.ticker = bys.ticker and conditions.by_rule = bys.release_rule
    left join offers on conditions.ticker = offers.ticker
),

-- up to the as-of day, and after it (or after a later beginning) as many sessions as a condition can need: in twice as many days
-- and three weeks there are enough
session_states as (
    select
        anchored.*,
        days.trading_date,
        days.trading_date > anchored.as_of_on as is_to_come,
        bars.trading_date is not null as has_bar,
        bars.known_on as bar_known_on,
        case
            when bars.currency <> anchored.price_currency or anchored.level_price is null then null
            {% for words, sign in [('above', '>'), ('at_least', '>='), ('below', '<'), ('at_most', '<=')] %}
                when anchored.comparison = '{{ words }}'
                    then round(cast(bars.close as double) * bars.cumulative_split_factor, 6) {{ sign }} anchored.level_price
            {% endfor %}
        end as is_as_asked
    from anchored
    inner join {{ ref('int_trading_day') }} as days
        on
            anchored.exchange_mic = days.exchange_mic
            and anchored.listing_on <= days.trading_date
            and days.trading_date <= anchored.by_latest_on
            and (
                anchored.anchor = 'from'
                and anchored.anchor_earliest_on <= days.trading_date
                and {{ add_days(
                    'greatest(anchored.anchor_earliest_on, anchored.as_of_on)', 'cast(anchored.sessions * 2 + 21 as integer)'
                ) }} >= days.trading_date
                or anchored.anchor = 'ending' and anchored.anchor_latest_on >= days.trading_date
            )
    -- before the first day of a ticker as which another goes on, the closes are that one's
    left join {{ ref('int_succession') }} as successions
        on
            anchored.ticker = successions.successor
            and days.trading_date < successions.left_on
            and days.trading_date >= coalesce(successions.ticker_began_on, days.trading_date)
    left join {{ ref('int_price_bar') }} as bars
        on coalesce(successions.ticker, anchored.ticker) = bars.ticker and days.trading_date = bars.trading_date
    left join {{ ref('int_trading_halt') }} as halts
        on
            anchored.ticker = halts.ticker
            and days.trading_date >= halts.suspended_on
            and days.trading_date < coalesce(halts.resumed_on, {{ never() }})
            and days.trading_date <= anchored.as_of_on
    where halts.ticker is null and coalesce(bars.zero_volume_kind, '') <> 'halt'
),

numbered as (
    select
        *,
        row_number() over (partition by ticker, event order by trading_date) as session_order,
        row_number() over (partition by ticker, event order by trading_date desc) as sessions_back,
        case when coalesce(is_as_asked, true) then 1 else 0 end as may_be_as_asked,
        case when is_as_asked and (anchor = 'ending' or trading_date >= anchor_latest_on) then 1 else 0 end as is_surely_as_asked,
        case when not has_bar and not is_to_come then 1 else 0 end as is_missing
    from session_states
    -- the sessions that end with a day are known when the day is
    where anchor = 'from' or anchor_earliest_on = anchor_latest_on
),

summed as (
    select
        *,
        sum(may_be_as_asked) over (partition by ticker, event order by trading_date) as may_be_so_far,
        sum(is_surely_as_asked) over (partition by ticker, event order by trading_date) as surely_so_far
    from numbered
    where anchor = 'from' or sessions_back <= sessions
),

counted_back as (
    select
        summed.*,
        summed.may_be_so_far - coalesce(before.may_be_so_far, 0) as may_be_closes,
        summed.surely_so_far - coalesce(before.surely_so_far, 0) as sure_closes
    from summed
    left join summed as before
        on
            summed.ticker = before.ticker
            and summed.event = before.event
            and summed.session_order - summed.sessions = before.session_order
),

met as (
    select
        ticker,
        event,
        min(case when may_be_closes >= needed_closes and (anchor = 'from' or sessions_back = 1) then trading_date end)
            as met_earliest_on,
        min(
            case
                when sure_closes >= needed_closes and trading_date <= by_earliest_on and (anchor = 'from' or sessions_back = 1)
                    then trading_date
            end
        ) as met_latest_on,
        min(trading_date) as first_session_on
    from counted_back
    group by ticker, event
),

-- bars after the session that met it settle nothing
bars_read as (
    select
        counted_back.ticker,
        counted_back.event,
        cast(max(counted_back.sure_closes) as integer) as most_closes,
        cast(sum(counted_back.is_missing) as integer) as missing_bars,
        max(counted_back.bar_known_on) as known_on
    from counted_back
    inner join met on counted_back.ticker = met.ticker and counted_back.event = met.event
    where counted_back.trading_date <= coalesce(met.met_latest_on, {{ never() }})
    group by counted_back.ticker, counted_back.event
),

judged as (
    select
        anchored.*,
        met.met_earliest_on,
        met.met_latest_on,
        bars_read.most_closes,
        bars_read.missing_bars,
        met.first_session_on,
        bars_read.known_on as bars_known_on,
        case
            when anchored.anchor_earliest_on = {{ never() }} then 'did not happen'
            -- also of a day to come, where enough closes are as asked already
            when met.met_latest_on > anchored.as_of_on then 'announced'
            when met.met_earliest_on = met.met_latest_on then 'past'
            when met.met_latest_on is not null then 'announced'
            when met.ticker is not null and met.met_earliest_on is null then 'did not happen'
            else 'unknown'
        end as status
    from anchored
    left join met on anchored.ticker = met.ticker and anchored.event = met.event
    left join bars_read on anchored.ticker = bars_read.ticker and anchored.event = bars_read.event
)

select
    ticker,
    event,
    status,
    -- before the day of its sessions is known, it can be met on the first day that this can be
    case when status <> 'did not happen' then coalesce(met_earliest_on, anchor_earliest_on) end as event_earliest_on,
    met_latest_on as event_latest_on,
    comparison,
    level_price,
    price_currency,
    offer_price,
    needed_closes,
    sessions,
    most_closes,
    missing_bars,
    first_session_on,
    nullif(by_latest_on, {{ never() }}) as by_on,
    greatest(rule_known_on, anchor_known_on, bars_known_on) as known_on
from judged
