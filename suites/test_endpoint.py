"""What stands beside messages: counting tokens, and the list of models."""

from typing import Any

from messages_conformance.probing.probe import (
    Ask,
    ProbeRun,
    broken,
    ignored,
    partial,
    refused,
    row,
    seen,
    works,
)
from messages_conformance.protocol.exchange import Exchange
from messages_conformance.rules.token_counts import SLACK, SLACK_TOKENS

SHORT = "Name the largest planet."
LONG = f"{SHORT} Then name the smallest one, and say in a few words how the two differ in size."


def counted(exchange: Exchange) -> Any:
    """What a count says; None where it says nothing."""
    return exchange.json.get("input_tokens") if isinstance(exchange.json, dict) else None


@row("endpoint/count_tokens")
def tokens_can_be_counted(ask: Ask) -> ProbeRun:
    """A request can be counted before it is paid for, and costs about that.

    Clients decide by it when to compact a conversation. To mend: answer
    `POST /v1/messages/count_tokens` with `{"input_tokens": n}`, counted by the same program
    that counts what is charged.
    """
    short, long, paid = yield [ask.count(SHORT), ask.count(LONG), ask.control(SHORT, max_tokens=4)]
    if short.refused:
        return refused(short)
    figures = counted(short), counted(long)
    if short.status != 200 or not all(type(figure) is int and figure > 0 for figure in figures):
        return broken(seen(short), short)
    if figures[0] >= figures[1]:
        return ignored(f"a longer prompt counts {figures[1]}, a shorter {figures[0]}", short, long)
    charged = paid.prompt_tokens
    if abs(figures[0] - charged) > max(SLACK_TOKENS, SLACK * charged):
        return partial(f"{figures[0]} tokens were counted and {charged} charged", short, paid)
    return works(f"{figures[0]} tokens were counted, {charged} charged", short, paid)


@row("endpoint/models")
def models_are_listed(ask: Ask) -> ProbeRun:
    """The models can be listed, one can be looked up, and one that is none is 404.

    To mend: answer `GET /v1/models` with `data`, `has_more`, `first_id` and `last_id`, and
    `GET /v1/models/{id}` with the model.
    """
    listed, one, none = yield [
        ask.get("/v1/models?limit=1000"),
        ask.get(f"/v1/models/{ask.model.id}"),
        ask.get("/v1/models/no-such-model"),
    ]
    if listed.refused:
        return refused(listed)
    page = listed.json if isinstance(listed.json, dict) else {}
    data = page.get("data")
    if listed.status != 200 or not isinstance(data, list) or "has_more" not in page:
        return broken(seen(listed), listed)
    if not any(ask.model.is_named(str(m.get("id"))) for m in data if isinstance(m, dict)):
        return partial(f"{ask.model.id} is not among the {len(data)} models listed", listed)
    known = one.json if isinstance(one.json, dict) else {}
    if one.status != 200 or not ask.model.is_named(str(known.get("id"))):
        return partial(f"models are listed, but one of them: {seen(one)}", listed, one)
    if none.status != 404 or none.error is None:
        return partial(f"models are listed, but one that is none: {seen(none)}", listed, none)
    return works(f"{len(data)} models are listed, and each can be looked up", listed, one, none)
