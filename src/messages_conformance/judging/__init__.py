"""Judging: from cassettes, claims and known deviations to a report."""
