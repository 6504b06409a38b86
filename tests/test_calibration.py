"""The probes on the reference endpoint: as documented, and by understanding, not by heart.

The follower in the reference must not know the probes. So the suites are run twice: as they
are, and with their words exchanged for others. Both must come out exactly as the page claims.
"""

import asyncio
import re
import shutil
from pathlib import Path

import httpx2
import pytest

from messages_conformance import claims, reference, shipped, suites
from messages_conformance.judge import judge_target
from messages_conformance.recorder import record
from messages_conformance.report import TargetReport
from messages_conformance.transport import Endpoint
from messages_conformance.verdict import Evidence, Kind, Standing

REVISION = claims.load(claims.find(shipped.folder("claims"), "model-studio")[0])
OTHER_WORDS = {
    "quokka-4711": "badger-9042",
    "walrus-0815": "linnet-6620",
    "vault": "attic",
    "Vault": "Attic",
    "garden code": "barn code",
    "marmalade": "juniper",
    "secret password": "hidden watchword",
    "for the password": "for the watchword",
    "church bell": "ship horn",
    "church_bell": "ship_horn",
    "garage door": "cattle gate",
    "garage_door": "cattle_gate",
    "Oslo": "Quito",
    "Cairo": "Dakar",
    "Who wrote Hamlet?": "Who painted the Mona Lisa?",
    "oak ash elm": "tin zinc lead",
    "alpha bravo charlie delta echo": "one red charlie delta fox",
    "alpha": "red",
    "Say hello.": "Greet me, please.",
    "Repeat exactly, and nothing else:": "Say this back to me word for word:",
    "Count from 1 to 40, separated by spaces.": "Please count up to 40 starting at 1.",
    "Answer with the code only.": "Just give me the code.",
    "Tell me a very short story about anything you like.": "Write a tiny tale of your choice.",
    "Ring the ": "Sound the ",
    "Rings the ": "Sounds the ",
    "Dune": "Emma",
    "volume_title": "work_title",
}


def in_other_words(source: Path, folder: Path) -> Path:
    """A copy of the suites with their wording changed, longest phrases first."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("__pycache__"))
    phrases = sorted(OTHER_WORDS, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, phrases)))
    for path in folder.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        path.write_text(pattern.sub(lambda m: OTHER_WORDS[m[0]], text), encoding="utf-8")
    return folder


def calibrate(folder: Path, root: Path, model: str) -> TargetReport:
    """Record one model from the reference endpoint, in process, and judge the recording."""
    probes = suites.load(folder)
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
    tmp_path: Path, model: str, wording: str
) -> None:
    folder = shipped.folder("suites")
    if wording == "in other words":
        folder = in_other_words(folder, tmp_path / "suites")
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
        for path in shipped.folder("suites").glob("*.py")
        for phrase in re.findall(r'"([A-Z][^"{}]{9,}[?.])"', path.read_text(encoding="utf-8"))
    }
    assert len(prompts) > 20
    assert [phrase for phrase in sorted(prompts) if phrase in source] == []
    assert "quokka" not in source
