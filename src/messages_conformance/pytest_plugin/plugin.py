"""pytest's door: the probes of the suites as tests, one for each model.

It is loaded into every pytest run where the package is installed, so it imports next to
nothing until it meets a suite.
"""

from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from messages_conformance import resources
from messages_conformance.pytest_plugin import live
from messages_conformance.pytest_plugin.live import (
    cassettes_of,
    dest,
    own_of,
    part_of,
    selection_of,
)

if TYPE_CHECKING:
    from messages_conformance.pytest_plugin.items import Judging, Suite

_HANDED_OVER = ("conformance_cassettes", "conformance_target")
"""What a live run decides, by the names pytest keeps it under."""

_CHOOSING = ("target", "revision", "model", "series", "row", "expectations", "shard")
"""The options in which a mistake is told before anything is collected."""

_judging: pytest.StashKey["Judging"] = pytest.StashKey()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what the command line offers; paths stay strings on their way to xdist's workers."""
    group = parser.getgroup("messages-conformance", "conformance to the Messages API")
    for name, metavar, meaning in (
        ("model", "PATTERN", "only these models, such as 'qwen3-*'"),
        ("series", "NAME", "only the models of this series"),
        ("row", "PATTERN", "only these rows, such as 'content/*'"),
        ("opt-in", "ROW", "with --live: also run this row's probe, or 'all' that cost extra"),
        ("report", "FILE", "write a report; its suffix is .json, .md, .html, .txt or .xml"),
    ):
        group.addoption(
            f"--{name}",
            dest=dest(name),
            action="append",
            default=[],
            metavar=metavar,
            help=f"{meaning}; may be repeated",
        )
    group.addoption(
        "--target", dest=dest("target"), metavar="ID", help="only this target (default: all)"
    )
    group.addoption(
        "--mc-revision",
        dest=dest("revision"),
        metavar="DATE",
        help="judge by this revision of the page (default: the one recorded for, else the newest)",
    )
    group.addoption(
        "--cassettes",
        dest=dest("cassettes"),
        metavar="DIR",
        help="judge the recordings in this folder (default: those that come with the suite)",
    )
    group.addoption(
        "--expectations",
        dest=dest("expectations"),
        metavar="FILE",
        help="your own known deviations (default: those that come with the suite)",
    )
    group.addoption(
        "--shard",
        dest=dest("shard"),
        metavar="N/M",
        help="only this part of the work; 'messages-conformance combine' puts it together",
    )
    group.addoption(
        "--live",
        dest=dest("live"),
        action="store_true",
        help="record first, from the endpoint that ANTHROPIC_BASE_URL and ANTHROPIC_API_KEY "
        "name, into --cassettes or a new folder in runs/; a hosted endpoint bills that",
    )
    live.add_options(group)


def pytest_configure(config: pytest.Config) -> None:
    """Take over what the controller found, and refuse a report file of unknown format."""
    if told := _told(config):
        for name in _HANDED_OVER:
            setattr(config.option, name, told[name])
    if reports := config.getoption(dest("report")):
        from messages_conformance.errors import UserError
        from messages_conformance.rendering.render import format_of

        try:
            for name in reports:
                format_of(Path(name))
        except UserError as mistake:
            raise pytest.UsageError(str(mistake)) from mistake


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Record, if asked to, once and before xdist's workers start; they then only judge.

    Where something particular is chosen, it is looked up now: a mistake in it is the user's.
    """
    config = session.config
    if config.getoption(dest("live")) and not (_told(config) or config.option.collectonly):
        live.record(config)
    if any(config.getoption(dest(name)) for name in _CHOOSING):
        from messages_conformance.errors import UserError

        try:
            _judging_of(config)
        except UserError as mistake:
            raise pytest.UsageError(str(mistake)) from mistake


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist, which is told only the command line, what the controller found."""
    for name in _HANDED_OVER:
        node.workerinput[name] = getattr(node.config.option, name)


@pytest.hookimpl(tryfirst=True)
def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> "Suite | None":
    """Take over the modules of the suites folder; all others are pytest's own."""
    if not _is_suite(module_path):
        return None
    from messages_conformance.pytest_plugin.items import Suite

    return Suite.from_parent(parent, path=module_path, judging_of=_judging_of)


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Sum up what was judged of each target, and write the reports asked for.

    Judging is pure and quick, so for a report all that was chosen is simply judged again here,
    where all workers have ended; it is the same whichever of the tests were picked.
    """
    counted = _counted(terminalreporter)
    wanted = [Path(name) for name in config.getoption(dest("report"))]
    if not counted:
        if wanted:
            terminalreporter.line("no suite was run, so no report is written", yellow=True)
        return
    terminalreporter.section("messages-conformance")
    for (target, evidence), verdicts in sorted(counted.items()):
        told = ", ".join(f"{number} {verdict}" for verdict, number in verdicts.most_common())
        terminalreporter.line(f"{target}, {_GROUND.get(evidence, evidence)}: {told}")
    if not wanted:
        return
    from messages_conformance.files import write_text
    from messages_conformance.rendering.render import format_of, render

    report = _judging_of(config).assess().report
    for path in wanted:
        try:
            write_text(path, render(report, format_of(path)))
        except OSError as problem:
            raise pytest.UsageError(f"{path}: {problem.strerror}") from problem
        terminalreporter.line(f"report written to {path}")


_GROUND = {
    "simulated": "simulated (no measurement of the vendor)",
    "none": "without evidence",
}
"""What some evidence is called where it stands alone."""


def _counted(terminalreporter: pytest.TerminalReporter) -> dict[tuple[str, str], Counter[str]]:
    """How often each verdict was found, by target and evidence; of all workers together."""
    counted: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for reports in terminalreporter.stats.values():
        for report in reports:
            said = dict(getattr(report, "user_properties", ()))
            if getattr(report, "when", None) == "call" and "verdict" in said:
                counted[said["target"], said["evidence"]][said["verdict"]] += 1
    return counted


def _is_suite(path: Path) -> bool:
    """Whether it is one of the suites, where they are installed or in a checkout of them."""
    suites = resources.folder("suites")
    in_checkout = path.parent.name == "suites" and (path.parents[1] / "claims").is_dir()
    return path.parent == suites or (in_checkout and (suites / path.name).is_file())


def _judging_of(config: pytest.Config) -> "Judging":
    """What is judged in this session, looked up when it is first needed.

    Raises:
        ClaimsError, ExpectationsError, ShardError, SuiteError: something chosen or shipped
            cannot be used.
    """
    if _judging not in config.stash:
        from messages_conformance.pytest_plugin.items import judging
        from messages_conformance.verdict import Evidence

        config.stash[_judging] = judging(
            selection_of(config),
            cassettes_of(config) or resources.folder("cassettes"),
            Evidence.LIVE if config.getoption(dest("live")) else None,
            part=part_of(config),
            own=own_of(config),
        )
    return config.stash[_judging]


def _told(config: pytest.Config) -> dict[str, Any]:
    """What xdist's controller told this worker; empty where this is no worker."""
    return getattr(config, "workerinput", {})
