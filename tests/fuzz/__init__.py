"""Bytes that nobody would write, for every parser that reads what others wrote; `python -m tests.fuzz` looks for new ones."""
