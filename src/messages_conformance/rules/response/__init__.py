"""Rules ``RS``: a message, whether it came whole or was accumulated from a stream."""
