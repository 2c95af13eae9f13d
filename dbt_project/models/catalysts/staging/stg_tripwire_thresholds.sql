{{ all_rows('tripwire_thresholds') }}
