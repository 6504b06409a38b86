"""One cause is said once, and every problem is in exactly one group."""

import json
from collections.abc import Sequence
from dataclasses import replace

from messages_conformance.protocol.exchange import Exchange
from messages_conformance.report.advice import Advice
from messages_conformance.report.causes import Cause, causes, problems
from messages_conformance.report.report import ReportedFinding, TargetReport
from messages_conformance.rules.finding import Severity
from messages_conformance.verdict import Behaviour, Kind
from support import sample_reports

MODEL = sample_reports.REVISION.models[0].id
FOREIGN = json.dumps({"error": {"code": 500, "message": "bad request"}}).encode()


def answered(status: int, body: bytes, prompt: str = "Hi.", system: str = "") -> Exchange:
    plain = sample_reports.exchange(body)
    body_sent = {**plain.request.body, "messages": [{"role": "user", "content": prompt}]}
    if system:
        body_sent["system"] = [{"type": "text", "text": system}]
    return replace(plain, status=status, request=replace(plain.request, body=body_sent))


def target(**behaviours: Behaviour) -> TargetReport:
    """A target whose rows of the first model are as told; dots stand for slashes."""
    rows = {"top_p": "basic/top_p", "image": "content/image", "metadata": "basic/metadata"}
    return sample_reports.target({(rows[name], MODEL): saw for name, saw in behaviours.items()})


def sentences(found: tuple[Cause, ...]) -> list[str]:
    return [cause.sentence for cause in found]


def test_rows_that_fail_for_a_foreign_envelope_are_one_group() -> None:
    broken = Behaviour(Kind.BROKEN, "HTTP 400 without it", (answered(400, FOREIGN),))
    found = causes(target(top_p=broken, image=broken))
    assert sentences(found) == [
        'Errors lack the documented envelope, {"type": "error", "error": {…}}'
    ]
    assert found[0].rows == ("basic/top_p", "content/image")
    assert found[0].models == (MODEL,)


def test_a_row_that_fails_alone_is_said_in_its_own_words() -> None:
    broken = Behaviour(Kind.BROKEN, "HTTP 400 without it", (answered(400, FOREIGN),))
    assert sentences(causes(target(top_p=broken))) == ["basic/top_p: HTTP 400 without it"]


def test_rows_that_no_client_can_read_are_grouped_by_the_broken_rule() -> None:
    unreadable = Behaviour(Kind.PARTIAL, "unreadable", rules=("ST-BLK-3",))
    seen = sample_reports.observation(
        sample_reports.finding(Severity.BREAKING, rule="ST-BLK-3"), row="wire/stream"
    )
    judged = replace(target(top_p=unreadable), observations=(seen,))
    (cause,) = causes(judged)
    says = "A tool call starts with an `input`, an object (ST-BLK-3)"
    assert cause.sentence == f"Clients fail on a broken rule: {says}"
    assert cause.rows == ("basic/top_p", "wire/stream")


def on_the_wire_and_in_a_client(wire: ReportedFinding, client: ReportedFinding) -> Cause:
    """The one cause of what is wrong in an exchange, and of what a client does with it."""
    seen = (
        sample_reports.observation(wire, row="wire/stream"),
        sample_reports.observation(client, row="client/python-sdk"),
    )
    (cause,) = causes(replace(target(), observations=seen))
    assert cause.rows == ("wire/stream", "client/python-sdk")
    return cause


def test_a_client_that_fails_where_a_wire_rule_is_broken_fails_for_that() -> None:
    cause = on_the_wire_and_in_a_client(
        sample_reports.finding(Severity.BREAKING, 3, "ST-ORD-1"),
        sample_reports.finding(Severity.BREAKING, 3, "CL-READ-3"),
    )
    assert cause.sentence.endswith("only pings may come before it (ST-ORD-1)")


def test_a_client_that_loses_an_error_without_the_envelope_fails_for_that() -> None:
    cause = on_the_wire_and_in_a_client(
        sample_reports.finding(Severity.CONTRACT, 3, "ER-1"),
        sample_reports.finding(Severity.BREAKING, 3, "CL-READ-2"),
    )
    assert cause.sentence.startswith("Errors lack the documented envelope")


def test_a_client_that_fails_in_another_exchange_fails_for_a_cause_of_its_own() -> None:
    seen = (
        sample_reports.observation(sample_reports.finding(Severity.BREAKING, 3, "ST-ORD-1")),
        sample_reports.observation(
            sample_reports.finding(Severity.BREAKING, 4, "CL-READ-3"), row="client/python-sdk"
        ),
    )
    assert [cause.rows for cause in causes(replace(target(), observations=seen))] == [
        ("wire/message",),
        ("client/python-sdk",),
    ]


def test_what_never_reaches_the_model_is_one_cause() -> None:
    lost = Behaviour(
        Kind.BROKEN, "it was accepted and did not reach the model: 40 input tokens with it"
    )
    (cause,) = causes(target(top_p=lost, image=lost))
    assert cause.sentence.startswith("What is sent never reaches the model")
    assert cause.rows == ("basic/top_p", "content/image")


def test_a_row_of_its_own_is_said_without_what_works_and_not_at_length() -> None:
    partial = Behaviour(Kind.PARTIAL, f"it works; but its range is not enforced: {'x' * 500}")
    (sentence,) = sentences(causes(target(top_p=partial)))
    assert sentence.startswith("basic/top_p: its range is not enforced: xxx")
    assert len(sentence) < 200


def test_streams_that_begin_alike_without_their_start_are_one_group() -> None:
    body = b"event: content_block_start\ndata: {}\n\nevent: message_stop\ndata: {}\n\n"
    rows = {
        name: Behaviour(Kind.BROKEN, f"{name} breaks", (answered(200, body, name),))
        for name in ("top_p", "image")
    }
    (cause,) = causes(target(**rows))
    assert cause.sentence == "Streams begin with content_block_start instead of message_start"
    assert cause.rows == ("basic/top_p", "content/image")


def ignored_thrice(asked: Sequence[Exchange]) -> TargetReport:
    """Two rows of three models, for each of which two of the exchanges were shown."""
    models = [model.id for model in sample_reports.REVISION.models]
    places = [("basic/top_p", models[0]), ("basic/top_p", models[1]), ("basic/metadata", models[2])]
    shown = [tuple(asked[n : n + 2]) for n in range(0, 6, 2)]
    return sample_reports.target(
        {
            place: Behaviour(Kind.IGNORED, "no difference", exchanges)
            for place, exchanges in zip(places, shown, strict=True)
        }
    )


def test_the_same_answer_to_five_prompts_is_a_canned_one() -> None:
    same = b'{"type": "message", "content": [{"type": "text", "text": "I am a mock."}]}'
    judged = ignored_thrice([answered(200, same, prompt) for prompt in "abcdef"])
    assert sentences(causes(judged)) == ["Whatever is asked, the same is answered: I am a mock."]


def test_the_same_answer_to_prompts_that_share_a_text_is_no_canned_one() -> None:
    same = b'{"type": "message", "content": [{"type": "text", "text": "You said: Hello."}]}'
    judged = ignored_thrice([answered(200, same, "Hello.", system) for system in "abcdef"])
    assert sentences(causes(judged)) == [
        "basic/top_p: no difference",
        "basic/metadata: no difference",
    ]


def test_the_same_answer_to_one_prompt_is_no_canned_one() -> None:
    same = b'{"type": "message", "content": [{"type": "text", "text": "Hello."}]}'
    ignored = Behaviour(Kind.IGNORED, "no difference", (answered(200, same),))
    models = [model.id for model in sample_reports.REVISION.models]
    found = causes(sample_reports.target({("basic/top_p", model): ignored for model in models}))
    assert sentences(found) == ["basic/top_p: no difference"]


def test_every_problem_is_in_exactly_one_group() -> None:
    kinds = {
        ("basic/top_p", model.id): kind
        for model, kind in zip(
            sample_reports.REVISION.models,
            (Kind.IGNORED, Kind.REFUSED, Kind.BROKEN, Kind.PARTIAL),
            strict=True,
        )
    }
    judged = sample_reports.target(kinds)
    grouped = [each for cause in causes(judged) for each in cause.judged]
    assert len(grouped) == 4
    assert sorted(map(id, grouped)) == sorted(map(id, problems(judged)))


def test_a_cause_of_several_rows_has_advice_of_its_own() -> None:
    broken = Behaviour(Kind.BROKEN, "HTTP 400 without it", (answered(400, FOREIGN),))
    several = causes(target(top_p=broken, image=broken))[0]
    alone = causes(target(top_p=broken))[0]
    advice = (
        Advice("basic/top_p", "It narrows.", fix="Narrow.", instead="Do without."),
        Advice("content/image", "It is seen.", fix="Look.", instead="Describe it."),
    )
    report = replace(sample_reports.report(), advice=advice)
    assert dict(alone.what_to_do(report)) == {"To fix": "Narrow.", "Instead": "Do without."}
    assert "Answer every error as JSON" in dict(several.what_to_do(report))["To fix"]
    assert not several.looks_like(report)


def test_rows_that_are_refused_for_what_they_do_not_send_are_one_group() -> None:
    said = b'{"type": "error", "error": {"type": "invalid_request_error", "message": "No."}}'
    refused = Behaviour(Kind.REFUSED, "refused with HTTP 400", (answered(400, said),))
    models = [model.id for model in sample_reports.REVISION.models]
    judged = sample_reports.target(
        {("basic/top_p", models[0]): refused, ("basic/metadata", models[2]): refused}
    )
    seen = sample_reports.observation(
        replace(sample_reports.finding(rule="ER-10"), exchange=judged.cells[0].places[0]),
        row="wire/error",
    )
    first, *_ = causes(replace(judged, observations=(seen,)))
    assert first.sentence == "Requests are refused for a beta that they do not name"
    assert first.rows == ("basic/top_p", "basic/metadata")
