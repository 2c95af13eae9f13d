-- Of which kind an issuer in Hong Kong is, by its classes: which rules are its own.
select
    securities.ticker,
    securities.exchange_mic,
    securities.listing_on,
    case
        when max(case when lower(classes.share_class) = 'h' and classes.is_listed then 1 else 0 end) = 0 then 'other'
        when max(case when lower(classes.share_class) = 'a' and not classes.is_listed then 1 else 0 end) = 1 then 'A+H'
        else 'PRC'
    end as issuer_kind,
    max(case when classes.has_weighted_votes then 1 else 0 end) = 1 as has_weighted_votes,
    max(greatest(securities.known_on, classes.known_on)) as known_on
from {{ ref('int_security') }} as securities
inner join {{ ref('int_share_class') }} as classes on securities.ticker = classes.ticker
where securities.exchange_mic = 'XHKG'
group by securities.ticker, securities.exchange_mic, securities.listing_on
