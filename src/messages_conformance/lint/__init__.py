"""Checks saved answers by the wire rules, whatever tool saved them, without a run."""
