"""The probes on the reference endpoint: as documented, and by understanding, not by heart.

The follower in the reference must not know the probes. So the suites are run twice: as they
are, and with their words exchanged for others. Both must come out exactly as the page claims.
"""

import asyncio
import importlib
import re
import shutil
import sys
import types
from pathlib import Path

import httpx2
import pytest

from messages_conformance import probing, reference, resources
from messages_conformance.claims import library
from messages_conformance.judging.judge import judge_target
from messages_conformance.probing import loader
from messages_conformance.recording.recorder import record
from messages_conformance.recording.transport import Endpoint
from messages_conformance.report import TargetReport
from messages_conformance.verdict import Evidence, Kind, Standing

REVISION = library.shipped("model-studio", "2025-11-13")
SHARED = ("shared_tools", "shared_plain", "shared_conversation")
"""Modules of questions that suites share, in the order they build on each other."""
OTHER_WORDS = {
    "quokka-4711": "badger-9042",
    "walrus-0815": "linnet-6620",
    "heron-2210": "stoat-1187",
    "otter-6642": "newt-3105",
    "badger-9071": "shrew-7720",
    "falcon-3184": "dingo-4419",
    "lynx-5528": "marten-2206",
    "vault": "attic",
    "Vault": "Attic",
    "attic": "loft",
    "tower": "mill",
    "cellar": "pantry",
    "harbour code": "quay code",
    "garden": "barn",
    "marmalade": "juniper",
    "List every code that stands anywhere above, and": "Name each code told so far, plus",
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
    "Which two calls failed? Answer with the numbers of their bells only.": (
        "Two of these calls failed. What calls failed? Say only which bells those were."
    ),
    "Who wrote Hamlet?": "Who painted the Mona Lisa?",
    '"alpha", "brävo", "charlie", "chêne"': '"one", "rêd", "charlie", "delta"',
    "Say hello.": "Greet me, please.",
    "Repeat exactly, and nothing else:": "Say this back to me word for word:",
    "Count from 1 to 40, separated by spaces.": "Please count up to 40 starting at 1.",
    "Answer with the code only.": "Just give me the code.",
    "Tell me a very short story about a quokka called Žofie.": "Write a tiny tale about a numbat.",
    'TOLD_OF = "quokka"': 'TOLD_OF = "numbat"',
    "What is the opposite of hot?": "What is the opposite of up?",
    "Ring the ": "Sound the ",
    "Rings the ": "Sounds the ",
    "Dune": "Emma",
    "volume_title": "work_title",
}


def other_words(path: Path) -> str:
    """A file's text with its wording changed, longest phrases first."""
    phrases = sorted(OTHER_WORDS, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, phrases)))
    return pattern.sub(lambda found: OTHER_WORDS[found[0]], path.read_text(encoding="utf-8"))


def in_other_words(source: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the suites with other wording, which also finds other words in what is shared."""
    for name in SHARED:
        module = importlib.import_module(f"messages_conformance.probing.{name}")
        changed = types.ModuleType(module.__name__)
        exec(other_words(Path(str(module.__file__))), changed.__dict__)
        monkeypatch.setitem(sys.modules, module.__name__, changed)
        monkeypatch.setattr(probing, name, changed)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for path in folder.glob("*.py"):
        path.write_text(other_words(path), encoding="utf-8")
    return folder


def calibrate(folder: Path, root: Path, model: str) -> TargetReport:
    """Record one model from the reference endpoint, in process, and judge the recording."""
    probes = loader.load(folder)
    models = REVISION.select_models((model,), ())
    endpoint = Endpoint(
        "http://127.0.0.1:1", "key-of-the-reference", "x-api-key", "restricted-key-of-it"
    )
    app = reference.app(REVISION, key=endpoint.key, restricted_key=endpoint.restricted_key)
    asyncio.run(
        record(
            REVISION,
            models,
            REVISION.rows,
            probes,
            endpoint,
            root,
            opted_in=frozenset({"error/403", "error/429"}),
            transport=httpx2.ASGITransport(app=app),
        )
    )
    return judge_target(REVISION, REVISION.rows, models, probes, root)


@pytest.mark.parametrize("wording", ["as it is", "in other words"])
@pytest.mark.parametrize("model", ["qwen3-max", "qwen-plus"])
def test_every_documented_row_comes_out_as_claimed(
    tmp_path: Path, model: str, wording: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = resources.folder("suites")
    if wording == "in other words":
        folder = in_other_words(folder, tmp_path / "suites", monkeypatch)
    report = calibrate(folder, tmp_path / "cassettes", model)
    amiss = {
        cell.row.id: cell.behaviour.summary
        for cell in report.cells
        if cell.verdict.standing not in (Standing.GOOD, Standing.WARNING)
        and cell.row.id not in ("error/413", "error/500", "error/529")
    }
    assert amiss == {}
    works = [cell.row.id for cell in report.cells if cell.behaviour.kind is Kind.WORKS]
    assert len(works) >= 33
    assert {cell.evidence for cell in report.cells} == {Evidence.SIMULATED, Evidence.NONE}


def test_the_reference_holds_no_word_of_a_probe() -> None:
    package = Path(reference.__file__).parent
    source = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py")).lower()
    prompts = {
        phrase.lower()
        for path in (
            *resources.folder("suites").glob("*.py"),
            *(Path(probing.__file__).parent / f"{name}.py" for name in SHARED),
        )
        for phrase in re.findall(r'"([A-Z][^"{}]{9,}[?.])"', path.read_text(encoding="utf-8"))
    }
    assert len(prompts) > 20
    assert [phrase for phrase in sorted(prompts) if phrase in source] == []
    assert "quokka" not in source
