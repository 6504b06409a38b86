"""The plugin itself is an entry point; this only lends its tests pytest's own test bench."""

pytest_plugins = ["pytester"]
