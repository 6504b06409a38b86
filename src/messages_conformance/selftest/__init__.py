"""The selftest: injects every fault into the reference endpoint, and sees which rows detect it."""
