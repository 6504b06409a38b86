"""A current model beside Claude Sonnet 4.5: what today's clients send is made for it.

It decides by itself how long it thinks, takes levels of effort and turns of the system in the
middle of a conversation, and no thinking with a budget (rules TH-13, RQ-12, RQ-45). Pages do not
list it, so no row is judged by it; it is there for clients.
"""

import json
from dataclasses import replace
from typing import Any, Final

from messages_conformance.claims.page import Model, Revision
from messages_conformance.protocol.sse import Event
from messages_conformance.reference import pipeline
from messages_conformance.reference.admitted_request import AdmittedRequest
from messages_conformance.reference.pipeline import Message
from messages_conformance.reference.stream import Events

MODEL: Final = "claude-opus-4-8"
_EDITS: Final = "context_management"


def is_current(request: AdmittedRequest) -> bool:
    """Whether a request is to the current model."""
    return request.claims.model.id == MODEL


def find_model(revision: Revision, name: str) -> Model:
    """Look a model up, among those of the page and the current one.

    Raises:
        Refusal: 404, there is no model of that name.
    """
    if name != MODEL:
        return pipeline.find_model(revision, name)
    known = revision.models[0]
    return replace(known, id=MODEL, thinks=True, sees=True, aliases=())


def as_known(body: dict[str, Any]) -> dict[str, Any]:
    """A body as the simulated model reads it: it knows neither adaptive thinking nor such turns."""
    turns = [
        {**turn, "role": "user"} if turn.get("role") == "system" else turn
        for turn in body.get("messages") or ()
    ]
    adaptive = (body.get("thinking") or {}).get("type") == "adaptive"
    thinking = {"thinking": {"type": "enabled"}} if adaptive else {}
    return {**body, "messages": turns, **thinking}


def tell_edits(request: AdmittedRequest, message: Message) -> Message:
    """Say which edits of the context were applied, where any were asked for."""
    asked = request.body.get(_EDITS) is not None
    return {**message, _EDITS: {"applied_edits": []}} if asked else message


def to_events(request: AdmittedRequest, message: Message) -> Events:
    """The events of a message; the edits are told at its end."""
    told = {name: value for name, value in message.items() if name == _EDITS}
    bare = {name: value for name, value in message.items() if name != _EDITS}
    return tuple(
        Event(event.name, json.dumps({**(event.json or {}), **told}))
        if told and event.type == "message_delta"
        else event
        for event in pipeline.to_events(request, bare)
    )
