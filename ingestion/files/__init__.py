"""Reading and writing files safely: CSV, workbooks, the text of cells, corrections, replacing a file in one step, making several
one, and what tells whether one has changed.

Belongs here: what refuses a file by name, and what makes a crash leave the old file or the new one, whole.
Does not belong here: which files there are, and what their columns mean. May import: nothing else of the project.
"""
