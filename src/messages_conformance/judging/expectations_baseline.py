"""A first expectations file: everything that falls short today, accepted for a while.

What was explained before stays explained: deviations that hold, or that nothing can be said of,
are taken over as they are.
"""

import datetime
import glob
from collections.abc import Iterator
from itertools import groupby

import tomli_w

from messages_conformance.display import one_line
from messages_conformance.judging.expectations import Deviation, Expectations
from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.outcome import Outcome, outcome
from messages_conformance.report.report import Judged, TargetReport
from messages_conformance.verdict import Kind, Standing

DAYS = 90
"""For how long what falls short today is accepted."""
UNEXPLAINED = "FILL IN: why this is accepted, and who looks after it."


def baseline(
    target: TargetReport, expected: Expectations, today: datetime.date
) -> tuple[Deviation, ...]:
    """The deviations with which a target's report would pass today.

    A deviation of those expected that is outdated anywhere goes; what falls short and is not
    expected gets one each, with the reason and link that stand in the report already. A row that
    all models of the page fail alike gets one for all.
    """
    kept = tuple(
        deviation
        for deviation in expected.deviations
        if not any(
            deviation.names(judged.row_id, judged.model.id)
            for judged in target.judged
            if (known := expected.known(judged, today)) and known.state is DeviationState.OUTDATED
        )
    )
    holding = Expectations(kept)
    short = [
        judged
        for judged in target.judged
        if judged.verdict.standing is Standing.BAD and holding.known(judged, today) is None
    ]
    expires = today + datetime.timedelta(days=DAYS)
    return (*kept, *_deviations(target, short, expires))


def _deviations(
    target: TargetReport, short: list[Judged], expires: datetime.date
) -> Iterator[Deviation]:
    order = {row: place for place, row in enumerate(dict.fromkeys(j.row_id for j in short))}
    everyone = {model.id for model in target.revision.models}

    def alike(judged: Judged) -> tuple[int, str, str, str]:
        known = judged.known
        reason, link = (known.reason, known.link) if known else (UNEXPLAINED, "")
        return order[judged.row_id], judged.verdict.name, reason, link

    for (_, verdict, reason, link), group in groupby(sorted(short, key=alike), key=alike):
        cells = list(group)
        models = [cell.model.id for cell in cells]
        patterns = ["*"] if set(models) == everyone else [glob.escape(model) for model in models]
        for pattern in patterns:
            yield Deviation(glob.escape(cells[0].row_id), pattern, verdict, reason, link, expires)


def to_toml(target: TargetReport, deviations: tuple[Deviation, ...], today: datetime.date) -> str:
    """Write deviations as an expectations file, each below what was seen of it today."""
    parts = [
        f"# What {one_line(target.revision.target.name)} is known to fall short in, "
        f"as of {today}.\n"
        "# Say in each reason why it is accepted; its link may tell where that is followed up.\n",
        tomli_w.dumps({"target": target.revision.target.id}),
    ]
    for deviation in deviations:
        seen = dict.fromkeys(
            f"# {one_line(judged.verdict.name)}: {one_line(judged.summary)}\n"
            for judged in target.judged
            if deviation.names(judged.row_id, judged.model.id)
            and outcome(judged) is not Outcome.OPEN
        )
        parts.append("".join(seen) + "[[deviation]]\n" + tomli_w.dumps(_entry(deviation)))
    if not deviations:
        parts.append("deviation = []\n")
    return "\n".join(parts)


def _entry(deviation: Deviation) -> dict[str, object]:
    name = "behaviour" if isinstance(deviation.expected, Kind) else "verdict"
    entry: dict[str, object] = {
        "row": deviation.row,
        "model": deviation.model,
        name: str(deviation.expected),
        "reason": deviation.reason,
    }
    if deviation.link:
        entry["link"] = deviation.link
    return entry | {"expires": deviation.expires} if deviation.expires else entry
