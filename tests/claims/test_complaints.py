"""Bad claims files: every mistake is named at once, with its line and how to fix it."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from messages_conformance.claims import load
from messages_conformance.errors import ClaimsError
from support.claims_files import MINIMAL, write

Spoilt = Sequence[tuple[str, str]]

LACKS = 'lacks = [{ tag = "a", words = "a" }, { tag = "a", words = "b" }]'
BAD: dict[str, tuple[Spoilt, list[str]]] = {
    "an unknown key": (
        [('name = "Tiny"', 'name = "Tiny"\nbase_ulr = "x"')],
        ["line 5, at $.target.base_ulr: there is no key 'base_ulr' here; did you mean 'base_url'?"],
    ),
    "a key that is missing": (
        [('title = "model"\n', "")],
        ["line 29, at $.row['basic/model']: 'title' is missing; add it: the row's name"],
    ),
    "a claim that is none": (
        [('"supported"\nwords = "Supported"', '"suported"\nwords = "Supported"')],
        [
            "line 32, at $.row['basic/model'].claim: 'suported' is none of supported, partial, "
            "unsupported, ignored, unknown; did you mean 'supported'"
        ],
    ),
    "a header that carries no key": (
        [('["x-api-key"]', '["cookie"]')],
        [
            "line 6, at $.target.auth[0]: 'cookie' is none of x-api-key, authorization; "
            "write one of them"
        ],
    ),
    "an address that ends in a slash": (
        [(":1", ":1/")],
        ["line 5, at $.target.base_url: 'http://127.0.0.1:1/' does not match ", "without a slash"],
    ),
    "a date in quotes": (
        [("2026-01-02", '"2026-01-02"')],
        ["line 10, at $.revision.date: '2026-01-02' is not a TOML date; write it without quotes"],
    ),
    "a date with a time": (
        [("2026-01-02", "2026-01-02T03:04:05")],
        ["line 10, at $.revision.date: '2026-01-02 03:04:05' is not a TOML date"],
    ),
    "an exception for nobody": (
        [("small-2 = ", "smal-2 = ")],
        [
            "line 44, at $.row['basic/thinking'].exceptions.smal-2: row 'basic/thinking' makes an "
            "exception for 'smal-2', which is neither a model nor a series here; "
            "did you mean 'small-2'"
        ],
    ),
    "no section of a row": (
        [('id = "basic"', 'id = "basics"')],
        [
            "line 30, at $.row['basic/model'].id: row 'basic/model' is of no section; "
            "add a [[section]] with the id 'basic'; did you mean 'basics'?",
            "line 38, at $.row['basic/thinking'].id: row 'basic/thinking' is of no section",
        ],
    ),
    "a row twice": (
        [("basic/thinking", "basic/model")],
        ["line 37, at $.row['basic/model']: row 'basic/model' is there twice; keep one"],
    ),
    "a model twice": (
        [('"small-2",', '"small",'), ("small-2 =", "big-1 =")],
        ["line 22, at $.series['small'].models['small']: model 'small' is there twice"],
    ),
    "a series twice": (
        [('id = "big"', 'id = "small"')],
        ["line 24, at $.series['small']: series 'small' is there twice; keep one"],
    ),
    "a section twice": (
        [("[[series]]", '[[section]]\nid = "basic"\ntitle = "Again"\n\n[[series]]')],
        ["line 19, at $.section['basic']: section 'basic' is there twice; keep one of them"],
    ),
    "partial, and nothing missing": (
        [('"supported"\nwords = "Supported"', '"partial"\nwords = "Supported"')],
        [
            "line 29, at $.row['basic/model']: a claim is 'partial', and nothing says what is "
            "missing; add lacks = [{ tag ="
        ],
    ),
    "something missing, and not partial": (
        [('basis = "quoted"\n', f'basis = "quoted"\n{LACKS.replace("a", "b", 0)}\n')],
        [
            "line 29, at $.row['basic/model']: it has lacks, but neither its claim nor an "
            "exception is 'partial'",
            "line 36, at $.row['basic/model'].lacks: the tag 'a' is there twice; keep one of them",
        ],
    ),
    "a partial exception, and nothing missing": (
        [('small = "unsupported"', 'small = "partial"')],
        ["line 37, at $.row['basic/thinking']: a claim is 'partial', and nothing says"],
    ),
    "an impossible range": (
        [('basis = "quoted"\n', 'basis = "quoted"\nrange = { minimum = 2, maximum = 1 }\n')],
        ["line 36, at $.row['basic/model'].range: no number is from 2 to 1; exchange them"],
    ),
    "half a range": (
        [('basis = "quoted"\n', 'basis = "quoted"\nrange = { excludes_maximum = true }\n')],
        [
            "line 36, at $.row['basic/model'].range: 'maximum' is a dependency of "
            "'excludes_maximum'; add it, or leave the other out"
        ],
    ),
    "values of the wrong type": (
        [("thinks = true", 'thinks = "yes"'), ('name = "Tiny"', "name = 3")],
        [
            "line 4, at $.target.name: 3 is no text",
            "line 22, at $.series['small'].models['small'].thinks: 'yes' is no true or false",
        ],
    ),
    "what a page does not say left empty": (
        [
            ('title = "Basic fields"', 'title = ""'),
            ('models = [{ id = "big-1", thinks = false }]', "models = []"),
        ],
        [
            "line 17, at $.section['basic'].title: it is empty; fill it",
            "line 27, at $.series['big'].models: it is empty; fill it; wanted: the models of",
        ],
    ),
    "a context that is no number of tokens": (
        [("thinks = true", 'thinks = true, context = 0, sees = 1, thinking_default = "sometimes"')],
        [
            "line 22, at $.series['small'].models['small'].context: 0 is less than the minimum",
            "line 22, at $.series['small'].models['small'].sees: 1 is no true or false",
            "'sometimes' is none of on, off, always, never; write one of them",
        ],
    ),
    "a section that is a table": (
        [("[[section]]", "[section]")],
        ["line 15, at $.section: ", "is no array", "row 'basic/model' is of no section"],
    ),
    "everything at once": (
        [
            ('auth = ["x-api-key"]', "auth = []"),
            ("date = 2026-01-02", "date = 3"),
            ('url = "https://', 'url = "'),
            ('id = "small-2"', 'id = "small"'),
            ('claim = "supported"', 'claim = "yes"'),
            ("small-2 = ", "tall = "),
        ],
        [
            "6 mistakes, none of the file is used:",
            "line 6, at $.target.auth: it is empty",
            "line 10, at $.revision.date: '3' is not a TOML date",
            "line 12, at $.revision.url: 'tiny.example/compatibility' does not match",
            "line 22, at $.series['small'].models['small']: model 'small' is there twice",
            "line 32, at $.row['basic/model'].claim: 'yes' is none of",
            "line 44, at $.row['basic/thinking'].exceptions.tall: row 'basic/thinking' makes",
        ],
    ),
}


def spoilt(changes: Spoilt) -> str:
    text = MINIMAL
    for good, bad in changes:
        assert good in text, good
        text = text.replace(good, bad, 1)
    return text


def said(path: Path) -> str:
    with pytest.raises(ClaimsError) as caught:
        load.load(path)
    return str(caught.value)


@pytest.mark.parametrize(("changes", "complaints"), BAD.values(), ids=BAD)
def test_every_mistake_is_named_at_once(
    tmp_path: Path, changes: Spoilt, complaints: list[str]
) -> None:
    path = write(tmp_path, spoilt(changes))
    told = said(path)
    assert told.startswith(f"{path}: ")
    for complaint in complaints:
        assert complaint in told
    places = {one.partition(":")[0] for one in complaints if one.startswith("line ")}
    named = [line for line in told.splitlines() if " at $" in line]
    assert len(named) >= len(places), told


def test_a_single_mistake_is_one_sentence_on_one_line(tmp_path: Path) -> None:
    told = said(write(tmp_path, spoilt([('title = "model"\n', "")])))
    assert "\n" not in told
    assert "mistakes" not in told


def test_mistakes_stand_in_the_order_of_the_file(tmp_path: Path) -> None:
    lines = said(write(tmp_path, spoilt(BAD["everything at once"][0]))).splitlines()[1:]
    numbers = [int(line.split()[1].rstrip(",")) for line in lines]
    assert numbers == sorted(numbers)
    assert len(numbers) == 6


@pytest.mark.parametrize(
    "text", ["", "a = 1\n", "row = 3\nsection = [1]\nseries = [[]]\n", "[[row]]\nid = 3\n"]
)
def test_a_file_of_something_else_is_refused_and_nothing_breaks(tmp_path: Path, text: str) -> None:
    assert "'target' is missing" in said(write(tmp_path, text))
