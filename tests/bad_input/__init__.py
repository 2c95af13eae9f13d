"""Files and answers that are wrong, each in its own way: `corpus.csv` says what becomes of each, the tests that it does."""
