-- The family, company and region of every model that is sold or used, by the most specific pattern that fits its name.
with models as (
    select
        seller,
        model
    from {{ ref('int_token_price') }}

    union

    select
        'openrouter' as seller,
        model
    from {{ ref('stg_openrouter_token_usage') }}
    where not is_other
),

fitting as (
    select
        models.seller,
        models.model,
        families.family,
        families.company,
        families.region,
        families.is_own_seller,
        row_number() over (
            partition by models.seller, models.model
            order by families.specificity, families.model_pattern desc, families.seller_pattern desc
        ) as preference
    from models
    inner join {{ ref('stg_model_families') }} as families
        on
            lower(models.seller) like families.seller_pattern
            and lower(models.model) like families.model_pattern
)

select
    seller,
    model,
    family,
    company,
    region,
    is_own_seller
from fitting
where preference = 1
