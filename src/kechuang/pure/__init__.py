"""Ground floor: what is true of plans, platforms and calendars whatever the machine.

Everything here is a function of its arguments: no Django, no database, no clock, no
reading of files. Dates, calendars, histories of division codes and thresholds come in
from the caller. Sentences meant for people are Chinese; they carry the figures they
rest on, so that a page can print them as they stand.
"""
