"""Compatibility conformance for endpoints that speak Anthropic's Messages API.

A row of a vendor's table is a promise, a recorded HTTP exchange is evidence, and a
verdict is where the two meet.
"""

from importlib.metadata import version

__version__ = version("messages-conformance")
