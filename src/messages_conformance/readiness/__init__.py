"""Whether a client that people use works with an endpoint, and with which settings."""
