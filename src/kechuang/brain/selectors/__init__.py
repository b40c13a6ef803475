"""Reads of the brain: what is found, what was saved."""
