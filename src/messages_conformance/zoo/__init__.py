"""The zoo: every fault is let loose on a clean endpoint, and the suite must say which row it is."""
