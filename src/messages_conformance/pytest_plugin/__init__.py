"""A pytest plugin: every row of the suites is a test for each model."""
