{{ all_rows('staleness_limits') }}
