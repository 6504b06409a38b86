"""The command line, also for ``python -m messages_conformance``."""

import gc
import sys


def main() -> None:
    """Import the commands and run one; Ctrl-C is no traceback even while they are imported."""
    # What commands make has hardly any circles, so garbage is searched for less often than usual.
    gc.set_threshold(20_000, 20, 20)
    try:
        from messages_conformance import cli
    except KeyboardInterrupt:
        sys.stderr.write("Error: interrupted\n")
        sys.exit(2)
    cli.main()


if __name__ == "__main__":
    main()
