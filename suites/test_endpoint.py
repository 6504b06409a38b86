"""Endpoints other than messages: counting tokens, and the list of models."""

from typing import Any

from messages_conformance.probing import (
    Ask,
    Behaviour,
    Exchange,
    ProbeRun,
    broken,
    describe,
    dictated_calls,
    documents,
    partial,
    refused,
    row,
    token_counts,
    two_pictures,
    works,
)

SHORT = "Name the largest planet."


ANSWERING = ("max_tokens", "stream")
"""Fields about the answer, which a request to count does not have."""


def counted(exchange: Exchange) -> Any:
    """The tokens that an answer counts; None where it has no count."""
    return exchange.json.get("input_tokens") if isinstance(exchange.json, dict) else None


@row("endpoint/count_tokens")
def tokens_can_be_counted(ask: Ask) -> ProbeRun:
    """The tokens of a request can be counted before it is sent, and it then costs about that.

    Clients use it to decide when to compact a conversation. To fix: answer
    `POST /v1/messages/count_tokens` with `{"input_tokens": n}`, counted by the same code
    that counts what is charged.

    Instead: take the size of a conversation from the `usage` of its last answer, and estimate what
    is new: about four characters of English to a token.

    Instead, if partial: leave a margin: go by the `usage` of the last answer rather than by the
    count.
    """
    short, paid = yield [ask.count(SHORT), ask.control(SHORT, max_tokens=4)]
    if short.refused:
        return refused(short)
    figure = counted(short)
    if short.status != 200 or type(figure) is not int or figure <= 0:
        return broken(describe(short), short)
    charged = paid.prompt_tokens
    if is_far_off(figure, charged):
        return partial(f"{figure} tokens were counted and {charged} charged", short, paid)
    counts = works(f"{figure} tokens were counted, {charged} charged", short, paid)
    return (yield from all_is_counted(ask, counts))


def all_is_counted(ask: Ask, behaviour: Behaviour) -> ProbeRun:
    """A system prompt, tools, calls, results, documents and pictures count what they cost."""
    # Nothing in it is marked for a cache, whose figures may be wrong for reasons of their own.
    asked = [("a conversation with a system prompt, tools, calls and results", dictated_calls())]
    asked.append(("documents", documents()))
    if ask.model.sees:
        asked.append(("two pictures", two_pictures()))
    for what, fields in asked:
        count, paid = yield [
            ask.count(**{name: value for name, value in fields.items() if name not in ANSWERING}),
            ask.shared(**fields),
        ]
        if not paid.prompt_tokens:
            continue
        figure = counted(count)
        if type(figure) is not int:
            return partial(f"{behaviour.summary}; but {what}: {describe(count)}", count, paid)
        if is_far_off(figure, paid.prompt_tokens):
            summary = (
                f"{behaviour.summary}; but of {what} {figure} tokens were counted and "
                f"{paid.prompt_tokens} charged"
            )
            return partial(summary, count, paid)
    return behaviour


def is_far_off(figure: int, charged: int) -> bool:
    """Whether a count differs from what was charged by more than an estimate may."""
    return abs(figure - charged) > max(token_counts.SLACK_TOKENS, token_counts.SLACK * charged)


@row("endpoint/models")
def models_are_listed(ask: Ask) -> ProbeRun:
    """The models can be listed, each can be looked up, and an unknown one is 404.

    To fix: answer `GET /v1/models` with `data`, `has_more`, `first_id` and `last_id`, and
    `GET /v1/models/{id}` with the model.

    Instead: keep the list of models in your configuration, and take its names from the endpoint's
    page.
    """
    listed, one, unknown = yield [
        ask.get("/v1/models?limit=1000"),
        ask.get(f"/v1/models/{ask.model.id}"),
        ask.get("/v1/models/no-such-model"),
    ]
    if listed.refused:
        return refused(listed)
    page = listed.json if isinstance(listed.json, dict) else {}
    data = page.get("data")
    if listed.status != 200 or not isinstance(data, list) or "has_more" not in page:
        return broken(describe(listed), listed)
    if not any(ask.model.is_named(str(m.get("id"))) for m in data if isinstance(m, dict)):
        return partial(f"{ask.model.id} is not one of the {len(data)} models listed", listed)
    known = one.json if isinstance(one.json, dict) else {}
    if one.status != 200 or not ask.model.is_named(str(known.get("id"))):
        summary = f"models are listed, but looking up one of them: {describe(one)}"
        return partial(summary, listed, one)
    if unknown.status != 404 or unknown.error is None:
        summary = f"models are listed, but looking up an unknown one: {describe(unknown)}"
        return partial(summary, listed, unknown)
    return works(f"{len(data)} models are listed, and one can be looked up", listed, one, unknown)
