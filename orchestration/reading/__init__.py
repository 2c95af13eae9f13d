"""What looks at a release or at a filing and shows it. Nothing here lands, models or publishes."""
