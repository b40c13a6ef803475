"""Signing in by the word of another body (OpenID Connect): nothing of it is believed that was not checked."""
