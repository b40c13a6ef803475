"""Writes of review, one verb a function."""
