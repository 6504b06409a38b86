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

from messages_conformance import planning
from messages_conformance.cassettes.writer import lock_folder
from messages_conformance.claims import shards
from messages_conformance.claims.page import Model, Row, Target
from messages_conformance.claims.selection import Chosen, Selection, choose
from messages_conformance.claims.shards import Shard
from messages_conformance.errors import RunError
from messages_conformance.judging import assess
from messages_conformance.judging.expectations import Expectations
from messages_conformance.planning import Plan
from messages_conformance.planning.resume import recorded
from messages_conformance.probing.loader import Suites
from messages_conformance.recording import recorder, signals
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.preflight import preflight
from messages_conformance.recording.progress import ModelProgress, Progress
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.report.compare_runs import run_id
from messages_conformance.runs.folder import CASSETTES


@dataclass(frozen=True)
class Run:
    """One live run: what is asked of which endpoint, and where the answers go."""

    chosen: tuple[Chosen, ...]
    """Of one target; several where a shard has other rows of one model than of the next."""
    suites: Suites
    known: Mapping[str, Expectations]
    """The deviations that are known, by target."""
    endpoint: Endpoint
    folder: Path
    """Where what is made of the recordings goes."""
    cassettes: Path
    """Where the recordings themselves go; unless told, in that folder."""
    part: Shard | None = None
    """The shard that ``chosen`` is, where it is one."""
    opted_in: frozenset[str] = frozenset()
    """Ids of the rows whose probes run only when asked for."""
    pace: RateLimit = field(default_factory=RateLimit)
    tokens: int | None = None
    """What it may cost at most, input and output together; the plan's ceiling holds besides."""
    server: str = ""
    """What answers, where it is known: name, version, hash of the model file."""
    resume: bool = False
    overwrite: bool = False

    @property
    def target(self) -> Target:
        """Whose endpoint it is."""
        return self.chosen[0].revision.target

    @property
    def models(self) -> tuple[Model, ...]:
        """All models that are asked."""
        return tuple(model for choice in self.chosen for model in choice.models)

    def limit(self, planned: Plan) -> CostLimit:
        """What it may cost."""
        return CostLimit(planned.ceiling, self.tokens)

    def one_of_several(self, number: int, tokens: int | None) -> "Run":
        """The run of a number, from 1, in a folder of its own; it may cost so many tokens."""
        folder = self.folder / run_id(number)
        return replace(self, folder=folder, cassettes=folder / CASSETTES, tokens=tokens)


def prepare(
    selection: Selection,
    suites: Suites,
    environ: Mapping[str, str],
    *,
    wanted: Sequence[str] = (),
    part: Shard | None = None,
    own: Path | None = None,
    folder: Path | None = None,
    cassettes: Path | None = None,
    resume: bool = False,
) -> Run:
    """Prepare a run, and find all mistakes in what was asked that can be found without asking.

    ``wanted`` are patterns of rows to opt in to, or ``all``; ``own`` is a vendor's own file of
    known deviations. With ``resume`` what is recorded there already says for which revision.

    Raises:
        ClaimsError, ExpectationsError, RunError, SetupError, ShardError: what is asked for
            cannot be run as it stands.
    """
    whole = choose_one(selection, environ, recordings(folder, cassettes) if resume else None)
    endpoint = endpoint_of(whole.revision.target, environ)
    folder = folder or folder_for(endpoint, datetime.datetime.now(datetime.UTC))
    return Run(
        chosen=shards.shard((whole,), part) if part else (whole,),
        suites=suites,
        known=assess.load_expectations([whole.revision], suites, own),
        endpoint=endpoint,
        folder=folder,
        cassettes=cassettes or folder / CASSETTES,
        part=part,
        opted_in=opt_in(wanted, whole.rows, suites),
    )


def choose_one(
    selection: Selection, environ: Mapping[str, str], recordings: Path | None = None
) -> Chosen:
    """Look up the one target of a live run: the one named, or the one whose address is set.

    A key is only ever sent to an address that somebody chose, so nothing is guessed. Where
    ``recordings`` of it are gone on with, they say for which revision of the page.

    Raises:
        RunError: no target is named, and the address set is none's or several targets'; or
            several are named.
        ClaimsError: the target, a model or a row is not in the claims.
        CassetteError: a recording cannot be used.
    """
    if len(selection.targets) > 1:
        raise RunError(f"a run asks one endpoint: name one target, not {len(selection.targets)}")
    if selection.targets:
        return choose(selection, recordings)[0]
    targets = [chosen.revision.target for chosen in choose(Selection(claims=selection.claims))]
    host = urlsplit(environ.get("ANTHROPIC_BASE_URL", "")).netloc
    matching = [target.id for target in targets if host and target.is_at(host)]
    if len(matching) != 1:
        known = ", ".join(target.id for target in targets)
        raise RunError(f"which target is it to be? Name it with --target, one of: {known}")
    return choose(replace(selection, targets=(matching[0],)), recordings)[0]


def recordings(folder: Path | None, cassettes: Path | None) -> Path | None:
    """Where the recordings are that a run goes on with: of several runs, those of the first."""
    if cassettes or not folder:
        return cassettes
    first = folder / run_id(1) / CASSETTES
    return first if first.is_dir() else folder / CASSETTES


def endpoint_of(target: Target, environ: Mapping[str, str]) -> Endpoint:
    """The endpoint the environment describes, by default at the target's own address.

    A key in ``ANTHROPIC_API_KEY`` goes into the target's usual header and wins over
    ``ANTHROPIC_AUTH_TOKEN``, which goes into ``authorization``.

    Raises:
        RunError: there is no key.
        SetupError: the address or the key cannot be used.
    """
    base_url = environ.get("ANTHROPIC_BASE_URL") or target.base_url
    key, auth = environ.get("ANTHROPIC_API_KEY"), target.auth[0]
    if not key:
        key, auth = environ.get("ANTHROPIC_AUTH_TOKEN"), "authorization"
    if not key:
        raise RunError(
            f"there is no key for {base_url}: set ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN "
            "(to anything, if the endpoint asks for none)"
        )
    return Endpoint(base_url, key, auth, environ.get("ANTHROPIC_RESTRICTED_KEY") or None)


def opt_in(wanted: Sequence[str], rows: Sequence[Row], suites: Suites) -> frozenset[str]:
    """The rows opted in to, by patterns or ``all``.

    Raises:
        RunError: a pattern matches no chosen row that has to be opted in to.
    """
    costly = [row.id for row in rows if row.id in suites and suites[row.id].probe.opt_in]
    found: set[str] = set()
    for pattern in wanted:
        matching = costly if pattern == "all" else fnmatch.filter(costly, pattern)
        if not matching and pattern != "all":
            raise RunError(
                f"no chosen row that has to be opted in to matches {pattern!r}; "
                f"there are: {', '.join(costly) or 'none'}"
            )
        found.update(matching)
    return frozenset(found)


def folder_for(endpoint: Endpoint, now: datetime.datetime) -> Path:
    """Where a run is kept unless told: ``runs/<UTC time>-<host>``."""
    host = re.sub(r"[^\w.-]", "-", endpoint.host)
    return Path("runs") / f"{now.astimezone(datetime.UTC):%Y-%m-%dT%H%M%SZ}-{host}"


def check(run: Run) -> tuple[Run, str]:
    """Make sure that the endpoint answers; returns the run with the key in the header it takes.

    The string is what is worth knowing, in one sentence, or empty.

    Raises:
        SetupError: the endpoint cannot be used as it is set up; the message says why.
    """
    chosen = run.chosen[0]
    checked = asyncio.run(preflight(chosen.revision, chosen.models[0], run.endpoint))
    return replace(run, endpoint=checked.endpoint), checked.note


def plan(run: Run) -> Plan:
    """What a run will send, but for what is recorded already, where it goes on with that.

    Raises:
        CassetteError: what is recorded cannot be used, or the folder must not be written to.
    """
    with lock_folder(run.cassettes, overwrite=run.overwrite):
        return planning.plan(
            run.chosen,
            run.suites,
            opted_in=run.opted_in,
            find=recorded(run.cassettes, run.target.id, run.suites) if run.resume else None,
            auth=run.endpoint.auth,
        )


def record(
    run: Run, planned: Plan, on_progress: Callable[[Progress], None] | None = None
) -> tuple[ModelProgress, ...]:
    """Record all that is planned, and nothing that would cost more; each answer is kept at once.

    Raises:
        CassetteError: the folder must not be written to.
        GaveUpError: the endpoint answers nothing any more.
        KeyboardInterrupt: it was interrupted, or told to terminate.
        OSError: an answer could not be written.
        SetupError: a probe needs a credential that was not given.
        SecretLeakError: a credential would get into a file.
    """
    options = RecordingOptions(
        opted_in=run.opted_in,
        budget=run.limit(planned),
        rate_limit=run.pace,
        server=run.server,
        resume=run.resume,
        overwrite=run.overwrite,
    )
    recording = recorder.record(
        run.chosen, run.suites, run.endpoint, run.cassettes, options, on_progress=on_progress
    )
    with warnings.catch_warnings():
        # A connection that is interrupted before it was tried is no news to the one who did it.
        warnings.filterwarnings("ignore", "coroutine .*try_connect", RuntimeWarning)
        try:
            return asyncio.run(signals.stoppable(recording))
        except KeyboardInterrupt:
            gc.collect()
            raise
