"""The form engine: from an item's definition and the answers to what is shown, read, missing and printed.

Answers are kept as JSON: numbers as decimal text ("320.5"), days as ISO text, yes and no as
booleans, several choices as a list, a table as a list of rows (code → value), files as a list
of evidence ids, a declaration as ``true``. A fact's answer has the code ``metric@year``, or
``metric`` where it has no years; every other answer has the code of its field.
"""
