"""An endpoint that answers nothing shows of no row that it works in company."""

from dataclasses import replace

import pytest

from messages_conformance.claims import library
from messages_conformance.probing import loader
from messages_conformance.probing.company.features import FEATURES
from messages_conformance.probing.company.in_company import fits, in_company
from messages_conformance.probing.driver import run_probe
from messages_conformance.probing.probe import Ask
from messages_conformance.protocol.exchange import Ending, Exchange
from messages_conformance.resources import folder
from messages_conformance.verdict import Kind

PAGE = library.shipped("model-studio", "2025-11-13")
MODEL = PAGE.series[0].models[0]


@pytest.mark.parametrize("row", ["basic/temperature", "basic/stop_sequences", "error/400"])
@pytest.mark.parametrize("ended", ["cut", "timeout", "unreachable"])
def test_what_is_never_answered_is_not_measured(row: str, ended: Ending) -> None:
    probe = loader.load(folder("suites"))[row].probe
    function = in_company(probe, fits(probe, FEATURES), lambda ask: ask)
    beside = replace(probe, function=function)
    ask = Ask(MODEL, next(each for each in PAGE.rows if each.id == row), PAGE.target, "x-api-key")
    seen = run_probe(
        beside,
        ask,
        lambda batch: [Exchange(one.question.request, None, ended=ended) for one in batch],
    )
    assert seen.kind is Kind.UNMEASURED
