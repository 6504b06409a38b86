"""Asking an endpoint: sending, retrying, keeping within limits, and recording every answer."""
