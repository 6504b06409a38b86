"""Calling commands as a user does, in this process."""

from pathlib import Path

from click.testing import CliRunner, Result

from messages_conformance import cli


def call(*arguments: str | int | Path) -> Result:
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def refused(result: Result) -> str:
    """The one sentence on standard error with which a user's mistake ends."""
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Traceback" not in result.stderr
    said = result.stderr.strip().splitlines()[-1]
    assert said.startswith("Error: ")
    return said.removeprefix("Error: ")
