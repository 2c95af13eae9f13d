-- Of each holder's shares in an A-share lock-up expiry, what the newest announcement of a file states.
select *
from (
    select
        share_float.*,
        rank() over (
            partition by
                share_float.document_id, share_float.ticker, share_float.free_on, share_float.holder, share_float.shares_type
            order by share_float.announced_on desc nulls last
        ) as announcement_order
    from ({{ known('share_float') }}) as share_float
) as announcements
where announcement_order = 1
