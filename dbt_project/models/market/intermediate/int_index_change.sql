-- What a review makes of each security's factor: the float that its policy counts on the day of the data (where none is stated,
-- of the change), beside that of the review before. Whether a security is a member follows from the ranks of all, so each row
-- is as if it were one from the first review after its listing on. A factor below the minimum of the policy counts no shares.
with families as (
    select 'hsi' as policy, 'Hang Seng' as index_family
    union all
    select 'msci' as policy, 'MSCI' as index_family
    union all
    select 'ftse' as policy, 'FTSE' as index_family
),

reviewed as (
    select
        floats.ticker,
        floats.policy,
        reviews.index_family,
        reviews.review,
        coalesce(reviews.reviewed_to_on, reviews.closes_on) as measured_on,
        reviews.closes_on,
        reviews.effective_on,
        floats.factor_ratio,
        floats.most_factor_ratio,
        floats.minimum_ratio,
        floats.denominator_shares,
        floats.document_id,
        reviews.document_id as review_document_id,
        greatest(floats.known_on, reviews.known_on) as known_on
    from {{ ref('stg_index_reviews') }} as reviews
    inner join families on reviews.index_family = families.index_family
    inner join {{ ref('int_float_policy') }} as floats
        on
            families.policy = floats.policy
            and coalesce(reviews.reviewed_to_on, reviews.closes_on) >= floats.step_on
            and coalesce(reviews.reviewed_to_on, reviews.closes_on) < coalesce(floats.next_step_on, {{ never() }})
),

counted as (
    select
        {% for end in ['', 'most_'] %}
            case
                when coalesce(reviewed.{{ end }}factor_ratio >= reviewed.minimum_ratio, true)
                    then {{ whole_shares('reviewed.' ~ end ~ 'factor_ratio * reviewed.denominator_shares') }}
                else 0
            end as {{ end }}counted_shares,
        {% endfor %}
        reviewed.*
    from reviewed
),

-- money that follows the index over what the index is worth: the part of each member's counted shares that trackers hold
ranked_assets as (
    select
        assets.index_family,
        cast(assets.assets_hkd as double) / cast(assets.index_value_hkd as double) as tracked_ratio,
        assets.document_id,
        assets.known_on,
        row_number() over (
            partition by assets.index_family order by documents.rank, assets.known_on desc, assets.document_id
        ) as preference
    from {{ ref('stg_index_assets') }} as assets
    inner join {{ ref('stg_documents') }} as documents on assets.document_id = documents.document_id
)

select
    counted.ticker,
    counted.policy,
    counted.index_family,
    counted.review,
    counted.measured_on,
    counted.closes_on,
    counted.effective_on,
    counted.factor_ratio,
    counted.most_factor_ratio,
    lag(counted.factor_ratio) over reviews as previous_factor_ratio,
    counted.minimum_ratio,
    counted.counted_shares,
    counted.most_counted_shares,
    counted.counted_shares - coalesce(lag(counted.counted_shares) over reviews, 0) as difference_shares,
    assets.tracked_ratio,
    counted.document_id,
    counted.review_document_id,
    assets.document_id as assets_document_id,
    greatest(counted.known_on, assets.known_on) as known_on
from counted
left join ranked_assets as assets on counted.index_family = assets.index_family and assets.preference = 1
window reviews as (partition by counted.ticker, counted.policy order by counted.measured_on)
