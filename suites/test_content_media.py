"""Pictures, documents and search results in messages, and whether the model sees them."""

from collections.abc import Callable, Mapping
from typing import Any

from messages_conformance.probing import (
    BOTH_QUESTIONS,
    COLOURS_QUESTION,
    GARDEN,
    GARDEN_CODE,
    IN_DOCUMENTS,
    IN_SEARCH_RESULTS,
    PICTURE,
    PICTURES_QUESTION,
    VAULT,
    VAULT_CODE,
    VAULT_QUESTION,
    Ask,
    Behaviour,
    Claim,
    Exchange,
    Kind,
    ProbeRun,
    Question,
    also_with_system,
    describe,
    documents,
    names_colours,
    one_picture_is_lost,
    partial,
    prove_by_canary,
    prove_by_effect,
    refused,
    row,
    says,
    search_result,
    search_results,
    text_lost_beside,
    two_pictures,
    user,
    works,
)

TEXT_DOCUMENTS: tuple[dict[str, Any], ...] = tuple(
    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": data}}
    for data in (VAULT, GARDEN)
)
"""Two documents that are nothing but text."""


def block_carries(ask: Ask, block: dict[str, Any], what: str) -> ProbeRun:
    """A block of a user's turn reaches the model."""
    return prove_by_canary(
        ask([user(block, VAULT_QUESTION)]),
        canary=VAULT_CODE,
        what=what,
        control=ask.control(VAULT_QUESTION),
        in_plain_text=ask.control(f"{VAULT} {VAULT_QUESTION}"),
    )


@row("content/image")
def image_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model sees pictures: here bands of colour, which only the pictures show.

    It sees each of two in a turn, a PNG and a GIF, and reads the text beside them, the system
    prompt too. One whose address does not exist is refused. To fix: pass images to a model that
    sees, or refuse them with 400. If they are dropped, the model answers about something it never
    saw.

    Instead: have a model that sees describe the picture, and send its words.

    Instead, if ignored: send no picture to this model, as it answers about what it never saw; have
    a model that sees describe it.

    Instead, if partial: send one picture, a PNG, in each turn, and the text in a turn of its own;
    send the picture itself, not its address.
    """
    both: Exchange = yield ask.shared(**two_pictures())
    if names_colours(both):
        seen = works("the model named the colours that only two pictures show", both)
        seen = yield from also_fetched(ask, seen, "image", "bands.png")
        return (yield from also_with_system(ask, seen, both))
    behaviour = yield from prove_by_effect(
        ask,
        names_colours,
        ask([user(PICTURE, COLOURS_QUESTION)]),
        control=ask.control(COLOURS_QUESTION),
        shows="the model named the colours that only the picture shows",
        lost="the picture was accepted and did not reach the model",
    )
    if not both.answered:
        return behaviour
    if behaviour.kind is Kind.WORKS:
        return (yield from one_picture_is_lost(ask, behaviour, both))
    counts = {one.prompt_tokens for one in behaviour.exchanges}
    if behaviour.kind is not Kind.UNCLEAR or counts == {both.prompt_tokens}:
        return behaviour
    other = yield from text_lost_beside(
        [both], ask.shared(**two_pictures(f"{PICTURES_QUESTION} {GARDEN}"))
    )
    if other is None:
        return behaviour
    summary = f"text beside a picture never reaches the model: {both.prompt_tokens} input tokens"
    return partial(f"{summary}, whatever it says", both, other)


@row("content/document")
def document_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model reads documents: each of several in a turn, a PDF among them, and in tool results.

    One whose address does not exist is refused. To fix: put the document's text in front of the
    model, or refuse the block with 400.

    Instead: extract the document's text in your application and send it as a text block.

    Instead, if partial: send one document in each turn, or their texts as one document; extract the
    text of a PDF, and send a file itself, not its address.
    """
    everything: Exchange = yield ask.shared(**documents())
    if all(says(everything, code) for code in IN_DOCUMENTS.values()):
        seen = works("the model repeated what only parts of four documents hold", everything)
        return (yield from also_fetched(ask, seen, "document", "manual.pdf"))
    both: Exchange = yield ask([user(*TEXT_DOCUMENTS, BOTH_QUESTIONS)])
    if everything.refused and both.refused and ask.row.claim is not Claim.SUPPORTED:
        return refused(both, everything)
    behaviour = yield from two_documents_carry(ask, both)
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    if everything.refused:
        what = "a title, context, blocks of content, a PDF and a tool result"
        summary = f"{behaviour.summary}; but with {what}: "
        return partial(f"{summary}{describe(everything)}", everything, *behaviour.exchanges)
    return (
        yield from one_part_is_lost(
            behaviour,
            everything,
            IN_DOCUMENTS,
            lambda part: ask.shared(**documents(left_out=part)),
        )
    )


def one_part_is_lost(
    behaviour: Behaviour,
    everything: Exchange,
    codes: Mapping[str, str],
    without: Callable[[str], Question],
) -> ProbeRun:
    """What works, or `partial` where a part is not repeated, and other words cost as many tokens.

    ``codes`` are what the parts hold, and ``without`` asks with other words in one of them.
    """
    for part, code in codes.items():
        if says(everything, code) or not everything.prompt_tokens:
            continue
        other: Exchange = yield without(part)
        if other.prompt_tokens == everything.prompt_tokens:
            summary = f"{behaviour.summary}; but {part} is lost: other words in its"
            return partial(f"{summary} place cost as many tokens", everything, other)
    return behaviour


def also_fetched(ask: Ask, behaviour: Behaviour, kind: str, file: str) -> ProbeRun:
    """What works, or `partial` where an address is accepted that does not exist, so is not read."""
    source = {"type": "url", "url": f"https://files.invalid/{file}"}
    answer: Exchange = yield ask.invalid([user({"type": kind, "source": source}, "What is this?")])
    if not answer.answered:
        return behaviour
    summary = f"{behaviour.summary}; but {source['url']} does not exist and is accepted, unread"
    return partial(summary, answer, *behaviour.exchanges)


def two_documents_carry(ask: Ask, both: Exchange) -> ProbeRun:
    """The model reads each of two documents; ``both`` answers a question about them."""
    first, second = TEXT_DOCUMENTS
    if says(both, VAULT_CODE) and says(both, GARDEN_CODE):
        return works("the model repeated what only two documents hold", both)
    behaviour = yield from block_carries(ask, first, "the document")
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    for code, lost, left in ((GARDEN_CODE, "second", first), (VAULT_CODE, "first", second)):
        if says(both, code):
            continue
        without: Exchange = yield ask.control([user(left, BOTH_QUESTIONS)])
        if both.prompt_tokens and both.prompt_tokens == without.prompt_tokens:
            summary = f"{behaviour.summary}; but the {lost} of two documents is lost: it costs"
            return partial(f"{summary} no token", both, without, *behaviour.exchanges)
    return behaviour


@row("content/search_result")
def search_result_reaches_the_model(ask: Ask) -> ProbeRun:
    """The model reads search results, with title and source, in a turn and in a tool's result.

    To fix: put title, source and text in front of the model, or refuse the block with 400.

    Instead: send what was found as a text block, with its title and source.

    Instead, if partial: send title and source in the result's text, and search results as blocks of
    the user's turn.
    """
    everything: Exchange = yield ask.shared(**search_results())
    if all(says(everything, code) for code in IN_SEARCH_RESULTS.values()):
        return works("the model repeated what only parts of two search results hold", everything)
    behaviour = yield from block_carries(ask, search_result("Vault", VAULT), "the search result")
    if behaviour.kind is not Kind.WORKS:
        return behaviour
    if not everything.answered:
        if everything.status in (None, 200):  # A stream that breaks is a matter of streams.
            return behaviour
        again: Exchange = yield ask.shared(**search_results())
        summary = f"{behaviour.summary}; but with one in a tool result: {describe(everything)}"
        return behaviour if again.answered else partial(summary, everything, again)
    return (
        yield from one_part_is_lost(
            behaviour,
            everything,
            IN_SEARCH_RESULTS,
            lambda part: ask.shared(**search_results(left_out=part)),
        )
    )
