{{ all_rows('waiver_words') }}
