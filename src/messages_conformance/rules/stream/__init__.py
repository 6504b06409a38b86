"""Rules ``ST``: the events of a stream, from their bytes to the order they come in."""
