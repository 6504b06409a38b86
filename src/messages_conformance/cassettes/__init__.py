"""Recordings in vcrpy's format: written during a run, read as tapes, replayed, free of keys."""
