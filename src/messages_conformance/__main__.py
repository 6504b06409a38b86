"""The command line, also for ``python -m messages_conformance``."""

import sys


def main() -> None:
    """Import the commands and run one; Ctrl-C is no traceback even while they are imported."""
    try:
        from messages_conformance import cli
    except KeyboardInterrupt:
        sys.stderr.write("Error: interrupted\n")
        sys.exit(2)
    cli.main()


if __name__ == "__main__":
    main()
