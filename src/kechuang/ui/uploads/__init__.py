"""Uploads that survive a break: the tus protocol over HTTP, and a form's way from a key to its file."""
