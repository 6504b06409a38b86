"""Chooses, of what a program sent, the fewest requests that use every feature once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from messages_conformance.applications.feature_table import feature_of
from messages_conformance.applications.marks import marks_of
from messages_conformance.errors import TrafficError
from messages_conformance.protocol.exchange import COUNT_TOKENS, MESSAGES, Request
from messages_conformance.traffic.calls.call import Call, Part
from messages_conformance.traffic.calls.saved_calls import read_calls

_WORD: Final = re.compile(r"[\w.:-]{1,100}", re.ASCII)
"""What a header may say; what else stands in a file was no request."""
_PATH: Final = re.compile(r"[!-~]{1,1000}")
_MAY_HIDE: Final = frozenset(
    {*(Part.CODE, Part.HEADERS, Part.BETAS, Part.PATH, Part.STREAM, Part.ANSWER, Part.ERROR)}
)
"""What a format may hide of a request that can still be sent as it was meant."""
_WRITES: Final = frozenset({"mcp_servers", "container"})
"""Fields by which a request may change something outside the conversation."""
_OF_ACCESS: Final = frozenset({"header/x-api-key", "header/authorization", "basic/model"})
"""Features that a replay replaces by what it was given."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A request of the program that is sent again, and why."""

    place: str
    call: Call
    features: tuple[str, ...]
    """Features that it uses."""
    covers: tuple[str, ...]
    """Those that no request chosen before it uses."""

    def request(self, model: str, credentials: dict[str, str], version: str) -> Request:
        """The request for another endpoint: its own body, with that endpoint's model."""
        body: Any = None
        betas: list[str] = []
        if self.call.body is not None:
            body = {**self.call.body, "model": model}
            given = body.pop("betas", None)
            betas += given if isinstance(given, list) else []
        headers = {"anthropic-version": version, **credentials}
        for name, value in self.call.headers:
            if name == "anthropic-version" and _WORD.fullmatch(value):
                headers[name] = value
            elif name == "anthropic-beta":
                betas += [beta.strip() for beta in value.split(",")]
        if names := [beta for beta in map(str, betas) if _WORD.fullmatch(beta)]:
            headers["anthropic-beta"] = ",".join(dict.fromkeys(names))
        bare = self.call.path.partition("?")[0]
        is_known = bare in (MESSAGES, COUNT_TOKENS, "/v1/models") and _PATH.fullmatch(
            self.call.path
        )
        path = self.call.path if is_known else MESSAGES
        method = "GET" if body is None else "POST"
        return Request(body, tuple(sorted(headers.items())), path, method)


@dataclass(frozen=True, slots=True)
class Choice:
    """What is sent, and what is left out."""

    chosen: tuple[Chosen, ...]
    left_out: tuple[tuple[str, str], ...]
    """Features that no request covers which may be sent, each with why."""


def choose(names: Iterable[str]) -> Choice:
    """Choose from files of traffic; memory holds no more than a request for each feature.

    Raises:
        TrafficError: a file cannot be read, or holds no request that can be sent.
    """
    kept: dict[str, tuple[str, Call, tuple[str, ...]]] = {}
    refused: dict[str, str] = {}
    listed = tuple(names)
    for place, call in _calls(listed):
        features = tuple(dict.fromkeys(f.id for m, _ in marks_of(call) if (f := feature_of(m))))
        if (why := _not_sent(call)) is not None:
            for feature in features:
                refused.setdefault(feature, why)
            continue
        for feature in features:
            # Of two that use it, the one that uses more is the better choice.
            if feature not in kept or len(kept[feature][2]) < len(features):
                kept[feature] = (place, call, features)
    chosen = _cover(kept)
    if not chosen:
        raise TrafficError(
            f"{', '.join(listed)}: no request was found that can be sent again; name traffic that "
            "keeps whole requests, as 'app record' does"
        )
    left_out = tuple((f, why) for f, why in refused.items() if f not in kept)
    return Choice(chosen, left_out)


def _calls(names: Iterable[str]) -> Iterator[tuple[str, Call]]:
    """The calls of all files, and where each stands."""
    for name in names:
        try:
            with read_calls(name) as opened:
                for record in opened.records:
                    if isinstance(record, Call):
                        # A refusal that the program met says what it handles, not what it uses.
                        yield f"{name}: {record.place}", record
        except TrafficError as problem:
            raise TrafficError(f"{name}: {problem}") from problem


def _not_sent(call: Call) -> str | None:
    """Why a call is not sent again."""
    bare = call.path.partition("?")[0]
    if bare == "/v1/models" and call.body is None:
        return None
    if call.body is None:
        return "its request was not kept"
    if hidden := call.hides - _MAY_HIDE:
        return f"its format does not keep {', '.join(sorted(part.value for part in hidden))}"
    if bare not in (MESSAGES, COUNT_TOKENS) and not bare.startswith("/v1/messages/batches"):
        return "it may change what is kept at the endpoint"
    if "messages" not in call.body:
        return "it is a batch, whose requests may be named one by one"
    if call.body.keys() & _WRITES or _uses_files(call):
        return "it may change something outside the conversation"
    if call.status is not None and call.status >= 400:
        return "it was refused before"
    return None


def _uses_files(call: Call) -> bool:
    return any(m.endswith("source:file") or m.startswith("tool:code_") for m, _ in marks_of(call))


def _cover(kept: dict[str, tuple[str, Call, tuple[str, ...]]]) -> tuple[Chosen, ...]:
    """A greedy cover: always the request that uses most of what is not covered yet."""
    open_features = set(kept) - _OF_ACCESS
    candidates = {place: (call, features) for place, call, features in kept.values()}
    chosen: list[Chosen] = []
    while open_features:
        place = max(candidates, key=lambda p: (len(open_features & set(candidates[p][1])), p))
        call, features = candidates.pop(place)
        covers = tuple(f for f in features if f in open_features)
        if not covers:
            break
        open_features -= set(covers)
        chosen.append(Chosen(place, call, features, covers))
    return tuple(chosen)
