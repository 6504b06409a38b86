"""The command line, for ``python -m messages_conformance``."""

from messages_conformance.cli import main

if __name__ == "__main__":
    main()
