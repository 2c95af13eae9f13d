"""What a printed cell means: figures, units, dates, release rules, references to figures.

Text goes in, values come out. Knows no file and no dataset; imports nothing else of the project.
"""
