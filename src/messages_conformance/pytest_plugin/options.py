"""The plugin's options, and what they say.

All begin with ``--mc-``, because pytest gives every plugin and conftest the same command line.
Otherwise they are named as those of the command. Loaded in every pytest run of the environment,
so this imports next to nothing until it is needed.
"""

from argparse import ArgumentTypeError
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from messages_conformance.claims.own_endpoint import OwnEndpoint
    from messages_conformance.claims.selection import Selection
    from messages_conformance.claims.shards import Shard

_VALUES = {
    "target": ("ID", "judge only this target (default: all that have recordings)"),
    "revision": ("DATE", "judge by this revision of the page (default: the one recorded for)"),
    "cassettes": ("DIR", "judge the recordings in this folder (default: those of the suite)"),
    "base-url": (
        "URL",
        "with --mc-live: the endpoint's address, also of one that no claims file "
        "has (default: ANTHROPIC_BASE_URL)",
    ),
    "name": ("TEXT", "with --mc-base-url: your endpoint's name in all reports"),
    "expectations": ("FILE", "your own known deviations (default: those of the suite)"),
    "shard": ("N/M", "only this part of the work; 'messages-conformance combine' merges the parts"),
}
_LISTS = {
    "model": ("PATTERN", "only these models, for example 'qwen3-*'"),
    "series": ("NAME", "only the models of this series"),
    "row": ("PATTERN", "only these rows, for example 'content/*'"),
    "opt-in": ("ROW", "with --mc-live: also run this costly row, or 'all' of them"),
    "claims": ("PATH", "your own claims file, or a folder of them"),
    "report": ("FILE", "write a report of all chosen rows: .json, .md, .html, .txt, .xml or .csv"),
}
_SWITCHES = {
    "live": "record first, from the endpoint in ANTHROPIC_BASE_URL with the key in "
    "ANTHROPIC_API_KEY, into --mc-cassettes or a new folder under runs/; the requests may be "
    "billed; --mc-row, not -k or -m, chooses what is recorded",
    "resume": "with --mc-live: continue the recordings in --mc-cassettes; send only what is "
    "missing",
    "overwrite": "with --mc-live: replace the recordings in --mc-cassettes",
}
_NUMBERS = {
    "budget": "with --mc-live: spend no more than N tokens in total, input and output",
    "concurrency": "with --mc-live: keep at most N requests in flight (default: 4)",
    "requests-per-minute": "with --mc-live: send at most N requests per minute",
    "tokens-per-minute": "with --mc-live: spend at most N tokens per minute, input and output",
}


def add_options(parser: pytest.Parser) -> None:
    """Declare all options; paths stay strings, so that xdist can pass them to its workers."""
    group = parser.getgroup("messages-conformance", "conformance to the Messages API")

    def add(name: str, **arguments: Any) -> None:
        group.addoption(f"--mc-{name}", dest=dest(name), **arguments)

    for name, (metavar, meaning) in _VALUES.items():
        add(name, metavar=metavar, help=meaning)
    for name, (metavar, meaning) in _LISTS.items():
        meaning = f"{meaning}; may be repeated"
        add(name, action="append", default=[], metavar=metavar, help=meaning)
    for name, meaning in _SWITCHES.items():
        add(name, action="store_true", help=meaning)
    for name, meaning in _NUMBERS.items():
        add(name, type=_positive_integer, metavar="N", help=meaning)


def _positive_integer(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19 and int(text) > 0):
        raise ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def dest(option: str) -> str:
    """The attribute of ``config.option`` that holds an option: ``mc_opt_in`` for ``opt-in``."""
    return f"mc_{option.replace('-', '_')}"


def get(config: pytest.Config, option: str) -> Any:
    """The value of an option, by its name without the prefix."""
    return config.getoption(dest(option))


def selection_of(config: pytest.Config) -> "Selection":
    """The targets, models and rows that are chosen."""
    from messages_conformance.claims.selection import Selection

    models, series, rows = (tuple(get(config, name)) for name in ("model", "series", "row"))
    targets = tuple(filter(None, [get(config, "target")]))
    claims = tuple(map(Path, get(config, "claims")))
    return Selection(targets, models, series, rows, get(config, "revision"), claims)


def own_endpoint_of(config: pytest.Config) -> "OwnEndpoint":
    """What is said of an endpoint that no claims file has."""
    from messages_conformance.claims.own_endpoint import OwnEndpoint

    return OwnEndpoint(get(config, "base-url") or "", get(config, "name") or "")


def shard_of(config: pytest.Config) -> "Shard | None":
    """The shard that is chosen.

    Raises:
        ShardError: it is not written as N/M.
    """
    from messages_conformance.claims.shards import Shard

    given = get(config, "shard")
    return Shard.parse(given) if given else None


def path_of(config: pytest.Config, option: str) -> Path | None:
    """The path that an option names."""
    given = get(config, option)
    return Path(given) if given else None
