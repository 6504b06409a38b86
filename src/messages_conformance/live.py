"""A live run: which endpoint is asked, with which key, for which rows, and where it is kept.

The environment says what the official SDKs read from it, too: ``ANTHROPIC_BASE_URL``,
``ANTHROPIC_API_KEY`` and ``ANTHROPIC_AUTH_TOKEN``; besides, ``ANTHROPIC_RESTRICTED_KEY``.
"""

import asyncio
import datetime
import fnmatch
import gc
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from messages_conformance import interruption, recorder
from messages_conformance.claims import Row, Target
from messages_conformance.headway import OfModel, Progress
from messages_conformance.pacing import Pace
from messages_conformance.preflight import preflight
from messages_conformance.selection import Chosen, Selection, choose
from messages_conformance.suites import Suites
from messages_conformance.transport import Endpoint


class LiveError(ValueError):
    """A live run that cannot begin; the message says what is missing and how to give it."""


@dataclass(frozen=True)
class Plan:
    """One live run: what is asked of which endpoint, and where the answers go."""

    chosen: Chosen
    suites: Suites
    endpoint: Endpoint
    folder: Path
    """Where what is made of the recordings goes."""
    cassettes: Path
    """Where the recordings themselves go; unless told, in that folder."""
    opted_in: frozenset[str] = frozenset()
    """Ids of the rows whose probes run only when asked for."""
    pace: Pace = field(default_factory=Pace)
    server: str = ""
    """What answers, where it is known: name, version, hash of the model file."""
    resume: bool = False
    overwrite: bool = False


def plan(
    selection: Selection,
    suites: Suites,
    environ: Mapping[str, str],
    *,
    wanted: Sequence[str] = (),
    folder: Path | None = None,
    cassettes: Path | None = None,
) -> Plan:
    """Lay out a run; ``wanted`` are patterns of rows to opt in to, or ``all``.

    Raises:
        ClaimsError, LiveError: what is asked for cannot be run as it stands.
    """
    chosen = choose_one(selection, environ)
    endpoint = endpoint_of(chosen.revision.target, environ)
    folder = folder or folder_for(endpoint, datetime.datetime.now(datetime.UTC))
    return Plan(
        chosen=chosen,
        suites=suites,
        endpoint=endpoint,
        folder=folder,
        cassettes=cassettes or folder / "cassettes",
        opted_in=opt_in(wanted, chosen.rows, suites),
    )


def choose_one(selection: Selection, environ: Mapping[str, str]) -> Chosen:
    """Look up the one target of a live run: the one named, or the one whose address is set.

    A key is only ever sent to an address that somebody chose, so nothing is guessed.

    Raises:
        LiveError: no target is named, and the address set is none's or several targets'.
        ClaimsError: the target, a model or a row is not in the claims.
    """
    if selection.target is not None:
        return choose(selection)[0]
    targets = [chosen.revision.target for chosen in choose(Selection())]
    host = urlsplit(environ.get("ANTHROPIC_BASE_URL", "")).netloc
    matching = [target.id for target in targets if host == urlsplit(target.base_url).netloc]
    if len(matching) != 1:
        known = ", ".join(target.id for target in targets)
        raise LiveError(f"which target is it to be? Name it with --target, one of: {known}")
    return choose(replace(selection, target=matching[0]))[0]


def endpoint_of(target: Target, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint the environment describes, by default at the target's own address.

    A key in ``ANTHROPIC_API_KEY`` goes into the target's usual header and wins over
    ``ANTHROPIC_AUTH_TOKEN``, which goes into ``authorization``.

    Raises:
        LiveError: there is no key, or the address is none.
    """
    base_url = environ.get("ANTHROPIC_BASE_URL") or target.base_url
    address = urlsplit(base_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise LiveError(
            f"ANTHROPIC_BASE_URL is no address of an endpoint: {base_url!r}; "
            f"set it to one like {target.base_url}, or unset it to use that one"
        )
    key, auth = environ.get("ANTHROPIC_API_KEY"), target.auth[0]
    if not key:
        key, auth = environ.get("ANTHROPIC_AUTH_TOKEN"), "authorization"
    if not key:
        raise LiveError(
            f"there is no key for {base_url}: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN "
            "(to anything, if the endpoint asks for none)"
        )
    return Endpoint(base_url, key, auth, environ.get("ANTHROPIC_RESTRICTED_KEY") or None)


def opt_in(wanted: Sequence[str], rows: Sequence[Row], suites: Suites) -> frozenset[str]:
    """The rows opted in to, by patterns or ``all``.

    Raises:
        LiveError: a pattern matches no chosen row that has to be opted in to.
    """
    costly = [row.id for row in rows if row.id in suites and suites[row.id].probe.opt_in]
    found: set[str] = set()
    for pattern in wanted:
        matching = costly if pattern == "all" else fnmatch.filter(costly, pattern)
        if not matching and pattern != "all":
            raise LiveError(
                f"no chosen row that has to be opted in to matches {pattern!r}; "
                f"there are: {', '.join(costly) or 'none'}"
            )
        found.update(matching)
    return frozenset(found)


def folder_for(endpoint: Endpoint, now: datetime.datetime) -> Path:
    """Where a run is kept unless told: ``runs/<UTC time>-<host>``."""
    host = re.sub(r"[^\w.-]", "-", endpoint.host)
    return Path("runs") / f"{now.astimezone(datetime.UTC):%Y-%m-%dT%H%M%SZ}-{host}"


def check(plan: Plan) -> tuple[Plan, str]:
    """Make sure that the endpoint answers; returns the plan with the key in the header it takes.

    The string is what is worth knowing, in one sentence, or empty.

    Raises:
        SetupError: the endpoint cannot be used as it is set up; the message says why.
    """
    chosen = plan.chosen
    checked = asyncio.run(preflight(chosen.revision, chosen.models[0], plan.endpoint))
    return replace(plan, endpoint=checked.endpoint), checked.note


def record(
    plan: Plan, on_progress: Callable[[Progress], None] | None = None
) -> tuple[OfModel, ...]:
    """Record all that is planned; every answer is on the disk at once.

    Raises:
        CassetteError: the folder must not be written to.
        GaveUpError: the endpoint answers nothing any more.
        KeyboardInterrupt: it was interrupted, or told to terminate.
        OSError: an answer could not be written.
        SetupError: a probe needs a credential that was not given.
        SecretLeakError: a credential would get into a file.
    """
    recording = recorder.record(
        plan.chosen.revision,
        plan.chosen.models,
        plan.chosen.rows,
        plan.suites,
        plan.endpoint,
        plan.cassettes,
        opted_in=plan.opted_in,
        pace=plan.pace,
        server=plan.server,
        resume=plan.resume,
        overwrite=plan.overwrite,
        on_progress=on_progress,
    )
    with warnings.catch_warnings():
        # A connection that is interrupted before it was tried is no news to the one who did it.
        warnings.filterwarnings("ignore", "coroutine .*try_connect", RuntimeWarning)
        try:
            return asyncio.run(interruption.stoppable(recording))
        except KeyboardInterrupt:
            gc.collect()
            raise
