"""A report as GitHub's workflow commands, which become annotations on a run and its pull request.

One annotation for each cause, as only the first ten of a step are shown. Text of others cannot
begin a command of its own: line ends and percent signs are escaped as GitHub wants them.
"""

from collections.abc import Iterator
from dataclasses import replace

from messages_conformance.display import one_line, visible
from messages_conformance.rendering.headline import first_sentence
from messages_conformance.rendering.model_names import name_models
from messages_conformance.report.causes import causes
from messages_conformance.report.deviation import DeviationState
from messages_conformance.report.outcome import Outcome, outcome
from messages_conformance.report.report import Report, TargetReport

_MOST = 9
"""How many errors of one target are printed; the tenth says what it comes to."""
_ROWS = 8
_LONGEST = 400
"""Characters of a sentence that an endpoint may have written."""


def render(report: Report) -> str:
    """Format a report as workflow commands, one a line."""
    lines = [line for target in report.targets for line in _target(target, report)]
    if not report.targets:
        lines = [_command("notice", "messages-conformance", "Nothing was judged.")]
    return "".join(f"{line}\n" for line in lines)


def _target(target: TargetReport, report: Report) -> Iterator[str]:
    name = target.revision.target.name
    failing = [
        replace(one, judged=kept)
        for one in causes(target)
        if (kept := tuple(j for j in one.judged if outcome(j) is Outcome.FAILED))
    ]
    for cause in failing[:_MOST]:
        rows = ", ".join(cause.rows[:_ROWS])
        rest = f" and {len(cause.rows) - _ROWS} more" if len(cause.rows) > _ROWS else ""
        models = name_models(target, [judged.model for judged in cause.judged])
        said = [_cut(cause.sentence), f"{rows}{rest} ({models})"]
        said += [f"{label}: {words}" for label, words in cause.what_to_do(report)]
        yield _command("error", f"{name}: {rows}", "\n".join(said))
    for judged in target.judged:
        if judged.known and judged.known.state is DeviationState.OUTDATED:
            said = [f"{judged.row_id}, {judged.model.id}: {judged.known.objection}"]
            yield _command("warning", f"{name}: outdated known deviation", "\n".join(said))
    more = len(failing) - _MOST
    left = f" {more} more causes are in the report." if more > 0 else ""
    yield _command("notice", name, first_sentence(target) + left)


def _cut(text: str) -> str:
    line = one_line(text)
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _command(kind: str, title: str, message: str) -> str:
    return f"::{kind} title={_property(one_line(title))}::{_data(visible(message))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
