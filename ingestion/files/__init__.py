"""Reading and writing files safely: CSV, the text of cells, corrections, replacing a file in one step.

Knows no dataset; imports nothing else of the project.
"""
