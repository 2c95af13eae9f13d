{{ all_rows('share_class_names') }}
