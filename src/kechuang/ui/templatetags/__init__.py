"""Template tags of the house; load them with ``{% load kechuang %}``."""
