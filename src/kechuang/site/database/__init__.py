"""The PostgreSQL this installation talks to: found, started, watched, saved and restored.

The embedded server is driven by this package against a folder of binaries, not through any
package's own interface, so a second supplier or a distribution's PostgreSQL serves as well.
"""
