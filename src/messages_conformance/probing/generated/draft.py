"""A request before it is asked of a model: its body, and the beta features that it names."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias

from messages_conformance.probing.probe import Ask, Purpose, Question
from messages_conformance.protocol.canonical import canonical
from messages_conformance.protocol.exchange import Request

Body: TypeAlias = dict[str, Any]

MODEL: Final = "<model>"
"""Stands for the model that is asked."""
BETA: Final = "anthropic-beta"


@dataclass(frozen=True, eq=False)
class Draft:
    """A request that can be asked of any model. Nobody changes its body."""

    body: Body
    betas: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Draft) and self._content == other._content

    def __hash__(self) -> int:
        return hash(self._content)

    @property
    def digest(self) -> str:
        """A short name by what it holds."""
        return hashlib.sha256(self._content).hexdigest()[:8]

    @property
    def _content(self) -> bytes:
        return canonical([self.body, *self.betas])

    def with_body(self, body: Body) -> "Draft":
        """The same with another body."""
        return Draft(body, self.betas)

    def question(self, ask: Ask) -> Question:
        """Ask it of a model; whatever is answered is an answer.

        What every request to the target carries is added where the draft has nothing of the kind.
        """
        plain = ask.request(None, headers={BETA: ",".join(self.betas) or None})
        required = {"model", "max_tokens", "messages"}
        always = {name: value for name, value in plain.body.items() if name not in required}
        body = {**always, **self.body}
        if body.get("model") == MODEL:
            body["model"] = ask.model.id
        return Question(replace(plain, body=body), Purpose.SHARED)


def draft_of(request: Request, always: Mapping[str, Any]) -> Draft:
    """The draft that a sent request was made of; ``always`` is what each request carries."""
    body = {
        name: value
        for name, value in request.body.items()
        if name not in always or value != always[name]
    }
    if isinstance(body.get("model"), str):
        body["model"] = MODEL
    betas = dict(request.headers).get(BETA, "")
    return Draft(body, tuple(filter(None, betas.split(","))))
