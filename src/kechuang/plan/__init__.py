"""Plans: an official plan's versions, clauses, duties, indicators and reports.

Importing this package costs nothing and needs no Django; the rooms inside load it.
"""
