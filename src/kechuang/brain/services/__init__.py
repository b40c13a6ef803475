"""Writes of the brain: keeping rows in step, saved searches, news of them."""
