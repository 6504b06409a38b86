"""Vendors' pages as data: found, loaded, chosen from, and compared revision by revision.

`page` has the values, `load` reads a file and `complaints` says what is wrong with it, `library`
knows where files lie, `selection` looks up what somebody chose, `changes` compares two revisions.
"""
