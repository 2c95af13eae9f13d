-- Of each holder's shares in an A-share lock-up expiry, what the newest announcement of a file states.
select *
from (
    select
        share_float.*,
        rank() over (
            partition by document_id, ticker, free_on, holder, shares_type
            order by announced_on desc nulls last
        ) as announcement_order
    from ({{ known('share_float') }}) as share_float
) as announcements
where announcement_order = 1
