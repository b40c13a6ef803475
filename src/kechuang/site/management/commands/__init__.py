"""Commands of Django that this program runs in its own way."""
