"""Groups of commands; those of the command line are imported when they are needed."""

from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import Any

import click

from messages_conformance.display.suggestions import did_you_mean


class StoppedError(click.ClickException):
    """Ctrl-C or SIGTERM, at a moment when there is nothing else to say; exits with 2."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__("interrupted")


class Group(click.Group):
    """A group that meets an unknown command with the nearest one."""

    def invoke(self, ctx: click.Context) -> Any:
        """Import the command and run it; click would end both with 1, which means something."""
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort) as stop:
            raise StoppedError from stop

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; say which one may have been meant where there is none."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            hint = did_you_mean(name, self.list_commands(ctx), "--help lists them")
            raise click.UsageError(f"No such command {name!r}{hint}", ctx)
        return super().resolve_command(ctx, args)


class Listed(MutableMapping[str, click.Command]):
    """Commands that are known by name and summary; each is a module of the same name.

    To import all of them takes longer than most of them take.
    """

    def __init__(self, package: str, summaries: Mapping[str, str]) -> None:
        self.summaries = summaries
        self._package = package
        self._more: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name in self._more or name not in self.summaries:
            return self._more[name]
        command: click.Command = import_module(f"{self._package}.{name}").command
        return command

    def __setitem__(self, name: str, command: click.Command) -> None:
        self._more[name] = command

    def __delitem__(self, name: str) -> None:
        del self._more[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self.summaries, **self._more})

    def __len__(self) -> int:
        return len({**self.summaries, **self._more})


class ListedGroup(Group):
    """A group of listed commands, whose help imports none of them."""

    def __init__(self, *args: Any, listed: Listed, **options: Any) -> None:
        super().__init__(*args, **options)
        self.commands = listed

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the summaries as click writes those of commands."""
        assert isinstance(self.commands, Listed)
        shown = click.Group(
            commands=[
                click.Command(name, help=said) for name, said in self.commands.summaries.items()
            ]
        )
        shown.format_commands(ctx, formatter)
