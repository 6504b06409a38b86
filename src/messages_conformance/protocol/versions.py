"""The versions of the Messages API."""

VERSIONS = ("2023-06-01", "2026-10-21")
"""The API versions that the rules know, oldest first."""
