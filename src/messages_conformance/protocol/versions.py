"""The versions of the Messages API that are known here."""

VERSIONS = ("2023-06-01", "2026-10-21")
"""The API versions the rules know, oldest first."""
