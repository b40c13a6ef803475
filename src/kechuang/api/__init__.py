"""The read API: one address, one manner of saying no, limits that are told, and tokens people make for themselves.

What can be read is declared by the rooms below (``ui.api.read_router``); who may read which
row is theirs to say as well. Here stands what all of it has in common.
"""
