"""Recordings: written while a run goes on, kept in vcrpy's format, read as tapes, replayed."""
