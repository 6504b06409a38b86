"""A first expectations file: everything that falls short today, accepted for a limited time.

Reasons that were given before are kept: deviations that still occur, or that were not measured,
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

ACCEPTED_DAYS = 90
"""How long what falls short today is accepted."""
UNEXPLAINED = "FILL IN: why this is accepted, and who takes care of it."


def baseline(
    target: TargetReport, expectations: Expectations, today: datetime.date
) -> tuple[Deviation, ...]:
    """The deviations with which a target's report would pass today.

    Of ``expectations``, a deviation that is outdated anywhere is dropped. Every cell that falls
    short unexpectedly gets a deviation, with the reason and link that the report already has. A
    row that all models of the page fail in the same way gets one for all of them.
    """
    expectations = expectations.on(target)
    kept = tuple(
        deviation
        for deviation in expectations.deviations
        if not any(
            deviation.covers(judged.row_id, judged.model.id)
            for judged in target.judged
            if (known := expectations.match(judged, today))
            and known.state is DeviationState.OUTDATED
        )
    )
    still_known = Expectations(kept)
    short = [
        judged
        for judged in target.judged
        if judged.verdict.standing is Standing.BAD and still_known.match(judged, today) is None
    ]
    expires = today + datetime.timedelta(days=ACCEPTED_DAYS)
    return (*kept, *_deviations(target, short, expires))


def _deviations(
    target: TargetReport, short: list[Judged], expires: datetime.date
) -> Iterator[Deviation]:
    order = {row: place for place, row in enumerate(dict.fromkeys(j.row_id for j in short))}
    all_models = {model.id for model in target.revision.models}

    def group_key(judged: Judged) -> tuple[int, str, str, str]:
        known = judged.known
        reason, link = (known.reason, known.link) if known else (UNEXPLAINED, "")
        return order[judged.row_id], judged.verdict.name, reason, link

    for (_, verdict, reason, link), group in groupby(sorted(short, key=group_key), key=group_key):
        cells = list(group)
        models = [cell.model.id for cell in cells]
        patterns = ["*"] if set(models) == all_models else [glob.escape(model) for model in models]
        for pattern in patterns:
            yield Deviation(glob.escape(cells[0].row_id), pattern, verdict, reason, link, expires)


def to_toml(target: TargetReport, deviations: tuple[Deviation, ...], today: datetime.date) -> str:
    """Write deviations as an expectations file, each below a comment on what was seen today."""
    parts = [
        f"# Known deviations of {one_line(target.revision.target.name)}, "
        f"as of {today}.\n"
        "# Say in each reason why it is accepted; its link may say where that is tracked.\n",
        tomli_w.dumps({"target": target.revision.target.id}),
    ]
    for deviation in deviations:
        seen = dict.fromkeys(
            f"# {one_line(judged.verdict.name)}: {one_line(judged.summary)}\n"
            for judged in target.judged
            if deviation.covers(judged.row_id, judged.model.id)
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
