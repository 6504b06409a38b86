"""Real clients of any version, each installed in an environment of its own, and fed by loopback."""
