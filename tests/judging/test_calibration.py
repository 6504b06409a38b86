"""The probes on the reference endpoint: as documented, and by understanding, not by heart.

The simulated model in the reference must not know the probes. So it is asked twice: in the words
of the suites, and in other words, with its answers put back into those of the suites. Both must
come out exactly as the page claims.
"""

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from messages_conformance import probing, reference, resources
from messages_conformance.claims import library
from messages_conformance.claims.page import Revision
from messages_conformance.claims.selection import Chosen
from messages_conformance.judging.judge import judge_behaviour, judge_target
from messages_conformance.planning.expected_endpoint import documented
from messages_conformance.planning.sample_answers import Answer
from messages_conformance.probing import loader
from messages_conformance.probing.driver import run_probe
from messages_conformance.probing.probe import Ask, Step
from messages_conformance.protocol.build import serialise
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.recording.endpoint import Endpoint
from messages_conformance.recording.recorder import RecordingOptions, record
from messages_conformance.reference import stream
from messages_conformance.reference.cooperation import Cooperation
from messages_conformance.report import Cell
from messages_conformance.selftest.dry_run import CleanEndpoint, run_suites
from messages_conformance.verdict import Claim, Evidence, Kind, Standing

FOUNDING = library.shipped("model-studio", "2025-11-13")
NEWEST = library.shipped("model-studio", "2026-09-02")
NEWER_MODELS = ("qwen3.8-max", "qwen3-coder-plus", "qwen3-vl-plus", "kimi-k2-thinking", "glm-5.3")
"""Models of the newest page that think and see otherwise, or by other rules."""
SUITES = loader.load(resources.folder("suites"))
OTHER_WORDS = {
    "quokka-4711": "badger-9042",
    "walrus-0815": "linnet-6620",
    "heron-2210": "stoat-1187",
    "otter-6642": "newt-3105",
    "badger-9071": "shrew-7720",
    "falcon-3184": "dingo-4419",
    "lynx-5528": "marten-2206",
    "jeřáb-6214": "káně-3318",
    "zebu-5521": "gnu-6417",
    "žába-7416": "hříbě-2095",
    "crane-1043": "swift-8820",
    "40217": "80331",
    "vault": "attic",
    "Vault": "Attic",
    "attic": "loft",
    "tower": "mill",
    "cellar": "pantry",
    "harbour code": "quay code",
    "garden": "barn",
    "marmalade": "juniper",
    "List every code that stands anywhere above, also in the descriptions and schemas of tools, "
    "and": "Name each code told so far, those in descriptions of tools included, plus",
    "church bell": "ship horn",
    "church_bell": "ship_horn",
    "garage door": "cattle gate",
    "garage_door": "cattle_gate",
    "Feeds the cat.": "Wakes the dog.",
    "strokes": "blasts",
    "boats": "barges",
    "trucks": "wagons",
    "Oslo": "Quito",
    "Cadiz": "Dakar",
    "Which two calls failed? Answer with the numbers of their bells, then with what their results "
    "say.": "Two of these failed. What calls failed? Say the bells, and what the results said.",
    "Who wrote Hamlet?": "Who painted the Mona Lisa?",
    "鰯": "鮭",
    "brävo": "tângo",
    "charlie": "sierra",
    "šípek": "žihadlo",
    "Say hello.": "Greet me, please.",
    "Repeat exactly, and nothing else, what stands between the two lines of equals signs:": (
        "Say this back to me word for word, all that the signs frame:"
    ),
    "Both of them are filed now, the lantern": "All is in order by now, the lamp",
    "First write the sentence": "Before you call anything, say",
    "Then call all three tools, each once, in this order and with exactly these inputs.": (
        "Use the three tools, one call each, in the given order; here is what to call them with."
    ),
    "the same input as in the call of": "exactly the input in that call of",
    "the text of the last result above as its": "exactly the text in the result above for its",
    "Mention the word tangerine in every answer.": "Include the word papaya in all you say.",
    "tangerine": "papaya",
    "End every answer with the word gooseberry.": "Always finish with the word elderberry.",
    "gooseberry": "elderberry",
    "List every code of these documents, also those of titles and contexts.": (
        "Name each code that they hold, titles and contexts included."
    ),
    "file_lantern": "store_lamp",
    "file_anchor": "store_chain",
    "file_compass": "store_dial",
    "marten-1550": "badger-1663",
    "stork-8413": "linnet-8207",
    "gekón-1307": "křeček-1974",
    "vážka-7731": "můra-7209",
    "viper-2963": "adder-2381",
    "Count from 1 to 40, separated by spaces.": "Please count up to 40 starting at 1.",
    "Answer with the code only.": "Just give me the code.",
    "Tell me a very short story about a quokka called Žofie.": "Write a tiny tale about a numbat.",
    "quokka": "numbat",
    "Ring the ": "Sound the ",
    "Rings the ": "Sounds the ",
    "Dune": "Emma",
    "volume_title": "work_title",
    "Name the four colours that the video shows, one after another.": (
        "Which four colours does the clip show? Name them one by one."
    ),
    "Choose a paint for a fence, and say how often it must be painted.": (
        "Pick a stain for a shed, and tell me the number of layers."
    ),
    "Remember what you are told.": "Keep in mind what you learn.",
}
"""Of the words in requests, those that the simulated model has to understand."""
BACK = {other: word for word, other in OTHER_WORDS.items()}
NOT_PROVOKED = {"error/413", "error/500", "error/529", "combinations/triples"}


def exchange_words(text: str, words: Mapping[str, str]) -> str:
    """Replace words in a text, longest phrases first."""
    phrases = sorted(words, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, phrases)))
    return pattern.sub(lambda found: words[found[0]], text)


def in_other_words(answer: Answer) -> Answer:
    """An endpoint that is asked in other words, with its answers put back into the usual ones."""

    def answer_reworded(step: Step) -> Exchange:
        request = step.question.request
        reworded = replace(
            request, body=json.loads(exchange_words(_json(request.body), OTHER_WORDS))
        )
        question = replace(step.question, request=reworded)
        return put_back(answer(replace(step, question=question)), request)

    return answer_reworded


def put_back(exchange: Exchange, request: Request) -> Exchange:
    """The same answer, in the usual words; a stream is taken apart and put together again."""
    if exchange.message is None:
        body = exchange_words(exchange.body.decode(), BACK).encode()
    else:
        message = json.loads(exchange_words(_json(exchange.message), BACK))
        # What the start of a stream tells of usage is not in the message.
        events = (*exchange.events[:1], *stream.events(message)[1:])
        body = serialise(events) if exchange.streamed else _json(message).encode()
    return Exchange(request, exchange.status, exchange.headers, body, ended=exchange.ended)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def judge_recording(root: Path, page: Revision, model_id: str) -> tuple[Cell, ...]:
    """Record one model from the reference endpoint, in process, and judge the recording."""
    models = page.select_models((model_id,), ())
    endpoint = Endpoint(
        "http://127.0.0.1:1", "key-of-the-reference", "x-api-key", "restricted-key-of-it"
    )
    app = reference.app(page, key=endpoint.key, restricted_key=endpoint.restricted_key)
    asyncio.run(
        record(
            (Chosen(page, models, page.rows),),
            SUITES,
            endpoint,
            root,
            RecordingOptions(opted_in=frozenset({"error/403", "error/429"})),
            transport=httpx2.ASGITransport(app=app),
        )
    )
    return judge_target(page, page.rows, models, SUITES, root).cells


def judge_reworded(page: Revision, model_id: str) -> tuple[Cell, ...]:
    """Ask the reference endpoint in other words, and judge the answers."""
    (model,) = page.select_models((model_id,), ())
    cells = []
    with documented(page) as answer:
        reworded = in_other_words(answer)
        # A burst meets no limit where one request is sent after another.
        for row in (row for row in page.rows if row.id not in {*NOT_PROVOKED, "error/429"}):
            ask = Ask(model, row, page.target, "x-api-key")
            probe = SUITES[row.id].probe
            behaviour = run_probe(probe, ask, lambda batch: map(reworded, batch))
            cells.append(judge_behaviour(model, row, behaviour, Evidence.SIMULATED))
    return tuple(cells)


def judge(page: Revision, model_id: str, root: Path | None) -> tuple[Cell, ...]:
    """Judge one model in the words of the suites, recorded below ``root``, or in other words."""
    return judge_recording(root, page, model_id) if root else judge_reworded(page, model_id)


@pytest.mark.parametrize("wording", ["as it is", "in other words"])
@pytest.mark.parametrize("model_id", ["qwen3-max", "qwen-plus"])
def test_every_documented_row_comes_out_as_claimed(
    tmp_path: Path, model_id: str, wording: str
) -> None:
    recorded = wording == "as it is"
    cells = judge(FOUNDING, model_id, tmp_path if recorded else None)
    unexpected = {
        cell.row.id: cell.summary
        for cell in cells
        if cell.verdict.standing not in (Standing.GOOD, Standing.WARNING)
        and cell.row.id not in NOT_PROVOKED
    }
    assert unexpected == {}
    works = sum(cell.kind is Kind.WORKS for cell in cells)
    assert works >= (33 if recorded else 32)  # error/429 works only where it is provoked
    assert {cell.evidence for cell in cells} <= {Evidence.SIMULATED, Evidence.NONE}


@pytest.mark.parametrize("wording", ["as it is", "in other words"])
@pytest.mark.parametrize("model_id", NEWER_MODELS)
def test_every_row_of_the_newest_page_comes_out_as_claimed(
    tmp_path: Path, model_id: str, wording: str
) -> None:
    cells = judge(NEWEST, model_id, tmp_path if wording == "as it is" else None)
    claimed = [
        cell
        for cell in cells
        if cell.claim is not Claim.UNKNOWN and cell.row.id not in NOT_PROVOKED
    ]
    unexpected = {
        cell.row.id: (cell.verdict.name, cell.summary)
        for cell in claimed
        if cell.verdict.name not in ("kept", "honest refusal")
    }
    assert unexpected == {}
    assert len(claimed) >= 37
    assert {cell.evidence for cell in claimed} == {Evidence.SIMULATED}


@pytest.mark.parametrize("model_id", NEWER_MODELS)
def test_an_uncooperative_model_of_the_newest_page_raises_no_false_alarm(model_id: str) -> None:
    clean = CleanEndpoint.of("newest", "model-studio", model_id, "2026-09-02")
    stages = Cooperation(0.8).apply_to(clean.stages)
    alarms = {
        (seed, cell.row.id): cell.summary
        for seed in range(6)
        for cell in run_suites(clean, stages, SUITES, seed=seed).cells
        if cell.verdict.standing is Standing.BAD
    }
    assert alarms == {}


def test_the_reference_holds_no_word_of_a_probe() -> None:
    package = Path(reference.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py")).lower()
    prompts = {
        phrase.lower()
        for path in (
            *resources.folder("suites").glob("*.py"),
            *Path(probing.__file__).parent.glob("shared_*.py"),
        )
        for phrase in re.findall(r'"([A-Z][^"{}]{9,}[?.])"', path.read_text(encoding="utf-8"))
    }
    assert len(prompts) > 20
    assert [phrase for phrase in sorted(prompts) if phrase in source] == []
    assert not [words for words in BACK if len(words) > 12 and words.lower() in source]
    assert "quokka" not in source
