"""How anything is guarded, moved, recorded and numbered.

The kernel answers for six mechanisms that every room above uses and none writes again:
access tables (``access``), steps of a process (``moves``), events after commit
(``events``), refusals that speak (``errors``), numbers (``numbering``), and the
audit trail that the database itself keeps (``triggers``, ``audit``).
It knows no noun of the domain.
"""
