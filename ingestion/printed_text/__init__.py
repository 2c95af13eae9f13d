"""What a printed cell means: figures, units, dates, release rules, references to figures.

Belongs here: functions from a text to values that raise an error with a reason where the text can be read in two ways.
Does not belong here: files, datasets, columns. May import: nothing else of the project.
"""
