"""Writes of messages, by what they are about: telling, sending, summing up, and a person's own choices."""
