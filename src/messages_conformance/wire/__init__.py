"""The bytes of an answer, read without a client library in between."""
