"""Planted applications: small programs of the SDK, run against the reference endpoint in process.

An application is a module of `tests/applications/planted`; each function marked with `step` is one
thing that it does, and asserts what it leans on. Its traffic is what `app record` would keep: the
recorder stands between the SDK and the endpoint.
"""

import asyncio
import importlib
import importlib.util
import inspect
import io
import textwrap
import warnings
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import anthropic
import httpx2

from messages_conformance import reference
from messages_conformance.applications.kept_traffic import Kept
from messages_conformance.applications.record import recorder
from messages_conformance.claims import library
from messages_conformance.claims.page import Model, Revision
from messages_conformance.reference.faults import FAULTS, with_faults
from messages_conformance.reference.pipeline import Stages
from messages_conformance.reference.profiles import PROFILES, stages_of

FOLDER = Path(__file__).parents[1] / "applications" / "planted"
KEY = "planted-key-0123456789"
Step = Callable[[anthropic.AsyncAnthropic, str], Awaitable[None]]
F = TypeVar("F", bound=Step)


def step(function: F) -> F:
    """Mark something that an application does."""
    function.is_step = True  # type: ignore[attr-defined]
    return function


@dataclass(frozen=True)
class Endpoint:
    """A simulated endpoint that applications are moved to."""

    name: str
    target: str
    model: str
    date: str | None = None
    profile: str | None = None
    faults: tuple[str, ...] = ()

    @property
    def revision(self) -> Revision:
        return _page(self.target, self.date)

    @property
    def stages(self) -> Stages:
        clean = PROFILES[self.profile] if self.profile else stages_of(self.revision.target)
        return with_faults(clean, [FAULTS[name] for name in self.faults])

    @property
    def of_model(self) -> Model:
        (found,) = self.revision.select_models((self.model,), ())
        return found


@cache
def _page(target: str, date: str | None) -> Revision:
    return library.shipped(target, date)


GENUINE = Endpoint("the original", "anthropic", "claude-sonnet-4-5")
"""Where the applications come from: all their steps succeed there."""


@dataclass(frozen=True)
class Ran:
    """What one step did at an endpoint."""

    name: str
    problem: str | None
    """Why it broke; None where it works."""
    traffic: str
    """As `app record` keeps it."""
    source: str


@cache
def applications() -> dict[str, ModuleType]:
    """The planted applications, by name."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        spec = importlib.util.spec_from_file_location(f"planted_{path.stem}", path)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        found[path.stem] = module
    return found


def steps_of(module: ModuleType) -> dict[str, Step]:
    return {n: f for n, f in vars(module).items() if getattr(f, "is_step", False)}


@cache
def run(module: ModuleType, endpoint: Endpoint) -> tuple[Ran, ...]:
    """Run every step of an application against an endpoint, each with a recording of its own."""

    async def every() -> list[Ran]:
        at = reference.app(endpoint.revision, key=KEY, stages=endpoint.stages)
        return [await _run(n, f, at, endpoint.model) for n, f in steps_of(module).items()]

    return tuple(asyncio.run(every()))


async def _run(name: str, function: Step, at: Any, model: str) -> Ran:
    file = io.StringIO()
    problem = None
    with Kept(file) as kept:
        between = recorder("http://endpoint", kept, httpx2.ASGITransport(at))
        client = anthropic.AsyncAnthropic(
            api_key=KEY,
            base_url="http://recorder",
            max_retries=0,
            http_client=httpx2.AsyncClient(transport=httpx2.ASGITransport(between)),
        )
        try:
            with warnings.catch_warnings():
                # The SDK warns of models by today's date.
                warnings.simplefilter("ignore", DeprecationWarning)
                await function(client, model)
        except Exception as broken:  # noqa: BLE001 (whatever it is, the step broke)
            problem = f"{type(broken).__name__}: {broken}"[:300]
    return Ran(name, problem, file.getvalue(), textwrap.dedent(inspect.getsource(function)))
