"""The form `next-day disclosure` (FF305): what changed the shares of a class since the last return, event by event.

Here is what only this form prints and proves: the balances and events of its section I, and the repurchases of its section II.
`form` is the way in. Heads of classes, counts, covers and how shares of a class become rows are common, in the room above.
Other forms are not known here.
"""
