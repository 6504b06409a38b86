"""The language of suites: how one row is put to the test.

A probe is a generator. It yields questions, receives the exchanges that answer them, and returns
a behaviour::

    @row("tool_choice/any")
    def any_calls_some_tool(ask):
        forced = yield ask("Say hello.", tools=[WEATHER], tool_choice={"type": "any"})
        return works("…", forced) if forced.tool_uses else ignored("…", forced)

There are four ways to ask. They decide what an unusual answer means before the probe sees it:

- ``ask(…)`` puts the row to the test: a clean refusal is the behaviour `refused`, and anything
  else that is not a readable message is `broken`.
- ``ask.control(…)`` leaves out the thing under test: if even that fails, the row is `unmeasured`.
- ``ask.invalid(…)`` may rightly be refused: the probe gets the answer, whatever it is.
- ``ask.shared(…)`` is a request that many rows share: the probe gets the answer, whatever it is,
  and asks for its row alone where the answer does not decide.

Yielding a list asks several questions at once. Asking the same again within one probe takes a
second sample. Across probes, equal requests are sent once and shared.
"""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from types import ModuleType
from typing import Any, TypeAlias, TypeVar

from messages_conformance.claims.page import Model, Row, Target
from messages_conformance.protocol.exchange import COUNT_TOKENS, KEY, Exchange, Json, Request
from messages_conformance.verdict import Behaviour, Role

MAX_TOKENS = 48
"""The length of an answer, in tokens, unless a probe sets another."""
ROOM_TO_THINK = 2048
"""Tokens that are added for a model that thinks unasked, as its thinking counts too."""
_TOO_FEW_TO_READ = 8
"""Tokens of an answer that nobody reads, which need no room."""


class Exactly(int):
    """A limit that is under test itself: it is sent as it is to every model."""


_ANSWERING = frozenset(
    {"max_tokens", "metadata", "service_tier", "stop_sequences", "stream", "temperature"}
)
"""Fields about the answer rather than the prompt, which a request to count does not have."""


class Purpose(Enum):
    """Why a question is asked, and so what an unusual answer means."""

    TEST = "test"
    CONTROL = "control"
    INVALID = "invalid"
    SHARED = "shared"

    def role_in(self, row: str) -> Role:
        """What a request is for a row, in words."""
        if self is Purpose.INVALID and row.startswith(("error/", "refusal/")):
            return "must be refused"
        return _ROLES[self]


_ROLES: dict[Purpose, Role] = {
    Purpose.TEST: "asked",
    Purpose.CONTROL: "control",
    Purpose.INVALID: "may be refused",
    Purpose.SHARED: "shared with other rows",
}


@dataclass(frozen=True)
class Question:
    """A request and why it is made."""

    request: Request
    purpose: Purpose
    control_if_broken: "Question | None" = None
    """A control that is asked only if the answer is broken: where the control fails as well, the
    row is not to blame."""


@dataclass(frozen=True)
class Step:
    """A question to be answered with the ``nth`` recording of its request, from 0."""

    question: Question
    nth: int


Questions: TypeAlias = Question | Sequence[Question]
"""What a probe yields: one question, or several that are asked at once."""
_T = TypeVar("_T")
ProbePart: TypeAlias = Generator[Questions, Any, _T]
"""A part of a probe that asks on its own and returns something; use it with ``yield from``."""
ProbeRun: TypeAlias = ProbePart[Behaviour]
"""One run of a probe; also a part of a probe that returns a behaviour."""


@dataclass(frozen=True)
class Ask:
    """Builds the questions of one probe for one model of a target.

    All ways of asking take the arguments of `request`.
    """

    model: Model
    row: Row
    target: Target
    auth: str
    """The header that carries the key unless a probe says otherwise."""
    superseded: Sequence[Exchange] = ()
    """Answers that the recorder replaced by asking again, as the endpoint was busy or failed."""
    company: Callable[[dict[str, Any]], dict[str, Any]] | None = None
    """What is added to the body of every request for a message; see `company`."""

    def __call__(
        self,
        prompt: str | list[Json] | None = None,
        *,
        control_if_broken: Question | None = None,
        **fields: Any,
    ) -> Question:
        """Ask something that puts the row to the test."""
        return Question(self.request(prompt, **fields), Purpose.TEST, control_if_broken)

    def control(self, prompt: str | list[Json] | None = None, **fields: Any) -> Question:
        """Ask the same without the thing under test."""
        return Question(self.request(prompt, **fields), Purpose.CONTROL)

    def invalid(self, prompt: str | list[Json] | None = None, **fields: Any) -> Question:
        """Ask something that the endpoint may rightly refuse."""
        return Question(self.request(prompt, **fields), Purpose.INVALID)

    def shared(self, prompt: str | list[Json] | None = None, **fields: Any) -> Question:
        """Ask something that other rows ask as well, and that may show this row's effect too."""
        return Question(self.request(prompt, **fields), Purpose.SHARED)

    def count(self, prompt: str | list[Json] | None = None, **fields: Any) -> Question:
        """Ask how many input tokens a request has; few endpoints say, so any answer will do."""
        if self.company:
            asked = self.request(prompt, **fields)
            kept = {name: value for name, value in asked.body.items() if name not in _ANSWERING}
            counted = replace(asked, body=kept)
        else:
            counted = self.request(prompt, max_tokens=None, **fields)
        return Question(replace(counted, path=COUNT_TOKENS), Purpose.INVALID)

    def get(self, path: str, headers: dict[str, str | None] | None = None) -> Question:
        """Ask for a path with GET; few endpoints have it, so any answer will do."""
        plain = self.request(None, headers=headers)
        return Question(Request(None, plain.headers, path, "GET"), Purpose.INVALID)

    def superseded_answer(self, status: int) -> Exchange | None:
        """The first superseded answer with a status, so that it need not be provoked.

        Only for a probe that is opted in to, or that asks for nothing: what other probes supersede
        is known once they ended.
        """
        return next((one for one in self.superseded if one.status == status), None)

    def request(
        self,
        prompt: str | list[Json] | None = None,
        *,
        headers: dict[str, str | None] | None = None,
        **fields: Any,
    ) -> Request:
        """Build a request from a prompt or a list of messages, body fields and header changes.

        A field set to None is left out, even one that every request carries; so is a header.
        """
        messages = [{"role": "user", "content": prompt}] if isinstance(prompt, str) else prompt
        body = {
            "model": self.model.id,
            "max_tokens": MAX_TOKENS,
            "messages": messages,
            **self.target.defaults,
            **self._unasked_thinking_off(),
            **fields,
        }
        body["max_tokens"] = self._with_room(body["max_tokens"])
        sent: dict[str, str | None] = {
            **credential(self.auth),
            "anthropic-version": self.target.api_version,
            **(headers or {}),
        }
        given = {name: value for name, value in body.items() if value is not None}
        return Request(
            self.company(given) if self.company else given,
            tuple(sorted((name, value) for name, value in sent.items() if value is not None)),
        )

    def _unasked_thinking_off(self) -> dict[str, Any]:
        """Thinking disabled where a model thinks unasked, which would use up short answers.

        Rows about thinking leave it as it is.
        """
        unasked = self.model.thinking_default == "on"
        if unasked and not self.row.id.startswith("basic/thinking"):
            return {"thinking": {"type": "disabled"}}
        return {}

    def _with_room(self, limit: Any) -> Any:
        """A limit with room for the thinking of a model that does not do without."""
        if not self.model.needs_room or type(limit) is not int:
            return limit
        return limit + ROOM_TO_THINK if limit > _TOO_FEW_TO_READ else limit


def credential(header: str, key: str = KEY) -> dict[str, str | None]:
    """The header changes that present a key in that header, and in no other."""
    value = f"Bearer {key}" if header == "authorization" else key
    return {"x-api-key": None, "authorization": None, header: value}


@dataclass(frozen=True)
class Probe:
    """How one row is put to the test: a generator function and what is known about it."""

    row: str
    function: Callable[[Ask], ProbeRun]
    opt_in: str | None
    """What the probe costs or needs, if it runs only when asked for; None runs it always."""

    @property
    def name(self) -> str:
        """The function's name."""
        return self.function.__name__

    @property
    def line(self) -> int:
        """Where the function stands in its file, from 1."""
        return self.function.__code__.co_firstlineno

    @property
    def meaning(self) -> str:
        """What the row means and how the owner of an endpoint fixes a failure."""
        return (self.function.__doc__ or "").strip()


def row(id: str, *, opt_in: str | None = None) -> Callable[[Callable[[Ask], ProbeRun]], Probe]:
    """Mark a generator function as the probe of a row."""
    return lambda function: Probe(id, function, opt_in)


def probes_of(module: ModuleType) -> Iterator[Probe]:
    """The probes that a suite module defines, in its order."""
    return (value for value in vars(module).values() if isinstance(value, Probe))
