-- What trackers must buy at a review: their part of the shares by which the counted ones change.
with volumes as (
    select
        ticker,
        volume_20d_shares,
        known_on,
        row_number() over (partition by ticker order by trading_date desc) as newest_first
    from {{ ref('int_tested_bar') }}
    where volume_20d_shares is not null
),

-- the indexes of the family of which the security is known to be a member once the review has taken effect
members as (
    select
        changes.ticker,
        changes.policy,
        changes.review,
        {{ dbt.listagg('members.index_name', "'; '", 'order by members.index_name') }} as member_of,
        max(members.known_on) as known_on
    from {{ ref('int_index_change') }} as changes
    inner join {{ ref('int_index_member') }} as members
        on
            changes.ticker = members.ticker
            and changes.index_family = members.index_family
            and members.is_preferred
            and changes.effective_on >= members.effective_on
            and changes.effective_on < coalesce(members.left_on, {{ never() }})
    group by changes.ticker, changes.policy, changes.review
)

select
    changes.ticker,
    changes.policy,
    changes.index_family,
    changes.review,
    changes.measured_on,
    changes.closes_on,
    changes.effective_on,
    changes.effective_on > {{ as_of() }} as is_future,
    changes.factor_ratio,
    changes.most_factor_ratio,
    changes.previous_factor_ratio,
    changes.minimum_ratio,
    changes.counted_shares,
    changes.most_counted_shares,
    changes.difference_shares,
    changes.tracked_ratio,
    changes.difference_shares * changes.tracked_ratio as passive_shares_bought,
    changes.difference_shares * changes.tracked_ratio / nullif(volumes.volume_20d_shares, 0) as passive_days_x,
    case
        when changes.tracked_ratio is null then 'no data: state index_assets'
        when changes.previous_factor_ratio is null then 'if the security enters at this review'
        else 'if the security is a member'
    end as passive_basis,
    changes.document_id,
    changes.review_document_id,
    changes.assets_document_id,
    greatest(changes.known_on, volumes.known_on, members.known_on) as known_on,
    members.member_of
from {{ ref('int_index_change') }} as changes
left join volumes on changes.ticker = volumes.ticker and volumes.newest_first = 1
left join members
    on changes.ticker = members.ticker and changes.policy = members.policy and changes.review = members.review
