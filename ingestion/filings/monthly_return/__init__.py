"""The form `monthly return` (FF301): what each class of shares had at the opening and the close of a month, and what moved it.

Here is what only this form prints and proves: its parts, its classes of shares and their movements, and how it prints names and
counts. `form` is the way in. Lines, running text, facts and the reading of a form on share capital are common, in the room
above. Other forms are not known here.
"""
