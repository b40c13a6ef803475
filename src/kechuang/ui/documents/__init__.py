"""Documents people take away: Word in official form, PDF, QR codes, calendar files, spreadsheets.

Nothing here reads the database or the clock: what is printed comes in as plain values, and equal
values give equal bytes.
"""
