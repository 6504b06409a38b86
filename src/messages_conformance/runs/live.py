"""A live run: its endpoint, its key, its rows, and the folder that keeps it.

Address and key come from the environment variables of the official SDKs, ``ANTHROPIC_BASE_URL``,
``ANTHROPIC_API_KEY`` and ``ANTHROPIC_AUTH_TOKEN``, and from ``ANTHROPIC_RESTRICTED_KEY``.
"""

import asyncio
import datetime
import fnmatch
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from messages_conformance import planning
from messages_conformance.cassettes.writer import lock_folder
from messages_conformance.claims import own_endpoint, shards
from messages_conformance.claims.base_url import check_url, split_url
from messages_conformance.claims.own_endpoint import NOTHING_SAID, OwnEndpoint
from messages_conformance.claims.page import Model, Revision, Row, Target
from messages_conformance.claims.selection import Chosen, Selection, choose
from messages_conformance.claims.shards import Shard
from messages_conformance.errors import RunError
from messages_conformance.files import write_text
from messages_conformance.judging import assess
from messages_conformance.judging.expectations import Expectations
from messages_conformance.planning import Plan
from messages_conformance.planning.resume import find_recorded
from messages_conformance.probing.loader import Suites
from messages_conformance.protocol.limits import DEFAULT, Limits
from messages_conformance.recording import recorder, signals
from messages_conformance.recording.budget import CostLimit
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.progress import ModelProgress, Progress
from messages_conformance.recording.rate_limit import RateLimit
from messages_conformance.recording.recorder import RecordingOptions
from messages_conformance.report.compare_runs import run_id
from messages_conformance.runs.folder import CASSETTES

BASE_URL = "ANTHROPIC_BASE_URL"
"""The variable that holds the address of the endpoint."""
_PAGE_HEADING = (
    "What these recordings are judged by: written by the run that made them, since no claims file "
    "describes this endpoint."
)


@dataclass(frozen=True)
class LiveRun:
    """One live run: what is asked of which endpoint, and where the answers are kept."""

    chosen: tuple[Chosen, ...]
    """Of one target; several where the rows of a shard differ from model to model."""
    suites: Suites
    expectations: Mapping[str, Expectations]
    """The known deviations of each target, by its id."""
    endpoint: Endpoint
    folder: Path
    """Where the reports are written."""
    cassettes: Path
    """Where the recordings are written; by default, a folder inside ``folder``."""
    shard: Shard | None = None
    """The shard that ``chosen`` is, where it is one."""
    opted_in: frozenset[str] = frozenset()
    """Ids of the opt-in rows that are run."""
    rate_limit: RateLimit = field(default_factory=RateLimit)
    tokens: int | None = None
    """The budget: the most tokens to spend, input and output together; None sets none."""
    server: str = ""
    """The server's name, version and model file, where they are known."""
    resume: bool = False
    overwrite: bool = False
    derived: Revision | None = None
    """The page, where no claims file has it: it is written beside the recordings."""
    limits: Limits = DEFAULT
    """What an answer may not exceed, in size and time."""

    @property
    def target(self) -> Target:
        """The target that the endpoint belongs to."""
        return self.chosen[0].revision.target

    @property
    def models(self) -> tuple[Model, ...]:
        """All models that are asked."""
        return tuple(model for choice in self.chosen for model in choice.models)

    def limit(self, planned: Plan) -> CostLimit:
        """The cost that the run never exceeds: the plan's upper bound, and the budget."""
        return CostLimit(planned.upper_bound, self.tokens)

    def numbered(self, number: int, tokens: int | None) -> "LiveRun":
        """One of several equal runs, from 1: in a folder of its own, with its own budget."""
        folder = self.folder / run_id(number)
        return replace(self, folder=folder, cassettes=folder / CASSETTES, tokens=tokens)


def prepare(
    selection: Selection,
    suites: Suites,
    environ: Mapping[str, str],
    *,
    opt_in_patterns: Sequence[str] = (),
    shard: Shard | None = None,
    expectations: Path | None = None,
    folder: Path | None = None,
    cassettes: Path | None = None,
    resume: bool = False,
    own: OwnEndpoint = NOTHING_SAID,
) -> LiveRun:
    """Prepare a run, and report every mistake that can be found without sending a request.

    ``opt_in_patterns`` are patterns of opt-in rows, or ``all``; ``expectations`` is a file of
    known deviations that replaces the shipped one. With ``resume``, what is recorded already
    determines the revision of the page. ``own`` describes an endpoint that no claims file has.

    Raises:
        ClaimsError, ExpectationsError, RunError, SetupError, ShardError: the run is not possible
            as described.
    """
    recorded = recordings(folder, cassettes) if resume else None
    chosen, derived = choose_endpoint(selection, own, environ, recorded)
    if own.base_url:
        environ = {**environ, BASE_URL: own.base_url}
    endpoint = endpoint_of(chosen.revision.target, environ)
    folder = folder or folder_for(endpoint, datetime.datetime.now(datetime.UTC))
    return LiveRun(
        chosen=shards.shard((chosen,), shard) if shard else (chosen,),
        suites=suites,
        expectations=assess.load_expectations([chosen.revision], suites, expectations),
        endpoint=endpoint,
        folder=folder,
        cassettes=cassettes or folder / CASSETTES,
        shard=shard,
        opted_in=opt_in(opt_in_patterns, chosen.rows, suites),
        derived=derived,
    )


def choose_endpoint(
    selection: Selection,
    own: OwnEndpoint,
    environ: Mapping[str, str],
    recorded: Path | None = None,
) -> tuple[Chosen, Revision | None]:
    """The one endpoint of a run, and its page where that is derived from another's.

    Raises:
        RunError, ClaimsError: as for `choose_one` and `own_endpoint.describe`.
    """
    _check_single(selection)
    address = environ.get(BASE_URL, "")
    if chosen := own_endpoint.describe(selection, own, address):
        return chosen, chosen.revision
    environ = {**environ, BASE_URL: own.base_url or address}
    return choose_one(selection, environ, recorded), None


def _check_single(selection: Selection) -> None:
    if len(selection.targets) > 1:
        raise RunError(f"a run asks one endpoint: name one target, not {len(selection.targets)}")


def choose_one(
    selection: Selection, environ: Mapping[str, str], recorded: Path | None = None
) -> Chosen:
    """Look up the one target of a live run: the one named, or the one whose address is set.

    A key is sent only to an address that the user chose, so no target is guessed. The folder
    ``recorded``, if given, determines the revision of the target's page.

    Raises:
        RunError: no target is named, and the address that is set belongs to none or to several;
            or several targets are named.
        ClaimsError: the target, a model or a row is not in the claims.
    """
    _check_single(selection)
    if selection.targets:
        return choose(selection, recorded)[0]
    targets = [chosen.revision.target for chosen in choose(Selection(claims=selection.claims))]
    parts = split_url(environ.get(BASE_URL, ""))
    host = parts.netloc if parts else ""
    matching = [target.id for target in targets if host and target.is_at(host)]
    if len(matching) != 1:
        known = ", ".join(target.id for target in targets)
        raise RunError(
            f"no target is chosen; name it with --target, one of: {known}; "
            "or give the address of your own endpoint with --base-url"
        )
    return choose(replace(selection, targets=(matching[0],)), recorded)[0]


def recordings(folder: Path | None, cassettes: Path | None) -> Path | None:
    """The folder of the recordings that a run resumes; of repeated runs, that of the first."""
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
        SetupError: the address cannot be used.
    """
    base_url = environ.get(BASE_URL) or target.base_url
    check_url(base_url)
    key, auth = environ.get("ANTHROPIC_API_KEY"), target.auth[0]
    if not key:
        key, auth = environ.get("ANTHROPIC_AUTH_TOKEN"), "authorization"
    if not key:
        raise RunError(
            f"there is no key for {urlsplit(base_url).netloc}: set ANTHROPIC_API_KEY or "
            "ANTHROPIC_AUTH_TOKEN (to any value, if the endpoint needs none)"
        )
    return Endpoint(base_url, key, auth, environ.get("ANTHROPIC_RESTRICTED_KEY") or None)


def opt_in(patterns: Sequence[str], rows: Sequence[Row], suites: Suites) -> frozenset[str]:
    """The ids of the opt-in rows that patterns, or ``all``, choose.

    Raises:
        RunError: a pattern matches none of the chosen opt-in rows.
    """
    available = [row.id for row in rows if row.id in suites and suites[row.id].probe.opt_in]
    found: set[str] = set()
    for pattern in patterns:
        matching = available if pattern == "all" else fnmatch.filter(available, pattern)
        if not matching and pattern != "all":
            raise RunError(
                f"--opt-in {pattern!r} matches none of the chosen rows that need it; "
                f"these need it: {', '.join(available) or 'none'}"
            )
        found.update(matching)
    return frozenset(found)


def folder_for(endpoint: Endpoint, now: datetime.datetime) -> Path:
    """The default folder of a run: ``runs/<UTC time>-<host>``."""
    host = re.sub(r"[^\w.-]", "-", endpoint.host)
    return Path("runs") / f"{now.astimezone(datetime.UTC):%Y-%m-%dT%H%M%SZ}-{host}"


def plan(run: LiveRun) -> Plan:
    """Plan a run; what is recorded already is left out where the run resumes.

    Raises:
        CassetteError: the recordings cannot be used, or the folder must not be written to.
    """
    with lock_folder(run.cassettes, overwrite=run.overwrite):
        find = find_recorded(run.cassettes, run.target.id, run.suites) if run.resume else None
        return planning.plan(
            run.chosen,
            run.suites,
            opted_in=run.opted_in,
            find=find,
            auth=run.endpoint.auth,
        )


def record(
    run: LiveRun, planned: Plan | None, on_progress: Callable[[Progress], None] | None = None
) -> tuple[ModelProgress, ...]:
    """Record what is planned, within the limit of cost; each answer is written at once.

    Without a plan the user's own budget is the only limit.

    Raises:
        CassetteError: the folder must not be written to.
        GaveUpError: the endpoint no longer answers.
        KeyboardInterrupt: the run was interrupted, by Ctrl-C or SIGTERM.
        OSError: an answer could not be written.
        SetupError: a probe needs a credential that was not given.
        SecretLeakError: a credential would be written to a file.
    """
    options = RecordingOptions(
        opted_in=run.opted_in,
        budget=run.limit(planned) if planned else CostLimit(None, run.tokens),
        rate_limit=run.rate_limit,
        server=run.server,
        resume=run.resume,
        overwrite=run.overwrite,
        checks_key=True,
        limits=run.limits,
    )
    if run.derived:
        _keep_page(run.derived, run.cassettes)
    recording = recorder.record(
        run.chosen, run.suites, run.endpoint, run.cassettes, options, on_progress=on_progress
    )
    return asyncio.run(signals.stoppable(recording))


def _keep_page(page: Revision, cassettes: Path) -> None:
    """Write a derived page beside the recordings, where whoever judges them will find it."""
    path = cassettes / page.target.id / f"{page.date}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, own_endpoint.to_toml(page, _PAGE_HEADING))
