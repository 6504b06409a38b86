"""A changed text is blamed on the endpoint only where a known mistake makes exactly that of it."""

import pytest

from messages_conformance.probing.alphabets import TITLE, mistake_in


@pytest.mark.parametrize(
    ("received", "said"),
    [
        (TITLE.encode().decode("latin-1"), "Latin-1"),
        (TITLE.encode("ascii", "replace").decode(), "question marks"),
        (TITLE.encode("ascii", "ignore").decode(), "left out"),
        (TITLE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), "HTML"),
        (TITLE.replace("<b>", "").replace("</b>", ""), "markup"),
        (TITLE.encode("unicode_escape").decode().replace("\\x", "\\u00"), "escapes"),
    ],
)
def test_a_known_mistake_is_named(received: str, said: str) -> None:
    assert said in (mistake_in(received, TITLE) or "")


@pytest.mark.parametrize("received", [TITLE, "Zofie and the Bravo", "", "Žofie"])
def test_what_a_model_may_make_of_it_is_no_mistake(received: str) -> None:
    assert mistake_in(received, TITLE) is None
