"""What goes over the wire: requests and exchanges as values, server-sent events, and limits.

It knows no rules, no files and no network; everything else stands on it.
"""
