-- Every version of every source's daily bar that is known, as traded on the day.
{{ landed_bars() }}
