"""Ways to prove an effect that several probes share, as parts of probes (``yield from``)."""

from messages_conformance.exchange import Exchange
from messages_conformance.probe import (
    Question,
    Walk,
    broken,
    ignored,
    partial,
    seen,
    unclear,
    works,
)
from messages_conformance.verdict import Behaviour, Samples

SAMPLES = 5
"""How often an open-ended request is asked to see whether its answers vary."""


def tells(exchange: Exchange, telltale: str) -> bool:
    """Whether the answer says the telltale, in any case."""
    return telltale.lower() in exchange.text.lower()


def carried(
    tested: Question, *, telltale: str, what: str, without: Question, plainly: Question
) -> Walk:
    """Show that a part of the request reaches the model, by a telltale that only it holds.

    Where the model does not tell it: ``without`` (the part left out) shows whether the part
    cost a single token, and ``plainly`` (the telltale as plain text) whether the endpoint's
    token figures count at all.
    """
    shown = yield tested
    if tells(shown, telltale):
        return works(f"the model told what only {what} holds: {telltale!r}", shown)
    bare, told = yield [without, plainly]
    if told.prompt_tokens <= bare.prompt_tokens and not tells(told, telltale):
        return unclear(
            f"the model does not tell {telltale!r} even from plain text, and the input tokens "
            f"reported say nothing: {told.prompt_tokens} and {bare.prompt_tokens}",
            shown,
            told,
            bare,
        )
    return _unseen(shown, bare, f"{what} was accepted and did not reach the model")


def reached(effect: bool, shown: Exchange, without: Question, *, yes: str, no: str) -> Walk:
    """Judge an effect that depends on the model's wit, falling back on the tokens it cost."""
    if effect:
        return works(yes, shown)
    bare = yield without
    if not bare.prompt_tokens:
        return unclear("the effect is not there, and no input tokens are reported", shown, bare)
    return _unseen(shown, bare, no)


def _unseen(shown: Exchange, bare: Exchange, dropped: str) -> Behaviour:
    """No effect was seen: dropped if it did not even cost a token, else the model's own doing."""
    figures = f"{shown.prompt_tokens} input tokens with it, {bare.prompt_tokens} without"
    if shown.prompt_tokens <= bare.prompt_tokens:
        return ignored(f"{dropped}: {figures}", shown, bare)
    return unclear(
        f"it reached the prompt ({figures}), but the model made nothing of it", shown, bare
    )


def narrowed(narrow: Question, wide: Question, what: str, *, wide_must_vary: bool = False) -> Walk:
    """Show that a sampling field narrows the choice of words.

    Open-ended answers vary under ``wide`` and not under ``narrow``. ``wide_must_vary`` says
    that answers which never vary, even under ``wide``, can only mean that it is ignored.
    """
    tight = yield [narrow] * SAMPLES
    loose = yield [wide] * SAMPLES
    few, many = (len({exchange.text for exchange in taken}) for taken in (tight, loose))
    counted = f"{few} different answers of {SAMPLES} when narrow, {many} of {SAMPLES} when wide"
    samples = Samples(many, SAMPLES)
    if many == 1 and not wide_must_vary:
        return unclear(f"answers do not vary without {what} either", *tight, *loose)
    # Greedy answers of a real server may differ now and then: its arithmetic depends on what
    # else it computes at the time. So the two are compared, and a small lead settles nothing.
    if many >= few + (2 if few == 1 else 3):
        return works(
            f"{what} governs the choice of words: {counted}", *tight, *loose, samples=samples
        )
    if few >= SAMPLES - 1 or many == 1:
        return ignored(f"{what} made no difference: {counted}", *tight, *loose, samples=samples)
    return unclear(f"too close to call: {counted}", *tight, *loose, samples=samples)


def validated(valid: Question, malformed: Question, what: str) -> Walk:
    """Show that a field without a visible effect is read at all: its malformed twin is refused."""
    accepted = yield valid
    checked = yield malformed
    if checked.refused:
        return works(
            f"{what} is read: malformed, it is refused with {seen(checked)}", accepted, checked
        )
    return ignored(f"{what} made no difference, well-formed or malformed", accepted, checked)


def cached(marked: Question, unmarked: Question) -> Walk:
    """Show that ``cache_control`` caches: a marked prefix, sent again, is read from the cache.

    An unmarked prefix must not be, or else the mark is not what does it.
    """
    first = yield marked
    again = yield marked
    if not again.usage("cache_read_input_tokens"):
        # Caches are best effort: one more chance before saying that nothing is cached.
        again = yield marked
    read = again.usage("cache_read_input_tokens")
    if not read:
        return ignored(
            f"the same {again.prompt_tokens}-token prompt was sent again and "
            "nothing was read from a cache",
            first,
            again,
        )
    yield unmarked
    plain = yield unmarked
    if plain.usage("cache_read_input_tokens"):
        return ignored(
            "the mark makes no difference: an unmarked prefix is read from a cache as well "
            f"({plain.usage('cache_read_input_tokens')} tokens; marked, {read})",
            again,
            plain,
        )
    return works(f"marked, {read} tokens were read from the cache; unmarked, none", again, plain)


def bounded(
    behaviour: Behaviour, inside: list[Question], outside: list[Question], what: str
) -> Walk:
    """Hold a field that works against its documented range: kept inside, refused outside."""
    yield inside
    beyond = yield outside
    accepted = [exchange for exchange in beyond if not exchange.refused]
    if accepted:
        return partial(
            f"{behaviour.summary}; but its documented range {what} is not kept to: "
            f"outside it, {seen(accepted[0])}",
            *behaviour.exchanges,
            *accepted,
            samples=behaviour.samples,
        )
    return behaviour


def mistaken(right: Question, wrong: Question) -> Walk:
    """Show that a request with a mistake in it is refused, where one without is answered."""
    _, given = yield [right, wrong]
    return must_be_refused(given)


def must_be_refused(given: Exchange) -> Behaviour:
    """Judge what came back for a mistaken request; documented is 400 `invalid_request_error`."""
    if given.answered:
        return ignored(f"the mistake was answered: {seen(given)}", given)
    if given.error is None or not given.refused:
        return broken(seen(given), given)
    if (given.status, given.error.type) == (400, "invalid_request_error"):
        return works(f"refused with {seen(given)}", given)
    return partial(f"{seen(given)}; documented is 400 invalid_request_error", given)
