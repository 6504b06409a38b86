"""The generated figure of detection power."""

from messages_conformance.selftest import conditional
from messages_conformance.selftest.generated import (
    COMBINATIONS,
    EXPLORATION,
    ROWS,
    GeneratedPower,
    Outcome,
    run_generated,
    to_text,
)


def outcome(seen_by: str = "", *, changes: bool = True, legal: bool = True) -> Outcome:
    return Outcome("a, in streams", "in streams", "basic", "strict", seen_by, "", changes, legal)


def test_the_same_seed_draws_the_same_faults_none_of_them_twice() -> None:
    drawn = conditional.draw(300, 1)
    names = [(one.conditional.name, one.endpoint) for one in drawn]
    assert len(set(names)) == 300
    assert names == [(one.conditional.name, one.endpoint) for one in conditional.draw(300, 1)]
    assert names != [(one.conditional.name, one.endpoint) for one in conditional.draw(300, 2)]
    assert len({one.condition.kind for one in drawn}) == 14


def test_what_changes_nothing_and_what_cannot_be_is_not_counted() -> None:
    power = GeneratedPower(
        0,
        (
            outcome(ROWS),
            outcome(COMBINATIONS),
            outcome(EXPLORATION),
            outcome(),
            outcome(changes=False),
            outcome(legal=False),
        ),
        (),
    )
    assert (len(power.counted), power.seen(ROWS), len(power.unseen)) == (4, 1, 1)
    assert list(power.by(lambda one: one.condition)) == [("in streams", 1, 3, 4)]
    text = to_text(power)
    assert "1 need what the endpoint does not take, and 1 change no answer: 4 are counted" in text
    assert "Seen by rows, combinations or an exploration of 300 draws: 3 of 4 (75.0 %)." in text


def test_conditional_faults_are_seen_and_clean_endpoints_are_not_accused() -> None:
    power = run_generated(2, 11, draws=6, processes=1)
    assert power.false_alarms == ()
    assert len(power.outcomes) == 2
    assert all(one.how for one in power.outcomes if one.seen_by)
