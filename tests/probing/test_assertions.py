"""Proofs that a field has its effect, over endpoints that keep and that break the promise."""

import json

import pytest

from messages_conformance.probing import (
    Ask,
    ProbeRun,
    Question,
    also_accepted,
    prove_by_canary,
    prove_by_effect,
    prove_validated,
    row,
    works,
)
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.verdict import Kind
from support.probes import Answer, answered, error, run, said


def carried(ask: Ask, shared: Question | None = None) -> ProbeRun:
    """Shows that x reaches the model."""
    return prove_by_canary(
        ask("Code?", x="quokka"),
        canary="quokka",
        what="x",
        control=ask.control("Code?"),
        in_plain_text=ask.control("The code is quokka. Code?"),
        shared=shared,
    )


carries = row("basic/x")(carried)


def endpoint(*, sees: bool, costs: bool, able: bool, counts: bool = True) -> Answer:
    """Whether x is seen and costs tokens, the model can repeat codes, and tokens are counted."""

    def answer(request: Request, _: int) -> Exchange:
        in_prompt = "quokka" in str(request.body["messages"])
        repeats = (in_prompt and able) or ("x" in request.body and sees)
        tokens = 5 + 4 * (in_prompt or ("x" in request.body and costs))
        return said(request, "Quokka." if repeats else "?", input_tokens=tokens if counts else 0)

    return answer


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (endpoint(sees=True, costs=True, able=True), Kind.WORKS),
        (endpoint(sees=False, costs=False, able=True), Kind.IGNORED),
        (endpoint(sees=False, costs=False, able=False), Kind.IGNORED),
        (endpoint(sees=False, costs=True, able=True), Kind.UNCLEAR),
        (endpoint(sees=False, costs=False, able=True, counts=False), Kind.IGNORED),
        (endpoint(sees=False, costs=False, able=False, counts=False), Kind.UNCLEAR),
    ],
    ids=[
        "reaches",
        "dropped",
        "dropped, incapable model",
        "reaches a model that does not use it",
        "dropped, no token counts",
        "incapable model, no token counts",
    ],
)
def test_prove_by_canary(answer: Answer, kind: Kind) -> None:
    assert run(carries, answer).kind is kind


@row("basic/x")
def reaches(ask: Ask) -> ProbeRun:
    """Shows that x makes the model do something."""
    return (
        yield from prove_by_effect(
            ask,
            lambda exchange: "Quokka" in exchange.text,
            ask("Animal?", x="quokka"),
            control=ask.control("Animal?"),
            shows="it did",
            lost="x did not reach the model",
        )
    )


@pytest.mark.parametrize(
    ("figures", "kind"),
    [
        # with x, without it, elsewhere
        ((5, 5, 9), Kind.IGNORED),
        ((5, 5, 5), Kind.UNCLEAR),
        ((9, 5, 5), Kind.UNCLEAR),
        ((0, 0, 0), Kind.UNCLEAR),
    ],
    ids=["dropped", "counts that never change", "reaches", "no figures"],
)
def test_token_counts_that_never_change_blame_nobody(
    figures: tuple[int, int, int], kind: Kind
) -> None:
    def answer(request: Request, _: int) -> Exchange:
        elsewhere = "quokka" in str(request.body["messages"])
        place = 0 if "x" in request.body else 2 if elsewhere else 1
        return said(request, "?", input_tokens=figures[place])

    assert run(reaches, answer).kind is kind


def hopeful(request: Request, _: int) -> Exchange:
    """An endpoint whose model repeats the code only where it is asked for everything."""
    everything = request.body["messages"][0]["content"] == "Tell all."
    return said(request, "Quokka." if everything else "?", input_tokens=9)


def test_an_effect_that_a_shared_request_shows_is_not_asked_for_again() -> None:
    asked: list[Request] = []

    @row("basic/x")
    def shares(ask: Ask) -> ProbeRun:
        """Shows that x reaches the model, together with other things."""
        return (yield from carried(ask, ask.shared("Tell all.", x="quokka")))

    def answer(request: Request, nth: int) -> Exchange:
        asked.append(request)
        return hopeful(request, nth)

    assert run(shares, answer).kind is Kind.WORKS
    assert len(asked) == 1
    # Where the shared request is not taken, nothing is said yet: the row is asked by itself.
    refusing = run(
        shares,
        lambda r, n: (
            error(r, 400)
            if "Tell all." in str(r.body)
            else endpoint(sees=True, costs=True, able=True)(r, n)
        ),
    )
    assert refusing.kind is Kind.WORKS


def fickle(hits: str) -> Answer:
    """An endpoint whose model repeats the code in some of its tries, each y or n."""

    def answer(request: Request, nth: int) -> Exchange:
        shown = "x" in request.body and hits[min(nth, len(hits) - 1)] == "y"
        tokens = 5 + 4 * ("x" in request.body or "quokka" in str(request.body["messages"]))
        return said(request, "Quokka." if shown else "?" * (nth + 1), input_tokens=tokens)

    return answer


@pytest.mark.parametrize(
    ("hits", "kind", "samples"),
    [
        ("y", Kind.WORKS, None),
        ("ny", Kind.WORKS, (1, 2)),
        ("nny", Kind.WORKS, (1, 3)),
        ("nnny", Kind.UNCLEAR, (0, 3)),
    ],
)
def test_a_model_that_does_not_do_as_instructed_is_asked_again(
    hits: str, kind: Kind, samples: tuple[int, int] | None
) -> None:
    behaviour = run(carries, fickle(hits))
    assert behaviour.kind is kind
    seen = behaviour.samples
    assert (seen and (seen.seen, seen.of)) == samples


def test_a_model_that_repeats_itself_is_not_asked_in_vain() -> None:
    behaviour = run(carries, endpoint(sees=False, costs=True, able=True))
    assert (behaviour.kind, behaviour.samples) == (Kind.UNCLEAR, None)
    with_it = [one for one in behaviour.exchanges if "x" in one.request.body]
    assert len(with_it) == 2


def test_a_part_that_changes_what_a_model_repeats_reaches_it() -> None:
    def answer(request: Request, _: int) -> Exchange:
        reaches = "x" in request.body
        tokens = 9 if "quokka" in str(request.body) else 5
        return said(request, "Aha." if reaches else "What?", input_tokens=tokens)

    behaviour = run(carries, answer)
    assert behaviour.kind is Kind.WORKS
    assert "'Aha.'" in behaviour.summary
    assert "'What?'" in behaviour.summary


def test_what_a_model_calls_is_what_it_says() -> None:
    def answer(request: Request, nth: int) -> Exchange:
        reaches = "x" in request.body
        call = {"type": "tool_use", "id": f"toolu_{nth}", "name": "a", "input": {"x": reaches}}
        usage = {"input_tokens": 9 if "quokka" in str(request.body) else 5}
        return answered(request, 200, {"type": "message", "content": [call], "usage": usage})

    behaviour = run(carries, answer)
    assert behaviour.kind is Kind.WORKS
    assert "with it \"a {'x': True}\", without it \"a {'x': False}\"" in behaviour.summary


def test_a_digest_of_the_request_is_no_word_of_a_model() -> None:
    def answer(request: Request, _: int) -> Exchange:
        reaches = "x" in request.body
        words = f"mock answer, digest {'a7ca07ec' if reaches else 'cb63f5ad'}"
        return said(request, words, input_tokens=9 if "quokka" in str(request.body) else 5)

    assert run(carries, answer).kind is Kind.UNCLEAR


def test_a_model_that_never_repeats_itself_shows_nothing_by_another_answer() -> None:
    def answer(request: Request, nth: int) -> Exchange:
        reaches = "x" in request.body
        words = "Aha." if reaches else f"What? {nth}"
        return said(request, words, input_tokens=9 if "quokka" in str(request.body) else 5)

    assert run(carries, answer).kind is Kind.UNCLEAR


def test_the_last_word_of_a_cut_answer_may_differ() -> None:
    def answer(request: Request, nth: int) -> Exchange:
        words = f"Aha, so it is {nth}" if "x" in request.body else f"What do you mean {nth}"
        tokens = 9 if "quokka" in str(request.body) else 5
        message = json.loads(said(request, words, input_tokens=tokens).body)
        return answered(request, 200, {**message, "stop_reason": "max_tokens"})

    assert run(carries, answer).kind is Kind.WORKS


@pytest.mark.parametrize("step", [4, 5])
def test_a_clock_in_the_answers_is_no_effect(step: int) -> None:
    asked = 0

    def answer(request: Request, _: int) -> Exchange:
        nonlocal asked
        asked += 1
        tokens = 9 if "quokka" in str(request.body) else 7 if "x" in request.body else 5
        time = "12:56:58" if asked <= step else "12:56:59"
        return said(request, f"It is {time}.", input_tokens=tokens)

    assert run(carries, answer).kind is Kind.UNCLEAR


@row("basic/x")
def validates(ask: Ask) -> ProbeRun:
    """Shows that x is read."""
    return (yield from prove_validated(ask("Hi.", x="ok"), ask.invalid("Hi.", x="nonsense"), "x"))


def test_prove_validated() -> None:
    strict = run(
        validates, lambda r, _: error(r, 400) if r.body["x"] == "nonsense" else said(r, "Hi.")
    )
    lax = run(validates, lambda r, _: said(r, "Hi."))
    never = run(validates, lambda r, _: error(r, 400))
    assert (strict.kind, lax.kind, never.kind) == (Kind.WORKS, Kind.IGNORED, Kind.REFUSED)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("messages.0.content: 'document' is not supported", Kind.UNCLEAR),
        ("tool_choice: there are no tools", Kind.UNCLEAR),
        ("x: should be one of document, image", Kind.WORKS),
        ("invalid request", Kind.WORKS),
    ],
)
def test_a_refusal_of_another_field_proves_nothing_of_this_one(message: str, kind: Kind) -> None:
    """As from an endpoint that answers one request with the answer to another."""

    def answer(request: Request, _: int) -> Exchange:
        wrong = {"type": "invalid_request_error", "message": message}
        if request.body["x"] != "nonsense":
            return said(request, "Hi.")
        return answered(request, 400, {"type": "error", "error": wrong})

    assert run(validates, answer).kind is kind


@pytest.mark.parametrize(
    ("status", "how"), [(400, "refused in another form"), (500, "not refused")]
)
def test_a_malformed_value_may_be_refused_in_another_form_or_break_the_endpoint(
    status: int, how: str
) -> None:
    def answer(request: Request, _: int) -> Exchange:
        if request.body["x"] != "nonsense":
            return said(request, "Hi.")
        return Exchange(request, status, (), b'{"detail": "x"}')

    behaviour = run(validates, answer)
    assert behaviour.kind is Kind.PARTIAL
    assert f"a malformed one is {how}" in behaviour.summary


def test_a_server_that_cannot_read_its_own_model_accuses_no_feature() -> None:
    message = "The model produced output that does not match the expected peg-native format"
    worked = works("x works")

    @row("basic/x")
    def accepts(ask: Ask) -> ProbeRun:
        """Shows that more of x is taken."""
        tested = ask.shared("More?", x=2)
        first: Exchange = yield tested
        return (yield from also_accepted(worked, first, tested, ask.control("More?"), "two"))

    def failing(said_of_it: str) -> Answer:
        return lambda request, _: (
            answered(request, 500, {"error": {"code": 500, "message": said_of_it}})
            if "x" in request.body
            else said(request, "Yes.")
        )

    assert run(accepts, failing(message)).kind is Kind.WORKS
    assert run(accepts, failing("x is too large")).kind is Kind.PARTIAL
