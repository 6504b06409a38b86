"""Rules ``RS-USE``: the numbers of tokens in ``usage``."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from messages_conformance.protocol.exchange import Exchange, is_token_count
from messages_conformance.rules.catalogue import broken
from messages_conformance.rules.finding import Finding, Where
from messages_conformance.rules.request_view import RequestView, mapping, objects
from messages_conformance.rules.response.content import Content
from messages_conformance.rules.wording import one_of, seen, shown

_TIERS: Final = ("standard", "priority", "batch")
_SOME_WORDS, _WORDS_PER_TOKEN = 20, 2
"""Fewer words may be one token each; no tokenizer in use makes one token of two words."""
_MANY_WORDS, _SENT_PER_TOKEN = 100, 3
"""Of a request: genuine ones of a hundred words or more have up to 0.9 a token."""
_OF_NOTHING, _OF_A_CALL, _OF_A_LETTER = 20, 150, 3
"""More tokens than genuine messages have for no content, for a call and for a letter."""
_OTHER_OUTPUT: Final = ("server_tool_use", "iterations", "output_tokens_details")
"""Keys that tell of output beside the content."""
_SHORT, _OVER, _ENOUGH = 1_000, 300, 5
"""Bytes of a short request, tokens beyond a token a byte, and short requests that are enough."""
_MORE: Final = frozenset({"tools", "container", "mcp_servers", "context_management"})
"""Fields by which a request has more to read than its words."""
_UNBILLED: Final = ("refusal", "compaction")
_CACHE: Final = ("cache_creation_input_tokens", "cache_read_input_tokens")


def check_counts(usage: Any, where: Where, pointer: str) -> Iterator[Finding]:
    """Check the counts of a message that came whole; ``pointer`` is where its usage stands."""
    names = ("input_tokens", "output_tokens")
    yield from check_required(usage, names, "RS-USE-1", where, pointer)
    yield from check_optional(usage, where, pointer)


def check_required(
    usage: Any, names: tuple[str, ...], rule: str, where: Where, pointer: str
) -> Iterator[Finding]:
    """Check that counts are there, by the rule that requires them."""
    if not isinstance(usage, dict):
        what = f"`usage` is {shown(usage)}" if usage is not None else "`usage` is missing or null"
        yield broken(rule, where.at(pointer), f"{what}; expected {' and '.join(names)} in it")
        return
    for name in names:
        if not is_token_count(usage.get(name)):
            yield broken(
                rule,
                where.at(f"{pointer}/{name}"),
                f"`{name}` is {seen(usage, name)}; expected a whole number of tokens from 0",
            )


def check_optional(usage: Any, where: Where, pointer: str) -> Iterator[Finding]:
    """Check the counts that may be missing or null."""
    given = mapping(usage)
    for name in _CACHE:
        if given.get(name) is not None and not is_token_count(given[name]):
            yield broken(
                "RS-USE-1",
                where.at(f"{pointer}/{name}"),
                f"`{name}` is {shown(given[name])}; expected a whole number from 0, or null",
            )


def _says_more(content: Content, output: int) -> bool:
    """Whether an answer has far more words than tokens: genuine ones have up to 0.83 a token."""
    return content.words >= _SOME_WORDS and content.words > _WORDS_PER_TOKEN * output


def _says_nothing(content: Content, output: int) -> bool:
    """Whether far more tokens are counted than the content has.

    Genuine messages of texts and calls have up to one token a letter, some 60 more for each call,
    and four if they are empty.
    """
    if not content.is_known or content.thinks or content.served or content.made_by_code:
        return False
    if not content.letters and not content.calls:
        return output > _OF_NOTHING
    return output > _OF_A_CALL * (content.calls + 1) + _OF_A_LETTER * content.letters


def check_total(
    usage: Mapping[str, Any], where: Where, request: RequestView, content: Content, reason: Any
) -> Iterator[Finding]:
    """Check the final counts against one another, the request, the content and the reason."""
    output = usage.get("output_tokens")
    # Where executed code makes the calls no model was asked; a refusal and a compaction by itself
    # are not billed here.
    asked = not content.made_by_code and reason not in _UNBILLED
    if asked and not request.fills_cache_only and is_token_count(output) and output == 0:
        though = "there is content" if content.count else "the message ended"
        yield broken(
            "RS-USE-2",
            where.at("/usage/output_tokens"),
            f"`output_tokens` is `0` though {though}; expected the tokens generated, of which "
            "an empty answer has one at least",
        )
    elif asked and not content.served and is_token_count(output) and _says_more(content, output):
        yield broken(
            "RS-USE-2",
            where.at("/usage/output_tokens"),
            f"`output_tokens` is {shown(output)} for {content.words:,} words; expected about one "
            "token a word, or more",
        )
    elif (
        asked
        and is_token_count(output)
        and not any(usage.get(name) for name in _OTHER_OUTPUT)
        and _says_nothing(content, output)
    ):
        yield broken(
            "RS-USE-7",
            where.at("/usage/output_tokens"),
            f"`output_tokens` is {shown(output)} for {content.letters:,} letters and "
            f"{content.calls} calls; expected what was generated, so text was lost, or thinking "
            "was left out",
        )
    if asked and (request.messages or not request.known) and _input_is_zero(usage):
        yield broken(
            "RS-USE-6",
            where.at("/usage/input_tokens"),
            "no input tokens are counted: `input_tokens` is `0`, and none are written to a cache "
            "or read from it; expected the tokens of the request",
        )
    elif asked and _is_far_too_little(usage, request):
        yield broken(
            "RS-USE-6",
            where.at("/usage/input_tokens"),
            f"{_input(usage):,} input tokens are counted for a request of {request.words:,} words; "
            "expected about one a word, or more: the count is wrong, or most of the text is lost",
        )
    thought = mapping(usage.get("output_tokens_details")).get("thinking_tokens")
    if is_token_count(thought) and is_token_count(output) and thought > output:
        yield broken(
            "RS-USE-4",
            where.at("/usage/output_tokens_details/thinking_tokens"),
            f"`thinking_tokens` is {shown(thought)}; expected no more than the "
            f"{shown(output)} `output_tokens` they are part of",
        )
    tier = usage.get("service_tier")
    if tier is not None and tier not in _TIERS:
        yield broken(
            "RS-USE-5",
            where.at("/usage/service_tier"),
            f"`service_tier` is {shown(tier)}; expected {one_of(_TIERS)}",
        )


def _input_is_zero(usage: Mapping[str, Any]) -> bool:
    fresh, cached = usage.get("input_tokens"), [usage.get(name) for name in _CACHE]
    return is_token_count(fresh) and not fresh and all(count in (None, 0) for count in cached)


def _is_far_too_little(usage: Mapping[str, Any], request: RequestView) -> bool:
    """Whether no tokenizer makes so few tokens of the words that were sent."""
    few = max(_MANY_WORDS - 1, _SENT_PER_TOKEN * _input(usage))
    return request.may_exceed(few) and not request.edits_context and request.words > few


def _input(usage: Mapping[str, Any]) -> int:
    """All input tokens; many where a count is none, so that nothing is said of it."""
    counts: list[Any] = [usage.get("input_tokens"), *(usage.get(name) or 0 for name in _CACHE)]
    return sum(counts) if all(map(is_token_count, counts)) else sys.maxsize


def check_repeated(exchange: Exchange, first: Exchange) -> Iterator[Finding]:
    """Check that an equal request cost the same input as the first one."""
    counted, expected = exchange.prompt_tokens, first.prompt_tokens
    if counted != expected:
        why = how_they_differ(exchange, first)
        said = f"{why}{counted} input tokens, but {expected} for an equal request before"
        yield broken("RS-USE-3", Where(pointer="/usage"), said)


def check_overhead(exchanges: Iterable[Exchange]) -> Iterator[tuple[Exchange, Finding]]:
    """Check that short requests cost about what they say, and no long prompt of somebody else.

    No genuine request of words alone costs a token a byte. One that does may stand for more than it
    says; where all short ones do, more is sent to the model than was asked.
    """
    short = [(one, len(one.request.content)) for one in exchanges if _is_short(one)]
    over = [one for one, size in short if one.prompt_tokens > size + _OVER]
    if len(short) >= _ENOUGH and len(over) == len(short):
        least = min(over, key=lambda one: one.prompt_tokens)
        said = (
            f"each of {len(short)} short requests without tools costs far more input than it has "
            f"bytes, the cheapest {least.prompt_tokens:,} tokens for "
            f"{len(least.request.content):,} bytes; expected about a token for four bytes: more is "
            "sent to the model than was asked, or the count is wrong"
        )
        yield least, broken("RS-USE-8", Where(pointer="/usage/input_tokens"), said)


def _is_short(exchange: Exchange) -> bool:
    """Whether a request of a few words was answered, and has nothing but words."""
    body = exchange.request.body
    if not exchange.answered or not exchange.prompt_tokens or not isinstance(body, dict):
        return False
    plain = all(isinstance(turn.get("content"), str) for turn in objects(body.get("messages")))
    return plain and len(exchange.request.content) < _SHORT and not _MORE & body.keys()


def how_they_differ(exchange: Exchange, first: Exchange) -> str:
    """What explains that two equal requests cost different input, and a colon; else nothing."""
    more, fewer = sorted((exchange, first), key=lambda each: each.prompt_tokens, reverse=True)
    difference = more.prompt_tokens - fewer.prompt_tokens
    written, read = (more.usage(name) for name in _CACHE)
    for count, which in (
        (read, "read from the cache"),
        (written, "written to the cache"),
        (read + written, "read from the cache and written to it"),
    ):
        if count and count == difference:
            return f"the tokens {which} are counted twice, in `input_tokens` too: "
    if any(each.usage(name) for each in (more, fewer) for name in _CACHE):
        return "the tokens do not add up where a cache is used: "
    return ""
