"""pytester for the tests of the pytest plugin; the plugin itself is loaded by its entry point."""

pytest_plugins = ["pytester"]
