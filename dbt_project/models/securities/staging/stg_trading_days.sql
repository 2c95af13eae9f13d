{{ all_rows('trading_days') }}
