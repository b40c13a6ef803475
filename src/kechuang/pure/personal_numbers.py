"""What numbers that belong to a person look like: identity cards, telephones, bank accounts."""

from __future__ import annotations

import re

# Digits may be parted as people type them; full-width ones are digits to \d.
MOBILE = r"(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}"
LANDLINE = r"0\d{2,3}[ -]?\d{7,8}"
IDENTITY = r"\d{6} ?\d{8} ?\d{3}[\dXx]|\d{15}"
ACCOUNT = r"\d{16,19}|\d{4}(?: \d{4}){3}(?: \d{1,4})?"
NUMBER = re.compile(rf"(?<![\dA-Za-z])(?:{MOBILE}|{LANDLINE}|{IDENTITY}|{ACCOUNT})(?![\dA-Za-z])")
"""Dates, case numbers and credit codes do not match: they are shorter, or have letters in them."""
