"""The tables of the clients are whole, and a broken one is refused with a sentence."""

from pathlib import Path

import pytest

from messages_conformance.errors import ClientsError
from messages_conformance.healing.conditions import CONDITIONS
from messages_conformance.healing.features import refused_feature
from messages_conformance.healing.tables import clients, load, newest
from messages_conformance.protocol.exchange import Exchange, Request
from messages_conformance.resources import folder
from messages_conformance.rules.catalogue import RULES

EXAMPLES = {
    "adaptive": {"thinking": {"type": "adaptive"}},
    "effort": {"output_config": {"effort": "high"}},
    "context_management": {"context_management": {"edits": []}},
    "system_turn": {"messages": [{"role": "system", "content": "Hi."}]},
    "max_tokens": {"max_tokens": 32000},
    "beta_header": {},
    "overflow": {},
}


def test_every_entry_names_a_condition_that_can_be_found() -> None:
    for client in clients():
        named = {each.condition for each in client.answers}
        # A rule stands for itself only where no condition stands for it.
        covered = {rule for rules in CONDITIONS.values() for rule in rules}
        assert named <= {*CONDITIONS, *(RULES.keys() - covered)}, client.title


def test_every_condition_names_rules_that_there_are() -> None:
    assert {rule for rules in CONDITIONS.values() for rule in rules} <= set(RULES)


def test_no_client_has_two_entries_for_one_thing() -> None:
    for client in clients():
        for names in (
            [each.condition for each in client.answers],
            [each.feature for each in client.refusals],
        ):
            assert len(names) == len(set(names)), client.title


def test_every_file_is_named_by_its_client_and_version() -> None:
    for path in folder("healing").glob("*.toml"):
        client = load(path)
        assert path.stem == f"{client.id}@{client.version}"


def test_every_wording_that_is_advised_is_recognised_and_known_for_what_it_refuses() -> None:
    for client in clients():
        for refusal in client.refusals:
            if refusal.wording:
                assert refusal.recognises(400, refusal.wording), (client.title, refusal.feature)
                body = f'{{"message": "{refusal.wording}"}}'.replace("MODEL", "m").encode()
                refused = Exchange(Request(EXAMPLES[refusal.feature]), 400, body=body)
                assert refused_feature(refused) == refusal.feature


def test_the_newest_version_of_a_client_comes_first() -> None:
    found = newest("python-sdk")
    assert found is not None
    assert found.version.startswith("2.")
    assert newest("no-such-client") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[client", "TOML"),
        ("[client]\nid = 'x'\n", "required"),
        (
            "[client]\nid='x'\nname='X'\nversion='1.0'\npackage='x'\nmeasured=2026-11-26\n"
            "[sources]\nm='m'\n[[retry]]\nstatuses=[400]\nrequests=1\nsource='other'\n",
            "other",
        ),
        (
            "[client]\nid='x'\nname='X'\nversion='1.0'\npackage='x'\nmeasured=2026-11-26\n"
            "[sources]\nm='m'\n[[refusal]]\nfeature='effort'\nstatuses=[400]\npatterns=['(']\n"
            "then='x'\nsource='m'\n",
            "regular expression",
        ),
    ],
    ids=["not TOML", "against the schema", "unknown source", "bad pattern"],
)
def test_a_broken_table_is_refused_with_its_name(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "x@1.0.toml"
    path.write_text(text)
    with pytest.raises(ClientsError, match=words) as refused:
        load(path)
    assert str(path) in str(refused.value)
